"""The bucket construct of all stacks: only its owner can read it."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledged import ACCESS_IS_RECORDED_BY_CLOUDTRAIL, acknowledge


class PrivateBucket(s3.Bucket):
    """Closed to the public, asked over TLS only, encrypted under ``key`` or under S3's own.

    ``unlogged`` says why S3 writes no log of who asks it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey | None,
        removal_policy: cdk.RemovalPolicy,
        lifecycle_rules: Sequence[s3.LifecycleRule] = (),
        versioned: bool | None = None,
        unlogged: str = ACCESS_IS_RECORDED_BY_CLOUDTRAIL,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            # Makes one call of KMS serve many objects.
            bucket_key_enabled=True if key else None,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=versioned,
            lifecycle_rules=list(lifecycle_rules),
            removal_policy=removal_policy,
        )
        acknowledge(self, "S1", unlogged)

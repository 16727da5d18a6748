"""What every Firehose delivery into a bucket needs: its log and its role."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream
from constructs import Construct

from infra.acknowledged import acknowledge_objects
from infra.data_key import TO_WRITE_LOGS, use_of_key
from infra.functions.service_principal import for_this_account
from infra.retention import log_retention
from infra.settings.settings import Settings


class FirehoseLog(Construct):
    """The log of what Firehose could not read, convert or write; it holds no record."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey | None, settings: Settings
    ) -> None:
        super().__init__(scope, construct_id)
        self.group = logs.LogGroup(
            self,
            "Default",
            retention=log_retention(settings),
            encryption_key=key,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self._stream = logs.LogStream(
            self, "Log", log_group=self.group, removal_policy=cdk.RemovalPolicy.DESTROY
        )

    @property
    def options(self) -> CfnDeliveryStream.CloudWatchLoggingOptionsProperty:
        """The options of a delivery that logs here."""
        return CfnDeliveryStream.CloudWatchLoggingOptionsProperty(
            enabled=True,
            log_group_name=self.group.log_group_name,
            log_stream_name=self._stream.log_stream_name,
        )


class FirehoseRole(iam.Role):
    """A role that writes objects of a bucket, and the log.

    The rights are those that Firehose needs (its guide's page controlling-access), and no more.
    ``key`` encrypts the bucket and the log.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        objects: Sequence[str],
        log: FirehoseLog,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(
            scope, construct_id, assumed_by=for_this_account(scope, "firehose.amazonaws.com")
        )
        self.allow(
            ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            bucket.bucket_arn,
        )
        self.allow(
            ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
            *(bucket.arn_for_objects(each) for each in objects),
        )
        for each in objects:
            acknowledge_objects(
                self, bucket, each, "Firehose names the objects by day and by kind of error."
            )
        if key:
            self.add_to_policy(use_of_key(key, "kms:Decrypt", "kms:GenerateDataKey", through="s3"))
            self.add_to_policy(use_of_key(key, *TO_WRITE_LOGS, through="logs"))
        self.allow(["logs:PutLogEvents"], log.group.log_group_arn)

    def allow(self, actions: Sequence[str], *resources: str) -> None:
        """Give the role these rights on these resources."""
        self.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

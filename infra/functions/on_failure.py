"""The failure destination of event source mappings."""

from typing import Final

import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from infra.acknowledged import acknowledge_objects
from infra.data_key import use_of_key

GIVEN_UP: Final = "aws/lambda/*"


@jsii.implements(lambda_.IEventSourceDlq)
class OnFailureToQuarantine:
    """Where an event source mapping puts the records it gives up on: whole, into the bucket.

    CDK's S3OnFailureDestination does the same but lets the function read, overwrite and delete
    everything in the bucket. Lambda asks for these two rights only (its guide's page
    kinesis-on-failure-destination).
    """

    def __init__(self, bucket: s3.IBucket) -> None:
        self._bucket = bucket

    def bind(
        self,
        target: lambda_.IEventSourceMapping,  # noqa: ARG002  the interface's
        target_handler: lambda_.IFunction,
    ) -> lambda_.DlqDestinationConfig:
        """Called by CDK once for each mapping."""
        for action, resource in (
            ("s3:PutObject", self._bucket.arn_for_objects(GIVEN_UP)),
            ("s3:ListBucket", self._bucket.bucket_arn),
        ):
            target_handler.add_to_role_policy(
                iam.PolicyStatement(actions=[action], resources=[resource])
            )
        if self._bucket.encryption_key:
            target_handler.add_to_role_policy(
                use_of_key(self._bucket.encryption_key, "kms:GenerateDataKey", through="s3")
            )
        if target_handler.role:
            acknowledge_objects(
                target_handler.role,
                self._bucket,
                GIVEN_UP,
                "Lambda names the objects by mapping, shard and time, and may write no others.",
            )
        return lambda_.DlqDestinationConfig(destination=self._bucket.bucket_arn)

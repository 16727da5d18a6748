"""A function fed by a stream, with nothing but the rights that are given to it by name."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct


class StreamConsumer(Construct):
    """Function, role and log group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        code: lambda_.Code,
        handler: str,
        architecture: lambda_.Architecture,
        memory_size: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            # Long enough to look into last month's incident. The logs hold no personal data and no
            # contact record, so they go with the function whatever removalPolicy says of the data.
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # Not the role CDK would make: that one may write into every log group of the account.
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=architecture,
            code=code,
            handler=handler,
            role=self.role,
            memory_size=memory_size,
            timeout=timeout,
            environment=environment,
            log_group=log_group,
        )

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Give the function exactly these rights on exactly these resources."""
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))


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
            ("s3:PutObject", self._bucket.arn_for_objects("aws/lambda/*")),
            ("s3:ListBucket", self._bucket.bucket_arn),
        ):
            target_handler.add_to_role_policy(
                iam.PolicyStatement(actions=[action], resources=[resource])
            )
        return lambda_.DlqDestinationConfig(destination=self._bucket.bucket_arn)

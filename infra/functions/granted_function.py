"""A function with only the rights that are granted to it by name."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.data_key import TO_WRITE_LOGS, data_key, use_of_key
from infra.retention import log_retention
from infra.settings.settings import ArchitectureName, Settings

_ARCHITECTURE: Final[dict[ArchitectureName, lambda_.Architecture]] = {
    "arm64": lambda_.Architecture.ARM_64,
    "x86_64": lambda_.Architecture.X86_64,
}


class GrantedFunction(Construct):
    """Function, role and log group of the code in lambdas/<service>/."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        code: lambda_.Code,
        service: str,
        memory_size: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        key = data_key(self, settings)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            retention=log_retention(settings),
            encryption_key=key,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # Not the role CDK would make: that one may write into every log group of the account.
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [self.log_group.log_group_arn])
        self.allow_key(key, *TO_WRITE_LOGS, through="logs")
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=_ARCHITECTURE[settings.architecture],
            code=code,
            handler=f"{service}.handler.lambda_handler",
            role=self.role,
            memory_size=memory_size,
            timeout=timeout,
            environment={
                **environment,
                "METRICS_NAMESPACE": settings.names.metrics_namespace,
            },
            # Lambda's START, END and REPORT lines say nothing that its metrics do not, and would be
            # two fifths of all bytes logged. What it says of a failure is still logged.
            logging_format=lambda_.LoggingFormat.JSON,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            log_group=self.log_group,
            # Lambda's own segments; the code brings no X-Ray SDK. CDK adds the two rights to write
            # them, on "*", since X-Ray knows no resources.
            tracing=lambda_.Tracing.ACTIVE if settings.is_traced else None,
        )
        acknowledge(
            self.function,
            "L1",
            "Python 3.13 is the runtime that the asset is built and compiled for, that all tests "
            "run on, and that AWS maintains: a newer one is a release of ours, no setting.",
        )
        if settings.is_traced:
            acknowledge(
                self.role, "IAM5[Resource::*]", "X-Ray knows no resources to write traces into."
            )

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Give the function exactly these rights on exactly these resources."""
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))

    def allow_key(self, key: kms.IKey | None, *actions: str, through: str) -> None:
        """Let a service use the key of what the function asks it for, if that is under one."""
        if key:
            self.role.add_to_policy(use_of_key(key, *actions, through=through))

"""The customer managed key for stored data, if one is given, and the rights to use it.

Its policy cannot be changed from here: docs/security.md says what must stand in it.
"""

from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.settings.settings import Settings

# The rights that CloudWatch Logs uses on behalf of a writer (its guide's page encrypt-log-data-kms,
# and AWS's own policy CloudWatchLogsAPIKeyAccess).
TO_WRITE_LOGS: Final = ("kms:Decrypt", "kms:GenerateDataKey")


def data_key(scope: Construct, settings: Settings) -> kms.IKey | None:
    """The key of tables, buckets, logs and queues; None means keys of AWS."""
    arn = settings.data_kms_key_arn
    return kms.Key.from_key_arn(scope, "DataKey", arn) if arn else None


def use_of_key(key: kms.IKey, *actions: str, through: str) -> iam.PolicyStatement:
    """Lets a role use the key, but only through a service that it asks for something else."""
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        # Service, region and the domain of the partition.
        conditions={"StringLike": {"kms:ViaService": f"{through}.*"}},
    )

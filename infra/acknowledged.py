"""cdk-nag findings that we accept, acknowledged beside the construct, each with its reason.

A synthesis needs no cdk-nag: CDK itself keeps the acknowledgements, and the tests run the rules on
everything that the settings can make (tests/infra/test_cdk_nag.py).
"""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

ACCESS_IS_RECORDED_BY_CLOUDTRAIL: Final = (
    "Who reads an object is recorded by data events of CloudTrail, whole and in order, which the "
    "account switches on (docs/security.md). Server access logs come at best effort, and would be "
    "one more bucket to guard, with the same keys in it."
)


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept a finding of a rule of AwsSolutions in the construct: `S1`, `IAM5[...]`."""
    cdk.Validations.of(construct).acknowledge(
        cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason)
    )


def acknowledge_objects(role: IConstruct, bucket: s3.IBucket, keys: str, reason: str) -> None:
    """Accept rights of a role on all objects of a bucket with such keys: `errors/*`."""
    acknowledge(role, f"IAM5[Resource::{_arn_as_found(role, bucket)}/{keys}]", reason)


def _arn_as_found(user: IConstruct, bucket: s3.IBucket) -> str:
    """A bucket's ARN as cdk-nag writes it: by its logical id, or the export of another stack."""
    owner = cdk.Stack.of(bucket)
    if owner.node.path == cdk.Stack.of(user).node.path:
        logical_id, attribute = owner.resolve(bucket.bucket_arn)["Fn::GetAtt"]
        return f"<{logical_id}.{attribute}>"
    return str(owner.resolve(owner.export_value(bucket.bucket_arn))["Fn::ImportValue"])

"""What an account's owner asks of everything in it: tags, a boundary, how long logs are kept."""

import pytest

from tests.infra.synthesized import synthesize
from tests.infra.variants import VARIANTS

BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
NO_TAGS = {
    # These types have no tags.
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::Athena::NamedQuery",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Dashboard",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolResourceServer",
    "AWS::Connect::InstanceStorageConfig",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::Policy",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogStream",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::CDKBucketDeployment",
}


def test_everything_that_has_tags_has_those_that_were_given() -> None:
    synthesized = synthesize(**VARIANTS["everything"], tags="cost-centre=4711,owner=Ada")

    untagged = set()
    for template in synthesized.templates.values():
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            tags = properties.get("Tags", properties.get("UserPoolTags", []))
            if isinstance(tags, list):
                tags = {tag["Key"]: tag["Value"] for tag in tags}
            if not {"cost-centre": "4711", "owner": "Ada"}.items() <= tags.items():
                untagged.add(resource["Type"])

    assert untagged - NO_TAGS == set()


def test_every_role_has_the_boundary_that_was_given() -> None:
    """Also that of CDK's own function, which copies the pages."""
    bounded = synthesize(**VARIANTS["everything"], permissionsBoundaryArn=BOUNDARY)

    roles = bounded.resources("AWS::IAM::Role")
    assert {role["Properties"]["PermissionsBoundary"] for role in roles} == {BOUNDARY}
    assert len(roles) == len(synthesize(**VARIANTS["everything"]).resources("AWS::IAM::Role"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_role_has_a_boundary_unasked(variant: str) -> None:
    assert "PermissionsBoundary" not in synthesize(**VARIANTS[variant]).as_text()


def test_all_logs_are_kept_for_as_long_as_was_asked() -> None:
    asked = synthesize(**VARIANTS["everything"], logRetentionDays=365)
    unasked = synthesize(**VARIANTS["everything"])

    for synthesized, days in ((asked, 365), (unasked, 30)):
        groups = synthesized.resources("AWS::Logs::LogGroup")
        assert {group["Properties"]["RetentionInDays"] for group in groups} == {days}

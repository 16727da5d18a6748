"""What can be reached, and how: TLS everywhere, nothing public, nothing of what is known left out.

Every type of resource stands in one of the lists below: a new one fails the test until
somebody has said how it is reached.
"""

from typing import Any

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.variants import VARIANTS

# What has a policy of its own, which has to refuse everything but TLS.
REFUSE_ANYTHING_BUT_TLS = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "s3:*"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "sqs:*"),
}

# Reached by browsers and programs, with the read side alone.
REACHED_FROM_THE_INTERNET = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolResourceServer",
}

# Reached through AWS's own API alone: HTTPS, signed, and allowed by IAM.
REACHED_BY_SIGNED_CALLS = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Athena::NamedQuery",
    "AWS::Athena::WorkGroup",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Connect::InstanceStorageConfig",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Kinesis::Stream",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::LogStream",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::CDKBucketDeployment",
}

PRIVATE = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


def types(synthesized: Synthesized) -> set[str]:
    return {
        resource["Type"]
        for template in synthesized.templates.values()
        for resource in template["Resources"].values()
    }


def refusals(synthesized: Synthesized, kind: str) -> dict[str, dict[str, Any]]:
    """What each policy of the kind denies to everybody, by the resource that it belongs to."""
    found: dict[str, dict[str, Any]] = {}
    for policy in synthesized.resources(kind):
        properties = policy["Properties"]
        (owner,) = properties.get("Queues") or [properties["Bucket"]]
        for statement in properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny":
                found[owner["Ref"]] = statement
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_type_of_resource_is_listed_with_how_it_is_reached(variant: str) -> None:
    known = REACHED_BY_SIGNED_CALLS | REACHED_FROM_THE_INTERNET | REFUSE_ANYTHING_BUT_TLS.keys()

    assert types(synthesize(**VARIANTS[variant])) - known == set()


@pytest.mark.parametrize("context", [{}, {**VARIANTS["everything"], "readSide": "off"}])
def test_nothing_is_reached_from_the_internet_without_the_read_side(
    context: dict[str, str],
) -> None:
    settings = {key: value for key, value in context.items() if key != "allowedOrigins"}

    assert types(synthesize(**settings)) & REACHED_FROM_THE_INTERNET == set()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kind", REFUSE_ANYTHING_BUT_TLS)
def test_every_bucket_and_queue_refuses_everything_but_tls(kind: str, variant: str) -> None:
    synthesized = synthesize(**VARIANTS[variant])
    policy, everything = REFUSE_ANYTHING_BUT_TLS[kind]

    denied = refusals(synthesized, policy)

    ids = {
        logical_id
        for template in synthesized.templates.values()
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == kind
    }
    assert denied.keys() == ids
    for statement in denied.values():
        assert statement["Principal"] == {"AWS": "*"}
        assert statement["Action"] == everything
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_bucket_is_private_encrypted_and_knows_no_acls(variant: str) -> None:
    for bucket in synthesize(**VARIANTS[variant]).resources("AWS::S3::Bucket"):
        properties = bucket["Properties"]

        assert properties["PublicAccessBlockConfiguration"] == PRIVATE
        assert properties["OwnershipControls"] == {
            "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
        }
        assert "BucketEncryption" in properties
        assert "AccessControl" not in properties
        assert "WebsiteConfiguration" not in properties


@pytest.mark.parametrize(
    "variant", [name for name, context in VARIANTS.items() if context.get("readSide") == "on"]
)
def test_nobody_gets_a_page_or_an_answer_without_tls(variant: str) -> None:
    properties = synthesize(**VARIANTS[variant]).properties("AWS::CloudFront::Distribution")
    configuration = properties["DistributionConfig"]
    behaviors = [configuration["DefaultCacheBehavior"], *configuration["CacheBehaviors"]]

    assert {each["ViewerProtocolPolicy"] for each in behaviors} == {
        "redirect-to-https",  # of the pages: a browser that comes by http is sent on
        "https-only",
    }
    for origin in configuration["Origins"]:
        custom = origin.get("CustomOriginConfig")
        assert custom is None or (
            custom["OriginProtocolPolicy"] == "https-only"
            and custom["OriginSSLProtocols"] == ["TLSv1.2"]
        )


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_function_is_reached_but_by_its_api_its_streams_and_its_schedule(variant: str) -> None:
    synthesized = synthesize(**VARIANTS[variant])

    assert "AWS::Lambda::Url" not in types(synthesized)
    schedules = {
        logical_id
        for template in synthesized.templates.values()
        for logical_id, each in template.get("Resources", {}).items()
        if each["Type"] == "AWS::Events::Rule" and "ScheduleExpression" in each["Properties"]
    }
    for permission in synthesized.resources("AWS::Lambda::Permission"):
        properties = permission["Properties"]
        assert properties["Principal"] in {"apigateway.amazonaws.com", "events.amazonaws.com"}
        if properties["Principal"] == "events.amazonaws.com":
            rule, _ = properties["SourceArn"]["Fn::GetAtt"]
            assert rule in schedules
    for api in synthesized.resources("AWS::ApiGatewayV2::Route"):
        assert api["Properties"]["AuthorizationType"] == "JWT"

"""Several deployments in one account and region: no name of theirs is the same."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from app import add_stacks, feature_flags
from tests.infra.synthesized import Resource, Synthesized, synthesize
from tests.infra.variants import VARIANTS

# Where each type of resource says its name. A name that is given is one that the account or the
# region has once, except those of MANY_MAY_HAVE.
NAMES = {
    "AWS::Athena::WorkGroup": ("Name",),
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig", "Name"),
    "AWS::CloudFront::OriginRequestPolicy": ("OriginRequestPolicyConfig", "Name"),
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig", "Name"),
    "AWS::CloudWatch::Alarm": ("AlarmName",),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmName",),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::Cognito::UserPoolDomain": ("Domain",),
    "AWS::DynamoDB::Table": ("TableName",),
    "AWS::Events::EventBus": ("Name",),
    "AWS::Events::Rule": ("Name",),
    "AWS::Glue::Database": ("DatabaseInput", "Name"),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::Kinesis::Stream": ("Name",),
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName",),
    "AWS::Lambda::Function": ("FunctionName",),
    "AWS::Lambda::LayerVersion": ("LayerName",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SQS::Queue": ("QueueName",),
}
# Types whose resources have no name in the account, or whose names others may have as well.
MANY_MAY_HAVE = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Athena::NamedQuery",
    "AWS::CloudFront::Distribution",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolResourceServer",
    "AWS::Connect::InstanceStorageConfig",
    "AWS::Glue::Table",
    "AWS::IAM::Policy",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogStream",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::CDKBucketDeployment",
}
EVERYTHING = VARIANTS["everything"]


def resources(synthesized: Synthesized) -> list[Resource]:
    return [
        resource
        for template in synthesized.templates.values()
        for resource in template["Resources"].values()
    ]


def names(synthesized: Synthesized) -> set[tuple[str, str]]:
    """Type and name of everything that is given a name; stacks and exports have theirs, too."""
    found = {("stack", stack) for stack in synthesized.templates}
    for template in synthesized.templates.values():
        for output in template.get("Outputs", {}).values():
            if "Export" in output:
                found.add(("export", output["Export"]["Name"]))
    for resource in resources(synthesized):
        value: Any = resource.get("Properties", {})
        for part in NAMES.get(resource["Type"], ("-",)):
            value = value.get(part, {})
        if value:
            found.add((resource["Type"], json.dumps(value)))
    return found


def test_of_every_type_of_resource_it_is_said_whether_it_has_a_name() -> None:
    types = {resource["Type"] for resource in resources(synthesize(**EVERYTHING))}

    assert types - NAMES.keys() - MANY_MAY_HAVE == set()


@pytest.mark.parametrize(("one", "other"), [(None, "test"), ("test", "green")])
def test_two_stages_side_by_side_have_no_name_in_common(one: str | None, other: str) -> None:
    first, second = (
        synthesize(**EVERYTHING, **({"stage": stage} if stage else {})) for stage in (one, other)
    )

    assert names(first) & names(second) == set()
    assert len(names(first)) == len(names(second)) > len(EVERYTHING)


def test_without_a_stage_no_name_changes() -> None:
    found = dict.fromkeys(name for _, name in names(synthesize(**EVERYTHING)))

    assert {"ContactChainsStateful", '"contact-chains"', '"ContactChains-AgentEvents-Errors"'} <= (
        found.keys()
    )


def test_stage_has_metrics_of_its_own_and_looks_at_no_others() -> None:
    synthesized = synthesize(**EVERYTHING, stage="test")

    namespaces = {
        synthesized.function(service)["Environment"]["Variables"]["METRICS_NAMESPACE"]
        for service in ("agent_events", "contact_chains", "contact_queries", "record_events")
    }

    assert namespaces == {"ContactChains-test"}
    watched = {
        alarm["Properties"].get("Namespace")
        for alarm in synthesized.resources("AWS::CloudWatch::Alarm")
    }
    assert "ContactChains-test" in watched
    assert "ContactChains" not in watched
    dashboard = synthesized.readable(
        synthesized.properties("AWS::CloudWatch::Dashboard")["DashboardBody"]
    )
    assert "ContactChains-test" in dashboard
    assert '"ContactChains"' not in dashboard
    assert "{ContactChains," not in dashboard


def test_two_stages_of_cdk_stand_in_one_app() -> None:
    app = cdk.App(context={**feature_flags(), "aws:cdk:bundling-stacks": []})
    for name in ("blue", "green"):
        stage = cdk.Stage(app, name.title())
        stage.node.set_context("stage", name)
        add_stacks(stage)

    assembly = app.synth()

    stacks = [
        stack.stack_name
        for each in assembly.nested_assemblies
        for stack in each.nested_assembly.stacks
    ]
    assert sorted(stacks) == [
        f"ContactChains-{name}-{part}"
        for name in ("blue", "green")
        for part in ("Archive", "Pipeline", "Stateful")
    ]


def test_stack_of_a_cdk_stage_is_that_of_an_app_with_the_same_settings() -> None:
    app = cdk.App(context={**feature_flags(), "aws:cdk:bundling-stacks": [], "stage": "test"})
    stage = cdk.Stage(app, "Test")
    add_stacks(stage)
    [stateful] = [
        child for child in stage.node.children if child.node.id == "ContactChains-test-Stateful"
    ]

    assert isinstance(stateful, cdk.Stack)
    found = dict(Template.from_stack(stateful).to_json())["Resources"]
    kinds = sorted(resource["Type"] for resource in found.values())
    alone = synthesize(stage="test").templates["ContactChains-test-Stateful"]["Resources"]
    assert kinds == sorted(resource["Type"] for resource in alone.values())

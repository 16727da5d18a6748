"""The CDK app: the user's settings in, the stacks out. The CDK CLI runs it (cdk.json)."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.analytics_stack import AnalyticsStack
from infra.archive_stack import ArchiveStack, say_that_nothing_is_archived
from infra.connect_stack import ConnectStack
from infra.events_stack import EventsStack
from infra.functions.lambda_code import LambdaCodeError
from infra.pipeline_stack import PipelineStack
from infra.read_stack import ReadStack
from infra.settings.settings import ContextError, Settings
from infra.stateful_stack import StatefulStack
from infra.version import VERSION_OUTPUT, version

CDK_SETTINGS: Final = Path(__file__).with_name("cdk.json")


def feature_flags() -> dict[str, Any]:
    """CDK's own switches, from cdk.json: read here too, because only the CLI passes them on."""
    context = json.loads(CDK_SETTINGS.read_text("utf-8"))["context"]
    return {key: value for key, value in context.items() if key.startswith("@aws-cdk")}


def add_stacks(scope: Construct) -> None:
    """The whole system, as the context of the scope asks for it: the app, or a `cdk.Stage`."""
    settings = Settings.from_context(scope.node.get_all_context())
    name = settings.names.stack
    stateful = StatefulStack(scope, name("Stateful"), settings=settings)
    PipelineStack(
        scope,
        name("Pipeline"),
        agent_event_stream=stateful.agent_event_stream,
        contact_record_stream=stateful.contact_record_stream,
        contact_records=stateful.contact_records,
        agent_states=stateful.agent_states,
        quarantine=stateful.quarantine,
        settings=settings,
    )
    archive = None
    if settings.archives_events:
        archive = ArchiveStack(
            scope,
            name("Archive"),
            agent_event_stream=stateful.agent_event_stream,
            contact_record_stream=stateful.contact_record_stream,
            settings=settings,
        )
    else:
        say_that_nothing_is_archived(stateful, settings)
    if settings.publishes_events:
        record_events = EventsStack(
            scope,
            name("Events"),
            contact_records=stateful.contact_records,
            quarantine=stateful.quarantine,
            settings=settings,
        )
        if settings.has_analytics:
            analytics = AnalyticsStack(
                scope,
                name("Analytics"),
                archive=archive.bucket if archive else None,
                settings=settings,
            )
            analytics.add_stack_dependency(record_events)
    if settings.has_query_api:
        ReadStack(
            scope,
            name("Read"),
            contact_records=stateful.contact_records,
            agent_states=stateful.agent_states,
            settings=settings,
        )
    if settings.connect_instance_arn:
        ConnectStack(
            scope,
            name("Connect"),
            connect_instance_arn=settings.connect_instance_arn,
            agent_event_stream=stateful.agent_event_stream,
            contact_record_stream=stateful.contact_record_stream,
            settings=settings,
        )
    say_version(scope)
    tag(scope, settings)
    bound_roles(scope, settings)


def say_version(scope: Construct) -> None:
    """To whoever looks at a stack: each may be deployed by itself.

    By an output and not by a tag, which would change every resource with every version.
    """
    for stack in stacks_of(scope):
        cdk.CfnOutput(stack, VERSION_OUTPUT, value=version())


def tag(scope: Construct, settings: Settings) -> None:
    """Each resource in the template, and the stacks, from which the others have them."""
    for name, value in settings.tags.items():
        cdk.Tags.of(scope).add(name, value)
        for stack in stacks_of(scope):
            stack.tags.set_tag(name, value)


def bound_roles(scope: Construct, settings: Settings) -> None:
    """Every role, that of CDK's own function included."""
    if settings.permissions_boundary_arn:
        boundary = iam.ManagedPolicy.from_managed_policy_arn(
            next(iter(stacks_of(scope))), "PermissionsBoundary", settings.permissions_boundary_arn
        )
        iam.PermissionsBoundary.of(scope).apply(boundary)


def stacks_of(scope: Construct) -> list[cdk.Stack]:
    return [child for child in scope.node.children if isinstance(child, cdk.Stack)]


def main() -> None:
    app = cdk.App(context=feature_flags())
    try:
        add_stacks(app)
    except (ContextError, LambdaCodeError) as error:
        sys.exit(f"Contact Chains cannot be synthesized.\n{error}")
    app.synth()


if __name__ == "__main__":
    main()

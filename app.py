"""The CDK app: the user's settings in, the stacks out. The CDK CLI runs it (cdk.json)."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk

from infra.archive_stack import ArchiveStack, say_that_nothing_is_archived
from infra.connect_stack import ConnectStack
from infra.events_stack import EventsStack
from infra.lambda_code import LambdaCodeError
from infra.pipeline_stack import PipelineStack
from infra.read_stack import ReadStack
from infra.settings import Settings, SettingsError
from infra.stateful_stack import StatefulStack
from infra.version import VERSION_OUTPUT, version

CDK_SETTINGS: Final = Path(__file__).with_name("cdk.json")


def feature_flags() -> dict[str, Any]:
    """CDK's own switches, from cdk.json: read here too, because only the CLI passes them on."""
    context = json.loads(CDK_SETTINGS.read_text("utf-8"))["context"]
    return {key: value for key, value in context.items() if key.startswith("@aws-cdk")}


def add_stacks(app: cdk.App) -> None:
    """The whole system, as the context of the app asks for it."""
    settings = Settings.from_context(app.node.get_all_context())
    stateful = StatefulStack(app, "ContactChainsStateful", settings=settings)
    PipelineStack(
        app,
        "ContactChainsPipeline",
        agent_event_stream=stateful.agent_event_stream,
        contact_record_stream=stateful.contact_record_stream,
        contact_records=stateful.contact_records,
        agent_states=stateful.agent_states,
        quarantine=stateful.quarantine,
        settings=settings,
    )
    if settings.archives_events:
        ArchiveStack(
            app,
            "ContactChainsArchive",
            agent_event_stream=stateful.agent_event_stream,
            contact_record_stream=stateful.contact_record_stream,
            settings=settings,
        )
    else:
        say_that_nothing_is_archived(stateful)
    if settings.publishes_events:
        EventsStack(
            app,
            "ContactChainsEvents",
            contact_records=stateful.contact_records,
            quarantine=stateful.quarantine,
            settings=settings,
        )
    if settings.has_query_api:
        ReadStack(
            app,
            "ContactChainsRead",
            contact_records=stateful.contact_records,
            agent_states=stateful.agent_states,
            settings=settings,
        )
    if settings.connect_instance_arn:
        ConnectStack(
            app,
            "ContactChainsConnect",
            connect_instance_arn=settings.connect_instance_arn,
            agent_event_stream=stateful.agent_event_stream,
            contact_record_stream=stateful.contact_record_stream,
            settings=settings,
        )
    say_version(app)


def say_version(app: cdk.App) -> None:
    """To whoever looks at a stack: each may be deployed by itself.

    By an output and not by a tag, which would change every resource with every version.
    """
    for stack in app.node.children:
        if isinstance(stack, cdk.Stack):
            cdk.CfnOutput(stack, VERSION_OUTPUT, value=version())


def main() -> None:
    app = cdk.App(context=feature_flags())
    try:
        add_stacks(app)
    except (SettingsError, LambdaCodeError) as error:
        sys.exit(f"Contact Chains cannot be synthesized.\n{error}")
    app.synth()


if __name__ == "__main__":
    main()

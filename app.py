"""The CDK app: the user's settings in, the stacks out. The CDK CLI runs it (cdk.json)."""

import sys

import aws_cdk as cdk

from infra.connect_stack import ConnectStack
from infra.lambda_code import LambdaCodeError
from infra.pipeline_stack import PipelineStack
from infra.settings import Settings, SettingsError
from infra.stateful_stack import StatefulStack


def add_stacks(app: cdk.App) -> None:
    """The whole system, as the context of the app asks for it."""
    settings = Settings.from_context(app.node.get_all_context())
    stateful = StatefulStack(app, "ContactChainsStateful", settings=settings)
    PipelineStack(
        app,
        "ContactChainsPipeline",
        agent_event_stream=stateful.agent_event_stream,
        contact_records=stateful.contact_records,
        quarantine=stateful.quarantine,
        settings=settings,
    )
    if settings.connect_instance_arn:
        ConnectStack(
            app,
            "ContactChainsConnect",
            connect_instance_arn=settings.connect_instance_arn,
            agent_event_stream=stateful.agent_event_stream,
        )


def main() -> None:
    app = cdk.App()
    try:
        add_stacks(app)
    except (SettingsError, LambdaCodeError) as error:
        sys.exit(f"Contact Chains cannot be synthesized.\n{error}")
    app.synth()


if __name__ == "__main__":
    main()

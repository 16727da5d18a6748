"""Synthesizes app.py and deploys what comes of it into the emulator, and says so stage by stage."""

from collections.abc import Mapping
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from demo.stages import stage
from emulator.deployment import stacks_in_order
from emulator.errors import EmulatorError
from emulator.pipeline import LocalPipeline
from emulator.synthesis import REPOSITORY, synthesized
from operations.errors import NotDoneError

BUILD: Final = REPOSITORY / "build"
"""Where logs go that nobody reads unless something fails."""

FAILURES: Final = (BotoCoreError, ClientError, EmulatorError, NotDoneError)
"""What may go wrong with a day in the emulator; the message is meant for who began it."""


def deployed_pipeline(
    endpoint: str,
    messages: Console,
    *,
    context: Mapping[str, str],
    in_place_of: Mapping[str, str] | None = None,
) -> LocalPipeline:
    """The pipeline, as the app makes it with this context, in the emulator at ``endpoint``."""
    with stage(messages, "Synthesizing app.py, or finding what was synthesized before"):
        assembly = synthesized(context)
    with stage(messages, "Deploying") as under_way:
        pipeline = LocalPipeline.deployed(endpoint, assembly, in_place_of=in_place_of)
        under_way.say(f"Deployed {' and '.join(stacks_in_order(assembly))}")
    return pipeline

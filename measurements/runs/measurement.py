"""How `make soak` begins, and where its figures go."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from contact_centre.arguments import add_day_arguments
from demo.deployed import BUILD, FAILURES, deployed_pipeline
from demo.report import WIDTH
from demo.stages import stage
from emulator.machine import ministack
from emulator.pipeline import LocalPipeline
from emulator.streams.stream_reader import StreamReader, take_over_mappings
from emulator.synthesis import local_context
from measurements.errors import MeasurementError
from measurements.runs.scale_document import write_part

INTERRUPTED: Final = 130


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured. ``text`` is for docs/scale.md, too; ``details`` are printed before it."""

    text: str
    details: str = ""
    is_right: bool = True


def measurement_arguments(name: str, description: str) -> argparse.ArgumentParser:
    """The arguments of `make <name>`; more may be added."""
    parser = argparse.ArgumentParser(
        prog=f"python -m measurements.runs.{name}", description=description
    )
    add_day_arguments(parser)
    parser.add_argument("--write", action="store_true", help="the figures into docs/scale.md, too")
    return parser


def carry_out(name: str, measure: Callable[[Console], Figures], *, write: bool) -> int:
    """Measure, print and write down; returns the exit code of `make <name>`."""
    messages = Console(stderr=True, width=WIDTH)
    try:
        figures = measure(messages)
        print(*filter(None, [figures.details, figures.text]), sep="\n\n")
        if write:
            write_part(name, f"```\n{figures.text}\n```")
            messages.print(Text("Written to docs/scale.md."))
    except KeyboardInterrupt:
        messages.print(Text("Stopped."))
        return INTERRUPTED
    except (*FAILURES, MeasurementError, OSError) as error:
        messages.print(Text(f"make {name} failed. {error}"))
        return 1
    if not figures.is_right:
        messages.print(Text(f"make {name} failed: see what is wrong above."))
    return 0 if figures.is_right else 1


@contextmanager
def pipeline_in_emulator(
    name: str, messages: Console, **reader_settings: Any
) -> Iterator[LocalPipeline]:
    """The deployed pipeline, for the length of the block, with a StreamReader of these settings."""
    with ExitStack() as running:
        with stage(messages, "Starting MiniStack") as under_way:
            log_file = BUILD / f"ministack-{name}.log"
            endpoint = running.enter_context(ministack.running(log_file=log_file))
            under_way.say(f"MiniStack runs on {endpoint}")
        deployed = deployed_pipeline(endpoint, messages, context=local_context())
        mappings = take_over_mappings(deployed.clients.lambda_)
        yield replace(deployed, reader=StreamReader(deployed.clients, mappings, **reader_settings))


def this_machine() -> str:
    """How much there is to compute with, and how much of it is taken."""
    return f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"

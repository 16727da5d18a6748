"""`make board`: the live board on this machine, of a simulated contact centre that is at work.

Starts MiniStack, deploys the synthesized template with its query API into it, serves the pages on
loopback and lets the deployed functions work on a generated day, as it happens.
"""

import argparse
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from rich.console import Console
from rich.text import Text

from contact_centre.arguments import add_day_arguments, day_of
from contact_centre.live_day import HEAD_START, Tempo, arrivals, instance_arn_of
from contact_centre.people.office import BEGINS
from contact_centre.sources import USUAL_SOURCES
from demo.deployed import BUILD, FAILURES, deployed_pipeline
from demo.live_feed import LiveFeed
from demo.report import WIDTH
from demo.stages import stage
from emulator.machine import ministack
from emulator.pages.issuer import AUDIENCE
from emulator.pages.page_server import PageServerError, page_server
from emulator.synthesis import local_context

HOURS: Final = 8.0
QUEUES: Final = 5
"""Per routing profile: enough for a board to show, and events stay small."""
FASTEST: Final = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the board until it is stopped; returns the exit code."""
    options = _options(arguments)
    messages = Console(stderr=True, width=WIDTH)
    try:
        _run(options, messages)
    except KeyboardInterrupt:
        messages.print(Text("Stopped."))
    except (*FAILURES, PageServerError) as error:
        messages.print(Text(f"The board failed. {error}"))
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo.board",
        description="Shows a simulated contact centre on the live board, on this machine.",
    )
    add_day_arguments(parser)
    parser.set_defaults(hours=HOURS, queues=QUEUES, sources=USUAL_SOURCES)
    parser.add_argument(
        "--speed",
        type=speed,
        default=1.0,
        metavar="N",
        help="1: in real time (default); 10: everything takes a tenth of its time",
    )
    parser.add_argument(
        "--port",
        type=port,
        default=0,
        metavar="PORT",
        help="where the pages are on 127.0.0.1 (default: a port that is free)",
    )
    return parser.parse_args(arguments)


def speed(text: str) -> float:
    number = float(text)
    if not 0 < number <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {FASTEST:g}")
    return number


def port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 65535")
    return number


def _run(options: argparse.Namespace, messages: Console) -> None:
    day = day_of(options)
    with ExitStack() as running:
        pages = running.enter_context(page_server(port=options.port))
        with stage(messages, "Starting MiniStack") as under_way:
            log_file = BUILD / "ministack-board.log"
            endpoint = running.enter_context(ministack.running(log_file=log_file))
            under_way.say(f"MiniStack runs on {endpoint}")
        events = day.events()
        first = next(events)
        context = board_context(issuer_url=pages.issuer.url, instance_arn=instance_arn_of(first))
        pipeline = deployed_pipeline(endpoint, messages, context=context)
        pages.api_url = pipeline.deployment.query_api_url
        running.enter_context(pages.serving())
        feed = LiveFeed(pipeline, pages.origin, messages)
        print(f"The board: {pages.origin}/", flush=True)
        messages.print(Text("Ctrl-C stops it."))
        tempo = Tempo(simulated=BEGINS + HEAD_START, real=datetime.now(UTC), speed=options.speed)
        try:
            feed.play(day, arrivals(chain([first], events), tempo))
            messages.print(Text("The simulated day is over. The board stays until Ctrl-C."))
            threading.Event().wait()
        finally:
            messages.print(Text(feed.summary))


def board_context(*, issuer_url: str, instance_arn: str) -> dict[str, str]:
    """The settings of the deployment; its pages come from the repository, see `page_server`."""
    return {
        **local_context(),
        "connectInstanceArn": instance_arn,
        "readSide": "api",
        "oidcIssuerUrl": issuer_url,
        "oidcAudience": AUDIENCE,
    }


if __name__ == "__main__":
    sys.exit(main())

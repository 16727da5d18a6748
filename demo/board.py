"""`make board`: the live board on this machine, of a simulated contact centre that is at work.

Starts MiniStack, deploys the synthesized template with its query API into it, serves the pages on
loopback and lets the deployed functions work on a generated day, as it happens.
"""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain

from rich.console import Console
from rich.text import Text

from contact_centre.generated_day import GeneratedDay
from contact_centre.live_day import HEAD_START, Tempo, arrivals, instance_arn_of
from contact_centre.people.office import BEGINS
from demo.deployed import BUILD, deployed_pipeline
from demo.live_feed import LiveFeed
from demo.stages import stage
from emulator.machine import ministack
from emulator.pages.issuer import AUDIENCE
from emulator.pages.page_server import page_server
from emulator.synthesis import local_context


def show_board(day: GeneratedDay, *, speed: float, port: int, messages: Console) -> None:
    """Show the day on the board until Ctrl-C; ``port`` 0 is one that is free."""
    with ExitStack() as running:
        pages = running.enter_context(page_server(port=port))
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
        tempo = Tempo(simulated=BEGINS + HEAD_START, real=datetime.now(UTC), speed=speed)
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

"""`make board`: the live board on this machine, of a simulated contact centre that is at work.

Starts MiniStack, deploys the synthesized template with its query API into it, serves the pages on
loopback and lets the deployed functions work on a generated day, as it happens.
"""

import threading
from datetime import UTC, datetime
from itertools import chain

from rich.console import Console
from rich.text import Text

from contact_centre.generated_day import GeneratedDay
from contact_centre.live_day import HEAD_START, Tempo, arrivals, instance_arn_of
from contact_centre.people.office import BEGINS
from demo.live_feed import LiveFeed
from demo.site import running_site


def show_board(day: GeneratedDay, *, speed: float, port: int, messages: Console) -> None:
    """Show the day on the board until Ctrl-C; ``port`` 0 is one that is free."""
    events = day.events()
    first = next(events)
    with running_site(
        port=port,
        instance_arn=instance_arn_of(first),
        log_name="ministack-board.log",
        messages=messages,
    ) as site:
        feed = LiveFeed(site.pipeline, site.pages.origin, messages)
        print(f"The board: {site.pages.origin}/", flush=True)
        messages.print(Text("Ctrl-C stops it."))
        tempo = Tempo(simulated=BEGINS + HEAD_START, real=datetime.now(UTC), speed=speed)
        try:
            feed.play(day, arrivals(chain([first], events), tempo))
            messages.print(Text("The simulated day is over. The board stays until Ctrl-C."))
            threading.Event().wait()
        finally:
            messages.print(Text(feed.summary))

"""Feeds the deployed pipeline with a day as it happens, and says what there is to see."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from contact_centre.generated_day import GeneratedDay
from contact_centre.live_day import Arrival, due
from contacts.chain.transfer_types import CONFERENCE, CONSULT, TRANSFER
from contacts.initiation_methods import CALLBACK, DISCONNECT, QUEUE_TRANSFER
from demo.stages import stage
from emulator.pipeline import LocalPipeline

BATCH_SECONDS: Final = 300.0
WORTH_SEEING: Final = {
    TRANSFER: "A transfer",
    CONSULT: "A consultation",
    CONFERENCE: "A conference",
    QUEUE_TRANSFER: "A transfer to another queue by a flow",
    CALLBACK: "A queued callback",
    DISCONNECT: "A flow after the conversation",
}
"""By transfer type."""


class LiveFeed:
    """Puts what is due and lets the functions work on it, then looks what has become due."""

    def __init__(self, pipeline: LocalPipeline, origin: str, messages: Console) -> None:
        self._pipeline = pipeline
        self._origin = origin
        self._messages = messages
        self._unseen = dict(WORTH_SEEING)
        self._errors_shown = 0
        self._fed = 0
        self._seconds_at_work = 0.0
        self._live_since = _now()
        self._delays: list[float] = []

    def play(self, day: GeneratedDay, coming: Iterable[Arrival]) -> None:
        """Returns when the day is over."""
        with stage(self._messages, "The first events") as under_way:
            for batch in due(coming, now=_now, sleep=time.sleep):
                delay = self._feed(batch)
                under_way.say(
                    f"It is {day.clock} in the simulated centre; {self._fed} events so far, "
                    f"seen {delay:.1f} s after they happened"
                )
                for record in day.take_truth():
                    self._show(record)

    @property
    def summary(self) -> str:
        """How it went."""
        text = f"{self._fed} events; the functions were at work for {self._seconds_at_work:.0f} s."
        if not self._delays:
            return text
        return (
            f"{text} Live events could be seen {median(self._delays):.1f} s after they happened, "
            f"at most {max(self._delays):.1f} s."
        )

    def _feed(self, batch: list[Arrival]) -> float:
        """Returns how many seconds after it happened the oldest event can be seen."""
        began = time.monotonic()
        put = self._pipeline.put(arrival.line for arrival in batch)
        progress = self._pipeline.process(put, timeout_seconds=BATCH_SECONDS)
        self._seconds_at_work += time.monotonic() - began
        self._fed += len(batch)
        for error in progress.function_errors[self._errors_shown :]:
            self._messages.print(Text(f"Function error: {error}"))
        self._errors_shown = len(progress.function_errors)
        return self._delay(batch)

    def _delay(self, batch: list[Arrival]) -> float:
        """Of a batch that has been worked on; the head start of the day counts for nothing."""
        delay = (_now() - batch[0].at).total_seconds()
        if batch[0].at > self._live_since:
            self._delays.append(delay)
        return delay

    def _show(self, record: Mapping[str, Any]) -> None:
        """Name a finished chain of each type, once."""
        what = self._unseen.pop(record.get("TransferType", ""), None)
        if what:
            address = f"{self._origin}/chain.html?contact={record['ContactId']}"
            print(f"{what}: {address}", flush=True)


def _now() -> datetime:
    return datetime.now(UTC)

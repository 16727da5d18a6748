"""Plays a generated day in real time, or faster: moves its timestamps to where they are due."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from contact_centre.agents import JsonObject
from contact_centre.published.event_lines import EventLines
from contact_centre.sources import Source, source_of

MOST_AT_ONCE: Final = 500
GATHERED_SECONDS: Final = 0.2
"""Events due within this time come together, because an invocation costs more than an event."""

HEAD_START: Final = timedelta(minutes=10)
"""So much of the day is over when it begins to be live: agents are at work, customers have come."""

_TIMESTAMP: Final = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3})?Z"')
_DURATION: Final = re.compile(rb'("\w*Duration(?:InSeconds)?":)(\d+)')
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Tempo:
    """At ``simulated`` time it is ``real`` time, and everything takes a ``speed``-th of its time.

    So a timer that runs in real time is right whatever the speed.
    """

    simulated: datetime
    real: datetime
    speed: float

    def real_time(self, simulated: datetime) -> datetime:
        return self.real + (simulated - self.simulated) / self.speed

    def retimed(self, line: bytes, source: Source) -> bytes:
        """An event as it would be published in real time."""
        if source is Source.CONTACT_RECORDS:
            line = _DURATION.sub(self._shorter, line)
        return _TIMESTAMP.sub(self._moved, line)

    def _shorter(self, found: re.Match[bytes]) -> bytes:
        return b"%b%d" % (found[1], int(int(found[2]) / self.speed))

    def _moved(self, found: re.Match[bytes]) -> bytes:
        return _moved_text(self, found[1] + (found[2] or b""))


@lru_cache(maxsize=10_000)
def _moved_text(tempo: Tempo, text: bytes) -> bytes:
    """The moved time, as fine as ``text``; a placeholder for no time stays unchanged."""
    moment = datetime.fromisoformat(f"{text.decode()}Z")
    if moment > _LONG_AGO:
        moment = tempo.real_time(moment)
    timespec = "milliseconds" if b"." in text else "seconds"
    moved = moment.isoformat(timespec=timespec).removesuffix("+00:00")
    return f'"{moved}Z"'.encode()


class Arrival(NamedTuple):
    """An event and the real time at which it is published."""

    at: datetime
    line: bytes


def arrivals(events: Iterable[JsonObject], tempo: Tempo) -> Iterator[Arrival]:
    """The events of a day in their order, each when the newest thing told so far happened."""
    lines = EventLines()
    at = _LONG_AGO
    for event in events:
        source = source_of(event)
        at = max(at, tempo.real_time(_moment(event, source)))
        yield Arrival(at, tempo.retimed(lines.line(event), source))


def due(
    coming: Iterable[Arrival],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Iterator[list[Arrival]]:
    """Events as soon as they are due; those due by the same moment come together."""
    gathered: list[Arrival] = []
    for arrival in coming:
        if gathered and (len(gathered) == MOST_AT_ONCE or arrival.at > now()):
            yield gathered
            gathered = []
        wait = (arrival.at - now()).total_seconds()
        if wait > 0:
            sleep(max(wait, GATHERED_SECONDS))
        gathered.append(arrival)
    if gathered:
        yield gathered


def instance_arn_of(event: JsonObject) -> str:
    """The instance that an event is of, whatever its source."""
    arn: str = event["InstanceARN"] if "InstanceARN" in event else event["detail"]["instanceArn"]
    return arn


def _moment(event: JsonObject, source: Source) -> datetime:
    match source:
        case Source.AGENT_EVENTS:
            text = event["EventTimestamp"]
        case Source.CONTACT_EVENTS:
            text = event["time"]
        case Source.CONTACT_RECORDS:
            text = event["LastUpdateTimestamp"]
    return datetime.fromisoformat(text)

"""Writes a simulated day to two files: what Amazon Connect would publish of it, and its truth."""

import time
from collections import Counter
from pathlib import Path
from typing import TextIO

from rich.console import Console

from contact_centre.agents import JsonObject
from contact_centre.generated_day import GeneratedDay
from contact_centre.published.event_lines import EventLines, compact_json
from contact_centre.sources import Source, counted_by_source, source_of
from demo.stages import stage

SECONDS_BETWEEN_REPORTS = 0.5


def write_day(day: GeneratedDay, *, events_to: Path, truth_to: Path, messages: Console) -> str:
    """Write what is published of the day, in order of arrival, and its truth, both as NDJSON.

    Returns what happened, in words. Raises OSError.
    """
    written = _Written()
    with (
        events_to.open("wb") as events,
        truth_to.open("w", encoding="utf-8") as truth,
        stage(messages, "Playing the day") as under_way,
    ):
        reported = 0.0
        lines = EventLines()
        for event in day.events():
            line = lines.line(event)
            events.write(line + b"\n")
            written.count(event, line)
            if time.monotonic() - reported > SECONDS_BETWEEN_REPORTS:
                reported = time.monotonic()
                _write_truth(day, truth, written)
                under_way.say(f"It is {day.clock}; {written.progress()}")
        _write_truth(day, truth, written)
        under_way.say(written.progress())
    return written.summary(day.cases)


def _write_truth(day: GeneratedDay, file: TextIO, written: "_Written") -> None:
    for record in day.take_truth():
        file.write(compact_json(record) + "\n")
        written.contacts["seen by agents" if record["SeenByAgents"] else "seen by no agent"] += 1


class _Written:
    """Counts what goes into the files."""

    def __init__(self) -> None:
        self.events: Counter[Source] = Counter()
        self.contacts: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._bytes: Counter[Source] = Counter()
        self._began = time.monotonic()

    def count(self, event: JsonObject, line: bytes) -> None:
        source = source_of(event)
        self.events[source] += 1
        self._bytes[source] += len(line) + 1
        if source is Source.AGENT_EVENTS:
            self._types[event["EventType"]] += 1
        elif source is Source.CONTACT_EVENTS:
            self._types[f"contact event {event['detail']['eventType']}"] += 1
        else:
            self._types["contact record of Amazon's"] += 1

    def progress(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        return (
            f"{counted_by_source(self.events)}, {self._bytes.total() / 1e6:.1f} MB, "
            f"{self.events.total() / seconds:.0f} events/s; {self.contacts.total()} contacts"
        )

    def summary(self, cases: Counter[str]) -> str:
        sizes = ", ".join(
            f"{source.words} {self._bytes[source] / number / 1000:.1f} KB each"
            for source, number in sorted(self.events.items())
        )
        return "\n\n".join(
            [
                _counted(f"Events ({sizes})", self._types),
                _counted("Contacts", self.contacts),
                _counted("What happened", cases),
            ]
        )


def _counted(title: str, counts: Counter[str]) -> str:
    lines = [f"  {number:>9}  {name}" for name, number in counts.most_common()]
    return "\n".join([f"{title}: {counts.total()}", *lines])

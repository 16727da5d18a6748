"""Writes a simulated day to two files: what Amazon Connect would publish of it, and its truth."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from contact_centre.agent_screens import JsonObject
from contact_centre.arguments import add_day_arguments, day_of
from contact_centre.generated_day import GeneratedDay
from contact_centre.published.event_lines import EventLines, compact_json
from contact_centre.sources import Source, counted_by_source, source_of
from demo.stages import stage

INTERRUPTED = 130
SECONDS_BETWEEN_REPORTS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a day to two files; returns the exit code."""
    options = _options(arguments)
    messages = Console(stderr=True)
    try:
        _write(options, messages)
    except KeyboardInterrupt:
        messages.print(Text("Stopped. The files are incomplete."))
        return INTERRUPTED
    except OSError as error:
        messages.print(
            Text(f"{error.filename or 'The summary'} cannot be written: {error.strerror}.")
        )
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo.day",
        description="Writes what Amazon Connect would publish of a simulated contact centre's day, "
        "and what its contact records must say (the truth). The same arguments give the same "
        "files.",
    )
    add_day_arguments(parser)
    parser.add_argument(
        "--events", type=Path, required=True, metavar="PATH", help="NDJSON, in order of arrival"
    )
    parser.add_argument(
        "--truth",
        type=Path,
        required=True,
        metavar="PATH",
        help="NDJSON, one line per contact; compare with: python -m demo.score",
    )
    return parser.parse_args(arguments)


def _write(options: argparse.Namespace, messages: Console) -> None:
    day = day_of(options)
    written = _Written()
    with (
        options.events.open("wb") as events,
        options.truth.open("w", encoding="utf-8") as truth,
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
    print(written.summary(day.cases))


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


if __name__ == "__main__":
    sys.exit(main())

"""A contact centre in a box: all that is published of a simulated day, and the truth about it.

The same arguments give the same day, byte for byte; which sources are published does not change
what happens in it. Everything in it is synthetic. The truth is worked out from what the simulated
people did (see `day_script`), never from the events.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from local.contact_centre import JsonObject
from local.customers import Customers
from local.day_arguments import QUEUES, add_day_arguments, published_of
from local.event_lines import EventLines, compact_json
from local.office import BEGINS, MINUTE, Office
from local.publishing import Published
from local.shifts import Shifts
from local.sources import Source, counted_by_source, source_of
from local.stages import stage

EVERYTHING = Published()
INTERRUPTED = 130
SECONDS_BETWEEN_REPORTS = 0.5


class GeneratedDay:
    """One day. `events` plays it, once; `take_truth` gives what has become final meanwhile."""

    def __init__(
        self,
        *,
        agents: int,
        hours: float,
        seed: int,
        queues: int = QUEUES,
        hold_moves_state_start: bool = True,
        published: Published = EVERYTHING,
    ) -> None:
        if agents < 1 or queues < 1 or not hours > 0:
            raise ValueError("a day needs an agent, a queue and some time")
        self._office = Office(
            agents=agents,
            hours=hours,
            seed=seed,
            queues=queues,
            hold_moves_state_start=hold_moves_state_start,
            published=published,
        )
        self._shows_screens = Source.AGENT_EVENTS in published.sources
        customers = Customers(self._office)
        shifts = Shifts(self._office, customers)
        seats = list(self._office.seats(agents))
        desks = [
            self._office.desk(profile, name, customers.router.changed) for profile, name, _ in seats
        ]
        customers.router.add(self._office.profiles, desks)
        for desk, (_, _, is_supervisor) in zip(desks, seats, strict=True):
            self._office.timetable.start(shifts.shift(desk, is_supervisor=is_supervisor))
        self._office.timetable.start(customers.arrivals(desks), after=MINUTE)

    @property
    def cases(self) -> Counter[str]:
        """How often each kind of thing has happened so far."""
        return self._office.cases

    @property
    def clock(self) -> str:
        """Hours and minutes of the simulated day."""
        return f"{BEGINS + timedelta(milliseconds=self._office.timetable.now):%H:%M}"

    def events(self) -> Iterator[JsonObject]:
        """All that is published, as it arrives: read it only, agent events share their parts.

        Agent events arrive in time order, the other sources later than what they tell of.
        """
        for _ in self._office.timetable.steps():
            agent_events = self._office.centre.take_events()
            if self._shows_screens:
                yield from agent_events
            yield from self._office.publisher.take_arrived()

    def take_truth(self) -> Iterator[JsonObject]:
        """What is final and was not taken before, one object per contact."""
        for chain in self._office.take_finished():
            yield from self._office.truth.of(chain)


def generated_day(
    *,
    agents: int,
    hours: float,
    seed: int,
    queues: int = QUEUES,
    hold_moves_state_start: bool = True,
    published: Published = EVERYTHING,
) -> tuple[list[JsonObject], list[JsonObject]]:
    """All events of a day that fits into memory, and all of its truth."""
    day = GeneratedDay(
        agents=agents,
        hours=hours,
        seed=seed,
        queues=queues,
        hold_moves_state_start=hold_moves_state_start,
        published=published,
    )
    events = list(day.events())
    return events, list(day.take_truth())


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
        prog="python -m local.generated_day",
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
        help="NDJSON, one line per contact; compare with: python -m local.score",
    )
    return parser.parse_args(arguments)


def day_of(options: argparse.Namespace) -> GeneratedDay:
    """The day that the arguments of `add_day_arguments` say."""
    return GeneratedDay(
        agents=options.agents,
        hours=options.hours,
        seed=options.seed,
        queues=options.queues,
        hold_moves_state_start=not options.hold_stands_still,
        published=published_of(options),
    )


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

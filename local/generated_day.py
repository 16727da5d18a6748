"""A contact centre in a box: agent events of a whole simulated day, and the truth about it.

The same arguments give the same day, byte for byte. Everything in it is synthetic. The truth is
worked out from what the simulated people did (see `day_script`), never from the events.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from local.contact_centre import JsonObject
from local.customers import Customers
from local.event_lines import EventLines, compact_json
from local.office import MINUTE, Office
from local.shifts import Shifts
from local.stages import stage

QUEUES = 20
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
    ) -> None:
        if agents < 1 or queues < 1 or not hours > 0:
            raise ValueError("a day needs an agent, a queue and some time")
        self._office = Office(
            agents=agents,
            hours=hours,
            seed=seed,
            queues=queues,
            hold_moves_state_start=hold_moves_state_start,
        )
        customers = Customers(self._office)
        shifts = Shifts(self._office, customers)
        seats = list(self._office.seats(agents))
        desks = [
            self._office.desk(profile, username, customers.router.changed)
            for profile, username, _ in seats
        ]
        customers.router.add(self._office.profiles, desks)
        for desk, (_, _, is_supervisor) in zip(desks, seats, strict=True):
            self._office.timetable.start(shifts.shift(desk, is_supervisor=is_supervisor))
        self._office.timetable.start(customers.arrivals(desks), after=MINUTE)

    @property
    def cases(self) -> Counter[str]:
        """How often each kind of thing has happened so far."""
        return self._office.cases

    def events(self) -> Iterator[JsonObject]:
        """All agent events in time order; read them only, their snapshots share parts."""
        for _ in self._office.timetable.steps():
            yield from self._office.centre.take_events()

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
) -> tuple[list[JsonObject], list[JsonObject]]:
    """All events of a day that fits into memory, and all of its truth."""
    day = GeneratedDay(
        agents=agents,
        hours=hours,
        seed=seed,
        queues=queues,
        hold_moves_state_start=hold_moves_state_start,
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
        description="Writes the agent events of a simulated contact centre's day, and what its "
        "contact records must say (the truth). The same arguments give the same files.",
    )
    add_day_arguments(parser)
    parser.add_argument(
        "--events", type=Path, required=True, metavar="PATH", help="NDJSON, in time order"
    )
    parser.add_argument(
        "--truth",
        type=Path,
        required=True,
        metavar="PATH",
        help="NDJSON, one line per contact; compare with: python -m local.score",
    )
    return parser.parse_args(arguments)


def add_day_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which day it is."""
    parser.add_argument(
        "--agents", type=_positive_whole, default=50, metavar="N", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--hours",
        type=_positive,
        default=2.0,
        metavar="H",
        help="how long customers come (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=7, metavar="S", help="(default: %(default)s)")
    parser.add_argument(
        "--queues",
        type=_positive_whole,
        default=QUEUES,
        metavar="Q",
        help="queues per routing profile; they make up the size of an event (default: %(default)s)",
    )
    parser.add_argument(
        "--hold-stands-still",
        action="store_true",
        help="StateStartTimestamp does not move on hold, as GetCurrentUserData has it",
    )


def _positive_whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number <= 24:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 24")
    return number


def day_of(options: argparse.Namespace) -> GeneratedDay:
    """The day that the arguments of `add_day_arguments` say."""
    return GeneratedDay(
        agents=options.agents,
        hours=options.hours,
        seed=options.seed,
        queues=options.queues,
        hold_moves_state_start=not options.hold_stands_still,
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
                under_way.say(f"It is {event['EventTimestamp'][11:16]}; {written.progress()}")
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
        self.events: Counter[str] = Counter()
        self.contacts: Counter[str] = Counter()
        self._bytes = 0
        self._began = time.monotonic()

    def count(self, event: JsonObject, line: bytes) -> None:
        self.events[event["EventType"]] += 1
        self._bytes += len(line) + 1

    def progress(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        events = self.events.total()
        return (
            f"{events} agent events, {self._bytes / 1e6:.1f} MB, {events / seconds:.0f} events/s; "
            f"{self.contacts.total()} contacts"
        )

    def summary(self, cases: Counter[str]) -> str:
        average = self._bytes / max(self.events.total(), 1) / 1000
        return "\n\n".join(
            [
                _counted(f"Agent events, {average:.1f} KB each", self.events),
                _counted("Contacts", self.contacts),
                _counted("What happened", cases),
            ]
        )


def _counted(title: str, counts: Counter[str]) -> str:
    lines = [f"  {number:>9}  {name}" for name, number in counts.most_common()]
    return "\n".join([f"{title}: {counts.total()}", *lines])


if __name__ == "__main__":
    sys.exit(main())

"""`make latency`: how long an event takes on this machine until it is stored, and until linked.

A generated day is put on the deployed stream at its real pace while the deployed functions work.
What is measured is the emulator's and the runner's time, not that of AWS; docs/scale.md sets the
budget on AWS beside it.
"""

import argparse
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console

from contact_centre.arguments import day_of
from contact_centre.live_day import Arrival, Tempo, arrivals, due
from contact_centre.people.office import BEGINS
from contact_centre.sources import USUAL_SOURCES
from demo.stages import Stage, stage
from emulator.pipeline import LocalPipeline
from measurements.runs.distribution import distribution
from measurements.runs.measurement import (
    Figures,
    carry_out,
    measurement_arguments,
    pipeline_in_emulator,
    this_machine,
)

AGENTS: Final = 100
MINUTES: Final = 3.0
QUEUES: Final = 20
HEAD_START: Final = timedelta(minutes=10)
"""Of the day; it is put all at once beforehand, so that contacts are under way and nothing cold."""
BATCH_SECONDS: Final = 300.0
IDLE_SECONDS: Final = 0.02
NAME: Final = "latency"

TO_PUT: Final = "event due -> put on the stream"
TO_RECORD: Final = "put -> record stored"
TO_LINK: Final = "put -> chain linked"


@dataclass
class Times:
    """Milliseconds of each leg; told of what is put and of what is done, from several threads."""

    legs: dict[str, list[float]] = field(
        default_factory=lambda: {TO_PUT: [], TO_RECORD: [], TO_LINK: []}
    )
    _put: dict[str, float] = field(default_factory=dict)
    _recorded: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, arrival: Arrival, at: float) -> None:
        """An agent event is known by its time, to the millisecond; others are not followed."""
        moment = event_timestamp(arrival.line)
        with self._lock:
            self.legs[TO_PUT].append(1000 * max(0.0, at - arrival.at.timestamp()))
            if moment:
                self._put[moment] = at

    def done(self, event: Mapping[str, Any], at: float) -> None:
        """A function has succeeded with a batch: its records are stored, or its chains linked."""
        for record in event["Records"]:
            if "kinesis" in record:
                self._stored(record["kinesis"], at)
            else:
                self._linked(record["dynamodb"], at)

    def _stored(self, record: Mapping[str, Any], at: float) -> None:
        with self._lock:
            if record["sequenceNumber"] in self._recorded:
                return
            self._recorded.add(record["sequenceNumber"])
            self.legs[TO_RECORD].append(1000 * (at - record["approximateArrivalTimestamp"]))

    def _linked(self, change: Mapping[str, Any], at: float) -> None:
        """As the function counts it: a leg in which there is a newer fact, at that fact's time."""
        old, new = (
            change.get(image, {}).get("LastUpdateTimestamp", {}).get("S")
            for image in ("OldImage", "NewImage")
        )
        with self._lock:
            if new and new != old and new in self._put:
                self.legs[TO_LINK].append(1000 * (at - self._put[new]))

    def forget(self) -> None:
        """What was measured so far does not count."""
        with self._lock:
            for milliseconds in self.legs.values():
                milliseconds.clear()
            self._put.clear()


def event_timestamp(line: bytes) -> str | None:
    """The time of an agent event; None for anything else."""
    _, found, rest = line.partition(b'"EventTimestamp":"')
    return rest.partition(b'"')[0].decode() if found else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _options(arguments)
    return carry_out(NAME, lambda messages: _measured(options, messages), write=options.write)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = measurement_arguments(
        NAME,
        "Measures on this machine how long an event takes from the stream to its record and to its "
        "linked chain, at the pace of real time.",
    )
    parser.set_defaults(agents=AGENTS, queues=QUEUES, sources=USUAL_SOURCES)
    parser.add_argument(
        "--minutes",
        type=minutes,
        default=MINUTES,
        metavar="M",
        help="how long is measured, in real time (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def minutes(text: str) -> float:
    number = float(text)
    if not 0 < number <= 480:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 480")
    return number


def _measured(options: argparse.Namespace, messages: Console) -> Figures:
    measured = timedelta(minutes=options.minutes)
    options.hours = (HEAD_START + measured) / timedelta(hours=1)
    times = Times()
    with pipeline_in_emulator(
        NAME, messages, on_done=lambda _function, event: times.done(event, time.time())
    ) as pipeline:
        _play(options, pipeline, times, measured, messages)
    return Figures(text=latency_report(times, agents=options.agents, minutes=options.minutes))


def _play(
    options: argparse.Namespace,
    pipeline: LocalPipeline,
    times: Times,
    measured: timedelta,
    messages: Console,
) -> None:
    day = day_of(options)
    ends = BEGINS + HEAD_START + measured
    tempo = Tempo(simulated=BEGINS, real=_now() - HEAD_START, speed=1)
    before: list[bytes] = []
    coming = arrivals(day.events(), tempo)
    first = next(coming)
    with stage(messages, "The ten minutes before"):
        while first.at < _now():
            before.append(first.line)
            first = next(coming)
        pipeline.process(pipeline.put(before), timeout_seconds=BATCH_SECONDS)
        times.forget()
    # Storing what came before took a while: the clock of the day begins where it was left.
    tempo = Tempo(simulated=BEGINS + HEAD_START, real=_now(), speed=1)
    day = day_of(options)
    rest = _after(arrivals(day.events(), tempo), tempo.real, tempo.real_time(ends))
    with stage(messages, "Measuring") as under_way:
        _Feed(pipeline, times, under_way).run(rest)


def _after(coming: Iterator[Arrival], begins: datetime, ends: datetime) -> Iterator[Arrival]:
    for arrival in coming:
        if arrival.at >= ends:
            return
        if arrival.at >= begins:
            yield arrival


class _Feed:
    """Puts what is due from a thread of its own, so that it comes while the functions work."""

    def __init__(self, pipeline: LocalPipeline, times: Times, under_way: Stage) -> None:
        self._pipeline = pipeline
        self._times = times
        self._under_way = under_way
        self._put: dict[str, str] = {}
        self._events = 0
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._failure: BaseException | None = None

    def run(self, coming: Iterator[Arrival]) -> None:
        """Returns when all has been put and has gone through both functions."""
        thread = threading.Thread(target=self._feed, args=(coming,), daemon=True, name="feed")
        thread.start()
        while True:
            was_over = self._is_over.is_set()
            put = self._taken()
            if put:
                self._pipeline.process(put, timeout_seconds=BATCH_SECONDS)
                self._under_way.say(f"Measuring: {self._events} events so far")
            elif was_over:
                break
            else:
                time.sleep(IDLE_SECONDS)
        if self._failure:
            raise self._failure

    def _feed(self, coming: Iterator[Arrival]) -> None:
        try:
            for batch in due(coming, now=_now, sleep=time.sleep):
                before = time.time()
                for arrival in batch:
                    self._times.put(arrival, before)
                put = self._pipeline.put(arrival.line for arrival in batch)
                with self._lock:
                    self._put |= put
                self._events += len(batch)
        except BaseException as error:  # noqa: BLE001  raised again where it is waited for
            self._failure = error
        finally:
            self._is_over.set()

    def _taken(self) -> dict[str, str]:
        with self._lock:
            put, self._put = self._put, {}
            return put


def latency_report(times: Times, *, agents: int, minutes: float) -> str:
    """The distribution of every leg, for reading."""
    head = (
        f"Measured on {_now():%Y-%m-%d}: {agents} agents, {minutes:g} minutes in real time, "
        f"emulator and runner on one machine of {this_machine()}"
    )
    plots = [distribution(leg, milliseconds) for leg, milliseconds in times.legs.items()]
    return "\n\n".join([head, *plots])


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())

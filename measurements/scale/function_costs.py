"""Measures what a batch costs the functions: CPU, calls and log lines.

DynamoDB answers from memory; what the stub uses is taken off. Batches of one record and large ones
give a line: so much for an invocation, so much for a record.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from statistics import median
from typing import Any, Final

from emulator.dynamodb.bill import Bill
from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import Meter, answered_by
from measurements.cost.day_capacity import passes_filter
from measurements.cost.functions import (
    AGENT_EVENTS,
    CONTACT_CHAINS,
    CONTEXT,
    CPU_SECONDS_OF_CONNECTION,
    Handler,
    handler,
)
from measurements.cost.logged import CountedLines
from measurements.cost.workload import StreamedEvent, arrivals, batch
from measurements.scale.sample_day import seconds_between

CALL_SECONDS: Final = 0.005
"""Until DynamoDB answers: assumed, as in docs/performance.md."""
MEMORY_OF_ONE_CPU: Final = 1769
"""MB at which a function has one vCPU; less is in proportion
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""

_LATENCY_SECONDS: Final = 0.01
"""While measuring: long enough that calls made at the same time overlap. CPU does not count it."""

_AGENTS: Final = 200
_HOURS: Final = 0.35
_HOURS_AFTER: Final = 0.25
"""The day goes on behind what is measured: what comes when it closes is another mix."""
_SINGLES: Final = 40
_LARGE: Final = 300
_LARGE_BATCHES: Final = 4
_LARGE_CHAINS: Final = 40
_WARM_UP_RECORDS: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """``fixed`` for an invocation and ``each`` for a record of it."""

    fixed: float
    each: float

    def at(self, records: int) -> float:
        """The cost of an invocation with ``records`` records."""
        return self.fixed + self.each * records


@dataclass(frozen=True, slots=True)
class FunctionCost:
    """CPU seconds on one whole core, calls to DynamoDB, rounds of them, and bytes logged."""

    cpu: Line
    calls: Line
    rounds: Line
    """Calls that are made at the same time are one round."""
    log_bytes: Line

    def seconds(self, records: int, *, memory: int) -> float:
        """How long an invocation takes with ``memory`` MB.

        More than one vCPU helps little: Python computes in one thread at a time. Waiting for
        DynamoDB overlaps among the calls of a round, and with nothing else.
        """
        cpu = self.cpu.at(records) + self.calls.at(records) * CPU_SECONDS_OF_CONNECTION
        waiting = self.rounds.at(records) * CALL_SECONDS
        return cpu / min(1.0, memory / MEMORY_OF_ONE_CPU) + waiting


@dataclass(frozen=True, slots=True)
class _TimedBatch:
    records: int
    cpu: float
    calls: int
    rounds: int
    log_bytes: int


def measure(logged: CountedLines, *, seed: int) -> tuple[FunctionCost, FunctionCost]:
    """The costs of Lambda 1 and Lambda 2, with all sources mixed, during a busy day."""
    played = list(_in_full_swing(seed))
    timed = _SINGLES + _LARGE * _LARGE_BATCHES
    bench = _Bench(logged)
    with answered_by(bench.stub, latency_seconds=0) as bench.meter:
        for chunk in batched(played[:-timed], _WARM_UP_RECORDS, strict=False):
            bench.stored(batch(chunk))
            list(bench.linked(_LARGE_CHAINS))
    with answered_by(bench.stub, latency_seconds=_LATENCY_SECONDS) as bench.meter:
        first: list[_TimedBatch] = []
        second: list[_TimedBatch] = []
        for together in _timed_chunks(played[-timed:]):
            first.append(bench.stored(batch(together)))
            second += bench.linked(1 if len(together) == 1 else _LARGE_CHAINS)
    return _cost(first), _cost(second)


def _in_full_swing(seed: int) -> Iterator[StreamedEvent]:
    begins = ""
    for arrival in arrivals(agents=_AGENTS, hours=_HOURS + _HOURS_AFTER, seed=seed):
        begins = begins or arrival.second
        if seconds_between(begins, arrival.second) > _HOURS * 3600:
            return
        yield arrival


def _timed_chunks(played: Sequence[StreamedEvent]) -> list[Sequence[StreamedEvent]]:
    singles = [[arrival] for arrival in played[:_SINGLES]]
    return [*singles, *batched(played[_SINGLES:], _LARGE, strict=False)]


class _Bench:
    """Both functions over one table in memory."""

    def __init__(self, logged: CountedLines) -> None:
        self.stub = InMemoryDynamoDB.of_contact_chains(is_billed=True)
        self.meter = Meter()
        self._logged = logged
        self._agent_events = handler(AGENT_EVENTS)
        self._contact_chains = handler(CONTACT_CHAINS)

    def stored(self, event: Mapping[str, Any]) -> _TimedBatch:
        """Lambda 1, once."""
        return self._run(self._agent_events, event)

    def linked(self, size: int) -> Iterator[_TimedBatch]:
        """Lambda 2, until nothing more comes of it."""
        while changes := [each for each in self.stub.take_stream_records() if passes_filter(each)]:
            for chunk in batched(changes, size, strict=False):
                yield self._run(self._contact_chains, {"Records": list(chunk)})

    def _run(self, called: Handler, event: Mapping[str, Any]) -> _TimedBatch:
        self.stub.bill = Bill()
        calls, rounds = self.meter.calls, self.meter.rounds
        stub_seconds, logged = self.meter.cpu_seconds, self._logged.paid_bytes
        began = time.process_time()
        answer = called(dict(event), CONTEXT)
        cpu = time.process_time() - began - (self.meter.cpu_seconds - stub_seconds)
        if answer["batchItemFailures"]:
            raise RuntimeError("a batch failed, so nothing is measured")
        return _TimedBatch(
            len(event["Records"]),
            cpu,
            self.meter.calls - calls,
            self.meter.rounds - rounds,
            self._logged.paid_bytes - logged,
        )


def _cost(batches: Sequence[_TimedBatch]) -> FunctionCost:
    return FunctionCost(
        cpu=line([(each.records, each.cpu) for each in batches]),
        calls=line([(each.records, each.calls) for each in batches]),
        rounds=line([(each.records, each.rounds) for each in batches]),
        log_bytes=line([(each.records, each.log_bytes) for each in batches]),
    )


def line(measured: Iterable[tuple[int, float]]) -> Line:
    """Through the median of the smallest and the mean of the largest batches.

    Raises ValueError if all are of one size.
    """
    by_size: dict[int, list[float]] = {}
    for records, value in measured:
        by_size.setdefault(records, []).append(value)
    least, most = min(by_size), max(by_size)
    if least == most:
        raise ValueError("batches of one size give no line")
    small, large = median(by_size[least]), median(by_size[most])
    each = max(0.0, (large - small) / (most - least))
    return Line(max(0.0, small - each * least), each)

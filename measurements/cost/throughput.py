"""Wall time and CPU of Lambda 1 per batch, ours and the baseline's in turn."""

import gc
import time
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by
from emulator.dynamodb.table import TableContent
from measurements.cost.functions import (
    AGENT_EVENTS,
    BASELINE,
    CONTEXT,
    CPU_SECONDS_OF_CONNECTION,
    Handler,
    handler,
)
from measurements.cost.workload import Batch, StreamedEvent, catch_up_batches, full_batches, window

BATCHES: Final = 2
LATENCIES_MILLISECONDS: Final = (0, 5)
_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Scenario:
    """``records`` at a time of a centre whose day began ``minutes`` ago, the tables up to date."""

    name: str
    agents: int
    minutes: int
    records: int


SCENARIOS: Final = (
    Scenario("real time", agents=3000, minutes=20, records=375),
    Scenario("catch-up", agents=46, minutes=60, records=500),
)


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds and calls of one function for all batches of a scenario.

    ``cpu`` is that of all threads, less what the stub used.
    """

    wall: float
    cpu: float
    calls: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians over the rounds; ratios are medians of the ratios within a round."""

    scenario: str
    latency_milliseconds: int
    events: int
    agents: int
    content_bytes: int
    wall_ratio: float
    cpu_ratio: float
    ours: Timed
    baseline: Timed

    @property
    def megabytes_per_second(self) -> float:
        """Throughput of one invocation, with the CPU time of its connections added."""
        seconds = self.ours.wall + self.ours.calls * CPU_SECONDS_OF_CONNECTION
        return self.content_bytes / seconds / 1_000_000


def measure(*, rounds: int) -> list[Comparison]:
    """Every scenario at every latency."""
    handlers = {name: handler(name) for name in (BASELINE, AGENT_EVENTS)}
    return [
        comparison for scenario in SCENARIOS for comparison in _scenario(scenario, handlers, rounds)
    ]


def _scenario(scenario: Scenario, handlers: Mapping[str, Handler], rounds: int) -> list[Comparison]:
    before, following = window(
        agents=scenario.agents,
        minutes=scenario.minutes,
        seed=_SEED,
        records=scenario.records * BATCHES,
    )
    batches = full_batches(following, size=scenario.records)
    stub = InMemoryDynamoDB.of_contact_chains()
    known = known_tables(stub, handlers[AGENT_EVENTS], before)
    for called in handlers.values():
        _timed(called, batches[:1], stub, 0)  # to warm up
    # The collector must not go through the day and the tables, which are the benchmark's: that
    # time would count as the functions'.
    gc.collect()
    gc.freeze()
    try:
        return [
            _compared(scenario.name, latency, batches, stub, known, handlers, rounds)
            for latency in LATENCIES_MILLISECONDS
        ]
    finally:
        gc.unfreeze()


def known_tables(
    stub: InMemoryDynamoDB, ours: Handler, before: Iterable[StreamedEvent]
) -> dict[str, TableContent]:
    """The tables once ``before`` is stored."""
    with answered_by(stub, latency_seconds=0):
        for event in catch_up_batches(before):
            _expect_success(ours(event, CONTEXT))
    return stub.snapshot()


def _compared(
    name: str,
    latency: int,
    batches: Sequence[Batch],
    stub: InMemoryDynamoDB,
    known: Mapping[str, TableContent],
    handlers: Mapping[str, Handler],
    rounds: int,
) -> Comparison:
    timed: dict[str, list[Timed]] = {module: [] for module in handlers}
    for number in range(rounds):
        # In turn, and each first every other time.
        for module in sorted(handlers, reverse=number % 2 == 1):
            stub.restore(known)
            timed[module].append(_timed(handlers[module], batches, stub, latency))
    ours, baseline = timed[AGENT_EVENTS], timed[BASELINE]
    records = [record for each in batches for record in each["Records"]]
    return Comparison(
        scenario=name,
        latency_milliseconds=latency,
        events=len(records),
        agents=len({record["kinesis"]["partitionKey"] for record in records}),
        content_bytes=sum(len(b64decode(record["kinesis"]["data"])) for record in records),
        wall_ratio=ratio([each.wall for each in baseline], [each.wall for each in ours]),
        cpu_ratio=ratio([each.cpu for each in baseline], [each.cpu for each in ours]),
        ours=_median(ours),
        baseline=_median(baseline),
    )


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios round by round."""
    return median(one / other for one, other in zip(of, to, strict=True))


def _timed(
    called: Handler, batches: Iterable[Batch], stub: InMemoryDynamoDB, latency: int
) -> Timed:
    with answered_by(stub, latency_seconds=latency / 1000) as meter:
        wall, cpu = time.perf_counter(), time.process_time()
        for event in batches:
            _expect_success(called(event, CONTEXT))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Timed(wall, cpu - meter.cpu_seconds, meter.calls)


def _expect_success(answer: Mapping[str, Any]) -> None:
    if answer["batchItemFailures"]:
        raise RuntimeError(f"a batch failed, so nothing is measured: {answer}")


def _median(timed: Sequence[Timed]) -> Timed:
    return Timed(
        median(each.wall for each in timed),
        median(each.cpu for each in timed),
        round(median(each.calls for each in timed)),
    )

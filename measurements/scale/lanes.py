"""A shard under an event source mapping, as a queue: what comes, when it is read, and when done.

A discrete simulation without a clock: a shard's records are read in order, all that a poll finds at
once and no more per second than a shard gives; each lane takes its own records in batches and works
on one batch at a time. Rules: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
(window, batch size, payload, parallelization) and
https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html (what a shard gives).
"""

import random
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil
from typing import Final

PAYLOAD_BYTES: Final = 6_000_000
BASE64: Final = 4 / 3
ENVELOPE_BYTES: Final = 400
CAUGHT_UP_SECONDS: Final = 5.0
CALL_SECONDS: Final = 5.0
"""A call of GetRecords returns 10 MB at most, which is what a shard gives in five seconds."""
NO_LIMIT: Final = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """The settings of a mapping that reads a shard.

    ``bytes_per_second`` is what the shard gives of what is waiting; ``payload`` whether the 6 MB of
    an invocation may be the limit of a batch.
    """

    batch_size: int
    window_seconds: float
    lanes: int
    poll_seconds: float
    bytes_per_second: float = NO_LIMIT


@dataclass(slots=True)
class Worked:
    """The results of a run. Ages are seconds from arrival to the end of the batch."""

    records: int = 0
    batches: int = 0
    busy_seconds: float = 0.0
    ages: array[float] = field(default_factory=lambda: array("d"))
    batch_records: list[int] = field(default_factory=list)
    greatest_iterator_age: float = 0.0
    """Of the last record of a batch when the function begins with it, as CloudWatch has it."""
    caught_up_at: float = 0.0
    """When the last lane first began with a batch whose oldest record was hardly old."""
    ended_at: float = 0.0


type Arrivals = Sequence[float]


def poisson(
    rate: Callable[[float], float], *, most: float, until: float, seed: int
) -> array[float]:
    """Times of arrival at ``rate(time)`` per second, which is never more than ``most``."""
    random_source = random.Random(seed)
    times = array("d")
    at = 0.0
    while (at := at + random_source.expovariate(most)) < until:
        if random_source.random() * most < rate(at):
            times.append(at)
    return times


def work(
    arrivals: Arrivals,
    sizes: Sequence[int],
    polling: Polling,
    seconds: Callable[[int], float],
    *,
    works_from: float = 0.0,
    seed: int = 0,
) -> Worked:
    """Let the mapping work on one shard's ``arrivals`` (in order) until nothing is left.

    ``sizes`` are drawn from, ``seconds`` is how long the function takes for so many records, and
    before ``works_from`` nothing is read.
    """
    random_source = random.Random(seed)
    drawn = array("l", random_source.choices(sizes, k=len(arrivals)))
    readable = _readable(arrivals, drawn, polling, works_from)
    worked = Worked()
    lane_of = [random_source.randrange(polling.lanes) for _ in arrivals]
    for lane in range(polling.lanes):
        chosen = [index for index, its_lane in enumerate(lane_of) if its_lane == lane]
        _work_lane(
            array("d", (arrivals[index] for index in chosen)),
            array("d", (readable[index] for index in chosen)),
            [drawn[index] for index in chosen],
            polling,
            seconds,
            worked,
        )
    return worked


def _readable(
    arrivals: Arrivals, sizes: Sequence[int], polling: Polling, works_from: float
) -> array[float]:
    """When each record has been read: with all that one call returns.

    The shard is called at the next poll at which there is something, at once while more is waiting,
    and not before it has given what it gave before.
    """
    times = array("d")
    may_call = works_from
    first = 0
    while first < len(arrivals):
        polled = ceil(arrivals[first] / polling.poll_seconds) * polling.poll_seconds
        called = max(may_call, polled, arrivals[first])
        after, given, most = first, 0, CALL_SECONDS * polling.bytes_per_second
        while after < len(arrivals) and arrivals[after] <= called and given < most:
            given += sizes[after]
            after += 1
        times.extend([called] * (after - first))
        may_call = called + given / polling.bytes_per_second
        first = after
    return times


def _work_lane(
    arrivals: array[float],
    readable: array[float],
    sizes: Iterable[int],
    polling: Polling,
    seconds: Callable[[int], float],
    worked: Worked,
) -> None:
    payload = list(accumulate(size * BASE64 + ENVELOPE_BYTES for size in sizes))
    free = 0.0
    first = 0
    caught_up_at: float | None = None
    while first < len(arrivals):
        fitting = bisect_right(payload, (payload[first - 1] if first else 0) + PAYLOAD_BYTES)
        most = max(first + 1, min(first + polling.batch_size, fitting, len(arrivals)))
        is_full = most < len(arrivals) or most == first + polling.batch_size
        begins = max(free, readable[first])
        waits_until = max(begins, readable[first] + polling.window_seconds)
        closes = min(waits_until, max(begins, readable[most - 1])) if is_full else waits_until
        last = min(most, max(first + 1, bisect_right(readable, closes)))
        count = last - first
        taken = seconds(count)
        free = closes + taken
        worked.records += count
        worked.batches += 1
        worked.busy_seconds += taken
        worked.batch_records.append(count)
        worked.ages.extend(free - arrival for arrival in arrivals[first:last])
        age = closes - arrivals[last - 1]
        worked.greatest_iterator_age = max(worked.greatest_iterator_age, age)
        if caught_up_at is None and closes - arrivals[first] <= _hardly_old(polling):
            caught_up_at = closes
        first = last
    worked.caught_up_at = max(worked.caught_up_at, free if caught_up_at is None else caught_up_at)
    worked.ended_at = max(worked.ended_at, free)


def _hardly_old(polling: Polling) -> float:
    return CAUGHT_UP_SECONDS + polling.window_seconds + polling.poll_seconds

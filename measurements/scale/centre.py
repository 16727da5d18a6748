"""A contact centre of any size: what it publishes, and what it needs of every part of the way."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil, prod
from typing import Final

from contacts.item.buckets import BUCKETS
from emulator.dynamodb.capacity import AGENT_STATES, CONTACT_RECORDS, INDEXES, KEYS
from infra.functions import function_sizes
from infra.functions.function_sizes import FunctionSizes
from measurements.cost.day_capacity import Usage as DayUsage
from measurements.cost.functions import AGENT_EVENTS, CONTACT_CHAINS
from measurements.scale.function_costs import FunctionCost
from measurements.scale.lanes import Polling, Worked, poisson, work
from measurements.scale.on_demand import HEADROOM, Taken, capacity_after, taken_in
from measurements.scale.sample_day import SampleDay

SHARD_BYTES_IN: Final = 1_000_000
SHARD_BYTES_OUT: Final = 2_000_000
KINESIS_POLL_SECONDS: Final = 1.0
TABLE_POLL_SECONDS: Final = 0.25
PARTITION_WRITE_UNITS: Final = 1000
PARTITION_READ_UNITS: Final = 3000
PARTITION_BYTES: Final = 10_000_000_000
LARGEST_QUEUE: Final = 0.4
"""Of all contacts: assumed."""
SHARED_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    AGENT_STATES: KEYS[AGENT_STATES][:1],
    **{f"index {name}": keys.partition_key for name, keys in INDEXES[CONTACT_RECORDS].items()},
}
"""The partition key of whatever is written under the id of more than a contact or a chain."""
FIRST_PARTITIONS: Final = 4
"""A new table on demand takes 4000 write units per second (warm-throughput-scenarios)."""

BURST: Final = 10
BURST_MINUTES: Final = 15
OUTAGE_SECONDS: Final = 6 * 3600
STEADY_SECONDS: Final = 600
HOURS_AT_WORK: Final = 168
"""Of an agent in a month: 21 days of 8 hours. All agents are there at the same hours."""
MONTHS_KEPT: Final = 24
_DRAWN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Measured:
    """All that is measured and not worked out, of one mix of sources; ``day`` in steady batches.

    ``metrics`` is how many custom metrics the functions wrote.
    """

    sample: SampleDay
    day: DayUsage
    agent_events: FunctionCost
    contact_chains: FunctionCost
    metrics: int

    def units(self) -> tuple[dict[str, float], dict[str, float]]:
        """Write and read request units per event, by table (and who) and by index."""
        events = self.day.events
        written = {
            "ContactRecords, by agent_events": self.day.write_units[
                f"{AGENT_EVENTS} {CONTACT_RECORDS}"
            ],
            "ContactRecords, by contact_chains": self.day.write_units[
                f"{CONTACT_CHAINS} {CONTACT_RECORDS}"
            ],
            "AgentStates": self.day.write_units[f"{AGENT_EVENTS} {AGENT_STATES}"],
            **{f"index {name}": units for name, units in sorted(self.day.index_units.items())},
        }
        read = {
            "ContactRecords, by agent_events": self.day.read_units[
                f"{AGENT_EVENTS} {CONTACT_RECORDS}"
            ],
            "ContactRecords, by contact_chains": self.day.read_units[
                f"{CONTACT_CHAINS} {CONTACT_RECORDS}"
            ],
            "AgentStates": self.day.read_units[f"{AGENT_EVENTS} {AGENT_STATES}"],
        }
        return (
            {name: units / events for name, units in written.items()},
            {name: units / events for name, units in read.items()},
        )

    @property
    def passed_per_event(self) -> float:
        """How many records of the table's stream reach Lambda 2."""
        return self.day.passed_records / self.day.events

    @property
    def contacts_per_event(self) -> float:
        """Contacts with a record, per event."""
        return self.day.contacts / self.day.events

    @property
    def stored_bytes_per_event(self) -> float:
        """Bytes stored in ContactRecords per event, with location entries."""
        return self.day.stored_bytes / self.day.events

    @property
    def index_bytes_per_event(self) -> float:
        """Bytes stored in its indexes per event."""
        return self.day.index_bytes / self.day.events


@dataclass(frozen=True, slots=True)
class Load:
    """The load that a number of agents publishes, per second."""

    agents: int
    events: float
    peak_events: float
    first_second_events: float
    bytes_in: float
    peak_bytes: float

    @classmethod
    def of(cls, agents: int, sample: SampleDay) -> "Load":
        """The load of ``agents`` agents, in proportion to the sample."""
        peak = agents * sample.busiest_minute
        return cls(
            agents,
            agents * sample.rate,
            peak,
            agents * sample.first_second,
            agents * sample.bytes_per_second,
            peak * sample.bytes_per_event,
        )

    @property
    def shards(self) -> int:
        """Shards of an on-demand stream that has had the peak."""
        return ceil(capacity_after(self.peak_bytes) / SHARD_BYTES_IN)

    @property
    def provisioned_shards(self) -> int:
        """Shards for twice the busiest minute."""
        return max(1, ceil(HEADROOM * self.peak_bytes / SHARD_BYTES_IN))


@dataclass(frozen=True, slots=True)
class Fed:
    """One function, in steady state. ``worked`` is of one shard."""

    worked: Worked
    shards: int
    seconds: float

    @property
    def records_per_batch(self) -> float:
        """The average number of records in a batch."""
        return self.worked.records / self.worked.batches if self.worked.batches else 0.0

    @property
    def invocations_per_second(self) -> float:
        """Over all shards."""
        return self.worked.batches / self.seconds * self.shards

    @property
    def concurrency(self) -> float:
        """How many run at once, on average, over all shards."""
        return self.worked.busy_seconds / self.seconds * self.shards

    @property
    def seconds_per_record(self) -> float:
        """Billed."""
        return self.worked.busy_seconds / self.worked.records if self.worked.records else 0.0


@dataclass(frozen=True, slots=True)
class Centre:
    """An installation with a load."""

    load: Load
    partitions: int
    write_units: Mapping[str, float]
    read_units: Mapping[str, float]
    agent_events: Fed
    agent_events_gathered: Fed
    """With a batching window of a second."""
    contact_chains: Fed
    burst: Fed
    burst_on_new_stream: Taken
    burst_on_known_stream: Taken
    after_outage: Worked | None
    """None if the backlog would never be worked off."""
    stored_bytes: float

    def busiest_key(self, written: str) -> float:
        """The share of a partition that the busiest value of a key takes, in the busiest minute."""
        parts = {
            "AgentId": 1 / self.load.agents,
            "QueueId": LARGEST_QUEUE,
            "Bucket": 1 / len(BUCKETS),
            "Open": 1 / len(BUCKETS),
        }
        part = prod(parts.get(attribute, 1.0) for attribute in SHARED_KEYS[written])
        peak = self.load.peak_events / self.load.events
        return self.write_units[written] * peak * part / PARTITION_WRITE_UNITS

    def seconds_to_chain(self, *, gathered: bool, seed: int) -> list[float]:
        """From an event's arrival until its chain is linked: a record's age and then a chain's."""
        chances = random.Random(seed)
        first = (self.agent_events_gathered if gathered else self.agent_events).worked.ages
        second = self.contact_chains.worked.ages
        if not second:
            return []
        return [
            chances.choice(first) + chances.choice(second) for _ in range(_DRAWN if first else 0)
        ]


def centre(agents: int, measured: Measured, *, seed: int) -> Centre:
    """Work everything out for so many agents."""
    load = Load.of(agents, measured.sample)
    written, read = measured.units()
    stored = measured.stored_bytes_per_event * load.events * 3600 * HOURS_AT_WORK * MONTHS_KEPT
    write_units = {name: units * load.events for name, units in written.items()}
    partitions = _partitions(write_units, stored)
    return Centre(
        load=load,
        partitions=partitions,
        write_units=write_units,
        read_units={name: units * load.events for name, units in read.items()},
        agent_events=fed_by_stream(load, function_sizes.AGENT_EVENTS, measured, seed=seed),
        agent_events_gathered=fed_by_stream(
            load, replace(function_sizes.AGENT_EVENTS, window_seconds=1), measured, seed=seed
        ),
        contact_chains=fed_by_table(
            load, function_sizes.CONTACT_CHAINS, measured, partitions, seed=seed
        ),
        burst=fed_by_stream(load, function_sizes.AGENT_EVENTS, measured, seed=seed, times=BURST),
        burst_on_new_stream=taken_in([BURST * load.bytes_in] * BURST_MINUTES, peak_before=0),
        burst_on_known_stream=taken_in(
            [BURST * load.bytes_in] * BURST_MINUTES, peak_before=load.peak_bytes
        ),
        after_outage=after_outage(load, function_sizes.AGENT_EVENTS, measured, seed=seed),
        stored_bytes=stored,
    )


def fed_by_stream(
    load: Load, function: FunctionSizes, measured: Measured, *, seed: int, times: float = 1
) -> Fed:
    """Lambda 1 with ``times`` the mean rate, or as much of it as a shard takes in."""
    most = SHARD_BYTES_IN / measured.sample.bytes_per_event
    rate = min(most, times * load.events / load.shards)
    worked = work(
        poisson(lambda _: rate, most=rate, until=STEADY_SECONDS, seed=seed),
        measured.sample.sizes,
        _polling(function, KINESIS_POLL_SECONDS, SHARD_BYTES_OUT),
        _seconds(measured.agent_events, function),
        seed=seed,
    )
    return Fed(worked, load.shards, STEADY_SECONDS)


def after_outage(
    load: Load, function: FunctionSizes, measured: Measured, *, seed: int
) -> Worked | None:
    """Lambda 1 after nothing was worked on for six hours, on one shard; the archive reads, too."""
    rate = load.events / load.shards
    seconds = _seconds(measured.agent_events, function)
    sample = measured.sample
    given = SHARD_BYTES_OUT - rate * sample.bytes_per_event
    worked_off = function.lanes * function.batch_size / seconds(function.batch_size)
    share = rate / min(given / sample.bytes_per_event, worked_off)
    if share >= 1:
        return None
    until = OUTAGE_SECONDS / (1 - share) * 1.1 + STEADY_SECONDS
    return work(
        poisson(lambda _: rate, most=rate, until=until, seed=seed),
        sample.sizes,
        _polling(function, KINESIS_POLL_SECONDS, given),
        seconds,
        works_from=OUTAGE_SECONDS,
        seed=seed,
    )


def fed_by_table(
    load: Load, function: FunctionSizes, measured: Measured, shards: int, *, seed: int
) -> Fed:
    """Lambda 2 at the mean rate; a table's stream has a shard for each of its partitions."""
    rate = load.events * measured.passed_per_event / shards
    worked = work(
        poisson(lambda _: rate, most=rate, until=STEADY_SECONDS, seed=seed),
        [round(measured.day.complete_items.mean)],
        _polling(function, TABLE_POLL_SECONDS, SHARD_BYTES_OUT),
        _seconds(measured.contact_chains, function),
        seed=seed,
    )
    return Fed(worked, shards, STEADY_SECONDS)


def _polling(function: FunctionSizes, poll_seconds: float, bytes_per_second: float) -> Polling:
    return Polling(
        batch_size=function.batch_size,
        window_seconds=function.window_seconds,
        lanes=function.lanes,
        poll_seconds=poll_seconds,
        bytes_per_second=bytes_per_second,
    )


def _seconds(cost: FunctionCost, function: FunctionSizes) -> Callable[[int], float]:
    return lambda records: cost.seconds(records, memory=function.memory_size)


def _partitions(write_units: Mapping[str, float], stored: float) -> int:
    """Partitions of ContactRecords; its stream probably has one shard for each."""
    written = sum(units for name, units in write_units.items() if name.startswith(CONTACT_RECORDS))
    return max(
        FIRST_PARTITIONS,
        ceil(HEADROOM * written / PARTITION_WRITE_UNITS),
        ceil(stored / PARTITION_BYTES),
    )


def million_events_a_month(load: Load) -> float:
    """Events of a month in which every agent works ``HOURS_AT_WORK`` hours."""
    return load.events * 3600 * HOURS_AT_WORK / 1_000_000

"""Provisioned capacity for a number of agents, instead of capacity on demand.

Per agent at work and second, with all three sources; `make simulate` measures it and compares
(docs/scale.md). Tables follow what is used between a tenth and four times the usual; a stream has
shards for twice the busiest minute and follows nothing.
"""

from collections.abc import Mapping
from math import ceil
from typing import Final

from aws_cdk import aws_dynamodb as dynamodb

TARGET_PERCENT: Final = 70
"""The used share of provisioned capacity; the rest absorbs growth until DynamoDB adds more."""

LEAST_SHARE: Final = 0.1
"""The share at night; capacity returns within minutes, and bursts of five are covered."""

MOST_TIMES: Final = 4
"""The usual need: a burst, a replay, a backlog that is worked off."""

FEWEST_UNITS: Final = 5

WRITE_UNITS: Final[Mapping[str, float]] = {
    "ContactRecords": 0.060,
    "AgentStates": 0.016,
    "ByAgent": 0.008,
    "ByQueue": 0.009,
    "ByFailedOffer": 0.002,
    "ByInstance": 0.008,
    "Open": 0.007,
}
READ_UNITS: Final[Mapping[str, float]] = {
    "ContactRecords": 0.035,
    "AgentStates": 0.018,
}
"""Of an index only what people ask: the least is provisioned, and more as it is used."""

STREAM_BYTES: Final[Mapping[str, float]] = {"AgentEventStream": 275, "ContactRecordStream": 12}
"""In the busiest minute. Contact records come on the first stream, too, where they have none."""

SHARD_BYTES: Final = 1_000_000


def shards(stream: str, agents: int) -> int:
    """The shards for twice the busiest minute."""
    return ceil(2 * agents * STREAM_BYTES[stream] / SHARD_BYTES)


def usual_units(units: Mapping[str, float], name: str, agents: int) -> int:
    """The initial capacity of a table or an index."""
    used = agents * units.get(name, 0.0)
    return max(FEWEST_UNITS, ceil(used * 100 / TARGET_PERCENT))


def scale_table(table: dynamodb.Table, name: str, agents: int) -> None:
    """Let capacity follow use."""
    table.auto_scale_read_capacity(**_limits(READ_UNITS, name, agents)).scale_on_utilization(
        target_utilization_percent=TARGET_PERCENT
    )
    table.auto_scale_write_capacity(**_limits(WRITE_UNITS, name, agents)).scale_on_utilization(
        target_utilization_percent=TARGET_PERCENT
    )


def scale_index(table: dynamodb.Table, name: str, agents: int) -> None:
    """Let the capacity of an index follow its use."""
    table.auto_scale_global_secondary_index_read_capacity(
        name, **_limits(READ_UNITS, name, agents)
    ).scale_on_utilization(target_utilization_percent=TARGET_PERCENT)
    table.auto_scale_global_secondary_index_write_capacity(
        name, **_limits(WRITE_UNITS, name, agents)
    ).scale_on_utilization(target_utilization_percent=TARGET_PERCENT)


def _limits(units: Mapping[str, float], name: str, agents: int) -> dict[str, int]:
    usual = usual_units(units, name, agents)
    least = max(FEWEST_UNITS, ceil(usual * LEAST_SHARE))
    return {"min_capacity": least, "max_capacity": MOST_TIMES * usual}

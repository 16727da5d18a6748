"""Ways in which one and the same day can reach the pipeline."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters.contact_records_table import Key
from contact_centre.small_day import agent_id, small_day
from tests.pipeline.in_memory_pipeline import (
    ChooseNext,
    EventObject,
    InMemoryPipeline,
    Invocation,
    Source,
    in_memory_pipeline,
)
from tests.quick import IS_QUICK

INVITED_BEFORE_INVITING = ("eva", "dan", "cleo", "zoe", "hugo", "gita", "finn", "ben", "ada")
"""In every transfer of the small day the invited agent stands before the inviting one."""

type Items = dict[Key, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How the events are dealt out to shards, and which shard is read when.

    ``shards``: how many; 0 is one for each agent. ``order``: ``in time`` reads the table's stream
    dry after each batch; ``shard by shard`` reads a shard to its end before the next one is begun;
    a number is the seed by which every next invocation is drawn. ``times``: how often each event
    is put on the stream in a row. ``tables_of_moto``: on those of the other emulator.
    """

    name: str
    shards: int = 1
    batch_size: int = 500
    order: str | int = "in time"
    times: int = 1
    tables_of_moto: bool = False
    hold_moves_state_start: bool = True

    def __str__(self) -> str:
        return self.name


IN_ONE_BATCH = Delivery(name="in one batch")
EVENT_BY_EVENT = Delivery(name="event by event", batch_size=1)

_DELIVERIES = (
    IN_ONE_BATCH,
    EVENT_BY_EVENT,
    Delivery(name="in batches of 7", batch_size=7),
    Delivery(name="in batches of 50", batch_size=50),
    Delivery(name="in batches of 50 on moto", batch_size=50, tables_of_moto=True),
    Delivery(name="each event three times", batch_size=50, times=3),
    Delivery(
        name="hold does not move StateStartTimestamp", batch_size=1, hold_moves_state_start=False
    ),
    Delivery(name="one of two shards far behind", shards=2, batch_size=10, order="shard by shard"),
    Delivery(name="child legs before parents", shards=0, batch_size=3, order="shard by shard"),
    *(
        Delivery(
            name=f"shards interleaved, seed {seed}", shards=shards, batch_size=size, order=seed
        )
        for seed, (shards, size) in enumerate([(2, 6), (3, 8), (4, 20), (0, 4), (0, 25)])
    ),
    Delivery(
        name="shards interleaved, hold does not move StateStartTimestamp",
        shards=0,
        batch_size=10,
        order=5,
        hold_moves_state_start=False,
    ),
)
"""In one shard, in order, where nothing else is said."""
DELIVERIES = _DELIVERIES[:: 2 if IS_QUICK else 1]


@dataclass(frozen=True)
class Delivered:
    """What a delivery led to."""

    items: Items
    invocations: Sequence[Invocation]


@cache
def delivered(delivery: Delivery) -> Delivered:
    """The table after ``delivery``; worked out once, so don't change it."""
    dealt = deal(delivery)
    with in_memory_pipeline(
        shards=dealt, batch_size=delivery.batch_size, tables_of_moto=delivery.tables_of_moto
    ) as pipeline:
        put_all(pipeline, dealt)
        pipeline.run(chooser(delivery))
        return Delivered(pipeline.aws.items(), tuple(pipeline.invocations))


def deal(delivery: Delivery) -> dict[str, list[EventObject]]:
    """The events of each shard; all events of one agent are in one shard, in order."""
    agents = [agent_id(username) for username in INVITED_BEFORE_INVITING]
    shards: dict[str, list[EventObject]] = defaultdict(list)
    if not delivery.shards:
        shards.update({agent: [] for agent in agents})
    for event in small_day(hold_moves_state_start=delivery.hold_moves_state_start):
        agent = event["AgentARN"].rpartition("/")[2]
        shard = f"{_hash(agent) % delivery.shards:012}" if delivery.shards else agent
        shards[shard] += [event] * delivery.times
    return dict(shards)


def put_all(pipeline: InMemoryPipeline, dealt: Mapping[str, Sequence[EventObject]]) -> None:
    for shard, events in dealt.items():
        pipeline.put(shard, events)


def chooser(delivery: Delivery) -> ChooseNext:
    match delivery.order:
        case int(seed):
            return random.Random(seed).choice
        case "shard by shard":
            return _first
        case _:
            return _last


def _first(sources: Sequence[Source]) -> Source:
    """The first shard that has anything left; the table's stream comes last."""
    return sources[0]


def _last(sources: Sequence[Source]) -> Source:
    """The table's stream, whenever there is anything on it."""
    return sources[-1]


def _hash(agent: str) -> int:
    """As Kinesis does it: by the MD5 of the partition key."""
    return int.from_bytes(hashlib.md5(agent.encode(), usedforsecurity=False).digest())

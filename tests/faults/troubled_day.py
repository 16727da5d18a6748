"""A few minutes with a bit of everything, and what the tables hold when no call to AWS fails.

Two agents on two shards share a transfer and a contact that one of them missed. Three of the
agents' events are lost before they reach the stream, so there is something to repair: a hold that
leaves StateStartTimestamp alone, a clearing, and another agent's clearing. One record is no JSON.
What chain the transferred leg is of shows late, and a contact record is wrong about it at first.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from contact_centre.agents import ContactCentre, JsonObject, identifier
from contacts.item.contact_item import holds_record
from contacts.item_parts import MOVED_TO_CHAIN_ID
from emulator.streams.event_source_mapping import (
    DiscardedBatch,
    Event,
    MappingSettings,
    ShardMapping,
    StreamRecord,
)
from emulator.streams.stream_records import table_record
from tests.fakes.aws_in_memory import AGENT_STATES, InMemoryAws, in_memory_aws
from tests.fakes.kinesis_batches import ARRIVAL, STREAM_ARN, as_data, stream_record
from tests.faults.execution_environments import (
    AGENT_EVENTS,
    CONTACT_CHAINS,
    environment,
    faults_over,
    no_pauses,
)
from tests.pipeline.in_memory_pipeline import CHAIN_FILTERS

SHARDS: Final = ("ada", "ben")
NOT_JSON: Final = b"not JSON"
BEGAN: Final = datetime(2026, 3, 9, 9, tzinfo=UTC)
CENTRE: Final = "troubled day"
WRONG_CHAIN: Final = identifier(CENTRE, "contact", "wrong")

type Contents = JsonObject | bytes
type Stored = dict[str, Any]
type BeforeInvocation = Callable[[str, Event], object]

_DESERIALIZER = TypeDeserializer()


@cache
def day() -> Mapping[str, Sequence[Contents]]:
    """What reaches the stream, shard by shard."""
    centre = ContactCentre(CENTRE, hold_moves_state_start=False)
    queue = centre.queue("Sales")
    profile = centre.routing_profile(
        "Sales", inbound_queues=[queue], default_outbound_queue=queue, slots={"VOICE": 2}
    )
    ada, ben = (centre.agent(name, routing_profile=profile) for name in SHARDS)
    call = centre.contact("call", queue=queue, queued_at=after(0))
    missed = centre.contact("missed", queue=queue, queued_at=after(0))
    lost: list[JsonObject] = []

    def lose() -> None:
        lost.append(centre.events[-1])

    for agent in (ada, ben):
        agent.log_in(after(-10))
        agent.set_status("Available", after(-5))
    ben.offer(missed, after(1))
    ada.offer(call, after(2))
    ada.accept(call, after(5))
    ben.miss(missed, after(21))
    ben.clear(missed, after(22))
    lose()
    ada.hold(call, after(30))
    lose()
    ada.heart_beat(after(40))
    second = centre.transfer("second", of=call, to=ben.own_queue, at=after(41))
    ben.offer(second, after(42))
    ben.accept(second, after(45))
    ada.end(call, after(50))
    ada.clear(call, after(58))
    lose()
    ada.offer(missed, after(60))
    ada.accept(missed, after(63))
    ben.end(second, after(90))
    ben.clear(second, after(95))
    ada.end(missed, after(100))
    ada.clear(missed, after(103))
    reached = [event for event in centre.events if event not in lost]
    shards: dict[str, list[Contents]] = {
        shard: [event for event in reached if event["AgentARN"] == agent.arn]
        for shard, agent in zip(SHARDS, (ada, ben), strict=True)
    }
    shards["ada"].insert(5, NOT_JSON)
    *first_events, end, cleared = shards["ben"]
    shards["ben"] = [
        *(_without_its_chain(event, second.id) for event in first_events),
        _contact_record(second.id, WRONG_CHAIN, updated="2026-03-09T09:00:46Z"),
        end,
        cleared,
        _contact_record(second.id, call.id, updated="2026-03-09T09:02:50Z"),
    ]
    return shards


def _without_its_chain(event: Contents, contact_id: str) -> JsonObject:
    """The event as it were if Connect did not name the contact's chain yet."""
    assert isinstance(event, dict)
    event = deepcopy(event)
    for name in ("CurrentAgentSnapshot", "PreviousAgentSnapshot"):
        for contact in (event[name] or {}).get("Contacts", ()):
            if contact["ContactId"] == contact_id:
                contact["InitialContactId"] = None
    return event


def _contact_record(contact_id: str, initial_contact_id: str, *, updated: str) -> JsonObject:
    return {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": contact_id,
        "InitialContactId": initial_contact_id,
        "LastUpdateTimestamp": updated,
    }


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Outcome:
    """What is stored, but for the two numbers that count writes and where records have been.

    ``records`` and ``chains``, where the record of a contact is, are by ContactId.
    """

    records: Stored
    chains: dict[str, str]
    agent_states: Stored
    quarantined: Stored


class Pipeline:
    """Both functions under event source mappings, over tables in memory."""

    def __init__(self, aws: InMemoryAws, *, batch_size: int = 4) -> None:
        self.aws = aws
        self.table_events: list[Event] = []
        """All records of the table's stream so far, as the function gets them."""
        self.before_invocation: BeforeInvocation = lambda _function, _event: None
        self.shards = {
            shard: self._mapping(
                AGENT_EVENTS, shard, event_source_arn=STREAM_ARN, batch_size=batch_size
            )
            for shard in SHARDS
        }
        self.table = self._mapping(
            CONTACT_CHAINS,
            "table",
            event_source_arn=aws.table_stream_arn,
            batch_size=10,
            filters=CHAIN_FILTERS,
        )
        for number, (shard, contents) in enumerate(day().items()):
            self.shards[shard].put(shard_records(shard, contents, first=1_000 * number))

    def run(self) -> None:
        """Let the shards take turns, the table's stream after each, until nothing is left."""
        while self.pending:
            for mapping in (*self.shards.values(), self.table):
                mapping.step()
                self.read_table_stream()

    @property
    def pending(self) -> int:
        return sum(each.pending for each in (*self.shards.values(), self.table))

    def read_table_stream(self) -> None:
        arn = self.aws.table_stream_arn
        records = [
            table_record(record, stream_arn=arn)
            for record in self.aws.table_stream_records(after=len(self.table_events))
        ]
        self.table_events += [record.event for record in records]
        self.table.put(records)

    def outcome(self) -> Outcome:
        counters = {"Version", "ChainVersion", "LinksDue"}
        items = self.aws.items()
        return Outcome(
            records={
                key.contact_id: {name: item[name] for name in item.keys() - counters}
                for key, item in items.items()
                if holds_record(item)
            },
            chains={
                key.contact_id: item.get(MOVED_TO_CHAIN_ID, key.chain_id)
                for key, item in items.items()
                if key.chain_id == key.contact_id != WRONG_CHAIN
            },
            agent_states={
                item["AgentId"]["S"]: {
                    name: _DESERIALIZER.deserialize(value) for name, value in item.items()
                }
                for item in self.aws.dynamodb.scan(TableName=AGENT_STATES)["Items"]
            },
            quarantined=self.aws.quarantined(),
        )

    def _mapping(self, function: str, shard_id: str, **settings: Any) -> ShardMapping:
        def invoke(event: Event) -> Event:
            self.before_invocation(function, event)
            return environment(function).invoke(event)

        return ShardMapping(
            settings=MappingSettings(
                uuid=function,
                function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{function}",
                report_batch_item_failures=True,
                bisect_batch_on_function_error=True,
                **settings,
            ),
            shard_id=shard_id,
            invoke=invoke,
            on_failure=_nothing_is_given_up,
            now=lambda: ARRIVAL,
        )


@contextmanager
def pipeline(*, batch_size: int = 4, tables_of_moto: bool = False) -> Iterator[Pipeline]:
    """Without faults at first and at the end."""
    quiet_outcome()  # Worked out before, since there is only one AWS in memory at a time.
    with _pipeline(batch_size, tables_of_moto=tables_of_moto) as troubled:
        yield troubled


@cache
def quiet_outcome() -> Outcome:
    """What a run without faults leaves."""
    with _pipeline(batch_size=4) as quiet:
        quiet.run()
        return quiet.outcome()


@contextmanager
def _pipeline(batch_size: int, *, tables_of_moto: bool = False) -> Iterator[Pipeline]:
    with in_memory_aws(tables_of_moto=tables_of_moto) as aws, no_pauses():
        faults_over()
        try:
            yield Pipeline(aws, batch_size=batch_size)
        finally:
            faults_over()


def shard_records(
    shard: str, contents: Iterable[Contents], *, first: int = 0
) -> list[StreamRecord]:
    return [
        stream_record(
            as_data(each), first + position, partition_key=shard, shard_id=f"shardId-{shard}"
        )
        for position, each in enumerate(contents)
    ]


def kinesis_event(shard: str, *, first: int, last: int) -> Event:
    """A batch of one shard by hand, as the mapping would hand it over."""
    number = SHARDS.index(shard)
    records = shard_records(shard, day()[shard], first=1_000 * number)[first:last]
    return {"Records": [json.loads(json.dumps(record.event)) for record in records]}


def _nothing_is_given_up(batch: DiscardedBatch) -> None:
    message = f"{len(batch.records)} records were given up: {batch.condition}"
    raise AssertionError(message)

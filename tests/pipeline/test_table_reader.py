"""A reader that knows docs/table.md and the AWS SDK, and nothing of this project.

It asks the table as a program in any language would, and must find of every contact, whatever state
it is in, each attribute that the contact's facts give. What they give is taken from the facts, not
from how an item is made.
"""

import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from contact_centre.agents import JsonObject
from contact_centre.small_day import instance_id, small_day
from contacts.facts.contact_facts import AnsweringAgent
from contacts.item.indexes import OPEN_INDEX
from contacts.record.attempts import Attempt
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import contacts_of
from tests.contact_queries.api_in_memory import put_items
from tests.fakes.aws_in_memory import TABLE, add_index, in_memory_aws
from tests.pipeline.processed_day import processed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOMENTS = ("2026-03-09T09:01:00.000Z", "2026-03-09T09:04:20.000Z", "2026-03-09T09:08:11.000Z")
BY_THE_LINKING = {
    "PreviousContactId",
    "NextContactId",
    "LinkEvidence",
    "TransferType",
    "ConferenceJoinedTimestamp",
    "CustomerLeftTimestamp",
    "DialOutcome",
    "LinksDue",
    "TakenBack",
    "ChainVersion",
    "Agent.AgentInteractionDuration",
}
"""Of Lambda 2: they are no function of one contact's facts."""
OF_THE_DEPLOYMENT = {"Version", "ExpiresAt"}


class Reader:
    """What anybody can write from docs/table.md, in any language."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def open_contacts(self, instance: str) -> Iterator[dict[str, Any]]:
        """The index finds the keys; the records are read by them."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=TABLE,
            IndexName="Open",
            FilterExpression="InstanceId = :instance",
            ExpressionAttributeValues={":instance": {"S": instance}},
        )
        for page in pages:
            for entry in page["Items"]:
                key = {name: entry[name] for name in ("ChainId", "ContactId")}
                answer = self._client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)
                yield _plain(answer["Item"])

    def finished_contacts(self) -> Iterator[dict[str, Any]]:
        """Only records have a Status."""
        for page in self._client.get_paginator("scan").paginate(TableName=TABLE):
            for item in map(_plain, page["Items"]):
                if item.get("Status", "IN_PROGRESS") != "IN_PROGRESS":
                    yield item


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


@pytest.mark.parametrize("moment", MOMENTS)
def test_reader_finds_every_attribute_of_every_open_contact(moment: str) -> None:
    events = _events_until(moment)

    with in_memory_aws() as aws:
        found = list(_reader_of(aws.dynamodb, events).open_contacts(instance_id()))

    given = {key: record for key, record in _records(events) if record.status == "IN_PROGRESS"}
    assert len(given) > 1
    assert {item["ContactId"]: _by_path(item) for item in found} == {
        contact_id: _by_path(_given_by_facts(record)) for contact_id, record in given.items()
    }


def test_reader_finds_every_attribute_of_every_finished_contact() -> None:
    events = list(small_day())

    with in_memory_aws() as aws:
        found = list(_reader_of(aws.dynamodb, events).finished_contacts())

    assert {item["ContactId"]: _by_path(item) for item in found} == {
        contact_id: _by_path(_given_by_facts(record)) for contact_id, record in _records(events)
    }


def test_some_open_contacts_ring_and_others_are_talking_held_or_in_after_contact_work() -> None:
    """What the reader is shown has every state that an agent's snapshot can have."""
    shown = {
        record.state
        for moment in MOMENTS
        for _, record in _records(_events_until(moment))
        if record.status == "IN_PROGRESS"
    }

    assert shown >= {"CONNECTING", "CONNECTED", "CONNECTED_ONHOLD", "ENDED"}


def _events_until(moment: str) -> list[JsonObject]:
    return [event for event in small_day() if event["EventTimestamp"] <= moment]


def _reader_of(client: "DynamoDBClient", events: list[JsonObject]) -> Reader:
    add_index(client, OPEN_INDEX)
    put_items(client, TABLE, map(dict, processed(events)))
    return Reader(client)


def _records(events: list[JsonObject]) -> Iterator[tuple[str, ContactRecord]]:
    for contact_id, facts in contacts_of(events).items():
        yield contact_id, contact_record(facts)


def _bucket(contact_id: str) -> str:
    """As docs/table.md says."""
    return f"{binascii.crc32(contact_id.encode()) % 32:02}"


def _by_path(item: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Every attribute by its path, but for those that no fact of the contact gives."""
    found: dict[str, Any] = {}
    for name, value in item.items():
        path = above + name
        if path in BY_THE_LINKING | OF_THE_DEPLOYMENT:
            continue
        if isinstance(value, Mapping):
            found |= _by_path(value, f"{path}.")
        elif name == "Attempts":
            for number, attempt in enumerate(value):
                found |= _by_path(attempt, f"Attempts[{number}].")
        else:
            found[path] = value
    return found


def _given_by_facts(record: ContactRecord) -> dict[str, Any]:
    """The item by the words of docs/table.md."""
    facts = record.facts
    failed = [
        attempt.ended
        for attempt in record.attempts
        if attempt.ended and attempt.newest.state in {"MISSED", "REJECTED", "ERROR"}
    ]
    agent, queue = facts.answering_agent, facts.queue
    item: dict[str, Any] = _without_none(
        {
            "ChainId": facts.chain_id,
            "ContactId": facts.contact_id,
            "InitialContactId": facts.initial_contact_id,
            "InstanceId": facts.instance_id,
            "Channel": facts.channel,
            "InitiationMethod": facts.initiation_method,
            "Status": record.status,
            "State": record.state,
            "StateStartTimestamp": record.state_start_timestamp,
            "StartTimestamp": record.start_timestamp,
            "Bucket": _bucket(facts.contact_id),
            "Open": _bucket(facts.contact_id) if record.status == "IN_PROGRESS" else None,
            "LastUpdateTimestamp": record.last_update_timestamp,
            "FailedOfferTimestamp": min(failed, default=None),
            "AgentConnectionAttempts": len(record.attempts),
            "Attempts": [_attempt(each, facts.usernames) for each in record.attempts],
            "AgentId": agent and agent.agent_id,
            "Agent": agent and _agent(record, agent),
            "QueueId": queue and queue.id,
            "Queue": queue
            and {
                "Name": queue.name,
                "EnqueueTimestamp": queue.enqueue_timestamp,
                "DequeueTimestamp": record.dequeue_timestamp,
                "Duration": _seconds(queue.enqueue_timestamp, record.dequeue_timestamp),
            },
            "Timeline": [
                f"{fact.timestamp} {fact.state} {fact.agent_id}" for fact in sorted(facts.timeline)
            ],
        }
    )
    return item


def _attempt(attempt: Attempt, usernames: Mapping[str, str]) -> dict[str, Any]:
    return {
        "AgentId": attempt.agent_id,
        "Username": usernames.get(attempt.agent_id),
        "OfferedTimestamp": attempt.offered,
        "AnsweredTimestamp": attempt.answered,
        "EndedTimestamp": attempt.ended,
        "ClearedTimestamp": attempt.cleared,
        "RingDuration": _seconds(
            attempt.offered, attempt.answered or attempt.ended or attempt.cleared
        ),
        "Outcome": attempt.outcome,
    }


def _agent(record: ContactRecord, agent: AnsweringAgent) -> dict[str, Any]:
    """AgentInteractionDuration has tests of its own: of later legs the linking writes it."""
    answer = record.answer
    assert answer
    holds = [_length(*each) for each in answer.holds]
    is_task = record.facts.channel == "TASK"
    work = answer.after_contact_work_started
    profile = agent.routing_profile
    return {
        "Username": agent.username,
        "RoutingProfile": profile and {"Id": profile.id, "Name": profile.name},
        "HierarchyGroups": {
            level: {"Id": group_id, "GroupName": name}
            for level, group_id, name in agent.hierarchy_groups
        },
        "ConnectedToAgentTimestamp": agent.connected_to_agent_timestamp,
        "CustomerHoldDuration": sum(holds, timedelta()) // timedelta(seconds=1),
        "LongestHoldDuration": max(holds, default=timedelta()) // timedelta(seconds=1),
        "NumberOfHolds": len(holds),
        "AgentPauseDuration": (
            sum((_length(*each) for each in answer.pauses), timedelta()) // timedelta(seconds=1)
            if is_task
            else None
        ),
        "AfterContactWorkStartTimestamp": work,
        "AfterContactWorkEndTimestamp": answer.cleared if work else None,
        "AfterContactWorkDuration": _seconds(work, answer.cleared),
    }


def _length(start: str, end: str | None) -> timedelta:
    """What has not ended has no length yet."""
    if end is None:
        return timedelta()
    return datetime.fromisoformat(end) - datetime.fromisoformat(start)


def _seconds(start: str | None, end: str | None) -> int | None:
    return _length(start, end) // timedelta(seconds=1) if start and end else None


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        known = {name: _without_none(member) for name, member in value.items()}
        return {name: member for name, member in known.items() if member not in (None, {}, [])}
    if isinstance(value, list):
        return [_without_none(member) for member in value]
    return value

"""The contact record as an item of the table ``ContactRecords``, there and back.

The attribute names are a public interface (docs/table.md) and, where the meaning is the same,
those of Amazon's contact record:
https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
An attribute that is not known is absent, never null or empty. Values are plain ``str``, ``int``,
``dict`` and ``list``; numbers read from DynamoDB are ``Decimal`` and compare equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from contacts.attempts import Attempt, lengths_in_milliseconds, total_milliseconds
from contacts.chain import INFERRED, Links
from contacts.contact_record import ContactRecord, conversation_milliseconds
from contacts.facts import AnsweringAgent, ContactFacts, ContactQueue, Fact, InferredFact
from contacts.item_parts import (
    Attributes,
    Item,
    expires_at,
    hierarchy_attributes,
    hierarchy_of,
    known,
    resource_attributes,
    resource_of,
)
from contacts.timestamps import milliseconds_between, whole_seconds

type Path = tuple[str, ...]

TASK: Final = "TASK"
AGENT: Final = "Agent"
AGENT_INTERACTION_DURATION: Final = "AgentInteractionDuration"
CHAIN_VERSION: Final = "ChainVersion"
VERSION: Final = "Version"
MOVED_TO_CHAIN_ID: Final = "MovedToChainId"
_NOT_OF_THE_RECORD: Final = frozenset(
    {
        "ChainId",
        "ContactId",
        "PreviousContactId",
        "NextContactId",
        "LinkEvidence",
        "TransferType",
        CHAIN_VERSION,
        VERSION,
        MOVED_TO_CHAIN_ID,
    }
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update sets and removes, by the path of the attribute."""

    sets: Mapping[Path, Any]
    removes: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.sets or self.removes)


def record_attributes(record: ContactRecord, *, record_ttl_days: int) -> Attributes:
    """What Lambda 1 stores of a record: all but key, Version and what Lambda 2 writes."""
    facts = record.facts
    attributes = {
        "InitialContactId": facts.initial_contact_id,
        "InstanceId": facts.instance_id,
        "Channel": facts.channel,
        "InitiationMethod": facts.initiation_method,
        "State": record.state,
        "StateStartTimestamp": record.state_start_timestamp,
        "Status": record.status,
        "AgentConnectionAttempts": len(record.attempts),
        "Attempts": [_attempt(attempt, facts.usernames) for attempt in record.attempts],
        AGENT: _agent(record, facts.answering_agent) if facts.answering_agent else None,
        "Queue": _queue(record, facts.queue) if facts.queue else None,
        "Timeline": [" ".join(fact) for fact in sorted(facts.timeline)],
        "InferredTimeline": [" ".join(guess) for guess in sorted(facts.inferred)],
        "LastUpdateTimestamp": record.last_update_timestamp,
        "ExpiresAt": expires_at(record.last_update_timestamp, record_ttl_days),
    }
    return known(attributes)


def record_changes(stored: Item, attributes: Attributes) -> Changes:
    """What an update by Lambda 1 must write so that ``stored`` shows ``attributes``.

    Attributes of Lambda 2 are neither looked at nor touched: of a map that is there already only
    the members that differ are written.
    """
    before = _record_attributes_of(stored)
    if AGENT in before and AGENT in attributes:
        return _changes(_with_members_of(AGENT, before), _with_members_of(AGENT, attributes))
    return _changes(
        {(name,): value for name, value in before.items()},
        {(name,): value for name, value in attributes.items()},
    )


def link_changes(stored: Item, links: Links) -> Changes:
    """What an update by Lambda 2 must write so that ``stored`` shows ``links``."""
    return _changes(_link_attributes(_links_of(stored)), _link_attributes(links))


def holds_record(item: Item | None) -> bool:
    """Whether an item is more than a leg that Lambda 2 knows of by name only."""
    return item is not None and "Timeline" in item


def facts_of_item(item: Item) -> ContactFacts:
    """The facts that an item was made of; folding goes on from here."""
    agent = item.get(AGENT)
    usernames = {
        attempt["AgentId"]: attempt["Username"]
        for attempt in item.get("Attempts", ())
        if "Username" in attempt
    }
    return ContactFacts(
        contact_id=item["ContactId"],
        initial_contact_id=item.get("InitialContactId"),
        instance_id=item.get("InstanceId"),
        channel=item.get("Channel"),
        initiation_method=item.get("InitiationMethod"),
        queue=_queue_of(item["Queue"]) if "Queue" in item else None,
        timeline=frozenset(Fact(*text.split(" ", 2)) for text in item["Timeline"]),
        usernames=usernames,
        answering_agent=_answering_agent_of(agent) if agent else None,
        inferred=frozenset(
            InferredFact(*text.split(" ", 3)) for text in item.get("InferredTimeline", ())
        ),
    )


def _record_attributes_of(item: Item) -> Attributes:
    """What ``record_attributes`` gave when ``item`` was written, without what Lambda 2 added."""
    attributes = {name: item[name] for name in item if name not in _NOT_OF_THE_RECORD}
    if AGENT in item and "InitialContactId" in item:
        agent = item[AGENT]
        attributes[AGENT] = {
            name: agent[name] for name in agent if name != AGENT_INTERACTION_DURATION
        }
    return attributes


def _with_members_of(name: str, attributes: Attributes) -> dict[Path, Any]:
    paths: dict[Path, Any] = {(other,): attributes[other] for other in attributes if other != name}
    for member, value in attributes[name].items():
        paths[name, member] = value
    return paths


def _changes(before: Mapping[Path, Any], after: Mapping[Path, Any]) -> Changes:
    return Changes(
        sets={path: after[path] for path in after if before.get(path) != after[path]},
        removes=tuple(path for path in before if path not in after),
    )


def _links_of(item: Item) -> Links:
    agent = item.get(AGENT, {}) if "InitialContactId" in item else {}
    return Links(
        previous_contact_id=item.get("PreviousContactId"),
        next_contact_id=item.get("NextContactId"),
        link_evidence=item.get("LinkEvidence"),
        transfer_type=item.get("TransferType"),
        agent_interaction_duration=agent.get(AGENT_INTERACTION_DURATION),
    )


def _link_attributes(links: Links) -> dict[Path, Any]:
    values: dict[Path, Any] = {
        ("PreviousContactId",): links.previous_contact_id,
        ("NextContactId",): links.next_contact_id,
        ("LinkEvidence",): links.link_evidence,
        ("TransferType",): links.transfer_type,
        (AGENT, AGENT_INTERACTION_DURATION): links.agent_interaction_duration,
    }
    return {path: value for path, value in values.items() if value is not None}


def _attempt(attempt: Attempt, usernames: Mapping[str, str]) -> Attributes:
    return known(
        {
            "AgentId": attempt.agent_id,
            "Username": usernames.get(attempt.agent_id),
            "OfferedTimestamp": attempt.offered,
            "AnsweredTimestamp": attempt.answered,
            "EndedTimestamp": attempt.ended,
            "ClearedTimestamp": attempt.cleared,
            "ClearedEvidence": INFERRED if attempt.cleared_is_inferred else None,
            "RingDuration": _seconds_between(attempt.offered, attempt.ring_end),
            "Outcome": attempt.outcome,
        }
    )


def _agent(record: ContactRecord, agent: AnsweringAgent) -> Attributes:
    described_at_connect = agent.event_timestamp == agent.connected_to_agent_timestamp
    return known(
        {
            "Id": agent.agent_id,
            "Username": agent.username,
            "RoutingProfile": resource_attributes(agent.routing_profile),
            "HierarchyGroups": hierarchy_attributes(agent.hierarchy_groups),
            "ConnectedToAgentTimestamp": agent.connected_to_agent_timestamp,
            "EventTimestamp": None if described_at_connect else agent.event_timestamp,
            **(_agent_figures(record, record.answer) if record.answer else {}),
        }
    )


def _agent_figures(record: ContactRecord, answer: Attempt) -> Attributes:
    conversation = conversation_milliseconds(answer)
    can_be_paused = record.facts.channel == TASK or answer.pauses
    work_started = answer.after_contact_work_started
    return {
        AGENT_INTERACTION_DURATION: (
            whole_seconds(conversation)
            if conversation is not None and record.is_first_contact
            else None
        ),
        "CustomerHoldDuration": whole_seconds(total_milliseconds(answer.holds)),
        "LongestHoldDuration": whole_seconds(max(lengths_in_milliseconds(answer.holds), default=0)),
        "NumberOfHolds": len(answer.holds),
        "AgentPauseDuration": (
            whole_seconds(total_milliseconds(answer.pauses)) if can_be_paused else None
        ),
        "AfterContactWorkStartTimestamp": work_started,
        "AfterContactWorkEndTimestamp": answer.cleared if work_started else None,
        "AfterContactWorkDuration": _seconds_between(work_started, answer.cleared),
    }


def _queue(record: ContactRecord, queue: ContactQueue) -> Attributes:
    waited = _seconds_between(queue.enqueue_timestamp, record.dequeue_timestamp)
    return known(
        {
            "Id": queue.id,
            "Name": queue.name,
            "EnqueueTimestamp": queue.enqueue_timestamp,
            "DequeueTimestamp": record.dequeue_timestamp,
            "Duration": waited if waited is None or waited >= 0 else None,
        }
    )


def _queue_of(queue: Item) -> ContactQueue:
    return ContactQueue(queue["Id"], queue.get("Name"), queue.get("EnqueueTimestamp"))


def _answering_agent_of(agent: Item) -> AnsweringAgent:
    connected = agent["ConnectedToAgentTimestamp"]
    return AnsweringAgent(
        agent_id=agent["Id"],
        connected_to_agent_timestamp=connected,
        event_timestamp=agent.get("EventTimestamp", connected),
        username=agent.get("Username"),
        routing_profile=resource_of(agent.get("RoutingProfile")),
        hierarchy_groups=hierarchy_of(agent.get("HierarchyGroups", {})),
    )


def _seconds_between(start: str | None, end: str | None) -> int | None:
    return whole_seconds(milliseconds_between(start, end)) if start and end else None

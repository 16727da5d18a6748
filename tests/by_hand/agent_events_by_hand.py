"""Agent events written by hand, in the documented shape; what a test does not name is usual.

Synthetic, as no published event shows an offer, a hold or a transfer. Times are seconds after nine
o'clock.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.of_agent_events import facts_of
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.stream_record import decode
from contacts.item.contact_item import record_attributes
from contacts.record.contact_record import ContactRecord, contact_record

type JsonObject = dict[str, Any]
type Step = tuple[float, str, str]
"""At which second, in whose snapshot, which state."""

OFFERED: Step = (0, "ada", "CONNECTING")
CONNECTED: Step = (5, "ada", "CONNECTED")
ENDED: Step = (65, "ada", "ENDED")
CLEARED: Step = (70, "ada", "CLEARED")
"""The steps of a usual call: ada answers after 5 s, and they talk for a minute."""
MISSED: Step = (20, "ada", "MISSED")

DOCUMENTED = Path(__file__).parents[1] / "events"
INSTANCE_ARN = "arn:aws:connect:eu-central-1:111122223333:instance/instance-1"
NINE_O_CLOCK = datetime(2026, 3, 9, 9, tzinfo=UTC)
RECORD_TTL_DAYS = 30


def moment(seconds: float) -> str:
    """A timestamp as Connect and the table write it."""
    at = NINE_O_CLOCK + timedelta(milliseconds=round(seconds * 1000))
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def arn(kind: str, name: str) -> str:
    return f"{INSTANCE_ARN}/{kind}/{name}"


def contact(
    state: str,
    since: float,
    *,
    connected: float | None = None,
    contact_id: str = "contact-1",
    **others: Any,
) -> JsonObject:
    """A contact in a snapshot; ``others`` are fields in Connect's spelling."""
    return {
        "Channel": "VOICE",
        "ConnectedToAgentTimestamp": None if connected is None else moment(connected),
        "ContactId": contact_id,
        "InitialContactId": None,
        "InitiationMethod": "INBOUND",
        "Queue": {"ARN": arn("queue", "sales"), "Name": "Sales"},
        "QueueTimestamp": moment(-20),
        "State": state,
        "StateStartTimestamp": moment(since),
    } | others


def snapshot(*contacts: JsonObject, username: str = "ada", **configuration: Any) -> JsonObject:
    return {
        "AgentStatus": {
            "ARN": arn("agent-state", "available"),
            "Name": "Available",
            "StartTimestamp": moment(-60),
            "Type": "ROUTABLE",
        },
        "Configuration": {
            "AgentHierarchyGroups": {
                "Level1": {"ARN": arn("agent-group", "europe"), "Name": "Europe"},
                "Level2": None,
            },
            "FirstName": "Ada",
            "LastName": "Berg",
            "RoutingProfile": {"ARN": arn("routing-profile", "phones"), "Name": "Phones"},
            "Username": username,
        }
        | configuration,
        "Contacts": list(contacts),
        "NextAgentStatus": None,
    }


def agent_event(
    at: float,
    *,
    current: JsonObject | None,
    previous: JsonObject | None = None,
    agent: str = "ada",
    event_type: str = "STATE_CHANGE",
    **others: Any,
) -> JsonObject:
    return {
        "AWSAccountId": "111122223333",
        "AgentARN": arn("agent", agent),
        "CurrentAgentSnapshot": current,
        "EventId": "event-1",
        "EventTimestamp": moment(at),
        "EventType": event_type,
        "InstanceARN": INSTANCE_ARN,
        "PreviousAgentSnapshot": previous,
        "Version": "2017-10-01",
    } | others


def encoded(event: object) -> bytes:
    return json.dumps(event).encode()


def decoded(event: JsonObject) -> AgentEvent:
    """The wire model of an event that must be usable."""
    agent_event = decode(encoded(event))
    assert isinstance(agent_event, AgentEvent)
    return agent_event


def documented_events(file_name: str) -> list[JsonObject]:
    """The values of one file of published payloads, oldest line last as the pages print them."""
    return [json.loads(line) for line in (DOCUMENTED / file_name).read_text("utf-8").splitlines()]


def contacts_of(events: Iterable[JsonObject]) -> dict[str, ContactFacts]:
    """All that the events assert, by ContactId, put together in one go."""
    asserted = [facts for event in events for facts in facts_of(decoded(event))]
    by_contact = groupby(sorted(asserted, key=attrgetter("contact_id")), attrgetter("contact_id"))
    return {contact_id: reduce(ContactFacts.merge, facts) for contact_id, facts in by_contact}


def facts_from(*events: JsonObject) -> ContactFacts:
    """All that the events assert of the one contact that they show."""
    (facts,) = contacts_of(events).values()
    return facts


def timeline_of(facts: ContactFacts) -> list[str]:
    """``09:00:05.000 CONNECTED ada``, sorted."""
    return [
        f"{fact.timestamp[11:-1]} {fact.state} {fact.agent_id}" for fact in sorted(facts.timeline)
    ]


def events_of_steps(*steps: Step, contact_id: str = "contact-1", **others: Any) -> list[JsonObject]:
    """One event for each step of one contact; the snapshots show nothing else."""
    shown_to: dict[str, tuple[JsonObject, ...]] = {}
    connected: dict[str, float | None] = {}
    events = []
    for at, agent, state in steps:
        before = shown_to.get(agent, ())
        if state in {"INCOMING", "CONNECTING"} and not (
            before and before[0]["State"] == "INCOMING"
        ):
            connected[agent] = None
        if state == "CONNECTED" and connected.get(agent) is None:
            connected[agent] = at
        shown = contact(state, at, connected=connected.get(agent), contact_id=contact_id, **others)
        shown_to[agent] = () if state == "CLEARED" else (shown,)
        current = snapshot(*shown_to[agent], username=agent)
        previous = snapshot(*before, username=agent)
        events.append(agent_event(at, current=current, previous=previous, agent=agent))
    return events


def leg(contact_id: str, *steps: Step, **others: Any) -> ContactRecord:
    """The record of a contact that took these steps."""
    return contact_record(facts_from(*events_of_steps(*steps, contact_id=contact_id, **others)))


def record_of(*steps: Step, **others: Any) -> ContactRecord:
    return leg("contact-1", *steps, **others)


def attributes_of(record: ContactRecord) -> JsonObject:
    """What a record says, without how long it lives."""
    attributes = stored_attributes_of(record)
    del attributes["ExpiresAt"]
    return attributes


def stored_attributes_of(record: ContactRecord) -> JsonObject:
    return record_attributes(record, record_ttl_days=RECORD_TTL_DAYS)


def item_of(record: ContactRecord, *, version: int = 1) -> JsonObject:
    """The item as Lambda 1 leaves it."""
    facts = record.facts
    key = {"ChainId": facts.chain_id, "ContactId": facts.contact_id, "Version": version}
    return key | stored_attributes_of(record)

"""Agent events folded as Lambda 1 does it, agent states included, over plain dictionaries.

Both kinds of item are read back as from DynamoDB before every event, so that nothing is known but
what is stored.
"""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta

from contacts.facts.agent_state import AgentState, advance, repairs
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.of_agent_events import facts_of
from contacts.item.agent_state_item import agent_state_attributes, agent_state_of_item
from contacts.item.contact_item import facts_of_item, record_changes
from contacts.record.contact_record import contact_record
from contacts.timestamps import timestamp_text
from tests.by_hand.agent_events_by_hand import RECORD_TTL_DAYS, JsonObject, attributes_of, decoded
from tests.oracles.stored_records import Items, applied, as_read_back


class FoldedAgentEvents:
    """``items`` by ContactId, ``repaired`` is how often a lost event was noticed."""

    def __init__(self, events: Iterable[JsonObject] = ()) -> None:
        self.items: Items = {}
        self.states: dict[str, JsonObject] = {}
        self.repaired = 0
        self.follow(events)

    def follow(self, events: Iterable[JsonObject]) -> None:
        for event in events:
            self._follow(event)

    def state(self, agent: str) -> AgentState:
        """What is stored of the agent whose ARN ends like this."""
        (stored,) = (item for arn, item in self.states.items() if arn.endswith(f"/{agent}"))
        return agent_state_of_item(stored)

    def _follow(self, event: JsonObject) -> None:
        agent_event = decoded(event)
        stored = self.states.get(event["AgentARN"])
        known = agent_state_of_item(stored) if stored else None
        proven = list(repairs(known, agent_event))
        self.repaired += len(proven)
        for facts in (*facts_of(agent_event), *proven):
            fold(self.items, facts)
        state = advance(known, agent_event)
        if state and state is not known:
            self.states[event["AgentARN"]] = stored_state(state)


def stored_state(state: AgentState) -> JsonObject:
    """The item of ``state``, as it is read."""
    key = {"InstanceId": state.instance_id, "AgentId": state.agent_id}
    item = key | agent_state_attributes(state, record_ttl_days=RECORD_TTL_DAYS)
    return {name: as_read_back(value) for name, value in item.items()}


def fold(items: Items, facts: ContactFacts) -> None:
    stored = items.get(facts.contact_id)
    known = facts_of_item(stored).merge(facts) if stored else facts
    if known.timeline:
        changes = record_changes(stored or {}, attributes_of(contact_record(known)))
        key = {"ChainId": facts.chain_id, "ContactId": facts.contact_id}
        items[facts.contact_id] = applied(changes, stored or key)


def heart_beats_at_the_end(events: Iterable[JsonObject], *, at: str) -> list[JsonObject]:
    """One more heartbeat of every agent, showing the snapshot as the agent's last event left it."""
    last = {event["AgentARN"]: event for event in events}
    return [
        deepcopy(event)
        | {
            "EventTimestamp": at,
            "EventType": "HEART_BEAT",
            "PreviousAgentSnapshot": event["CurrentAgentSnapshot"],
        }
        for event in last.values()
    ]


def heart_beats_after(events: Iterable[JsonObject], *, count: int) -> list[JsonObject]:
    """``count`` heartbeats of every agent, each two minutes after the agent's last event."""
    last = {event["AgentARN"]: event for event in events}
    beats = [
        deepcopy(event)
        | {
            "EventTimestamp": later(event["EventTimestamp"], 120 * number),
            "EventType": "HEART_BEAT",
            "PreviousAgentSnapshot": event["CurrentAgentSnapshot"],
        }
        for event in last.values()
        for number in range(1, count + 1)
    ]
    return sorted(beats, key=lambda beat: str(beat["EventTimestamp"]))


def later(timestamp: str, seconds: int) -> str:
    return timestamp_text(datetime.fromisoformat(timestamp) + timedelta(seconds=seconds))


def contacts_in_snapshots(events: Iterable[JsonObject]) -> set[str]:
    """The contacts that the agents' last events show."""
    last = {event["AgentARN"]: event["CurrentAgentSnapshot"] for event in events}
    return {
        contact["ContactId"]
        for snapshot in last.values()
        for contact in (snapshot or {}).get("Contacts") or ()
    }

"""What one agent event asserts, contact by contact, and how that is dated."""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import Protocol

from contacts.agent_event import AgentEvent, Configuration, Contact
from contacts.facts import AnsweringAgent, ContactFacts, Fact
from contacts.normalised import (
    agent_id_of,
    contact_queue,
    contacts_by_id,
    hierarchy_groups,
    initial_contact_id,
    instance_id_of,
    named_resource,
    normalised_channel,
)
from contacts.states import ANSWERED_STATES, CLEARED, CONNECTED
from contacts.timestamps import Timestamp, timestamp_text


class HasState(Protocol):
    """A contact on a screen, of an event or as stored: both its timestamps in the same form."""

    @property
    def state(self) -> str: ...
    @property
    def state_start_timestamp(self) -> object: ...
    @property
    def connected_to_agent_timestamp(self) -> object: ...


def facts_of(event: AgentEvent) -> Iterator[ContactFacts]:
    """What one agent event asserts, contact by contact.

    Both snapshots speak: the previous one repairs an event that was lost. A contact in the
    previous snapshot that is gone from the current one has left the agent's screen at the event's
    time (https://docs.aws.amazon.com/connect/latest/adminguide/determine-acw-time.html). A null
    current snapshot is unknown, not empty: it clears nothing.
    """
    current = contacts_by_id(event.current_agent_snapshot)
    previous = contacts_by_id(event.previous_agent_snapshot)
    for contact_id in current | previous:
        yield _contact_facts(event, previous.get(contact_id), current.get(contact_id))


def _contact_facts(
    event: AgentEvent, previous: Contact | None, current: Contact | None
) -> ContactFacts:
    agent_id = agent_id_of(event)
    seen = [contact for contact in (previous, current) if contact]
    snapshot = event.current_agent_snapshot if current else event.previous_agent_snapshot
    configuration = snapshot.configuration if snapshot else None
    described = reduce(
        ContactFacts.merge,
        (_described(event, agent_id, configuration, contact) for contact in seen),
    )
    timeline = frozenset(
        Fact(timestamp, state, agent_id) for timestamp, state in _states(event, previous, current)
    )
    return replace(described, timeline=timeline)


def _states(
    event: AgentEvent, previous: Contact | None, current: Contact | None
) -> Iterator[tuple[Timestamp, str]]:
    if previous:
        yield from _dated_states(previous)
    if current and _stood_still(previous, current):
        yield timestamp_text(event.event_timestamp), current.state
    elif current:
        yield from _dated_states(current)
    elif event.current_agent_snapshot and event.current_agent_snapshot.contacts is not None:
        yield timestamp_text(event.event_timestamp), CLEARED


def _stood_still(previous: Contact | None, current: Contact) -> bool:
    """Whether the state moved although its StateStartTimestamp did not.

    GetCurrentUserData does this on hold, and the stream may (AgentContactReference in Connect's
    API reference). The change is then dated by the event that shows it.
    """
    return (
        previous is not None
        and previous.state != current.state
        and previous.state_start_timestamp == current.state_start_timestamp
    )


def _dated_states(contact: Contact) -> Iterator[tuple[Timestamp, str]]:
    """The states that one contact of one snapshot puts a date to.

    ConnectedToAgentTimestamp proves CONNECTED even if that state was never seen; and it belongs to
    CONNECTED: another state "since" that very time has a StateStartTimestamp that did not move,
    which dates nothing.
    """
    connected = contact.connected_to_agent_timestamp
    if connected:
        yield timestamp_text(connected), CONNECTED
    if not dates_nothing(contact):
        yield timestamp_text(contact.state_start_timestamp), contact.state


def dates_nothing(contact: HasState) -> bool:
    """Whether StateStartTimestamp is that of CONNECTED although the state is another by now."""
    return (
        contact.state != CONNECTED
        and contact.state_start_timestamp == contact.connected_to_agent_timestamp
    )


def _described(
    event: AgentEvent, agent_id: str, configuration: Configuration | None, contact: Contact
) -> ContactFacts:
    username = configuration.username if configuration else None
    return ContactFacts(
        contact_id=contact.contact_id,
        initial_contact_id=initial_contact_id(contact),
        instance_id=instance_id_of(event),
        channel=normalised_channel(contact),
        initiation_method=contact.initiation_method,
        queue=contact_queue(contact),
        timeline=frozenset(),
        usernames={agent_id: username} if username else {},
        answering_agent=_answering_agent(event, agent_id, configuration, contact),
    )


def _answering_agent(
    event: AgentEvent, agent_id: str, configuration: Configuration | None, contact: Contact
) -> AnsweringAgent | None:
    connected = contact.connected_to_agent_timestamp or (
        contact.state_start_timestamp if contact.state in ANSWERED_STATES else None
    )
    if not connected:
        return None
    return AnsweringAgent(
        agent_id=agent_id,
        connected_to_agent_timestamp=timestamp_text(connected),
        event_timestamp=timestamp_text(event.event_timestamp),
        username=(configuration.username or None) if configuration else None,
        routing_profile=named_resource(configuration.routing_profile) if configuration else None,
        hierarchy_groups=hierarchy_groups(configuration),
    )

"""The facts that one agent event asserts, by contact, and their times."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from contacts.facts.contact_facts import AnsweringAgent, ContactFacts, Fact
from contacts.facts.normalised import (
    agent_id_of,
    contact_queue,
    contacts_by_id,
    hierarchy_groups,
    initial_contact_id,
    instance_id_of,
    named_resource,
    normalised_channel,
)
from contacts.incoming.agent_event import AgentEvent, AgentSnapshot, SnapshotContact
from contacts.resources import HierarchyGroup, Resource
from contacts.states import ANSWERED_STATES, CLEARED, CONNECTED
from contacts.timestamps import Timestamp

type _DatedStates = list[tuple[Timestamp, str]]


class HasState(Protocol):
    """A contact in a snapshot, of an event or as stored."""

    @property
    def state(self) -> str: ...
    @property
    def state_start_timestamp(self) -> Timestamp: ...
    @property
    def connected_to_agent_timestamp(self) -> Timestamp | None: ...


class _Agent(NamedTuple):
    """The agent whom an event is about, as one of its snapshots describes the agent."""

    agent_id: str
    instance_id: str | None
    event_timestamp: Timestamp
    username: str | None
    routing_profile: Resource | None
    hierarchy_groups: tuple[HierarchyGroup, ...]


def facts_of(event: AgentEvent) -> Iterator[ContactFacts]:
    """The facts that one agent event asserts, by contact.

    Both snapshots speak: the previous one repairs an event that was lost. A contact in the
    previous snapshot that is gone from the current one has left the agent at the event's time
    (https://docs.aws.amazon.com/connect/latest/adminguide/determine-acw-time.html). A null
    current snapshot is unknown, not empty: it clears nothing.
    """
    current = contacts_by_id(event.current_agent_snapshot)
    previous = contacts_by_id(event.previous_agent_snapshot)
    if current:
        agent = _agent(event, event.current_agent_snapshot)
        for contact_id, contact in current.items():
            yield _facts_of_shown(agent, contact, previous.get(contact_id))
    gone = [contact for contact_id, contact in previous.items() if contact_id not in current]
    if gone:
        agent = _agent(event, event.previous_agent_snapshot)
        now = event.current_agent_snapshot
        left = [(event.event_timestamp, CLEARED)] if now and now.contacts is not None else []
        for contact in gone:
            states = _dated_states(contact) + left
            yield _contact_facts(agent, contact, states, _answered(contact))


def _agent(event: AgentEvent, snapshot: AgentSnapshot | None) -> _Agent:
    configuration = snapshot.configuration if snapshot else None
    return _Agent(
        agent_id=agent_id_of(event),
        instance_id=instance_id_of(event),
        event_timestamp=event.event_timestamp,
        username=(configuration.username or None) if configuration else None,
        routing_profile=named_resource(configuration.routing_profile) if configuration else None,
        hierarchy_groups=hierarchy_groups(configuration),
    )


def _facts_of_shown(
    agent: _Agent, contact: SnapshotContact, previous: SnapshotContact | None
) -> ContactFacts:
    """The facts that both snapshots assert of a contact.

    It is the union of what each asserts alone, but for one that stood still.
    """
    if previous is None or previous == contact:
        return _contact_facts(agent, contact, _dated_states(contact), _answered(contact))
    if _stood_still(previous, contact):
        states = [*_dated_states(previous), (agent.event_timestamp, contact.state)]
    else:
        states = _dated_states(previous) + _dated_states(contact)
    answered = _later(_answered(previous), _answered(contact))
    facts = _contact_facts(agent, contact, states, answered)
    if _are_described_alike(previous, contact):
        return facts
    return facts.merge(_contact_facts(agent, previous, states, answered))


def _stood_still(previous: SnapshotContact, current: SnapshotContact) -> bool:
    """Whether the state moved although its StateStartTimestamp did not.

    GetCurrentUserData does this on hold, and the stream may (AgentContactReference in Connect's
    API reference). The change is then dated by the event that shows it.
    """
    return (
        previous.state != current.state
        and previous.state_start_timestamp == current.state_start_timestamp
    )


def _are_described_alike(one: SnapshotContact, other: SnapshotContact) -> bool:
    """Whether all is the same but the state, and since when."""
    return (
        one.initial_contact_id == other.initial_contact_id
        and one.channel == other.channel
        and one.initiation_method == other.initiation_method
        and one.queue == other.queue
        and one.queue_timestamp == other.queue_timestamp
    )


def _dated_states(contact: SnapshotContact) -> _DatedStates:
    """The states that one contact of one snapshot puts a date to.

    ConnectedToAgentTimestamp proves CONNECTED even if that state was never seen; and it belongs to
    CONNECTED: another state "since" that very time has a StateStartTimestamp that did not move,
    which dates nothing.
    """
    connected = contact.connected_to_agent_timestamp
    states = [(connected, CONNECTED)] if connected else []
    if not dates_nothing(contact):
        states.append((contact.state_start_timestamp, contact.state))
    return states


def dates_nothing(contact: HasState) -> bool:
    """Whether StateStartTimestamp is that of CONNECTED although the state is another by now."""
    return (
        contact.state != CONNECTED
        and contact.state_start_timestamp == contact.connected_to_agent_timestamp
    )


def _answered(contact: SnapshotContact) -> Timestamp | None:
    """When the agent answered; None if that has not happened."""
    return contact.connected_to_agent_timestamp or (
        contact.state_start_timestamp if contact.state in ANSWERED_STATES else None
    )


def _later(one: Timestamp | None, other: Timestamp | None) -> Timestamp | None:
    return max(one, other) if one and other else one or other


def _contact_facts(
    agent: _Agent,
    contact: SnapshotContact,
    states: Iterable[tuple[Timestamp, str]],
    answered: Timestamp | None,
) -> ContactFacts:
    agent_id = agent.agent_id
    return ContactFacts(
        contact_id=contact.contact_id,
        initial_contact_id=initial_contact_id(contact),
        instance_id=agent.instance_id,
        channel=normalised_channel(contact),
        initiation_method=contact.initiation_method,
        queue=contact_queue(contact),
        timeline=frozenset([Fact(timestamp, state, agent_id) for timestamp, state in states]),
        usernames={agent_id: agent.username} if agent.username else {},
        answering_agent=_answering_agent(agent, answered) if answered else None,
    )


def _answering_agent(agent: _Agent, answered: Timestamp) -> AnsweringAgent:
    return AnsweringAgent(
        agent_id=agent.agent_id,
        connected_to_agent_timestamp=answered,
        event_timestamp=agent.event_timestamp,
        username=agent.username,
        routing_profile=agent.routing_profile,
        hierarchy_groups=agent.hierarchy_groups,
    )

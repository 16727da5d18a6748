"""What agent events assert of a contact, and how assertions are put together.

An agent event asserts facts: "agent A has had contact C in state S since T". What is known of a
contact is the *set* of facts, so putting two sets together (``merge``) is commutative, associative
and idempotent: duplicates, redelivery and disorder change nothing. Everything else about a contact
is worked out from that set.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final, NamedTuple

from contacts.agent_event import (
    AgentEvent,
    AgentSnapshot,
    Configuration,
    Contact,
    Named,
)
from contacts.states import ANSWERED_STATES, CLEARED, CONNECTED
from contacts.timestamps import Timestamp, timestamp_text

MONITOR: Final = "MONITOR"
_AFTER_ANY_TIMESTAMP: Final = "~"


class Fact(NamedTuple):
    """Agent ``agent_id`` has had the contact in ``state`` since ``timestamp``."""

    timestamp: Timestamp
    state: str
    agent_id: str


class InferredFact(NamedTuple):
    """By ``timestamp`` the contact was in ``state``; the event that showed it come was lost.

    It was not so at ``last_seen``. A fact of the same state in between explains it.
    """

    timestamp: Timestamp
    state: str
    last_seen: Timestamp
    agent_id: str


class Resource(NamedTuple):
    """A routing profile: its id and, where known, its name."""

    id: str
    name: str | None


class HierarchyGroup(NamedTuple):
    """A hierarchy group of an agent; ``level`` is Connect's ``Level1`` to ``Level5``."""

    level: str
    id: str
    name: str | None


class ContactQueue(NamedTuple):
    """The queue of a contact; ``id`` is ``agent/<agent id>`` for an agent's own queue."""

    id: str
    name: str | None
    enqueue_timestamp: Timestamp | None


@dataclass(frozen=True, slots=True)
class AnsweringAgent:
    """The agent who answered, as described by the event of ``event_timestamp``."""

    agent_id: str
    connected_to_agent_timestamp: Timestamp
    event_timestamp: Timestamp
    username: str | None
    routing_profile: Resource | None
    hierarchy_groups: tuple[HierarchyGroup, ...]


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """All that is known of one contact. Any subset of what was ever asserted is one of these.

    ``usernames`` is by agent id. ``merge`` is the only way two of them meet.
    """

    contact_id: str
    initial_contact_id: str | None
    instance_id: str | None
    channel: str | None
    initiation_method: str | None
    queue: ContactQueue | None
    timeline: frozenset[Fact]
    usernames: dict[str, str]
    answering_agent: AnsweringAgent | None
    inferred: frozenset[InferredFact] = frozenset()

    @property
    def chain_id(self) -> str:
        """InitialContactId, or the contact's own id when it is a first contact."""
        return self.initial_contact_id or self.contact_id

    def merge(self, other: "ContactFacts") -> "ContactFacts":
        """The union of both: commutative, associative, idempotent.

        Where two values contradict each other, which a contact's constants never do in Connect's
        own events, one of them is chosen by its value alone.
        """
        timeline = self.timeline | other.timeline
        return ContactFacts(
            contact_id=self.contact_id,
            initial_contact_id=_either(self.initial_contact_id, other.initial_contact_id),
            instance_id=_either(self.instance_id, other.instance_id),
            channel=_either(self.channel, other.channel),
            initiation_method=_either(self.initiation_method, other.initiation_method),
            queue=_earlier_queue(self.queue, other.queue),
            timeline=timeline,
            usernames=_merged_names(self.usernames, other.usernames),
            answering_agent=_later_answer(self.answering_agent, other.answering_agent),
            inferred=_unexplained(self.inferred | other.inferred, timeline),
        )

    def in_chain(self, chain_id: str) -> "ContactFacts":
        """The same facts, as a leg of the chain ``chain_id``."""
        return replace(self, initial_contact_id=None if chain_id == self.contact_id else chain_id)


def agent_id_of(event: AgentEvent) -> str:
    """The id of the agent whose screen the event shows."""
    return resource_id(event.agent_arn)


def instance_id_of(event: AgentEvent) -> str | None:
    """The id of the agent's instance."""
    if event.instance_arn:
        return resource_id(event.instance_arn)
    _, _, rest = event.agent_arn.partition(":instance/")
    return rest.partition("/")[0] or None


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


def resource_id(arn: str) -> str:
    """The id in an ARN: what follows the last slash, or the whole text when nothing does."""
    return arn.rpartition("/")[2] or arn


def queue_id(arn: str) -> str:
    """A queue's id; an agent's own queue keeps its ``agent/`` so that the ARN can be rebuilt."""
    _, separator, rest = arn.partition("/queue/")
    return rest if separator and rest else resource_id(arn)


def initial_contact_id(contact: Contact) -> str | None:
    """The chain's first contact; None on that contact itself, which some sources name, too."""
    initial = contact.initial_contact_id
    return None if initial == contact.contact_id else initial


def normalised_channel(contact: Contact) -> str | None:
    """The page of the agent event stream says ``TASKS`` for what contact records call ``TASK``."""
    return "TASK" if contact.channel == "TASKS" else contact.channel


def contact_queue(contact: Contact) -> ContactQueue | None:
    """The contact's queue and when it was entered."""
    if not contact.queue:
        return None
    enqueued = contact.queue_timestamp
    return ContactQueue(
        id=queue_id(contact.queue.arn),
        name=contact.queue.name or None,
        enqueue_timestamp=timestamp_text(enqueued) if enqueued else None,
    )


def named_resource(named: Named | None) -> Resource | None:
    """Id and name of a routing profile."""
    return Resource(resource_id(named.arn), named.name or None) if named and named.arn else None


def hierarchy_groups(configuration: Configuration | None) -> tuple[HierarchyGroup, ...]:
    """The agent's groups, from the top; levels that are null are left out."""
    groups = configuration.hierarchy_groups if configuration else None
    if not groups:
        return ()
    levels = (
        ("Level1", groups.level_1),
        ("Level2", groups.level_2),
        ("Level3", groups.level_3),
        ("Level4", groups.level_4),
        ("Level5", groups.level_5),
    )
    return tuple(
        HierarchyGroup(level, resource_id(group.arn), group.name or None)
        for level, group in levels
        if group and group.arn
    )


def dates_nothing(contact: Contact) -> bool:
    """Whether StateStartTimestamp is that of CONNECTED although the state is another by now."""
    return (
        contact.state != CONNECTED
        and contact.state_start_timestamp == contact.connected_to_agent_timestamp
    )


def contacts_by_id(snapshot: AgentSnapshot | None) -> dict[str, Contact]:
    """The contacts of a snapshot; none where it is null."""
    contacts = snapshot.contacts if snapshot else None
    return {contact.contact_id: contact for contact in contacts or ()}


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


def _unexplained(
    inferred: frozenset[InferredFact], timeline: frozenset[Fact]
) -> frozenset[InferredFact]:
    """Those that no fact explains and no other guess makes closer.

    What is explained or made closer stays so, whatever else arrives.
    """
    open_guesses = {
        guess
        for guess in inferred
        if not any(
            (fact.state, fact.agent_id) == (guess.state, guess.agent_id)
            and guess.last_seen <= fact.timestamp <= guess.timestamp
            for fact in timeline
        )
    }
    return frozenset(
        guess
        for guess in open_guesses
        if not any(other != guess and _is_closer(other, guess) for other in open_guesses)
    )


def _is_closer(one: InferredFact, other: InferredFact) -> bool:
    return (
        (one.state, one.agent_id) == (other.state, other.agent_id)
        and other.last_seen <= one.last_seen
        and one.timestamp <= other.timestamp
    )


def _either(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return first or second
    return min(first, second)


def _merged_names(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    if first == second:
        return first
    return first | {
        agent_id: min(name, first.get(agent_id, name)) for agent_id, name in second.items()
    }


def _earlier_queue(first: ContactQueue | None, second: ContactQueue | None) -> ContactQueue | None:
    """The queue entered first: a contact keeps its queue, another queue is another contact."""
    if first is None or second is None:
        return first or second
    return min(first, second, key=_queue_order)


def _queue_order(queue: ContactQueue) -> tuple[str, str, str]:
    return (
        queue.enqueue_timestamp or _AFTER_ANY_TIMESTAMP,
        queue.id,
        queue.name or _AFTER_ANY_TIMESTAMP,
    )


def _later_answer(
    first: AnsweringAgent | None, second: AnsweringAgent | None
) -> AnsweringAgent | None:
    """The agent who answered last, described as early as known: the snapshot at connect counts."""
    if first is None or second is None:
        return first or second
    if _answer_order(first) != _answer_order(second):
        return max(first, second, key=_answer_order)
    return min(first, second, key=_description_order)


def _answer_order(answer: AnsweringAgent) -> tuple[Timestamp, str]:
    return answer.connected_to_agent_timestamp, answer.agent_id


def _description_order(answer: AnsweringAgent) -> tuple[bool, Timestamp, str, str, str]:
    return (
        answer.routing_profile is None,
        answer.event_timestamp,
        repr(answer.username),
        repr(answer.routing_profile),
        repr(answer.hierarchy_groups),
    )

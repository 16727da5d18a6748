"""The last known state of an agent, and what it proves after events were lost.

An event carries its own previous snapshot, which repairs one lost event. When more were lost, only
what is stored of the agent can tell: a contact that was there and is in neither snapshot has left
in between; a state that the event shows but cannot date had begun by then; and what an event shows
that comes late, but the newer snapshot does not, has left since. Such statements stay true whatever
arrives later, so they are kept like facts, until a fact explains them.
"""

from collections.abc import Iterator, Mapping
from copy import replace
from typing import Final

from msgspec import Struct

from contacts.facts.contact_facts import ContactFacts, InferredFact
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
from contacts.facts.of_agent_events import dates_nothing
from contacts.incoming.agent_event import AgentEvent, AgentSnapshot, SnapshotContact
from contacts.resources import ContactQueue, HierarchyGroup, Resource
from contacts.states import CLEARED, life_cycle_rank
from contacts.timestamps import Timestamp, milliseconds_between

HEART_BEAT: Final = "HEART_BEAT"
LOGOUT: Final = "LOGOUT"
_CONFIRMATION_MILLISECONDS: Final = 600_000
"""How long what is stored may stand unconfirmed although heartbeats confirm it."""
_HEART_BEAT_MILLISECONDS: Final = 120_000
"""A heartbeat comes this long after the agent's last event (agent-event-streams)."""
_HEART_BEAT_IS_OFF_BY_MILLISECONDS: Final = 2_000
"""The tolerance of that interval; no page states one."""


class AgentStatus(Struct, frozen=True, gc=False):
    """The status that the agent set, ``Available`` or a custom one; independent of contacts."""

    name: str
    type: str | None
    start_timestamp: Timestamp | None


class SeenContact(Struct, frozen=True, gc=False):
    """A contact in the agent's snapshot."""

    contact_id: str
    initial_contact_id: str | None
    channel: str | None
    initiation_method: str | None
    state: str
    state_start_timestamp: Timestamp
    connected_to_agent_timestamp: Timestamp | None
    queue: ContactQueue | None


class AgentState(Struct, frozen=True, gc=False):
    """An agent's snapshot at ``event_timestamp``, the time of the newest event that counts.

    ``ordinal`` counts the events of one millisecond from 0.
    """

    instance_id: str
    agent_id: str
    event_timestamp: Timestamp
    username: str | None
    status: AgentStatus | None
    routing_profile: Resource | None
    hierarchy_groups: tuple[HierarchyGroup, ...]
    contacts: tuple[SeenContact, ...]
    ordinal: int = 0


def advance(known: AgentState | None, event: AgentEvent) -> AgentState | None:
    """The state of the agent after ``event``; ``known`` itself if nothing need be written.

    An older event changes nothing, neither does one without snapshots. A null current snapshot is
    unknown, not empty: the previous one stands then. Heartbeats that only confirm what is known,
    one after the other since then, count once in ten minutes, so that silence can be told from calm
    without a write for each of them.
    """
    seen = _seen(event)
    if seen is None or known is None:
        return seen or known
    if seen.event_timestamp < known.event_timestamp:
        return known
    if seen.event_timestamp == known.event_timestamp:
        return _of_one_millisecond(known, seen, contacts_by_id(event.previous_agent_snapshot))
    return known if _only_confirms(known, seen, event) else seen


def _only_confirms(known: AgentState, seen: AgentState, event: AgentEvent) -> bool:
    """Whether ``event`` may be forgotten: it shows what is known, and nothing came in between.

    A heartbeat comes two minutes after the agent's last event. One that comes at another time since
    the last event that counted comes after an event that was lost. If that one comes late, it must
    be found older than this heartbeat, whose snapshot lacks what has left since.
    """
    if event.event_type != HEART_BEAT or not _shows_the_same(known, seen):
        return False
    since = milliseconds_between(known.event_timestamp, seen.event_timestamp)
    heart_beats = max(1, round(since / _HEART_BEAT_MILLISECONDS))
    off = abs(since - heart_beats * _HEART_BEAT_MILLISECONDS)
    return since < _CONFIRMATION_MILLISECONDS and off <= _HEART_BEAT_IS_OFF_BY_MILLISECONDS


def _of_one_millisecond(
    known: AgentState, seen: AgentState, previous: Mapping[str, SnapshotContact]
) -> AgentState:
    """The state after two events of one millisecond, for any order and repetition.

    A contact counts as still there unless one of them shows how it left: a later event then closes
    it, if it has left indeed. Of the agent, and of one contact in two states, the later counts, and
    where no time tells it, the greater.
    """
    there = {contact.contact_id: contact for contact in known.contacts}
    shown = {contact.contact_id: contact for contact in seen.contacts}
    before = {contact_id: _seen_contact(contact) for contact_id, contact in previous.items()}
    for contact_id in before.keys() - shown.keys():
        if there.get(contact_id) == before[contact_id]:
            del there[contact_id]
    for contact_id, contact in shown.items():
        there[contact_id] = _later_of(there.get(contact_id), before.get(contact_id), contact)
    together = replace(
        known,
        username=_greater(known.username, seen.username),
        status=max(known.status, seen.status, key=_order_of_statuses),
        routing_profile=_greater(known.routing_profile, seen.routing_profile),
        hierarchy_groups=_greater(known.hierarchy_groups, seen.hierarchy_groups),
        contacts=tuple(contact for _, contact in sorted(there.items())),
    )
    return known if together == known else replace(together, ordinal=known.ordinal + 1)


def _later_of(
    known: SeenContact | None, before: SeenContact | None, now: SeenContact
) -> SeenContact:
    """How a contact is after an event of the same millisecond, which shows ``before`` and ``now``.

    What goes on from what is known is later, and what does not change says nothing new.
    """
    if known is None or known == before:
        return now
    return known if before == now else max(known, now, key=_order_of_states)


def _order_of_states(contact: SeenContact) -> tuple[Timestamp, int, str]:
    return contact.state_start_timestamp, life_cycle_rank(contact.state), repr(contact)


def _order_of_statuses(status: AgentStatus | None) -> tuple[Timestamp, str]:
    return (status and status.start_timestamp) or "", repr(status) if status else ""


def _greater[T](one: T, other: T) -> T:
    return max(one, other, key=lambda value: repr(value) if value else "")


def _shows_the_same(known: AgentState, seen: AgentState) -> bool:
    return known == replace(seen, event_timestamp=known.event_timestamp, ordinal=known.ordinal)


def repairs(known: AgentState | None, event: AgentEvent) -> Iterator[ContactFacts]:
    """What ``event`` proves beyond its own snapshots, given the agent's stored state."""
    seen = _seen(event)
    if known is None or seen is None:
        return
    if seen.event_timestamp > known.event_timestamp:
        previous = contacts_by_id(event.previous_agent_snapshot)
        yield from _lost_in_between(known, seen, previous)
    elif seen.event_timestamp < known.event_timestamp:
        yield from _left_since(seen, known)


def _lost_in_between(
    known: AgentState, seen: AgentState, previous: Mapping[str, SnapshotContact]
) -> Iterator[ContactFacts]:
    """Ends and changes that neither the event nor its own previous snapshot shows."""
    current = {contact.contact_id: contact for contact in seen.contacts}
    for contact in known.contacts:
        before = previous.get(contact.contact_id)
        now = current.get(contact.contact_id)
        if now is None and before is None:
            yield _inferred(contact, CLEARED, since=known, by=seen)
        elif now and before and before.state != now.state:
            continue
        elif now and now.state != contact.state and _stood_still(contact, now):
            yield _inferred(contact, now.state, since=known, by=seen)


def _stood_still(before: SeenContact, now: SeenContact) -> bool:
    """Whether StateStartTimestamp is still that of an earlier state."""
    return dates_nothing(now) or now.state_start_timestamp == before.state_start_timestamp


def _left_since(seen: AgentState, known: AgentState) -> Iterator[ContactFacts]:
    """Ends proved by an older event that comes late: contacts missing in the newer snapshot."""
    still_there = {contact.contact_id for contact in known.contacts}
    for contact in seen.contacts:
        if contact.contact_id not in still_there:
            yield _inferred(contact, CLEARED, since=seen, by=known)


def _inferred(
    contact: SeenContact, state: str, *, since: AgentState, by: AgentState
) -> ContactFacts:
    guess = InferredFact(by.event_timestamp, state, since.event_timestamp, by.agent_id)
    return ContactFacts(
        contact_id=contact.contact_id,
        initial_contact_id=contact.initial_contact_id,
        instance_id=None,
        channel=None,
        initiation_method=None,
        queue=None,
        timeline=frozenset(),
        usernames={},
        answering_agent=None,
        inferred=frozenset({guess}),
    )


def _seen(event: AgentEvent) -> AgentState | None:
    return _state_in(event, event.current_agent_snapshot) or _state_in(
        event, event.previous_agent_snapshot
    )


def _state_in(event: AgentEvent, snapshot: AgentSnapshot | None) -> AgentState | None:
    instance_id = instance_id_of(event)
    if snapshot is None or snapshot.contacts is None or instance_id is None:
        return None
    configuration = snapshot.configuration
    return AgentState(
        instance_id=instance_id,
        agent_id=agent_id_of(event),
        event_timestamp=event.event_timestamp,
        username=(configuration and configuration.username) or None,
        status=_status_after(event) or _status(snapshot),
        routing_profile=named_resource(configuration.routing_profile) if configuration else None,
        hierarchy_groups=hierarchy_groups(configuration),
        contacts=tuple(
            _seen_contact(contact) for _, contact in sorted(contacts_by_id(snapshot).items())
        ),
    )


def _status_after(event: AgentEvent) -> AgentStatus | None:
    """The status of an agent who has signed out, if the event shows none of its own.

    All that LOGOUT tells by itself: the agent may still have contacts (agent-event-streams).
    """
    if event.event_type != LOGOUT or event.current_agent_snapshot is not None:
        return None
    return AgentStatus("Offline", "OFFLINE", event.event_timestamp)


def _status(snapshot: AgentSnapshot) -> AgentStatus | None:
    status = snapshot.agent_status
    if status is None or not status.name:
        return None
    return AgentStatus(
        name=status.name, type=status.type or None, start_timestamp=status.start_timestamp
    )


def _seen_contact(contact: SnapshotContact) -> SeenContact:
    return SeenContact(
        contact_id=contact.contact_id,
        initial_contact_id=initial_contact_id(contact),
        channel=normalised_channel(contact),
        initiation_method=contact.initiation_method,
        state=contact.state,
        state_start_timestamp=contact.state_start_timestamp,
        connected_to_agent_timestamp=contact.connected_to_agent_timestamp,
        queue=contact_queue(contact),
    )

"""Which source's value a contact record shows, and where Amazon's own record disagrees with ours.

A contact record of Amazon's is authoritative, but has whole seconds: where it agrees with a finer
value, the finer one stays. What agent events show outright stands before contact events, which come
at best effort and by another clock. Only which chain a contact belongs to is more than agent events
know for certain, so there contact events stand before them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contacts.facts.statement import (
    AGENT_ID,
    CHANNEL,
    CONNECTED_TO_AGENT,
    DURATIONS,
    ENQUEUE,
    HIERARCHY_GROUPS,
    INITIAL_CONTACT,
    INITIATION,
    INITIATION_METHOD,
    QUEUE_ID,
    QUEUE_NAME,
    ROUTING_PROFILE,
    TIMESTAMPS,
    USERNAME,
    Path,
    Statement,
    Value,
)
from contacts.timestamps import epoch_milliseconds, whole_seconds

TOLERANCE_SECONDS: Final = 1
"""Truncated in different places, equal times and durations differ by up to a second."""

DIRECTLY_STATED: Final = frozenset(
    {
        INITIAL_CONTACT,
        CHANNEL,
        INITIATION_METHOD,
        AGENT_ID,
        USERNAME,
        ROUTING_PROFILE,
        HIERARCHY_GROUPS,
        CONNECTED_TO_AGENT,
        QUEUE_ID,
        QUEUE_NAME,
        ENQUEUE,
    }
)
"""Values that agent events state directly; all others are computed from the Timeline."""
EVENT_TIMESTAMP: Final = ("Agent", "EventTimestamp")
_DIRECTLY_STATED_OF_A_GROUP: Final = DIRECTLY_STATED | {EVENT_TIMESTAMP}


@dataclass(frozen=True, slots=True)
class Resolution:
    """The values that a record shows: ``shown`` by path.

    ``disagreements`` has what agent events gave where the contact record says otherwise, by dotted
    path; by ``Agent`` or ``Queue`` alone when it is another agent or queue altogether. Of
    InitiationTimestamp, which agent events do not give, it has what contact events state.
    ``adopted`` are the remembered values that agent events do not state.
    """

    shown: Statement
    disagreements: dict[str, Value]
    adopted: frozenset[Path]


def resolve(
    agent_events: Statement, contact_events: Statement, contact_record: Statement
) -> Resolution:
    """Choose the value of every path by its strongest source."""
    if not contact_events and not contact_record:
        return Resolution(agent_events, {}, frozenset())
    disagreements: dict[str, Value] = {}
    for id_path in (AGENT_ID, QUEUE_ID):
        sources = (contact_record, agent_events, contact_events)
        leading = next((source[id_path] for source in sources if id_path in source), None)
        if agent_events.get(id_path, leading) != leading:
            disagreements[id_path[0]] = _group(agent_events, id_path[0])
            agent_events = _without_group(agent_events, id_path[0])
        if contact_events.get(id_path, leading) != leading:
            contact_events = _without_group(contact_events, id_path[0])
    shown: dict[Path, Value] = {}
    for path in dict.fromkeys([*agent_events, *contact_events, *contact_record]):
        own = agent_events.get(path)
        value = _chosen(path, own, contact_events.get(path), contact_record.get(path))
        if value is None:
            continue
        shown[path] = value
        contradicted = contact_events.get(path) if path == INITIATION else own
        if contradicted is not None and not agrees(path, contradicted, value):
            disagreements[".".join(path)] = contradicted
    adopted = frozenset(
        path for path in shown if path in DIRECTLY_STATED and path not in agent_events
    )
    return Resolution(shown, disagreements, adopted)


def agrees(path: Path, one: Value, other: Value) -> bool:
    """Whether two sources say the same, as finely as they can."""
    if path in TIMESTAMPS:
        return abs(_seconds(one) - _seconds(other)) <= TOLERANCE_SECONDS
    if path in DURATIONS and isinstance(one, int) and isinstance(other, int):
        return abs(one - other) <= TOLERANCE_SECONDS
    if path in {ROUTING_PROFILE, HIERARCHY_GROUPS}:
        return list(_ids(one)) == list(_ids(other))
    return one == other


def _chosen(
    path: Path, own: Value | None, event: Value | None, record: Value | None
) -> Value | None:
    if path == INITIAL_CONTACT:
        return next((value for value in (record, event, own) if value is not None), None)
    finer = own if own is not None else event
    if record is None or (finer is not None and agrees(path, finer, record)):
        return finer
    return record


def _seconds(timestamp: Value) -> int:
    return whole_seconds(epoch_milliseconds(str(timestamp)))


def _ids(value: Value) -> Iterator[str]:
    """The ids in a routing profile or in hierarchy groups, whose names may change."""
    if isinstance(value, Mapping):
        for name in sorted(value):
            if name == "Id":
                yield str(value[name])
            else:
                yield from _ids(value[name])


def _group(statement: Statement, name: str) -> dict[str, str]:
    return {
        path[1]: value  # type: ignore[misc]
        for path, value in statement.items()
        if path in _DIRECTLY_STATED_OF_A_GROUP and path[0] == name
    }


def _without_group(statement: Statement, name: str) -> Statement:
    return {path: value for path, value in statement.items() if path[0] != name}

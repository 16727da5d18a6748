"""The shape of stored items, and what can be read of one that has another.

The tables are public: an older version, another program or a hand may have left anything in an
item. One such item must not break an answer about the others, so whoever answers questions reads
items through here: an attribute that is not of its documented kind (docs/table.md) counts as not
known, as does one that has no place there. An item of its usual shape comes back equal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from contacts.errors import MisshapenItemError
from contacts.facts.statement import (
    AGENT_ID,
    ATTRIBUTES,
    CAMPAIGN,
    CONNECTED_TO_AGENT,
    CONNECTION_ATTEMPTS,
    CONTACT_EVENT,
    CONTACT_RECORD,
    CUSTOMER_ENDPOINT,
    DURATIONS,
    EVENT_TYPE,
    FIELDS,
    HIERARCHY_GROUPS,
    HOLDS,
    LAST_KNOWN,
    QUEUE_ID,
    ROUTING_PROFILE,
    SEGMENT_ATTRIBUTES,
    STATE_TRANSITIONS,
    SYSTEM_ENDPOINT,
    TAGS,
    TIMESTAMPS,
    TRANSFERRED_TO,
    Path,
)
from contacts.item.agent_state_item import contact_of_line
from contacts.item.evidence_lists import adopted_in, is_mark, value_at
from contacts.item_parts import Attributes, Item

type _Kind = Callable[[Any], Any]
"""Returns the readable part of a value, or None."""

_LENGTH_OF_A_TIMESTAMP: Final = len("2026-03-09T08:01:22.123Z")
_GREATEST_NUMBER: Final = 2**63 - 1
_SOURCES: Final = len((CONTACT_EVENT, CONTACT_RECORD))


def well_formed(item: Item) -> Attributes:
    """The readable attributes of an item of ContactRecords."""
    return _members(item, _RECORD)


def check_shape(item: Item) -> None:
    """Check an item that will be written again. Raises MisshapenItemError if a part is unreadable.

    What has no documented place in an item is not looked at.
    """
    left = well_formed(item)
    _refuse(_unreadable(item, left, _RECORD))
    check_answering_agent(left)


def check_answering_agent(item: Item) -> None:
    """Agent events that are said to show who answered must say when: else it is no fact.

    Raises MisshapenItemError.
    """
    set_aside = item.get("Disagreements", {}).get(AGENT_ID[0])
    if set_aside is not None:
        is_named, is_dated = AGENT_ID[1] in set_aside, CONNECTED_TO_AGENT[1] in set_aside
    else:
        is_named = (
            AGENT_ID not in adopted_in(*item.get("Evidence", ()))
            and value_at(item, AGENT_ID) is not None
        )
        is_dated = value_at(item, CONNECTED_TO_AGENT) is not None
    if is_named and not is_dated:
        _refuse([".".join(CONNECTED_TO_AGENT)])


def check_state_shape(item: Item) -> None:
    """Check an item of AgentStates like ``check_shape``."""
    left = well_formed_state(item)
    _refuse(_unreadable(item, left, _STATE) or [name for name in _DATED if name not in left])


def _unreadable(item: Item, left: Item, kinds: Mapping[str, _Kind]) -> list[str]:
    return sorted(
        name for name in item if name in kinds and (name not in left or left[name] != item[name])
    )


def _refuse(names: Iterable[str]) -> None:
    if wrong := ", ".join(names):
        message = f"not as docs/table.md says: {wrong}"
        raise MisshapenItemError(message)


def well_formed_state(item: Item) -> Attributes:
    """The readable attributes of an item of AgentStates."""
    return _members(item, _STATE)


def _members(value: Item, kinds: Mapping[str, _Kind]) -> Attributes:
    return {
        name: left
        for name, member in value.items()
        if name in kinds and (left := kinds[name](member)) is not None
    }


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | Decimal | None:
    """A whole number that any reader can hold; boto3 reads numbers as Decimal."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    is_whole = -_GREATEST_NUMBER <= value <= _GREATEST_NUMBER and value == int(value)
    return value if is_whole else None


def _timestamp(value: Any) -> str | None:
    return value if isinstance(value, str) and _is_timestamp(value) else None


def _is_timestamp(text: str) -> bool:
    if len(text) != _LENGTH_OF_A_TIMESTAMP or text[10] != "T" or not text.endswith("Z"):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[19] == "."


def _map(kinds: Mapping[str, _Kind], *required: str) -> _Kind:
    """A map of such members; nothing of it without the ``required`` ones."""

    def kind(value: Any) -> Attributes | None:
        left = _members(value, kinds) if isinstance(value, Mapping) else {}
        return left if left and left.keys() >= set(required) else None

    return kind


def _map_of(member: _Kind) -> _Kind:
    """A map of members of one kind, by any name."""

    def kind(value: Any) -> Attributes | None:
        left = {name: member(value[name]) for name in value} if isinstance(value, Mapping) else {}
        return {name: left[name] for name in left if left[name] is not None} or None

    return kind


def _list_of(element: _Kind) -> _Kind:
    def kind(value: Any) -> list[Any] | None:
        left = [element(each) for each in value] if isinstance(value, list) else []
        return [each for each in left if each is not None] or None

    return kind


def _lines(*members: _Kind) -> _Kind:
    """Lines of these ``members`` and the agent's id: each line is read by itself."""

    def kind(value: Any) -> list[str] | None:
        left = [
            line
            for line in (value if isinstance(value, list) else ())
            if isinstance(line, str) and _is_line(line.split(" ", len(members)), members)
        ]
        return left or None

    return kind


def _is_line(parts: Sequence[str], members: Sequence[_Kind]) -> bool:
    return len(parts) > len(members) and all(
        member(part) for member, part in zip((*members, _text), parts, strict=True)
    )


def _contact_line(value: Any) -> str | None:
    """A line of AgentStates: a contact in an agent's snapshot."""
    try:
        contact = contact_of_line(value) if isinstance(value, str) else None
    except ValueError:
        return None
    times = contact and (
        contact.state_start_timestamp,
        contact.connected_to_agent_timestamp,
        contact.queue and contact.queue.enqueue_timestamp,
    )
    return value if times and all(map(_is_timestamp, filter(None, times))) else None


def _evidence(value: Any) -> list[list[Any]] | None:
    """Two lists by position (``contacts.item.evidence_lists``), one for each source."""
    if not isinstance(value, list) or len(value) != _SOURCES:
        return None
    left = [_entries(each) for each in value]
    return left if any(left) else None


def _entries(value: Any) -> list[Any]:
    """The entries of a list; one of a wrong type or form becomes empty."""
    if not isinstance(value, list):
        return []
    entries = zip(FIELDS, value, strict=False)
    return [entry if _is_evidence(path, entry) else "" for path, entry in entries]


def _is_evidence(path: Path, entry: Any) -> bool:
    return is_mark(path, entry) or (entry is not None and _KINDS[path](entry) == entry)


_RESOURCE: Final = _map({"Id": _text, "Name": _text}, "Id")
_GROUPS: Final = _map_of(_map({"Id": _text, "GroupName": _text}, "Id"))
_ENDPOINT: Final = _map({"Type": _text, "Address": _text})
_TRANSITION: Final = _map(
    {"State": _text, "StateStartTimestamp": _timestamp, "StateEndTimestamp": _timestamp}, "State"
)
_NUMBERS: Final = DURATIONS | {CONNECTION_ATTEMPTS, HOLDS}
_MAPS: Final[Mapping[Path, _Kind]] = {
    ROUTING_PROFILE: _RESOURCE,
    STATE_TRANSITIONS: _list_of(_TRANSITION),
    HIERARCHY_GROUPS: _GROUPS,
    ATTRIBUTES: _map_of(_text),
    TAGS: _map_of(_text),
    SEGMENT_ATTRIBUTES: _map_of(_text),
    CAMPAIGN: _map({"CampaignId": _text}),
    TRANSFERRED_TO: _ENDPOINT,
    CUSTOMER_ENDPOINT: _ENDPOINT,
    SYSTEM_ENDPOINT: _ENDPOINT,
}


def _kind_of(path: Path) -> _Kind:
    if path in TIMESTAMPS:
        return _timestamp
    return _number if path in _NUMBERS else _MAPS.get(path, _text)


_KINDS: Final = {path: _kind_of(path) for path in FIELDS}


def _group(name: str, **others: _Kind) -> dict[str, _Kind]:
    members = {path[1]: kind for path, kind in _KINDS.items() if len(path) > 1 and path[0] == name}
    return members | others


def _without_id(group: Mapping[str, _Kind]) -> dict[str, _Kind]:
    """The id is at the top of an item."""
    return {name: kind for name, kind in group.items() if name != AGENT_ID[1]}


def _texts(names: Iterable[str]) -> dict[str, _Kind]:
    return dict.fromkeys(names, _text)


_NOT_SHOWN: Final = frozenset({EVENT_TYPE[0], LAST_KNOWN[0]})
_ALONE: Final = {path[0]: kind for path, kind in _KINDS.items() if len(path) == 1}
_AGENT: Final = _group(AGENT_ID[0], EventTimestamp=_timestamp)
_QUEUE: Final = _group(QUEUE_ID[0])
_LINKS: Final = _texts(("PreviousContactId", "NextContactId", "TransferType"))
_ATTEMPT: Final = _map(
    {
        **_texts(("AgentId", "Username", "ClearedEvidence", "Outcome")),
        "OfferedTimestamp": _timestamp,
        "AnsweredTimestamp": _timestamp,
        "EndedTimestamp": _timestamp,
        "ClearedTimestamp": _timestamp,
        "RingDuration": _number,
    },
    "AgentId",
    "Outcome",
)
_RECORD: Final[Mapping[str, _Kind]] = {
    **_texts(("ChainId", "ContactId", "InstanceId", "Channel", "InitiationMethod", "State")),
    **_texts(("Status", "LinkEvidence", "LinksStatedBy", "MovedToChainId")),
    **_texts(("AgentId", "QueueId", "DialOutcome", "Bucket", "Open")),
    **{name: kind for name, kind in _ALONE.items() if name not in _NOT_SHOWN},
    **_LINKS,
    "StateStartTimestamp": _timestamp,
    "StartTimestamp": _timestamp,
    "FailedOfferTimestamp": _timestamp,
    "ConferenceJoinedTimestamp": _timestamp,
    "CustomerLeftTimestamp": _timestamp,
    "Attempts": _list_of(_ATTEMPT),
    "Agent": _map(_without_id(_AGENT)),
    "Queue": _map(_without_id(_QUEUE)),
    "Timeline": _lines(_timestamp, _text),
    "InferredTimeline": _lines(_timestamp, _text, _timestamp),
    "Disagreements": _map(
        {
            **{".".join(path): kind for path, kind in _KINDS.items()},
            AGENT_ID[0]: _map(_AGENT),
            QUEUE_ID[0]: _map(_QUEUE),
        }
    ),
    "LinkDisagreements": _map(
        {
            **_LINKS,
            "AgentInteractionDuration": _number,
            "ConferenceJoinedTimestamp": _timestamp,
            "CustomerLeftTimestamp": _timestamp,
        }
    ),
    "Evidence": _evidence,
    "ExpiresAt": _number,
    "Version": _number,
    "ChainVersion": _number,
    "LinksDue": _number,
    "TakenBack": _number,
}
_DATED: Final = ("EventTimestamp", "Ordinal")
"""The attributes without which a state can be neither shown nor written again."""
_STATE: Final[Mapping[str, _Kind]] = {
    **_texts(("InstanceId", "AgentId", "Username")),
    "EventTimestamp": _timestamp,
    "AgentStatus": _map(
        {"Name": _text, "Type": _text, "StartTimestamp": _timestamp},
        "Name",
    ),
    "RoutingProfile": _RESOURCE,
    "HierarchyGroups": _GROUPS,
    "Contacts": _list_of(_contact_line),
    "Ordinal": _number,
    "ExpiresAt": _number,
}

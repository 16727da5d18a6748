"""Statements of Amazon's sources, as compact lists in an item.

An item is billed by the KB and nearly all of what is stated is shown by the item itself, so a list
has one entry for each of ``FIELDS``: empty where nothing is stated, a mark where the value is the
shown one, the value itself otherwise. Empty entries at the end are left out.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Final

from contacts.facts.statement import AGENT_ID, FIELDS, QUEUE_ID, TIMESTAMPS, Path, Statement, Value
from contacts.timestamps import Timestamp

_NOTHING: Final = ""
_SHOWN: Final = "="
_SHOWN_AND_ADOPTED: Final = "+"
"""As shown, and agent events do not state it."""
_SHOWN_IN_WHOLE_SECONDS: Final = "~"
_LITERAL: Final = "'"
_MARKS: Final = (_SHOWN, _SHOWN_AND_ADOPTED, _SHOWN_IN_WHOLE_SECONDS, _LITERAL)
_UP_TO_SECONDS: Final = len("2026-03-09T08:01:22")
_AT_THE_TOP: Final[Mapping[Path, Path]] = {AGENT_ID: ("AgentId",), QUEUE_ID: ("QueueId",)}
"""An id stands once in an item, and these two are keys of indexes."""


def place_of(path: Path) -> Path:
    """The path at which an item shows the value stated under ``path``."""
    return _AT_THE_TOP.get(path, path)


def value_at(item: Mapping[str, Any], path: Path) -> Any:
    """The value that an item shows for the value stated under ``path``; None if nothing."""
    value: Any = item
    for name in place_of(path):
        value = value.get(name) if value is not None else None
    return value


def evidence_list(statement: Statement, shown: Statement, adopted: Set[Path]) -> list[Value]:
    """``statement``, given what the item shows."""
    if not statement:
        return []
    entries = [_entry(path, statement.get(path), shown, adopted) for path in FIELDS]
    while entries and entries[-1] == _NOTHING:
        entries.pop()
    return entries


def stated_in(entries: Iterable[Any], item: Mapping[str, Any]) -> Statement:
    """The inverse of ``evidence_list``. What should be shown, and is not, is not stated."""
    values = (
        (path, _stated(path, entry, item))
        for path, entry in zip(FIELDS, entries, strict=False)
        if entry != _NOTHING
    )
    return {path: value for path, value in values if value is not None}


def is_mark(path: Path, entry: Any) -> bool:
    """Whether an entry stands for nothing, or for the value that the item shows at ``path``."""
    if entry == _SHOWN_IN_WHOLE_SECONDS:
        return path in TIMESTAMPS
    return entry in (_NOTHING, _SHOWN, _SHOWN_AND_ADOPTED)


def adopted_in(*lists: Sequence[Any]) -> frozenset[Path]:
    """Which of the values that ``lists`` state are not stated by agent events."""
    return frozenset(
        path
        for entries in lists
        for path, entry in zip(FIELDS, entries, strict=False)
        if entry == _SHOWN_AND_ADOPTED
    )


def _entry(path: Path, value: Value | None, shown: Statement, adopted: Set[Path]) -> Value:
    if value is None:
        return _NOTHING
    if value == shown.get(path):
        return _SHOWN_AND_ADOPTED if path in adopted else _SHOWN
    if path in TIMESTAMPS and path in shown and value == _whole_seconds(str(shown[path])):
        return _SHOWN_IN_WHOLE_SECONDS
    if isinstance(value, str) and value.startswith(_MARKS):
        return _LITERAL + value
    return value


def _stated(path: Path, entry: Any, item: Mapping[str, Any]) -> Value | None:
    if entry in (_SHOWN, _SHOWN_AND_ADOPTED):
        shown = value_at(item, path)
        return None if shown is None else _plain(shown)
    if entry == _SHOWN_IN_WHOLE_SECONDS:
        shown = value_at(item, path)
        return None if shown is None else _whole_seconds(shown)
    if isinstance(entry, str):
        return entry.removeprefix(_LITERAL)
    return _plain(entry)


def _plain(value: Any) -> Value:
    """Numbers read from DynamoDB are ``Decimal``; what is stated is whole."""
    return value if isinstance(value, str | Mapping | list) else int(value)


def _whole_seconds(timestamp: Timestamp) -> Timestamp:
    return f"{timestamp[:_UP_TO_SECONDS]}.000Z"

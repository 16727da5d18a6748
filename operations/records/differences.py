"""Describes the changes of a recomputation, attribute by attribute."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from boto3.dynamodb.types import Binary

from contacts.item_parts import Changes, Item

_PERSONAL: Final = frozenset({"Username"})
_ABSENT: Final = "absent"


class Difference(NamedTuple):
    """One attribute, as ``Agent.NumberOfHolds`` or ``Attempts[].Outcome``, before and after."""

    attribute: str
    before: str
    after: str


def differences(item: Item, changes: Changes) -> Iterator[Difference]:
    """The differences that ``changes`` would make in ``item``."""
    after = {**changes.sets, **dict.fromkeys(changes.removes)}
    for path, value in after.items():
        stored: Any = item
        for part in path:
            stored = stored.get(part) if isinstance(stored, Mapping) else None
        yield from _between(".".join(path), stored, value)


def _between(attribute: str, before: Any, after: Any) -> Iterator[Difference]:
    match before, after:
        case dict(), dict():
            for name in sorted(before | after):
                yield from _between(f"{attribute}.{name}", before.get(name), after.get(name))
        case list(), list() if len(before) == len(after):
            for one, other in zip(before, after, strict=True):
                yield from _between(f"{attribute}[]", one, other)
        case _ if before != after:
            yield Difference(attribute, _shown(attribute, before), _shown(attribute, after))


def _shown(attribute: str, value: Any) -> str:
    match value:
        case None:
            return _ABSENT
        case dict():
            return f"a map of {len(value)}"
        case list():
            return f"a list of {len(value)}"
        case Binary():
            # str() of boto3's Binary raises TypeError.
            return "binary"
        case _ if attribute.rpartition(".")[2] in _PERSONAL:
            return "(a name)"
        case _:
            return str(value)

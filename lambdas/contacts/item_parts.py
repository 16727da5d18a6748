"""What the items of both tables have in common.

How an update is described, the attributes that count updates, named resources, expiry, and the
absence of what is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contacts.resources import HierarchyGroup, Resource
from contacts.timestamps import Timestamp, epoch_milliseconds, whole_seconds

type Item = Mapping[str, Any]
type Attributes = dict[str, Any]
type Path = tuple[str, ...]
"""The names that lead to an attribute: its own, or those of a map and of a member of it."""

CHAIN_VERSION: Final = "ChainVersion"
VERSION: Final = "Version"
LINKS_DUE: Final = "LinksDue"
"""Marks a write by Lambda 1 after which the links may be others; Lambda 2's filter asks for it."""
MOVED_TO_CHAIN_ID: Final = "MovedToChainId"
"""Makes an item a location entry: it names the chain that has the contact's record."""

OF_A_LONGER_CHAIN: Final = ("InitialContactId", CHAIN_VERSION, "LinksStatedBy")
"""Any of them says that there is, or may come, another leg."""
_SECONDS_PER_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update sets and removes, by the path of the attribute."""

    sets: Mapping[Path, Any]
    removes: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.sets or self.removes)


def is_to_be_linked(image: Item) -> bool:
    """Whether a change of the table's stream passes the filter of Lambda 2.

    It does if the links may be others by now and there is, or may come, another leg: the item names
    its first contact, was linked before (or marked when a later leg was), or Amazon states its
    links.
    """
    return LINKS_DUE in image and any(name in image for name in OF_A_LONGER_CHAIN)


def known(attributes: Mapping[str, Any]) -> Attributes:
    """``attributes`` without those that are not known: None and everything empty."""
    return {name: value for name, value in attributes.items() if value or value == 0}


def expires_at(timestamp: Timestamp, ttl_days: int) -> int:
    """The end of an item's time to live in epoch seconds, counted from ``timestamp``."""
    return whole_seconds(epoch_milliseconds(timestamp)) + ttl_days * _SECONDS_PER_DAY


def resource_attributes(resource: Resource | None) -> Attributes | None:
    """A routing profile as a map of Id and Name."""
    return known({"Id": resource.id, "Name": resource.name}) if resource else None


def resource_of(attributes: Item | None) -> Resource | None:
    """The inverse of ``resource_attributes``."""
    return Resource(attributes["Id"], attributes.get("Name")) if attributes else None


def hierarchy_attributes(groups: Iterable[HierarchyGroup]) -> Attributes:
    """Hierarchy groups as a map by level, in the contact record's words."""
    return {group.level: known({"Id": group.id, "GroupName": group.name}) for group in groups}


def hierarchy_of(attributes: Item) -> tuple[HierarchyGroup, ...]:
    """The inverse of ``hierarchy_attributes``."""
    return tuple(
        HierarchyGroup(level, attributes[level]["Id"], attributes[level].get("GroupName"))
        for level in sorted(attributes)
    )

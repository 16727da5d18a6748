"""What the items of both tables have in common: named resources, expiry, absence of the unknown."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contacts.facts.contact_facts import HierarchyGroup, Resource
from contacts.timestamps import Timestamp, epoch_milliseconds, whole_seconds

type Item = Mapping[str, Any]
type Attributes = dict[str, Any]

_SECONDS_PER_DAY: Final = 86_400


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

"""Somebody who takes the published events in any order, and more than once (docs/consumers.md).

Why it is a model and not a mock: what counts is what a consumer believes in the end, and that it is
what the table says.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from adapters.contact_records_table import Key
from contacts.item_parts import VERSION, Item
from contacts.views.published_events import (
    CONTACT_LINKED,
    LINKS,
    RECORD_MOVED,
    PublishedEvent,
    published_events,
)

OF_THE_ENVELOPE: Final = {"SchemaVersion", "IdempotencyKey", "Version", "ChainVersion"}

type Detail = Mapping[str, Any]


class Consumer:
    """The newest record, and the newest links, of each contact in each chain."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._records: dict[Key, Detail] = {}
        self._links: dict[Key, Detail] = {}

    def take(self, events: Iterable[PublishedEvent]) -> "Consumer":
        for event in events:
            if event.detail["IdempotencyKey"] in self._seen:
                continue
            self._seen.add(event.detail["IdempotencyKey"])
            if event.detail_type != CONTACT_LINKED:
                self._keep(self._records, event.detail)
            if event.detail_type in {CONTACT_LINKED, RECORD_MOVED}:
                self._keep(self._links, event.detail)
        return self

    @property
    def records(self) -> dict[Key, dict[str, Any]]:
        """The finished records that have not moved away, but for what counts writes."""
        return {
            key: {name: value for name, value in detail.items() if name not in OF_THE_ENVELOPE}
            for key, detail in self._records.items()
            if "MovedToChainId" not in detail
        }

    @property
    def links(self) -> dict[Key, dict[str, str]]:
        """The links of the contacts that have any."""
        links = {
            key: {name: detail[name] for name in LINKS if name in detail}
            for key, detail in self._links.items()
        }
        return {key: linked for key, linked in links.items() if linked}

    @staticmethod
    def _keep(kept: dict[Key, Detail], detail: Detail) -> None:
        key = Key(detail["ChainId"], detail["ContactId"])
        if key not in kept or _age(detail) >= _age(kept[key]):
            kept[key] = detail


def events_of_images(images: Iterable[Item]) -> list[PublishedEvent]:
    """What is published of all that was written to a table, image by image."""
    before: dict[Key, Item] = {}
    events: list[PublishedEvent] = []
    for after in images:
        key = Key(after["ChainId"], after["ContactId"])
        events += published_events(before.get(key), after)
        before[key] = after
    return events


def _age(detail: Detail) -> tuple[int, int]:
    return detail[VERSION], detail.get("ChainVersion", 0)


def ages_grow(events: Iterable[PublishedEvent]) -> bool:
    """Whether no event of a key and kind is older than the one before it."""
    by_key: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for event in events:
        identity = (event.detail["ChainId"], event.detail["ContactId"])
        by_key.setdefault(identity, []).append(_age(event.detail))
    return all(one <= other for ages in by_key.values() for one, other in pairwise(ages))

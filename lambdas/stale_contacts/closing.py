"""Looks at every open contact, and puts on the stream what is known of those that are stale."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, Final, Protocol

from adapters.contact_records_table import Key
from adapters.errors import UnavailableError
from contacts.facts.stale_contacts import (
    described_end,
    end_unknown,
    is_stale,
)
from contacts.item.contact_item import OPEN
from contacts.item_parts import Item
from contacts.timestamps import Timestamp

type Describe = Callable[[str], Mapping[str, Any] | None]
"""From a ContactId to what Amazon knows of it; raises UnavailableError."""

CLOSED: Final = "closed"
UNKNOWN: Final = "end unknown"
STILL_OPEN: Final = "still open"
FAILED: Final = "failed"
NO_TIME: Final = "no time"
_AT_ONCE: Final = 100
_READ: Final = {OPEN, "LastUpdateTimestamp"}
"""Without the first a contact is over by now, without the second nobody knows how old it is."""


class ReadsAllOpenContacts(Protocol):
    """The part of the table that is needed here; raises UnavailableError."""

    def open_keys(self) -> Iterator[Key]:
        """Of every contact in progress, of all instances."""

    def items(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """The items there are among ``keys``."""


class TakesEvents(Protocol):
    """The stream; raises UnavailableError."""

    def put(self, events: Sequence[Mapping[str, Any]]) -> int:
        """Put contact events; how many were not taken."""


def close_stale_contacts(
    table: ReadsAllOpenContacts,
    stream: TakesEvents,
    *,
    now: Timestamp,
    longest_open_hours: Mapping[str, int],
    instance_arn: str | None,
    describe: Describe | None,
    has_time: Callable[[], bool],
) -> Counter[str]:
    """How many stale contacts there were, by what became of them.

    Amazon is asked about the contacts of the named instance. What was not done is still open when
    the next look comes.
    """
    outcomes: Counter[str] = Counter()
    for keys in batched(table.open_keys(), _AT_ONCE, strict=False):
        items = table.items(keys).values()
        stale = [
            item
            for item in items
            if item.keys() >= _READ and is_stale(item, now, longest_open_hours)
        ]
        events = []
        for item in stale:
            if not has_time():
                outcomes[NO_TIME] += 1
                continue
            outcome, event = _looked_at(item, instance_arn, describe)
            if event:
                events.append(event)
            outcomes[outcome] += 1
        if events:
            outcomes[FAILED] += stream.put(events)
    return outcomes


def _looked_at(
    item: Item, instance_arn: str | None, describe: Describe | None
) -> tuple[str, Mapping[str, Any] | None]:
    instance_id = (instance_arn or "").rpartition("/")[2]
    if not instance_arn or not describe or item.get("InstanceId") != instance_id:
        return UNKNOWN, end_unknown(item)
    try:
        contact = describe(item["ContactId"])
    except UnavailableError:
        return FAILED, None
    if contact is None:
        return UNKNOWN, end_unknown(item)
    event = described_end(contact, instance_arn)
    return (CLOSED, event) if event else (STILL_OPEN, None)

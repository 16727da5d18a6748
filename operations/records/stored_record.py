"""Computes what a stored record should be, and writes the differences beside live functions."""

import time
from collections.abc import Callable, Iterable
from itertools import batched
from typing import Final, NamedTuple, Protocol

from adapters.aws_calls import tries
from adapters.contact_records_table import Key, version_of
from adapters.dynamodb.table import MOST_KEYS_PER_READ
from adapters.errors import LostRaceError
from agent_events.moving import ReadsRecords, WritesRecords, search, write_all
from contacts.errors import MisshapenItemError
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import (
    facts_of_item,
    holds_record,
    record_attributes,
    record_changes,
)
from contacts.item_parts import MOVED_TO_CHAIN_ID, Changes, Item
from contacts.record.contact_record import contact_record
from contacts.timestamps import epoch_milliseconds, whole_seconds
from operations.messages import say

_MOST_ROUNDS: Final = 6
_SECONDS_PER_DAY: Final = 86_400
_SHORTEST_TTL_DAYS: Final = 1
"""For a record without a time to live, of which there is none unless somebody removed it."""


UNREADABLE: Final = (
    MisshapenItemError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What reading an item raises that makes no sense: it is reported, and the scan goes on."""


class StoredRecords(ReadsRecords, WritesRecords, Protocol):
    """The part of the table that this needs; raises UnavailableError, LostRaceError."""


class Rewritten(NamedTuple):
    """An item before, and the changes that were written."""

    before: Item
    changes: Changes


def problem_of(error: Exception) -> str:
    """Why an item cannot be read."""
    if isinstance(error, MisshapenItemError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def is_record(item: Item) -> bool:
    """Whether it is a contact's record: no location entry, and more than a name."""
    return holds_record(item) and MOVED_TO_CHAIN_ID not in item


def key_of(item: Item) -> Key:
    """The key of the item."""
    return Key(item["ChainId"], item["ContactId"])


def rewrite(
    table: StoredRecords,
    item: Item,
    changes_of: Callable[[Item], Changes],
    *,
    dry_run: bool,
    pause: Callable[[float], None] = time.sleep,
) -> Rewritten | None:
    """Write what ``changes_of`` the record says, also of what somebody else makes of it meanwhile.

    None if there is nothing to write. Raises LostRaceError, and whatever ``changes_of`` does.
    """
    for number in tries(_MOST_ROUNDS, pause):
        if number:
            newer = _newest(table, key_of(item))
            if newer is None:
                return None
            item = newer
        changes = changes_of(item)
        if not changes:
            return None
        try:
            if not dry_run:
                table.write_record(key_of(item), changes, version=version_of(item))
        except LostRaceError:
            continue
        else:
            return Rewritten(item, changes)
    message = f"lost the race {_MOST_ROUNDS} times"
    raise LostRaceError(message)


def _newest(table: StoredRecords, key: Key) -> Item | None:
    """The record as it is now, also if it has moved to where the scan has been already."""
    item = table.read([key], consistent=True).get(key)
    if item and MOVED_TO_CHAIN_ID in item:
        moved = Key(item[MOVED_TO_CHAIN_ID], key.contact_id)
        item = table.read([moved], consistent=True).get(moved)
    return item if item and is_record(item) else None


def changes_to(item: Item, facts: ContactFacts, *, record_ttl_days: int | None = None) -> Changes:
    """The changes after which the record of ``item`` follows from ``facts``.

    Without ``record_ttl_days`` it keeps the time to live that it has.
    """
    record = contact_record(facts)
    days = record_ttl_days or _stored_ttl_days(item)
    attributes = record_attributes(record, record_ttl_days=days or _SHORTEST_TTL_DAYS, linked=item)
    if days is None:
        del attributes["ExpiresAt"]
    return record_changes(item, attributes)


def record_ttl_days_of(item: Item) -> int:
    """The time to live that the record was stored with.

    Not today's setting: a record does not live longer because it was written again.
    """
    return _stored_ttl_days(item) or _SHORTEST_TTL_DAYS


def _stored_ttl_days(item: Item) -> int | None:
    if "ExpiresAt" not in item:
        return None
    last_update = contact_record(facts_of_item(item)).last_update_timestamp
    updated = whole_seconds(epoch_milliseconds(last_update))
    return max(1, round((int(item["ExpiresAt"]) - updated) / _SECONDS_PER_DAY))


def write_location_entries(
    table: StoredRecords, records: Iterable[Item], *, record_ttl_days: int | None, dry_run: bool
) -> int:
    """Make each later leg findable by its own id; how many could not be found by it.

    That is so where a location entry was lost. A leg whose record is not found gets none: it gets
    its location entry when it is written.
    """
    legs = (item for item in records if item["ChainId"] != item["ContactId"])
    written = 0
    for chunk in batched(legs, MOST_KEYS_PER_READ, strict=False):
        entries = table.read([_location_key(leg) for leg in chunk], consistent=True)
        for leg in chunk:
            if entries.get(_location_key(leg), {}).get(MOVED_TO_CHAIN_ID) == leg["ChainId"]:
                continue
            try:
                written += _write_location_entry(table, leg, record_ttl_days, dry_run=dry_run)
            except UNREADABLE as error:
                key = key_of(leg)
                say(f"{key.chain_id} {key.contact_id} gets no location entry: {problem_of(error)}")
    return written


def _write_location_entry(
    table: StoredRecords, leg: Item, record_ttl_days: int | None, *, dry_run: bool
) -> bool:
    """Whether there was anything to write."""
    placement = search(table, facts_of_item(leg))
    if placement.before is None:
        return False
    writes = placement.writes(record_ttl_days=record_ttl_days or record_ttl_days_of(leg))
    try:
        if not dry_run:
            write_all(table, writes)
    except LostRaceError:
        # The function that wrote the record meanwhile has looked for the location entry, too.
        return False
    return bool(writes)


def _location_key(item: Item) -> Key:
    return Key(item["ContactId"], item["ContactId"])

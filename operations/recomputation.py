"""Recomputes contact records from the facts that they are stored with.

For the day on which folding or linking has learned something. As everything else it is conditional
on what was read and may be stopped, repeated, or run beside the live functions.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import batched
from typing import Final, NamedTuple, Protocol

from adapters.contact_records_table import Key, version_of
from adapters.dynamodb_table import MOST_KEYS_PER_READ, LostRaceError
from agent_events.moving import WritesRecords, search, write_all
from contact_chains.linking import ChainsTable
from contacts.contact_item import (
    CHAIN_VERSION,
    MOVED_TO_CHAIN_ID,
    Changes,
    facts_of_item,
    holds_record,
    record_attributes,
    record_changes,
)
from contacts.contact_record import contact_record
from contacts.facts import ContactFacts
from contacts.item_parts import Item
from contacts.timestamps import epoch_milliseconds, whole_seconds
from operations.chains import link_chains
from operations.differences import differences

_MOST_ROUNDS: Final = 6
_FIRST_PAUSE_SECONDS: Final = 0.02
_MOST_EXAMPLES: Final = 3
_SECONDS_PER_DAY: Final = 86_400


class StoredRecords(ChainsTable, WritesRecords, Protocol):
    """The part of the table that this needs; raises TableUnavailableError, LostRaceError."""

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        """The items there are among ``keys``."""


class Example(NamedTuple):
    """One change of one attribute."""

    key: Key
    before: str
    after: str


@dataclass(slots=True)
class Recomputed:
    """What was done, or in a dry run would be.

    ``records`` and ``links`` count items that differed, ``attributes`` items by attribute;
    ``marks`` counts legs that could not be found by their own id.
    """

    items: int = 0
    left_alone: int = 0
    records: int = 0
    links: int = 0
    marks: int = 0
    attributes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    unreadable: dict[Key, str] = field(default_factory=dict)

    def count(self, item: Item, key: Key, changes: Changes) -> None:
        """Take in what differed in one item."""
        counted = set()
        for attribute, before, after in differences(item, changes):
            if attribute in counted:
                continue
            counted.add(attribute)
            self.attributes[attribute] += 1
            examples = self.examples.setdefault(attribute, [])
            if len(examples) < _MOST_EXAMPLES:
                examples.append(Example(key, before, after))


class Recomputation:
    """Takes items page by page; ``done`` says what became of them."""

    def __init__(
        self,
        table: StoredRecords,
        executor: Executor,
        *,
        dry_run: bool,
        record_ttl_days: int | None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.done = Recomputed()
        self._table = table
        self._executor = executor
        self._dry_run = dry_run
        self._record_ttl_days = record_ttl_days
        self._pause = pause
        self._last_chain: str | None = None

    def take(self, items: Sequence[Item]) -> None:
        """Recompute the records of a page, then the links of the chains that they are legs of."""
        self.done.items += len(items)
        records = [item for item in items if holds_record(item) and MOVED_TO_CHAIN_ID not in item]
        self.done.left_alone += len(items) - len(records)
        for item, outcome in zip(
            records, self._executor.map(self._recompute, records), strict=True
        ):
            match outcome:
                case _Written(before, changes):
                    self.done.records += 1
                    self.done.count(before, _key(before), changes)
                case str(problem):
                    self.done.unreadable[_key(item)] = problem
        self._mark(item for item in records if _key(item) not in self.done.unreadable)
        self._link(records)

    def _recompute(self, item: Item) -> "_Written | str | None":
        """Write what differs. A text says why the item cannot be recomputed."""
        key = _key(item)
        for rounds in range(1, _MOST_ROUNDS + 1):
            try:
                changes = recomputed(item, record_ttl_days=self._record_ttl_days)
            except (LookupError, TypeError, ValueError) as error:
                return f"{type(error).__name__}: {error}"
            if not changes:
                return None
            try:
                if not self._dry_run:
                    self._table.write_record(key, changes, version=version_of(item))
            except LostRaceError:
                self._pause(random.uniform(0, 1) * _FIRST_PAUSE_SECONDS * 2**rounds)
                newer = self._table.read([key], consistent=True).get(key)
                if newer is None or MOVED_TO_CHAIN_ID in newer or not holds_record(newer):
                    return None
                item = newer
            else:
                return _Written(item, changes)
        return f"lost the race {_MOST_ROUNDS} times"

    def _mark(self, records: Iterable[Item]) -> None:
        """Make each leg of a chain findable by its own id, as legs of older versions are not."""
        legs = (item for item in records if item["ChainId"] != item["ContactId"])
        for chunk in batched(legs, MOST_KEYS_PER_READ, strict=False):
            marks = self._table.read([_mark_key(leg) for leg in chunk], consistent=True)
            for leg in chunk:
                mark = marks.get(_mark_key(leg), {})
                if mark.get(MOVED_TO_CHAIN_ID) != leg["ChainId"]:
                    self._mark_one(leg)

    def _mark_one(self, leg: Item) -> None:
        if not self._dry_run:
            days = self._record_ttl_days or record_ttl_days_of(leg) or 1
            placement = search(self._table, facts_of_item(leg))
            try:
                write_all(self._table, placement.writes(record_ttl_days=days))
            except LostRaceError:
                # Whoever was faster has looked at the mark, too.
                return
        self.done.marks += 1

    def _link(self, records: Iterable[Item]) -> None:
        """Chains of one leg have no links. Legs of one chain are neighbours in the walk."""
        chains = {
            item["ChainId"]: None
            for item in records
            if "InitialContactId" in item or CHAIN_VERSION in item
        }
        watched = _WatchedLinks(self._table, dry_run=self._dry_run)
        link_chains(watched, (each for each in chains if each != self._last_chain), self._executor)
        self._last_chain = next(reversed(chains), None)
        for item, key, changes in watched.written:
            self.done.links += 1
            self.done.count(item, key, changes)


class _Written(NamedTuple):
    """What an item was, and what was written of it."""

    before: Item
    changes: Changes


class _WatchedLinks:
    """The table, as linking sees it: notes what is written, in a dry run does no more than that."""

    def __init__(self, table: ChainsTable, *, dry_run: bool) -> None:
        self.written: list[tuple[Item, Key, Changes]] = []
        self._table = table
        self._dry_run = dry_run
        self._read: dict[Key, Item] = {}

    def read_chain(self, chain_id: str) -> list[Item]:
        items = self._table.read_chain(chain_id)
        self._read |= {_key(item): item for item in items}
        return items

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        if not self._dry_run:
            self._table.write_links(key, changes, version=version, chain_version=chain_version)
        self.written.append((self._read.get(key, {}), key, changes))


def recomputed(item: Item, *, record_ttl_days: int | None) -> Changes:
    """What must be written so that the record of ``item`` is what its facts say today."""
    return rewritten(item, facts_of_item(item), record_ttl_days=record_ttl_days)


def rewritten(item: Item, facts: ContactFacts, *, record_ttl_days: int | None = None) -> Changes:
    """What must be written so that the record of ``item`` is what ``facts`` say.

    Without ``record_ttl_days`` it keeps the time to live that it has.
    """
    record = contact_record(facts)
    days = record_ttl_days or record_ttl_days_of(item)
    attributes = record_attributes(record, record_ttl_days=days or 1)
    if days is None:
        del attributes["ExpiresAt"]
    return record_changes(item, attributes)


def record_ttl_days_of(item: Item) -> int | None:
    """The time to live that the item was stored with; None when it has none.

    Not today's setting: a record does not live longer because it was recomputed.
    """
    if "ExpiresAt" not in item:
        return None
    last_update = contact_record(facts_of_item(item)).last_update_timestamp
    updated = whole_seconds(epoch_milliseconds(last_update))
    return max(1, round((int(item["ExpiresAt"]) - updated) / _SECONDS_PER_DAY))


def _key(item: Item) -> Key:
    return Key(item["ChainId"], item["ContactId"])


def _mark_key(item: Item) -> Key:
    return Key(item["ContactId"], item["ContactId"])

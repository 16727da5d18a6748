"""Recomputes contact records from the facts that they are stored with.

For the day on which folding or linking has learned something. As everything else it is conditional
on what was read and may be stopped, repeated, or run beside the live functions.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from adapters.contact_records_table import Key
from adapters.errors import LostRaceError
from contact_chains.linking import ChainsTable
from contacts.item.contact_item import facts_of_item
from contacts.item.item_shape import check_answering_agent
from contacts.item_parts import CHAIN_VERSION, Changes, Item
from operations.records.chains import link_chains
from operations.records.differences import differences
from operations.records.stored_record import (
    UNREADABLE,
    Rewritten,
    StoredRecords,
    changes_to,
    is_record,
    key_of,
    problem_of,
    rewrite,
    write_location_entries,
)

_MOST_EXAMPLES: Final = 3


class RecomputedTable(ChainsTable, StoredRecords, Protocol):
    """The part of the table that this needs."""


class AttributeChange(NamedTuple):
    """One change of one attribute."""

    key: Key
    before: str
    after: str


@dataclass(slots=True)
class Recomputed:
    """Counts of what was recomputed, or in a dry run would be.

    ``records`` and ``links`` count items that differed, ``attributes`` items by attribute;
    ``location_entries`` counts legs that could not be found by their own id.
    """

    items: int = 0
    left_alone: int = 0
    records: int = 0
    links: int = 0
    location_entries: int = 0
    attributes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[AttributeChange]] = field(default_factory=dict)
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
                examples.append(AttributeChange(key, before, after))


class Recomputation:
    """Takes items page by page; ``done`` says what became of them."""

    def __init__(
        self,
        table: RecomputedTable,
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
        records = [item for item in items if is_record(item)]
        self.done.left_alone += len(items) - len(records)
        outcomes = self._executor.map(self._recompute, records)
        for item, outcome in zip(records, outcomes, strict=True):
            match outcome:
                case Rewritten(before, changes):
                    self.done.records += 1
                    self.done.count(before, key_of(before), changes)
                case str(problem):
                    self.done.unreadable[key_of(item)] = problem
        self.done.location_entries += write_location_entries(
            self._table,
            (item for item in records if key_of(item) not in self.done.unreadable),
            record_ttl_days=self._record_ttl_days,
            dry_run=self._dry_run,
        )
        self._link(records)

    def _recompute(self, item: Item) -> Rewritten | str | None:
        """Write what differs. A text says why the item cannot be recomputed."""
        try:
            return rewrite(
                self._table, item, self._changes_to, dry_run=self._dry_run, pause=self._pause
            )
        except LostRaceError as error:
            return str(error)
        except UNREADABLE as error:
            return problem_of(error)

    def _changes_to(self, item: Item) -> Changes:
        check_answering_agent(item)
        return changes_to(item, facts_of_item(item), record_ttl_days=self._record_ttl_days)

    def _link(self, records: Iterable[Item]) -> None:
        """Chains of one leg have no links. A scan returns the legs of a chain one after another."""
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


class _WatchedLinks:
    """The table, as linking sees it: notes what is written, in a dry run does no more than that."""

    def __init__(self, table: ChainsTable, *, dry_run: bool) -> None:
        self.written: list[tuple[Item, Key, Changes]] = []
        self._table = table
        self._dry_run = dry_run
        self._read: dict[Key, Item] = {}

    def read_chain(self, chain_id: str) -> list[Item]:
        items = self._table.read_chain(chain_id)
        self._read |= {key_of(item): item for item in items}
        return items

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        if not self._dry_run:
            self._table.write_links(key, changes, version=version, chain_version=chain_version)
        self.written.append((self._read.get(key, {}), key, changes))

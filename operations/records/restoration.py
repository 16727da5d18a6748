"""Folds what a copy of the table knows, restored from a backup, into the table in use.

Facts are united, so a record that is there keeps whatever is newer, and one that is missing comes
back. As everything else it may be stopped, repeated, or run beside the live functions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from adapters.contact_records_table import Key, RecordWrite
from adapters.dynamodb.batch_write import Unwritten
from agent_events.saving import FactSaver, RecordsTable, Saved
from contact_chains.linking import ChainsTable
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import facts_of_item
from contacts.item.item_shape import check_shape
from contacts.item_parts import Item
from operations.records.chains import link_chains
from operations.records.stored_record import (
    UNREADABLE,
    StoredRecords,
    is_record,
    problem_of,
    record_ttl_days_of,
    write_location_entries,
)


class RestoredTable(RecordsTable, ChainsTable, StoredRecords, Protocol):
    """The part of the table that this needs."""


@dataclass(slots=True)
class Restored:
    """Counts of what was restored, or in a dry run would be. ``problems`` is by ContactId.

    ``location_entries`` counts legs whose records were there and could not be found by their own
    id.
    """

    items: int = 0
    written: int = 0
    unchanged: int = 0
    location_entries: int = 0
    problems: dict[str, str] = field(default_factory=dict)


class Restoration:
    """Takes the copy's items page by page; ``done`` says what became of them."""

    def __init__(self, table: RestoredTable, executor: Executor, *, dry_run: bool) -> None:
        self.done = Restored()
        self._table = table
        self._executor = executor
        self._dry_run = dry_run

    def take(self, items: Sequence[Item]) -> None:
        """Fold the records of a page, then link their chains. Raises NotDoneError."""
        self.done.items += len(items)
        table = _OnlyRead(self._table) if self._dry_run else self._table
        chains: dict[str, None] = {}
        for days, contacts in self._readable(items).items():
            saver = FactSaver(table, self._executor, record_ttl_days=days)
            try:
                self._count(saver.save(contacts))
            except UNREADABLE:
                # One record in the table in use is unreadable: the other contacts are still saved.
                self._save_each(saver, contacts)
            chains |= dict.fromkeys(facts.chain_id for facts in contacts)
        self.done.location_entries += write_location_entries(
            self._table,
            (
                item
                for item in items
                if is_record(item) and item["ContactId"] not in self.done.problems
            ),
            record_ttl_days=None,
            dry_run=self._dry_run,
        )
        if not self._dry_run:
            link_chains(self._table, chains, self._executor)

    def _save_each(self, saver: FactSaver, contacts: Iterable[ContactFacts]) -> None:
        """Save each contact by itself; those saved before the failure count as unchanged."""
        for facts in contacts:
            try:
                self._count(saver.save([facts]))
            except UNREADABLE as error:
                self.done.problems[facts.contact_id] = problem_of(error)

    def _count(self, saved: Saved) -> None:
        self.done.written += saved.written
        self.done.unchanged += saved.unchanged
        self.done.problems |= saved.failures | saved.impossible

    def _readable(self, items: Iterable[Item]) -> Mapping[int, list[ContactFacts]]:
        """The facts of readable records, by their time to live in days."""
        contacts: defaultdict[int, list[ContactFacts]] = defaultdict(list)
        for item in filter(is_record, items):
            try:
                check_shape(item)
                facts, days = facts_of_item(item), record_ttl_days_of(item)
            except UNREADABLE as error:
                self.done.problems[item["ContactId"]] = problem_of(error)
            else:
                contacts[days].append(facts)
        return contacts


class _OnlyRead:
    """The table, as a dry run sees it."""

    def __init__(self, table: RecordsTable) -> None:
        self._table = table

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        return self._table.read(keys, consistent=consistent)

    def write_each(self, writes: Sequence[RecordWrite]) -> Mapping[int, Unwritten]:  # noqa: ARG002
        return {}

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        pass

"""Finds the record of a contact, and moves it to the chain to which it belongs.

A contact has one record, in the item collection of the chain that the strongest evidence names.
Which chain that is may only turn out later. A contact that was ever seen as a leg of another's
chain therefore has an item under its own id (ChainId = ContactId): the record itself, or a
*location entry*, which names the chain where the record is. First contacts have no other item, so
they cost nothing.

A record is made only where the item under its own id says. A write that changes what this item says
makes the place that it named before a location entry too, in the same transaction, whether or not a
record is there yet. A writer that has read an outdated location entry finds the Version of that
place changed, loses the race, and looks again; there never are two records, and none is ever
without a way to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Protocol

from adapters.contact_records_table import Key, RecordWrite, version_of
from contacts.chain.basis import link_basis
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import (
    DISAGREEMENTS,
    LINK_DISAGREEMENTS,
    TAKEN_BACK,
    facts_of_item,
    holds_record,
    record_attributes,
    record_changes,
)
from contacts.item.item_shape import check_shape
from contacts.item_parts import (
    CHAIN_VERSION,
    LINKS_DUE,
    MOVED_TO_CHAIN_ID,
    VERSION,
    Changes,
    Item,
    Path,
    expires_at,
)
from contacts.record.contact_record import ContactRecord, contact_record, is_dated

_EXPIRES_AT: Final = "ExpiresAt"
_KEPT_IN_A_LOCATION_ENTRY: Final = frozenset(
    {"ChainId", "ContactId", MOVED_TO_CHAIN_ID, _EXPIRES_AT, VERSION, CHAIN_VERSION, LINKS_DUE}
)
_WRITTEN_BY_THE_LINKING: Final = (
    "PreviousContactId",
    "NextContactId",
    "LinkEvidence",
    "TransferType",
    "ConferenceJoinedTimestamp",
    "CustomerLeftTimestamp",
    "DialOutcome",
    LINK_DISAGREEMENTS,
    TAKEN_BACK,
)
"""Removed whether they were read or not: the linking does not change the Version."""


class ReadsRecords(Protocol):
    """The part of the table that a search needs; raises UnavailableError."""

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        """The items there are among up to 100 ``keys``."""


class WritesRecords(Protocol):
    """The part of the table that a move needs; raises UnavailableError, LostRaceError."""

    def write_record(self, key: Key, changes: Changes, *, version: int | None) -> None:
        """Write ``changes`` if the item still has ``version``."""

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        """Write all of it, each if its item still has its version, or nothing."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The facts of a contact now and before, and the place of its record.

    ``items`` are those that were looked for, by ChainId; None where there is none.
    """

    known: ContactFacts
    before: ContactFacts | None
    items: Mapping[str, Item | None]

    @property
    def inferred(self) -> int:
        """How many facts are newly inferred."""
        return len(self.known.inferred - (self.before.inferred if self.before else frozenset()))

    @property
    def is_move(self) -> bool:
        """Whether the contact has a record in a wrong place."""
        return not self._places_of_records() <= {self.known.chain_id}

    def new_disagreements(self, writes: Sequence[RecordWrite]) -> frozenset[str]:
        """Fields in which, by ``writes``, Amazon's contact record newly disagrees with ours."""
        known = {
            path for item in self.items.values() if item for path in item.get(DISAGREEMENTS, ())
        }
        found = {path for write in writes for path in write.changes.sets.get((DISAGREEMENTS,), ())}
        return frozenset(found - known)

    def writes(self, *, record_ttl_days: int) -> list[RecordWrite]:
        """The writes after which the record is in its place and shows all facts.

        The record comes last, and each only when those before it are written; if they are
        ``all_or_nothing``, in one transaction.
        """
        if self.known == self.before and self._is_in_place():
            # What is stored follows from the same facts. Should the rules have changed since, the
            # command `recompute` applies them.
            return []
        record = contact_record(self.known)
        stored = self.items.get(self.known.chain_id) or {}
        attributes = record_attributes(record, record_ttl_days=record_ttl_days, linked=stored)
        changes = record_changes(stored, attributes)
        if MOVED_TO_CHAIN_ID in stored:
            changes = Changes(changes.sets, (*changes.removes, (MOVED_TO_CHAIN_ID,)))
        if changes:
            changes = self._marked(changes, stored, record)
        write = self._write(self.known.chain_id, changes)
        if self._is_in_place():
            return [write] if changes else []
        # Every update of a record extends its time to live, but not that of its location entries.
        # Twice the time is enough unless a contact lasts longer than that.
        expiry = expires_at(record.last_update_timestamp, 2 * record_ttl_days)
        entries = [
            self._write(place, self._location_entry(place, expiry))
            for place in self._other_places()
        ]
        return [*entries, write]

    def _marked(self, changes: Changes, stored: Item, record: ContactRecord) -> Changes:
        """``changes``, which ask for Lambda 2 if what links are made of is another by now.

        Always set, also if ``stored`` has the mark: Lambda 2 may have taken it away since.
        """
        before = self.before
        is_there = holds_record(stored) and before is not None and is_dated(before)
        if before and is_there and link_basis(contact_record(before)) == link_basis(record):
            unmarked = ((LINKS_DUE,),) if LINKS_DUE in stored else ()
            return Changes(changes.sets, (*changes.removes, *unmarked))
        return Changes({**changes.sets, (LINKS_DUE,): 1}, changes.removes)

    def _is_in_place(self) -> bool:
        """Whether the record is where it belongs, or may be made there, and nowhere else."""
        target, contact_id = self.known.chain_id, self.known.contact_id
        leads_there = contact_id not in self.items or self._named_at(contact_id) == target
        return (
            not self.is_move
            and self._named_at(target) is None
            and (target == contact_id or leads_there)
        )

    def _other_places(self) -> list[str]:
        """The own id, the place that the item there names, and wherever there is a record."""
        contact_id = self.known.contact_id
        named = self._named_at(contact_id)
        places = {contact_id, *([named] if named else ()), *self._places_of_records()}
        return sorted(places - {self.known.chain_id})

    def _places_of_records(self) -> set[str]:
        return {chain_id for chain_id, item in self.items.items() if holds_record(item)}

    def _named_at(self, chain_id: str) -> str | None:
        return _named_by(self.items.get(chain_id))

    def _location_entry(self, chain_id: str, expiry: int) -> Changes:
        """The changes that make the item a location entry."""
        item = self.items.get(chain_id) or {}
        removes = [(name,) for name in item if name not in _KEPT_IN_A_LOCATION_ENTRY]
        if holds_record(item):
            removes += [(name,) for name in _WRITTEN_BY_THE_LINKING if name not in item]
        sets: dict[Path, Any] = {
            (MOVED_TO_CHAIN_ID,): self.known.chain_id,
            (_EXPIRES_AT,): expiry,
        }
        if item:
            # The chain that the contact leaves must be linked again, without it.
            sets[LINKS_DUE,] = 1
        return Changes(sets, tuple(removes))

    def _write(self, chain_id: str, changes: Changes) -> RecordWrite:
        key = Key(chain_id, self.known.contact_id)
        return RecordWrite(key, changes, version_of(self.items.get(chain_id)))


def placed_as_claimed(facts: ContactFacts, stored: Item | None) -> Placement | None:
    """Fold ``facts`` into ``stored``, the item of the chain that they name, perhaps outdated.

    None if the record belongs elsewhere, or may be elsewhere: then it must be searched for. A leg
    that seems not to be stored yet is taken to have no location entry either: to write one is what
    comes first, and is refused if there is one after all. What is only inferred writes nothing of
    an unknown contact, so nothing would be refused.

    Raises MisshapenItemError for an item that cannot be read whole: what is written of it would
    lose the rest.
    """
    check_shape(stored or {})
    place = facts.chain_id
    if holds_record(stored) and not _named_by(stored):
        placement = _placement(facts, {place: stored})
        return placement if placement.known.chain_id == place else None
    if version_of(stored) is None and facts.is_known:
        return _placement(facts, {facts.contact_id: None, place: stored})
    return None


def search(table: ReadsRecords, facts: ContactFacts, seen: Item | None = None) -> Placement:
    """Fold ``facts`` into the record of the contact, wherever it is.

    ``seen`` is an item of the contact, perhaps outdated: a location entry gives a hint. Raises
    MisshapenItemError as ``placed_as_claimed`` does.
    """
    items: dict[str, Item | None] = {}
    wanted = {facts.contact_id, facts.chain_id, *_named_by_any([seen])}
    while True:
        keys = [Key(chain_id, facts.contact_id) for chain_id in sorted(wanted)]
        found = table.read(keys, consistent=True)
        for item in found.values():
            check_shape(item)
        items |= {key.chain_id: found.get(key) for key in keys}
        placement = _placement(facts, items)
        # Each place is read once, so the search ends even if location entries form a circle.
        wanted = {placement.known.chain_id, *_named_by_any(items.values())} - items.keys()
        if not wanted:
            return placement


def all_or_nothing(writes: Sequence[RecordWrite]) -> bool:
    """Whether a contact's ``writes`` must be one transaction.

    One after the other will do as long as nothing of the contact is there, and costs half.
    """
    return len(writes) > 1 and any(version is not None for _, _, version in writes)


def write_all(table: WritesRecords, writes: Sequence[RecordWrite]) -> None:
    """Write what a placement of one contact needs."""
    if all_or_nothing(writes):
        table.write_records(writes)
        return
    for key, changes, version in writes:
        table.write_record(key, changes, version=version)


def _placement(facts: ContactFacts, items: Mapping[str, Item | None]) -> Placement:
    records = [facts_of_item(item) for item in items.values() if item and holds_record(item)]
    before = reduce(ContactFacts.merge, records) if records else None
    return Placement(before.merge(facts) if before else facts, before, items)


def _named_by_any(items: Iterable[Item | None]) -> Iterator[str]:
    return (named for item in items if (named := _named_by(item)))


def _named_by(item: Item | None) -> str | None:
    """The chain that a location entry names."""
    return item.get(MOVED_TO_CHAIN_ID) if item else None

"""Folds facts into the stored contact records: read, merge, write what changed.

Every write is conditional on the Version that was read. When somebody else was faster, the record
is read again and the facts are folded again; since folding is idempotent that is always right.
A contact costs one read and at most one write; the first sight of another leg one more write, for
its location entry (see ``moving``).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import batched
from typing import Final, NamedTuple, Protocol

from adapters.aws_calls import SecondsLeft, forever, gathered, tries
from adapters.contact_records_table import Key, RecordWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.dynamodb.table import MOST_KEYS_PER_READ
from adapters.errors import ItemTooLargeError, LostRaceError
from agent_events.moving import Placement, ReadsRecords, placed_as_claimed, search
from agent_events.writing import RecordWriter, WritesBatches
from contacts.errors import MisshapenItemError
from contacts.facts.contact_facts import ContactFacts
from contacts.item_parts import Item

type _Read = tuple[Sequence[Key], Future[dict[Key, Item]]]
"""Keys, and what will be found of them."""

type _Placed = tuple[ContactFacts, Placement | Future[Placement]]
"""A contact, and where it is, or will be found."""

FULL: Final = "the record of a contact that it is about would exceed DynamoDB's 400 KB"
_MOST_ROUNDS: Final = 6


class RecordsTable(ReadsRecords, WritesBatches, Protocol):
    """The part of the table that saving needs."""


@dataclass(slots=True)
class Saved:
    """The results of saving.

    ``moved`` counts the records among the ``written`` that were in the wrong chain, ``inferred``
    what had to be inferred because events were lost, ``conflicts`` lost races, ``disagreements`` by
    path where Amazon's contact record was found to say otherwise; ``failures`` is reason by
    ContactId. ``impossible`` says, by ContactId, of which records nothing can be made: too large
    for DynamoDB, or stored as docs/table.md does not say. These stay as they are.
    """

    written: int = 0
    unchanged: int = 0
    moved: int = 0
    inferred: int = 0
    conflicts: int = 0
    disagreements: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    impossible: dict[str, str] = field(default_factory=dict)


class _Folded(NamedTuple):
    """A contact, the place of its record, and its writes, in this order."""

    facts: ContactFacts
    placement: Placement
    writes: Sequence[RecordWrite]

    @property
    def contact_id(self) -> str:
        return self.facts.contact_id

    def count_in(self, saved: Saved) -> None:
        """Count this contact in ``saved``."""
        if not self.writes:
            saved.unchanged += 1
            return
        saved.written += 1
        saved.moved += self.placement.is_move
        saved.inferred += self.placement.inferred
        saved.disagreements.update(self.placement.new_disagreements(self.writes))


class FactSaver:
    """Saves the facts of a batch; each contact succeeds or fails by itself."""

    def __init__(
        self,
        table: RecordsTable,
        executor: Executor,
        *,
        record_ttl_days: int,
        seconds_left: SecondsLeft = forever,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self._executor = executor
        self._writer = RecordWriter(table, executor, seconds_left=seconds_left)
        self._record_ttl_days = record_ttl_days
        self._seconds_left = seconds_left
        self._pause = pause
        self._ahead: list[_Read] = []

    def read_ahead(self, contacts: Iterable[ContactFacts]) -> None:
        """Begin to read the records of ``contacts``, each another one, for the next ``save``.

        That what was read is a little older by then does no harm: what is written is conditional on
        its Version, and facts that it shows already are never taken back.
        """
        self._ahead = self._begin_reading(map(_key, contacts))

    def save(self, contacts: Iterable[ContactFacts]) -> Saved:
        """Fold ``contacts`` into their stored records, those of one ContactId together."""
        saved = Saved()
        pending = _put_together(contacts)
        for retry in tries(_MOST_ROUNDS, self._pause):
            placed = (
                [(facts, self._search(facts)) for facts in pending]
                if retry
                else self._claimed(pending, saved)
            )
            pending = self._save(placed, saved)
            if not pending:
                break
        for facts in pending:
            saved.failures[facts.contact_id] = f"lost the race {_MOST_ROUNDS} times"
        return saved

    def _claimed(self, contacts: Sequence[ContactFacts], saved: Saved) -> list[_Placed]:
        """Each contact with its placement, or with a search if its record is elsewhere."""
        stored, unread = self._read(map(_key, contacts))
        saved.failures |= unread
        placed: list[_Placed] = []
        for facts in contacts:
            if facts.contact_id in unread:
                continue
            item = stored.get(_key(facts))
            try:
                claimed = placed_as_claimed(facts, item)
            except MisshapenItemError as error:
                saved.impossible[facts.contact_id] = _stored_otherwise(error)
            else:
                placed.append((facts, claimed or self._search(facts, item)))
        return placed

    def _search(self, facts: ContactFacts, seen: Item | None = None) -> Future[Placement]:
        return self._executor.submit(search, self._table, facts, seen)

    def _read(self, keys: Iterable[Key]) -> tuple[dict[Key, Item], dict[str, str]]:
        """The items there are, and by ContactId why some could not be read."""
        ahead, self._ahead = self._ahead, []
        begun = {key for chunk, _ in ahead for key in chunk}
        items: dict[Key, Item] = {}
        unread: dict[str, str] = {}
        reads = (*ahead, *self._begin_reading(key for key in keys if key not in begun))
        for chunk, found in gathered(reads, seconds_left=self._seconds_left):
            if isinstance(found, Exception):
                unread |= {key.contact_id: str(found) for key in chunk}
            else:
                items |= found
        return items, unread

    def _begin_reading(self, keys: Iterable[Key]) -> list[_Read]:
        return [
            (chunk, self._executor.submit(self._table.read, chunk, consistent=False))
            for chunk in batched(keys, MOST_KEYS_PER_READ, strict=False)
        ]

    def _save(self, contacts: Sequence[_Placed], saved: Saved) -> list[ContactFacts]:
        """Try each contact once; the result is what must be tried again."""
        folded = self._fold(contacts, saved)
        not_written = self._writer.write({each.contact_id: each.writes for each in folded})
        return [
            each.facts
            for each in folded
            if _must_be_tried_again(each, not_written.get(each.contact_id), saved)
        ]

    def _fold(self, contacts: Sequence[_Placed], saved: Saved) -> list[_Folded]:
        """The writes of each contact, once its record is found."""
        calls = ((facts.contact_id, call) for facts, call in contacts if isinstance(call, Future))
        searched = gathered(calls, seconds_left=self._seconds_left)
        found = dict(searched)
        folded = []
        for facts, placed in contacts:
            placement = placed if isinstance(placed, Placement) else found[facts.contact_id]
            if isinstance(placement, MisshapenItemError):
                saved.impossible[facts.contact_id] = _stored_otherwise(placement)
            elif isinstance(placement, Exception):
                saved.failures[facts.contact_id] = str(placement)
            else:
                folded.append(_Folded(facts, placement, self._writes(placement)))
        return folded

    def _writes(self, placement: Placement) -> Sequence[RecordWrite]:
        if not placement.known.is_known:
            # The only fact is an inferred end, and no record is stored: there is nothing to end.
            return ()
        return placement.writes(record_ttl_days=self._record_ttl_days)


def _stored_otherwise(error: MisshapenItemError) -> str:
    return f"the stored record of a contact that it is about is {error}"


def _put_together(contacts: Iterable[ContactFacts]) -> list[ContactFacts]:
    """One for each ContactId: no batch may write an item twice."""
    together: dict[str, ContactFacts] = {}
    for facts in contacts:
        known = together.get(facts.contact_id)
        together[facts.contact_id] = known.merge(facts) if known else facts
    return list(together.values())


def _must_be_tried_again(folded: _Folded, problem: Unwritten | None, saved: Saved) -> bool:
    """Count what became of one contact."""
    if isinstance(problem, LostRaceError):
        saved.conflicts += 1
        return True
    if isinstance(problem, ItemTooLargeError):
        saved.impossible[folded.contact_id] = FULL
    elif problem:
        saved.failures[folded.contact_id] = str(problem)
    else:
        folded.count_in(saved)
    return False


def _key(facts: ContactFacts) -> Key:
    return Key(facts.chain_id, facts.contact_id)

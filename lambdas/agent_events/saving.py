"""Folds facts into the stored contact records: read, merge, write what changed.

Every write is conditional on the Version that was read. When somebody else was faster, the record
is read again and the facts are folded again; since folding is idempotent that is always right.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import batched
from typing import Final, NamedTuple, Protocol

from adapters.aws_calls import SecondsLeft, UnavailableError, forever, in_time
from adapters.contact_records_table import Key, version_of
from adapters.dynamodb_table import MOST_KEYS_PER_READ, LostRaceError
from contacts.contact_item import (
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

_MOST_ROUNDS: Final = 6
_FIRST_PAUSE_SECONDS: Final = 0.02


class RecordsTable(Protocol):
    """The part of the table that saving needs; raises UnavailableError, LostRaceError."""

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        """The items there are among up to 100 ``keys``."""

    def write_record(self, key: Key, changes: Changes, *, version: int | None) -> None:
        """Write ``changes`` if the item still has ``version``."""


@dataclass(slots=True)
class Saved:
    """What saving did.

    ``inferred`` counts what had to be inferred because events were lost, ``conflicts`` lost races;
    ``failures`` is reason by ContactId.
    """

    written: int = 0
    unchanged: int = 0
    inferred: int = 0
    conflicts: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class _Folded(NamedTuple):
    is_written: bool
    inferred: int


class FactSaver:
    """Saves the facts of a batch, contacts concurrently, each by itself."""

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
        self._record_ttl_days = record_ttl_days
        self._seconds_left = seconds_left
        self._pause = pause

    def save(self, contacts: Iterable[ContactFacts]) -> Saved:
        """Fold ``contacts``, at most one per ContactId and chain, into their stored records."""
        saved = Saved()
        pending = list(contacts)
        for rounds in range(_MOST_ROUNDS):
            if rounds:
                self._pause(random.uniform(0, 1) * _FIRST_PAUSE_SECONDS * 2**rounds)
            pending = self._round(pending, saved, consistent=rounds > 0)
            if not pending:
                return saved
        for facts in pending:
            saved.failures[facts.contact_id] = f"lost the race {_MOST_ROUNDS} times"
        return saved

    def _round(
        self, contacts: Sequence[ContactFacts], saved: Saved, *, consistent: bool
    ) -> list[ContactFacts]:
        """Try each contact once; the result is what must be tried again."""
        stored, unread = self._read([_key(facts) for facts in contacts], consistent=consistent)
        new_legs = [
            _key_as_first_contact(facts)
            for facts in contacts
            if facts.initial_contact_id and not holds_record(stored.get(_key(facts)))
        ]
        strays, unread_strays = self._read(new_legs, consistent=True)
        unread |= unread_strays
        attempts = [
            (
                facts,
                self._executor.submit(
                    self._save_one,
                    facts,
                    stored.get(_key(facts)),
                    strays.get(_key_as_first_contact(facts)),
                ),
            )
            for facts in contacts
            if facts.contact_id not in unread
        ]
        saved.failures |= unread
        return [
            again for facts, attempt in attempts for again in self._settle(facts, attempt, saved)
        ]

    def _settle(
        self, facts: ContactFacts, attempt: Future[_Folded], saved: Saved
    ) -> Iterator[ContactFacts]:
        """Count what became of one attempt; what must be tried again comes out."""
        try:
            folded = in_time(attempt, self._seconds_left)
        except LostRaceError:
            saved.conflicts += 1
            yield facts
        except _MovedError as moved:
            yield facts.in_chain(moved.args[0])
        except UnavailableError as error:
            saved.failures[facts.contact_id] = str(error)
        else:
            saved.written += folded.is_written
            saved.unchanged += not folded.is_written
            saved.inferred += folded.inferred

    def _read(
        self, keys: Iterable[Key], *, consistent: bool
    ) -> tuple[dict[Key, Item], dict[str, str]]:
        """The items there are, and by ContactId why some could not be read."""
        reads = [
            (chunk, self._executor.submit(self._table.read, chunk, consistent=consistent))
            for chunk in batched(dict.fromkeys(keys), MOST_KEYS_PER_READ, strict=False)
        ]
        items: dict[Key, Item] = {}
        unread: dict[str, str] = {}
        for chunk, read in reads:
            try:
                found = in_time(read, self._seconds_left)
            except UnavailableError as error:
                unread |= {key.contact_id: str(error) for key in chunk}
            else:
                items |= found
        return items, unread

    def _save_one(self, facts: ContactFacts, stored: Item | None, stray: Item | None) -> _Folded:
        """Fold one contact and write it if that changes it."""
        if stored and MOVED_TO_CHAIN_ID in stored:
            raise _MovedError(stored[MOVED_TO_CHAIN_ID])
        if stray and holds_record(stray) and not holds_record(stored):
            self._mark_moved(facts, stray)
            facts = facts.merge(facts_of_item(stray))
        before = facts_of_item(stored) if stored and holds_record(stored) else None
        known = before.merge(facts) if before else facts
        if not known.timeline:
            # An inferred end of a contact whose record is gone, or was never there: nothing to end.
            return _Folded(is_written=False, inferred=0)
        attributes = record_attributes(contact_record(known), record_ttl_days=self._record_ttl_days)
        changes = record_changes(stored or {}, attributes)
        if changes:
            self._table.write_record(_key(facts), changes, version=version_of(stored))
        inferred = known.inferred - (before.inferred if before else frozenset())
        return _Folded(is_written=bool(changes), inferred=len(inferred))

    def _mark_moved(self, facts: ContactFacts, stray: Item) -> None:
        """Point from the record kept as a first contact to the chain that it turned out to be of.

        Marked before its facts are written over there: killed in between, the next attempt finds
        the mark and the facts and goes on.
        """
        if MOVED_TO_CHAIN_ID not in stray:
            self._table.write_record(
                _key_as_first_contact(facts),
                Changes({(MOVED_TO_CHAIN_ID,): facts.chain_id}, ()),
                version=version_of(stray),
            )


class _MovedError(Exception):
    """The record is kept in another chain by now; the argument is the ChainId."""


def _key(facts: ContactFacts) -> Key:
    return Key(facts.chain_id, facts.contact_id)


def _key_as_first_contact(facts: ContactFacts) -> Key:
    return Key(facts.contact_id, facts.contact_id)

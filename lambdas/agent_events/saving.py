"""Folds facts into the stored contact records: read, merge, write what changed.

Every write is conditional on the Version that was read. When somebody else was faster, the record
is read again and the facts are folded again; since folding is idempotent that is always right.
A contact known already costs one read and at most one write, like one that is a first contact; the
first sight of another leg costs one more of either, for its directory (see ``moving``).
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import batched
from typing import Final, NamedTuple, Protocol

from adapters.aws_calls import SecondsLeft, UnavailableError, forever, in_time
from adapters.contact_records_table import Key, version_of
from adapters.dynamodb_table import MOST_KEYS_PER_READ, LostRaceError
from agent_events.moving import ReadsRecords, WritesRecords, placed_as_claimed, search, write_all
from contacts.facts import ContactFacts
from contacts.item_parts import Item

_MOST_ROUNDS: Final = 6
_FIRST_PAUSE_SECONDS: Final = 0.02


class RecordsTable(ReadsRecords, WritesRecords, Protocol):
    """The part of the table that saving needs."""


@dataclass(slots=True)
class Saved:
    """What saving did.

    ``moved`` counts the records among the ``written`` that were in the wrong chain, ``inferred``
    what had to be inferred because events were lost, ``conflicts`` lost races, ``disagreements`` by
    path where Amazon's contact record was found to say otherwise; ``failures`` is reason by
    ContactId.
    """

    written: int = 0
    unchanged: int = 0
    moved: int = 0
    inferred: int = 0
    conflicts: int = 0
    disagreements: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)


class _Folded(NamedTuple):
    is_written: bool = False
    is_moved: bool = False
    inferred: int = 0
    disagreements: frozenset[str] = frozenset()


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
        """Fold ``contacts``, at most one per ContactId, into their stored records."""
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
        stored, unread = self._read(map(_key, contacts), consistent=consistent)
        new_legs = (facts for facts in contacts if _is_new_leg(facts, stored))
        directories, unread_directories = self._read(map(_directory_key, new_legs), consistent=True)
        unread |= unread_directories
        items = stored | directories
        attempts = [
            (facts, self._executor.submit(self._save_one, facts, items))
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
        except UnavailableError as error:
            saved.failures[facts.contact_id] = str(error)
        else:
            saved.written += folded.is_written
            saved.unchanged += not folded.is_written
            saved.moved += folded.is_moved
            saved.inferred += folded.inferred
            saved.disagreements.update(folded.disagreements)

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

    def _save_one(self, facts: ContactFacts, items: Mapping[Key, Item]) -> _Folded:
        """Fold one contact and write it if that changes it; ``items`` are those of the batch."""
        seen = items.get(_key(facts)), items.get(_directory_key(facts))
        placement = placed_as_claimed(facts, *seen) or search(self._table, facts, *seen)
        if not placement.known.is_known:
            # An inferred end of a contact whose record is gone, or was never there: nothing to end.
            return _Folded()
        writes = placement.writes(record_ttl_days=self._record_ttl_days)
        write_all(self._table, writes)
        return _Folded(
            is_written=bool(writes),
            is_moved=placement.is_move,
            inferred=placement.inferred,
            disagreements=placement.new_disagreements(writes),
        )


def _is_new_leg(facts: ContactFacts, stored: Mapping[Key, Item]) -> bool:
    """Whether nothing was written yet where the contact, no first contact, is said to belong."""
    return facts.chain_id != facts.contact_id and version_of(stored.get(_key(facts))) is None


def _key(facts: ContactFacts) -> Key:
    return Key(facts.chain_id, facts.contact_id)


def _directory_key(facts: ContactFacts) -> Key:
    return Key(facts.contact_id, facts.contact_id)

"""Writes what changed of many contacts in as few calls as possible; each contact by itself."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from itertools import batched
from typing import Protocol

from adapters.aws_calls import SecondsLeft, gathered
from adapters.contact_records_table import RecordWrite
from adapters.dynamodb.batch_write import MOST_WRITES_PER_BATCH, Unwritten
from agent_events.moving import all_or_nothing


class WritesBatches(Protocol):
    """The part of the table that this needs."""

    def write_each(self, writes: Sequence[RecordWrite]) -> Mapping[int, Unwritten]:
        """Write up to 25 items, each by itself; by position which were not written, and why."""

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        """Write all of it or nothing. Raises UnavailableError, LostRaceError."""


class RecordWriter:
    """Batches of ordinary writes, and a transaction for each contact that needs one, at once."""

    def __init__(
        self, table: WritesBatches, executor: Executor, *, seconds_left: SecondsLeft
    ) -> None:
        self._table = table
        self._executor = executor
        self._seconds_left = seconds_left

    def write(self, contacts: Mapping[str, Sequence[RecordWrite]]) -> dict[str, Unwritten]:
        """Write what is to be written of each contact; by ContactId what was not, and why."""
        transactions = {
            contact_id: self._executor.submit(self._table.write_records, writes)
            for contact_id, writes in contacts.items()
            if all_or_nothing(writes)
        }
        ordinary = {
            contact_id: writes
            for contact_id, writes in contacts.items()
            if contact_id not in transactions
        }
        not_written = self._step_by_step(ordinary)
        for contact_id, error in gathered(transactions.items(), seconds_left=self._seconds_left):
            if error:
                not_written[contact_id] = error
        return not_written

    def _step_by_step(self, contacts: Mapping[str, Sequence[RecordWrite]]) -> dict[str, Unwritten]:
        """Each write of a contact only when those before it are done.

        So no batch has an item twice, and no record of a new leg comes before its location entry.
        """
        not_written: dict[str, Unwritten] = {}
        for step in range(max(map(len, contacts.values()), default=0)):
            due = [
                (contact_id, writes[step])
                for contact_id, writes in contacts.items()
                if step < len(writes) and contact_id not in not_written
            ]
            not_written |= self._write_each(due)
        return not_written

    def _write_each(self, due: Iterable[tuple[str, RecordWrite]]) -> dict[str, Unwritten]:
        calls = [
            (
                [contact_id for contact_id, _ in batch],
                self._executor.submit(self._table.write_each, [write for _, write in batch]),
            )
            for batch in batched(due, MOST_WRITES_PER_BATCH, strict=False)
        ]
        not_written: dict[str, Unwritten] = {}
        for contact_ids, unwritten in gathered(calls, seconds_left=self._seconds_left):
            if isinstance(unwritten, Exception):
                not_written |= dict.fromkeys(contact_ids, unwritten)
            else:
                not_written |= {contact_ids[each]: error for each, error in unwritten.items()}
        return not_written

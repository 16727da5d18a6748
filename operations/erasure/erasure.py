"""One erasure, place by place: quarantine, archive, history, AgentStates, ContactRecords."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapters.contact_records_table import ContactRecordsTable
from adapters.errors import LostRaceError
from contacts.item_parts import Item
from operations.archive.archive import PREFIXES, folder_of
from operations.deployed import Deployed
from operations.erasure.agent_states import AgentStateErasure
from operations.erasure.history import (
    RECORDS_PREFIX,
    RESULTS_PREFIX,
    HistoryObjects,
    history_objects,
)
from operations.erasure.raw_records import ERRORS_PREFIX, redacted_archived, redacted_quarantined
from operations.erasure.records import ContactItems, RecordErasure, chain_of
from operations.erasure.subject import Subject
from operations.erasure.versioned_objects import VersionedObjects, Versions
from operations.errors import UnreadableObjectError
from operations.records.chains import link_chains
from operations.records.stored_record import key_of
from operations.scan.state_file import StateFile
from operations.scan.table_scan import TableKey, pages

QUARANTINE: Final = "Quarantine"
ARCHIVE: Final = "Archive"
HISTORY: Final = "History"
ANSWERS: Final = "Answers"
"""Of Athena, about history. Whom they name cannot be told: all of them go."""
AGENT_STATES: Final = "AgentStates"
CONTACT_RECORDS: Final = "ContactRecords"
PLACES: Final = (QUARANTINE, ARCHIVE, HISTORY, ANSWERS, AGENT_STATES, CONTACT_RECORDS)

_ARCHIVED_OBJECT: Final = "ArchivedObject"
_HISTORY_OBJECT: Final = "HistoryObject"
_TABLE_KEY: Final = "TableKey"
"""None: from the beginning."""

type RedactObject = Callable[[str, bytes, Subject], bytes | None]


@dataclass(slots=True)
class Erased:
    """Counts of objects and items that were read, and of those that named the subject, by place."""

    read: Counter[str] = field(default_factory=Counter)
    erased: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The extent and speed of an erasure.

    Archive and history are gone through from ``archive_from`` on, None is from their beginning.
    """

    with_archive: bool
    archive_from: datetime | None
    items_per_second: int
    dry_run: bool


class Erasure:
    """Erases one subject wherever it is; ``done`` says what was found. May be stopped anywhere.

    ``contacts`` are those whose items are deleted, in this order: those that were named come last,
    since by them the other legs of their chain are found.
    """

    def __init__(
        self,
        deployed: Deployed,
        subject: Subject,
        executor: Executor,
        *,
        contacts: Sequence[str],
        extent: Extent,
        state: StateFile,
        report: Callable[[str], None],
    ) -> None:
        self.done = Erased()
        self._deployed = deployed
        self._subject = subject
        self._executor = executor
        self._contacts = contacts
        self._extent = extent
        self._state = state
        # Looked up here, so that a missing archive is reported before anything is erased.
        self._archive_bucket = deployed.archive_bucket if extent.with_archive else ""
        self._history_bucket = deployed.history_bucket
        self._report = report

    def run(self) -> None:
        """Erase raw records first: a stopped run still finds a contact's chain in the table."""
        start = self._state.load() or {}
        # Entered here, so that a missing DuckDB is reported before anything is erased.
        with history_objects() if self._history_bucket else nullcontext() as history:
            self._erase_quarantine()
            if self._archive_bucket and not {_HISTORY_OBJECT, _TABLE_KEY} & start.keys():
                self._erase_archive(after=start.get(_ARCHIVED_OBJECT, ""))
            if self._history_bucket and history and _TABLE_KEY not in start:
                bucket = VersionedObjects(self._deployed.s3, self._history_bucket)
                self._erase_history(bucket, history, after=start.get(_HISTORY_OBJECT, ""))
                self._erase_answers(bucket)
        self._erase_agent_states()
        self._erase_records(start.get(_TABLE_KEY))
        self._state.done()

    def _erase_quarantine(self) -> None:
        bucket = VersionedObjects(self._deployed.s3, self._deployed.quarantine_bucket)
        for each in bucket.under(""):
            self._rewrite(QUARANTINE, bucket, each, redacted_quarantined)
            self._report(f"{self.done.read[QUARANTINE]} quarantined objects.")

    def _erase_archive(self, *, after: str) -> None:
        bucket = VersionedObjects(self._deployed.s3, self._archive_bucket)
        # Listed before any is rewritten, and sorted, so that a later run can go on after a key.
        objects = sorted(self._since_then(bucket, PREFIXES))
        for number, each in enumerate(objects, start=1):
            if each.key > after:
                self._rewrite(ARCHIVE, bucket, each, redacted_archived)
                self._state.save({_ARCHIVED_OBJECT: each.key})
            self._report(f"{number} of {len(objects)} archived objects.")

    def _erase_history(
        self, bucket: VersionedObjects, history: HistoryObjects, *, after: str
    ) -> None:
        objects = sorted(self._since_then(bucket, [RECORDS_PREFIX]))
        for number, each in enumerate(objects, start=1):
            if each.key > after:
                is_undelivered = each.key.startswith(ERRORS_PREFIX)
                redact = redacted_archived if is_undelivered else history.redact
                self._rewrite(HISTORY, bucket, each, redact)
                self._state.save({_HISTORY_OBJECT: each.key})
            self._report(f"{number} of {len(objects)} objects of history.")

    def _erase_answers(self, bucket: VersionedObjects) -> None:
        for each in bucket.under(RESULTS_PREFIX):
            self.done.read[ANSWERS] += 1
            self.done.erased[ANSWERS] += 1
            if not self._extent.dry_run:
                bucket.delete(each)

    def _since_then(self, bucket: VersionedObjects, prefixes: Sequence[str]) -> Iterator[Versions]:
        """Objects written since the day from which the subject may be named."""
        first = self._extent.archive_from
        folder = folder_of(first) if first else ""
        for prefix in prefixes:
            yield from (each for each in bucket.under(prefix) if each.key >= prefix + folder)
        yield from bucket.under(ERRORS_PREFIX)

    def _rewrite(
        self, place: str, bucket: VersionedObjects, each: Versions, redact: RedactObject
    ) -> None:
        self.done.read[place] += 1
        try:
            self.done.erased[place] += bucket.rewrite(
                each,
                lambda body: redact(each.key, body, self._subject),
                dry_run=self._extent.dry_run,
            )
        except (LostRaceError, UnreadableObjectError) as error:
            self.done.problems.append(f"{place}: {error}")

    def _erase_agent_states(self) -> None:
        erasure = AgentStateErasure(
            self._deployed.dynamodb,
            self._deployed.agent_states_table,
            self._subject,
            dry_run=self._extent.dry_run,
        )
        for items, _ in self._pages(self._deployed.agent_states_table, None):
            erasure.take(items)
            self.done.read[AGENT_STATES] = erasure.read
            self.done.erased[AGENT_STATES] = erasure.rewritten
        self.done.problems += (
            f"{AGENT_STATES}: the state of agent {agent_id} was changed meanwhile."
            for agent_id in erasure.busy
        )
        self.done.problems += (
            f"{AGENT_STATES}: agent {agent_id} {problem}"
            for agent_id, problem in erasure.unreadable.items()
        )

    def _erase_records(self, start: TableKey | None) -> None:
        table_name = self._deployed.contact_records_table
        table = ContactRecordsTable(self._deployed.dynamodb, table_name)
        contact_items = ContactItems(self._deployed.dynamodb, table_name)
        erasure = RecordErasure(
            table,
            self._subject,
            delete=contact_items.delete,
            on_the_way={
                key_of(item)
                for contact_id in self._contacts
                for item in contact_items.of(contact_id)
            },
            dry_run=self._extent.dry_run,
        )
        for items, last_key in self._pages(table_name, start):
            erasure.take(items)
            self.done.read[CONTACT_RECORDS] = erasure.done.read
            self.done.erased[CONTACT_RECORDS] = erasure.done.rewritten + erasure.done.deleted
            # None after the last page: whoever is stopped later scans the table again, but does
            # not read the archive again.
            self._state.save({_TABLE_KEY: last_key})
            self._report(f"{erasure.done.read} items of {CONTACT_RECORDS}.")
        self.done.problems += (
            f"{CONTACT_RECORDS}: {key.chain_id} {key.contact_id} {problem}"
            for key, problem in erasure.done.problems.items()
        )
        chains = {*erasure.done.chains, *self._delete(contact_items)}
        if not self._extent.dry_run:
            link_chains(table, sorted(chains - set(self._contacts)), self._executor)

    def _delete(self, contact_items: ContactItems) -> Iterator[str]:
        """Delete the items of the contacts; the chains are yielded in which they were legs.

        Those by which the others are found go last.
        """
        for contact_id in self._contacts:
            for item in contact_items.of(contact_id):
                yield chain_of(item)
                self.done.erased[CONTACT_RECORDS] += 1
                if not self._extent.dry_run:
                    contact_items.delete(item)

    def _pages(
        self, table_name: str, start: TableKey | None
    ) -> Iterator[tuple[Sequence[Item], TableKey | None]]:
        return pages(
            self._deployed.dynamodb,
            table_name,
            items_per_second=self._extent.items_per_second,
            start=start,
        )

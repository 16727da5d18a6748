"""Finds the records of a period in the archive, and counts what was passed over."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import RecordKind, refuse_from_the_future
from operations.archive.archive import Archive, latest_arrival
from operations.archive.record import ArchivedRecord
from operations.errors import UnreadableObjectError

_MOST_PROBLEMS_SAID: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSelection:
    """Which records are meant: those written from ``first`` until before ``end``.

    ``agents`` and ``kinds`` narrow it, unless they are empty.
    """

    first: datetime
    end: datetime
    agents: frozenset[str]
    kinds: frozenset[RecordKind]

    def holds(self, record: ArchivedRecord) -> bool:
        return (
            (not self.kinds or record.kind in self.kinds)
            and (not self.agents or record.agent_id in self.agents)
            and self.first <= record.timestamp < self.end
        )


@dataclass(slots=True)
class ArchiveCounts:
    """What was read. ``problems`` are a few of the lines that cannot be used."""

    objects: int = 0
    kinds: Counter[RecordKind] = field(default_factory=Counter)
    agents: Counter[str] = field(default_factory=Counter)
    other_records: int = 0
    undecodable: int = 0
    broken: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        """How many were selected."""
        return self.kinds.total()


class ArchiveReader:
    """Selects the records of a period, and counts what was not selected."""

    def __init__(self, archive: Archive, period: RecordSelection) -> None:
        self.read = ArchiveCounts()
        self._archive = archive
        self._period = period

    def records(self, key: str) -> Iterator[ArchivedRecord]:
        """The selected records of one object, in its order."""
        self.read.objects += 1
        try:
            for number, line in enumerate(self._archive.lines(key), start=1):
                if line and (record := self._selected(line, key, number)):
                    yield record
        except UnreadableObjectError as error:
            self.read.broken.append(str(error))

    def _selected(self, line: bytes, key: str, number: int) -> ArchivedRecord | None:
        try:
            record = ArchivedRecord.read(line)
            # A time in the future was refused on arrival; it must not pass now because that time
            # has come.
            refuse_from_the_future(record.decoded, arrived=latest_arrival(key).timestamp())
        except UnusableRecordError as error:
            self.read.undecodable += 1
            if len(self.read.problems) < _MOST_PROBLEMS_SAID:
                self.read.problems.append(f"{key}, line {number}: {error}")
            return None
        if not self._period.holds(record):
            self.read.other_records += 1
            return None
        self.read.kinds[record.kind] += 1
        if record.agent_id:
            self.read.agents[record.agent_id] += 1
        return record

"""Which of the quarantined objects a command is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from operations.errors import UnreadableObjectError
from operations.quarantine.bucket import QuarantineBucket
from operations.quarantine.record import Content, QuarantinedRecord, records_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a record must be to be meant; None is anything."""

    reason: str | None = None
    agent: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def match(self, record: QuarantinedRecord) -> bool:
        return (
            (self.reason is None or self.reason.casefold() in record.reason.casefold())
            and (self.agent is None or self.agent == record.agent_id)
            and (self.since is None or self.since <= record.arrival)
            and (self.until is None or record.arrival < self.until)
        )


class QuarantinedObject(NamedTuple):
    """An object, its records, and when it was last replayed."""

    key: str
    records: Sequence[QuarantinedRecord]
    replayed: datetime | None


@dataclass(slots=True)
class Selection:
    """Reads objects, and notes by key what was passed over on the way."""

    bucket: QuarantineBucket
    filters: Filters
    unreadable: dict[str, str] = field(default_factory=dict)
    replayed: list[str] = field(default_factory=list)
    other_kind: list[str] = field(default_factory=list)

    def objects(self, keys: Iterable[str]) -> Iterator[QuarantinedObject]:
        """Those with at least one record that the filters let pass.

        An object stays whole: a batch that failed together is looked at together.
        """
        replayed = self.bucket.replayed()
        for key, body in self.bucket.read_all(keys):
            try:
                records = records_of(key, body)
            except UnreadableObjectError as error:
                self.unreadable[key] = str(error)
                continue
            if any(map(self.filters.match, records)):
                yield QuarantinedObject(key, records, replayed.get(key))

    def objects_to_mend(
        self, keys: Iterable[str], *, kind: type[Content], again: bool
    ) -> Iterator[QuarantinedObject]:
        """Those whose records are of ``kind`` and, unless ``again``, were not replayed yet."""
        for each in self.objects(keys):
            if not all(isinstance(record.content, kind) for record in each.records):
                self.other_kind.append(each.key)
            elif each.replayed and not again:
                self.replayed.append(each.key)
            else:
                yield each

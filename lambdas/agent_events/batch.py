"""One Kinesis batch: decode, gather facts per contact, save them, quarantine the unusable."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import pybase64

from adapters.quarantine import QuarantineUnavailableError
from agent_events.saving import Saved
from contacts.agent_event import AgentEvent
from contacts.facts import ContactFacts, facts_of
from contacts.stream_record import RecordKind, UnusableRecordError, decode

type KinesisRecord = Mapping[str, Any]
type SaveFacts = Callable[[Iterable[ContactFacts]], Saved]

UNUSABLE: Final = "unusable"


class KeepsRecords(Protocol):
    """Where unusable records are kept; raises QuarantineUnavailableError."""

    def keep(self, record: KinesisRecord, reason: str) -> None:
        """Keep ``record`` whole, with the reason."""


@dataclass(slots=True)
class BatchReport:
    """What became of a batch.

    ``kinds`` counts records by kind, ``quarantined`` by reason. ``failures`` says why, by position
    in the batch, records must be delivered again.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    facts: int = 0
    saved: Saved = field(default_factory=Saved)
    failures: dict[int, str] = field(default_factory=dict)


def process_batch(
    records: Iterable[KinesisRecord], *, save: SaveFacts, quarantine: KeepsRecords
) -> BatchReport:
    """Take in every record of the batch; each answers for itself."""
    report = BatchReport()
    gathered = _GatheredFacts()
    for position, record in enumerate(records):
        try:
            decoded = decode(pybase64.b64decode(record["kinesis"]["data"]))
        except UnusableRecordError as unusable:
            report.kinds[UNUSABLE] += 1
            _keep(record, position, str(unusable), quarantine, report)
            continue
        if isinstance(decoded, AgentEvent):
            report.kinds[RecordKind.AGENT_EVENT] += 1
            for facts in facts_of(decoded):
                gathered.add(position, facts)
        else:
            report.kinds[decoded] += 1
    report.facts = gathered.count
    report.saved = save(gathered.by_contact())
    for contact_id, reason in report.saved.failures.items():
        report.failures[gathered.first_position[contact_id]] = reason
    return report


def _keep(
    record: KinesisRecord,
    position: int,
    reason: str,
    quarantine: KeepsRecords,
    report: BatchReport,
) -> None:
    try:
        quarantine.keep(record, reason)
    except QuarantineUnavailableError as error:
        report.failures[position] = f"quarantine: {error}"
    else:
        report.quarantined[reason] += 1


class _GatheredFacts:
    """The facts of a batch, put together per contact before anything is read or written."""

    def __init__(self) -> None:
        self.first_position: dict[str, int] = {}
        self._contacts: dict[tuple[str, str], ContactFacts] = {}

    def add(self, position: int, facts: ContactFacts) -> None:
        key = (facts.contact_id, facts.chain_id)
        known = self._contacts.get(key)
        self._contacts[key] = known.merge(facts) if known else facts
        self.first_position.setdefault(facts.contact_id, position)

    @property
    def count(self) -> int:
        """How many distinct facts there are."""
        return sum(len(facts.timeline) for facts in self._contacts.values())

    def by_contact(self) -> list[ContactFacts]:
        """Contacts whose chain became known only later in the batch are taken into that chain."""
        gathered = dict(self._contacts)
        for contact_id, chain_id in self._contacts:
            stray = gathered.get((contact_id, contact_id))
            if chain_id != contact_id and stray:
                gathered[contact_id, chain_id] = gathered[contact_id, chain_id].merge(
                    gathered.pop((contact_id, contact_id))
                )
        return list(gathered.values())

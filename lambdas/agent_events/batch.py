"""One Kinesis batch: decode, gather facts per contact, save them, quarantine the unusable."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import pybase64

from adapters.agent_states_table import AgentKey
from agent_events.agent_screens import ScreensStored, agent_key
from agent_events.saving import Saved
from agent_events.unusable_records import KinesisRecord, UnusableRecord
from contacts.agent_event import AgentEvent
from contacts.event_facts import facts_of
from contacts.facts import ContactFacts
from contacts.stream_record import RecordKind, UnusableRecordError, decode

type SaveFacts = Callable[[Iterable[ContactFacts]], Saved]
type KeepUnusable = Callable[[Iterable[UnusableRecord]], dict[int, str]]

UNUSABLE: Final = "unusable"


class ShowsScreens(Protocol):
    """The agents' screens, as they were before the batch and as it changes them."""

    def open(self, agents: Iterable[AgentKey]) -> dict[AgentKey, str]:
        """Read what is known of ``agents``; of whom it cannot be read, and why."""

    def show(self, position: int, event: AgentEvent) -> list[ContactFacts]:
        """Bring a screen forward; what that proves of events that were lost."""

    def store(self, *, before: int) -> ScreensStored:
        """Store the screens as they were ahead of a position in the batch."""


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
    states_written: int = 0
    failures: dict[int, str] = field(default_factory=dict)


def process_batch(
    records: Sequence[KinesisRecord],
    *,
    screens: ShowsScreens,
    save: SaveFacts,
    keep: KeepUnusable,
) -> BatchReport:
    """Take in every record of the batch; each answers for itself."""
    report = BatchReport()
    events, unusable = _decode(records, report)
    report.failures |= keep(unusable)
    report.quarantined.update(
        each.reason for each in unusable if each.position not in report.failures
    )
    facts = _follow(events, screens, report)
    report.facts = facts.count
    report.saved = save(facts.by_contact())
    for contact_id, reason in report.saved.failures.items():
        report.failures[facts.first_position[contact_id]] = reason
    stored = screens.store(before=min(report.failures, default=len(records)))
    report.states_written = stored.written
    report.failures |= stored.failures
    return report


def _decode(
    records: Iterable[KinesisRecord], report: BatchReport
) -> tuple[list[tuple[int, AgentEvent]], list[UnusableRecord]]:
    """The agent events by position, and what can never be used; everything else is counted."""
    events: list[tuple[int, AgentEvent]] = []
    unusable: list[UnusableRecord] = []
    for position, record in enumerate(records):
        try:
            decoded = decode(pybase64.b64decode(record["kinesis"]["data"]))
        except UnusableRecordError as error:
            report.kinds[UNUSABLE] += 1
            unusable.append(UnusableRecord(position, record, str(error)))
            continue
        if isinstance(decoded, AgentEvent):
            report.kinds[RecordKind.AGENT_EVENT] += 1
            events.append((position, decoded))
        else:
            report.kinds[decoded] += 1
    return events, unusable


def _follow(
    events: Sequence[tuple[int, AgentEvent]], screens: ShowsScreens, report: BatchReport
) -> "_GatheredFacts":
    """What the events assert, and what they prove of others that were lost."""
    unread = screens.open(key for _, event in events if (key := agent_key(event)))
    gathered = _GatheredFacts()
    for position, event in events:
        key = agent_key(event)
        if key and key in unread:
            report.failures[position] = unread[key]
            continue
        for facts in (*facts_of(event), *screens.show(position, event)):
            gathered.add(position, facts)
    return gathered


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

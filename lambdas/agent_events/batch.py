"""One Kinesis batch: decode, gather facts per contact, save them, quarantine the unusable.

Agent events, contact events and contact records may be mixed: all of them become facts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import pybase64

from adapters.agent_states_table import AgentKey
from agent_events.agent_states import StatesStored, agent_key
from agent_events.saving import Saved
from agent_events.unusable_records import KinesisRecord, UnusableRecord
from contacts.errors import UnusableRecordError
from contacts.facts.agent_state import HEART_BEAT
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.of_agent_events import facts_of
from contacts.facts.of_amazons_records import facts_of_contact_event, facts_of_contact_record
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.stream_record import StreamRecord, decode, kind_of, refuse_from_the_future
from contacts.timestamps import Timestamp

type KeepUnusable = Callable[[Iterable[UnusableRecord]], dict[int, str]]

UNUSABLE: Final = "unusable"


class FollowsAgentStates(Protocol):
    """The agents' states, as they were before the batch and as it changes them."""

    def open(self, agents: Iterable[AgentKey]) -> None:
        """Begin to read the states of ``agents``."""

    def unread(self) -> dict[AgentKey, str]:
        """Wait for all reads; returns the agents whose state could not be read, and why."""

    def apply(self, position: int, event: AgentEvent) -> list[ContactFacts]:
        """Apply an event to its agent's state; returns what that proves of lost events."""

    def store(self, *, before: int) -> StatesStored:
        """Store the states as they were ahead of a position in the batch."""


class SavesFacts(Protocol):
    """The contact records."""

    def read_ahead(self, contacts: Iterable[ContactFacts]) -> None:
        """Begin to read the records of contacts that will be saved, perhaps with more facts."""

    def save(self, contacts: Iterable[ContactFacts]) -> Saved:
        """Fold the facts into the records."""


@dataclass(slots=True)
class BatchReport:
    """The results of a batch.

    ``kinds`` counts records by kind, ``quarantined`` by reason. ``done`` are the EventTimestamps of
    the agent events that will not be delivered again, heartbeats left out. ``failures`` says why,
    by position in the batch, records must be delivered again.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    facts: int = 0
    saved: Saved = field(default_factory=Saved)
    states_written: int = 0
    done: list[Timestamp] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)


def process_batch(
    records: Sequence[KinesisRecord],
    *,
    kept: KeptFields,
    agent_states: FollowsAgentStates,
    contacts: SavesFacts,
    keep: KeepUnusable,
) -> BatchReport:
    """Take in every record of the batch; each answers for itself.

    ``kept`` is what is stored of a customer; ``keep`` puts aside what can never be used. Agents'
    states and records are read at the same time: almost every contact is named by the batch itself,
    few only by what the states prove.
    """
    report = BatchReport()
    decoded, unusable = _decode(records, report)
    events = [(position, each) for position, each in decoded if isinstance(each, AgentEvent)]
    agent_states.open(key for _, event in events if (key := agent_key(event)))
    facts = _GatheredFacts()
    for position, each in decoded:
        for asserted in _asserted(each, kept):
            facts.add(position, asserted)
    contacts.read_ahead(facts.by_contact())
    _put_aside(unusable, keep, report)
    _compare(events, agent_states, facts, report)
    report.facts = facts.count
    report.saved = contacts.save(facts.by_contact())
    for contact_id, reason in report.saved.failures.items():
        report.failures[facts.positions_of(contact_id)[0]] = reason
    impossible = {
        position: reason
        for contact_id, reason in report.saved.impossible.items()
        for position in facts.positions_of(contact_id)
    }
    unusable = [
        UnusableRecord(each, records[each], impossible[each]) for each in sorted(impossible)
    ]
    _put_aside(unusable, keep, report)
    stored = agent_states.store(before=min(report.failures, default=len(records)))
    report.states_written = stored.written
    report.failures |= stored.failures
    report.done = _done(decoded, before=min(report.failures, default=len(records)))
    return report


def _put_aside(unusable: Sequence[UnusableRecord], keep: KeepUnusable, report: BatchReport) -> None:
    not_kept = keep(unusable)
    report.failures |= not_kept
    report.quarantined.update(each.reason for each in unusable if each.position not in not_kept)


def _done(decoded: Iterable[tuple[int, StreamRecord]], *, before: int) -> list[Timestamp]:
    """The times of agent events that are done, without heartbeats, which assert nothing new."""
    return [
        each.event_timestamp
        for position, each in decoded
        if position < before and isinstance(each, AgentEvent) and each.event_type != HEART_BEAT
    ]


def _decode(
    records: Iterable[KinesisRecord], report: BatchReport
) -> tuple[list[tuple[int, StreamRecord]], list[UnusableRecord]]:
    """The usable records by position, and the unusable ones."""
    usable: list[tuple[int, StreamRecord]] = []
    unusable: list[UnusableRecord] = []
    for position, record in enumerate(records):
        try:
            # Lambda has encoded it. With validate=True nothing is skipped: four times as fast.
            decoded = decode(pybase64.b64decode(record["kinesis"]["data"], validate=True))
            arrived = record["kinesis"]["approximateArrivalTimestamp"]
            refuse_from_the_future(decoded, arrived=arrived)
        except UnusableRecordError as error:
            report.kinds[UNUSABLE] += 1
            unusable.append(UnusableRecord(position, record, str(error)))
        else:
            report.kinds[kind_of(decoded)] += 1
            usable.append((position, decoded))
    return usable, unusable


def _asserted(record: StreamRecord, kept: KeptFields) -> Iterable[ContactFacts]:
    """The facts of one record of any source."""
    match record:
        case AgentEvent():
            return facts_of(record)
        case ContactEvent():
            return (facts_of_contact_event(record),)
        case AmazonContactRecord():
            return (facts_of_contact_record(record, kept),)


def _compare(
    events: Iterable[tuple[int, AgentEvent]],
    agent_states: FollowsAgentStates,
    gathered: "_GatheredFacts",
    report: BatchReport,
) -> None:
    """Gather what agent events prove of others that were lost.

    Where that cannot be told now, the event comes again; what it says by itself is saved already.
    """
    unread = agent_states.unread()
    for position, event in events:
        key = agent_key(event)
        if key and key in unread:
            report.failures[position] = unread[key]
            continue
        for facts in agent_states.apply(position, event):
            gathered.add(position, facts)


class _GatheredFacts:
    """The facts of a batch, put together per contact before anything is read or written."""

    def __init__(self) -> None:
        self._positions: defaultdict[str, set[int]] = defaultdict(set)
        self._contacts: dict[str, ContactFacts] = {}

    def add(self, position: int, facts: ContactFacts) -> None:
        known = self._contacts.get(facts.contact_id)
        self._contacts[facts.contact_id] = known.merge(facts) if known else facts
        self._positions[facts.contact_id].add(position)

    def positions_of(self, contact_id: str) -> list[int]:
        """The positions in the batch of the records that name a contact, in order."""
        return sorted(self._positions[contact_id])

    @property
    def count(self) -> int:
        """How many distinct facts of agent events there are."""
        return sum(len(facts.timeline) for facts in self._contacts.values())

    def by_contact(self) -> list[ContactFacts]:
        return list(self._contacts.values())

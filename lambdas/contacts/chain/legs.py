"""A contact as a leg of its chain: when it appeared, was connected and was over.

What agent events show stands. What agents never saw is dated by Amazon's own contact events and
contact record. Their clocks are others and their seconds often whole, so times of two sources are
only compared with a tolerance.
"""

from copy import replace
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    CUSTOMER_HOLD,
    DISCONNECT,
    NOTHING_STATED,
    WORK_START,
    Path,
    Statement,
    timestamps_in,
)
from contacts.initiation_methods import EXTERNAL_OUTBOUND
from contacts.record.attempts import Attempt, Interval
from contacts.record.contact_record import ContactRecord, contact_record, stated
from contacts.record.evidence import agrees
from contacts.timestamps import Timestamp, milliseconds_between

SOURCES_APART_MILLISECONDS: Final = 2_000
"""Two sources may be this far apart about one moment: whole seconds, and another clock."""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One leg of a chain.

    What follows from its record is worked out once: a leg is compared with many others.

    ``connected`` is when an agent came on the line, or the external party if that was invited;
    ``finished`` when the conversation was over, or the waiting if nobody answered. Whether it is
    agent events that these times are from say ``is_seen`` and, for the end, ``is_end_seen``.
    """

    record: ContactRecord
    appeared: Timestamp
    connected: Timestamp | None
    finished: Timestamp | None
    is_seen: bool
    is_end_seen: bool

    @property
    def facts(self) -> ContactFacts:
        """All that is known of the contact."""
        return self.record.facts

    @property
    def contact_id(self) -> str:
        """The contact's id."""
        return self.record.facts.contact_id

    @property
    def initiation_method(self) -> str | None:
        """How the contact came about."""
        return self.record.facts.decided_initiation_method

    @property
    def answer(self) -> Attempt | None:
        """The turn of the agent who answered, if agent events show it."""
        return self.record.answer

    @property
    def begun(self) -> Timestamp:
        """From when the leg could have led to another."""
        return self.connected or self.appeared

    @property
    def is_external(self) -> bool:
        """Whether an external party was called: nobody who invites others."""
        return self.initiation_method == EXTERNAL_OUTBOUND

    @cached_property
    def has_agent(self) -> bool:
        """Whether an agent came on the line."""
        return bool(self.connected) and not self.is_external

    @cached_property
    def holds(self) -> tuple[Interval, ...]:
        """When the leg's agent had the customer on hold, as far as agent events show it."""
        return self.answer.holds if self.answer else ()

    @property
    def pauses(self) -> tuple[Interval, ...]:
        """When the contact, a task, was paused."""
        return self.answer.pauses if self.answer else ()

    @cached_property
    def customer_left(self) -> Timestamp | None:
        """When the customer left, where the agent talked on with colleagues; else None.

        Of a customer who is handed on, or who ends the conversation, DisconnectTimestamp is its
        end. Of one who hangs up on hold, or leaves a conference first, it comes before:
        https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html
        """
        moment = stated(self.facts, DISCONNECT)
        if not moment or not self.has_agent or not self.connected or not self.finished:
            return None
        left = str(moment)
        if left >= self.finished or left <= self.connected:
            return None
        talked_on = milliseconds_between(left, self.finished)
        return left if talked_on > SOURCES_APART_MILLISECONDS else None

    def was_live_at(self, moment: Timestamp) -> bool:
        """Whether an agent was on the line then, or may have been: the end may not be known."""
        return self.has_agent and (self.finished is None or self.finished > moment)

    @property
    def undated_hold_milliseconds(self) -> int | None:
        """How long the customer was on hold at times that nothing tells; None if unknown."""
        if self.answer:
            return 0
        seconds = self.stated_seconds(CUSTOMER_HOLD)
        return None if seconds is None else seconds * 1000

    def stated_seconds(self, path: Path) -> int | None:
        """A duration as Amazon states it."""
        return _seconds(stated(self.facts, path))

    def recorded_seconds(self, path: Path) -> int | None:
        """A duration as Amazon's contact record has it."""
        return _seconds(self.facts.contact_record.get(path))

    def recorded_id(self, path: Path) -> str | None:
        """A contact that Amazon's contact record names."""
        return id_in(self.facts.contact_record, path)


def leg_of(record: ContactRecord) -> Leg:
    """A contact record as a leg, by all that is known of it."""
    connected = record.answer.connected if record.answer else _stated_connection(record.facts)
    finished, is_end_seen = _finished(record)
    return Leg(
        record=record,
        appeared=_appeared(record),
        connected=connected,
        finished=finished,
        is_seen=bool(record.turns) and (record.answer is not None or connected is None),
        is_end_seen=is_end_seen,
    )


def by_agent_events_alone(record: ContactRecord) -> ContactRecord:
    """The record by agent events alone, of a contact that agents saw."""
    facts = replace(record.known, contact_events=NOTHING_STATED, contact_record=NOTHING_STATED)
    return contact_record(facts)


def id_in(statement: Statement, path: Path) -> str | None:
    """A contact that ``statement`` names."""
    value = statement.get(path)
    return str(value) if value else None


def _appeared(record: ContactRecord) -> Timestamp:
    """When a leg is first known of: queued, or in an agent's snapshot; else by what is stated."""
    facts = record.facts
    queued = facts.queue.enqueue_timestamp if facts.queue else None
    times = [turn.first for turn in record.turns]
    if times:
        return min([queued, *times] if queued else times)
    stated_times = [*timestamps_in(facts.contact_events), *timestamps_in(facts.contact_record)]
    return min(stated_times, default=record.start_timestamp)


def _stated_connection(facts: ContactFacts) -> Timestamp | None:
    is_external = facts.decided_initiation_method == EXTERNAL_OUTBOUND
    moment = stated(facts, CONNECTED_TO_SYSTEM if is_external else CONNECTED_TO_AGENT)
    return str(moment) if moment else None


def _finished(record: ContactRecord) -> tuple[Timestamp | None, bool]:
    """When the leg was over, and whether agent events show it.

    That an offer ended does not end the contact, which may wait on: that Amazon says so does. Where
    both are one moment, the snapshot's time stands.
    """
    shown = _shown_end(record)
    moment = stated(record.facts, WORK_START) or stated(record.facts, DISCONNECT)
    if record.answer:
        is_shown = shown is not None
    else:
        is_shown = moment is None or (shown is not None and agrees(DISCONNECT, shown, moment))
    if is_shown:
        return shown, True
    return str(moment) if moment else None, False


def _shown_end(record: ContactRecord) -> Timestamp | None:
    """When the conversation was over by agent events, or the last offer if nobody answered."""
    if record.answer:
        return record.answer.finished
    ends = [turn.finished for turn in record.turns]
    return max((end for end in ends if end), default=None) if all(ends) else None


def _seconds(value: object) -> int | None:
    return value if isinstance(value, int) else None

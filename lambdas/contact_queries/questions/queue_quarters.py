"""Outcomes of each queue's contacts, by the quarter of an hour in which they began.

A quarter that is over and of which no contact is open changes hardly ever again, so an answer that
was worked out once can serve for long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import batched, groupby
from typing import Final

from adapters.contact_queries_table import Between
from contact_queries.questions.lists import ReadsLists
from contact_queries.questions.periods import Period
from contacts.item.indexes import BY_INSTANCE
from contacts.item_parts import Item
from contacts.states import MISSED
from contacts.timestamps import Timestamp, milliseconds_between, timestamp_text

QUARTER: Final = timedelta(minutes=15)
OWN_QUEUES: Final = "agent"
"""All agents' own queues count as one, under this id."""

_ABANDONED: Final = "ABANDONED"
_IN_PROGRESS: Final = "IN_PROGRESS"
_READ_AT_ONCE: Final = 1000


@dataclass(slots=True)
class QueueTally:
    """Counts of one queue's contacts. Durations are sums over ``timed`` contacts."""

    name: str | None = None
    offered: int = 0
    handled: int = 0
    abandoned: int = 0
    missed: int = 0
    answered_in_time: int = 0
    answered: int = 0
    queue_seconds: int = 0
    longest_queue_seconds: int = 0
    handle_seconds: int = 0
    timed: int = 0
    profiles: set[str] = field(default_factory=set)

    def add(self, record: Item, service_seconds: int) -> None:
        """Count a contact."""
        queue, agent = record.get("Queue", {}), record.get("Agent", {})
        self.name = self.name or queue.get("Name")
        self.offered += 1
        self.missed += sum(each["Outcome"] == MISSED for each in record.get("Attempts", ()))
        waited = queue.get("Duration")
        if waited is not None:
            self.longest_queue_seconds = max(self.longest_queue_seconds, waited)
        if record.get("Status") == _ABANDONED:
            self.abandoned += 1
        elif "ConnectedToAgentTimestamp" in agent:
            self.handled += 1
            if profile := agent.get("RoutingProfile", {}).get("Id"):
                self.profiles.add(profile)
            if waited is not None:
                self.answered += 1
                self.queue_seconds += waited
                self.answered_in_time += waited <= service_seconds
            self._add_handling(record)

    def _add_handling(self, record: Item) -> None:
        """Interaction, hold and after contact work: what Amazon's average handle time includes."""
        agent = record["Agent"]
        if record.get("Status") == _IN_PROGRESS or "AgentInteractionDuration" not in agent:
            return
        parts = ("AgentInteractionDuration", "CustomerHoldDuration", "AfterContactWorkDuration")
        self.handle_seconds += sum(agent.get(part, 0) for part in parts)
        self.timed += 1


@dataclass(slots=True)
class Quarter:
    """A quarter of an hour by queue id; ``contacts`` were read, ``open_contacts`` are not over."""

    start: Timestamp
    queues: dict[str, QueueTally] = field(default_factory=dict)
    contacts: int = 0
    open_contacts: int = 0


def quarter_starts(period: Period) -> Iterator[Timestamp]:
    """The beginnings of the quarters that a period touches."""
    start = quarter_start(period.start)
    while start < period.end:
        yield start
        start = quarter_end(start)


def quarter_start(moment: Timestamp) -> Timestamp:
    """The beginning of the quarter that a moment is in."""
    time = datetime.fromisoformat(moment).astimezone(UTC)
    return timestamp_text(time.replace(minute=time.minute // 15 * 15, second=0, microsecond=0))


def quarter_end(start: Timestamp) -> Timestamp:
    """When a quarter is over."""
    return timestamp_text(datetime.fromisoformat(start) + QUARTER)


def is_settled(quarter: Quarter, now: Timestamp) -> bool:
    """Whether it ended a quarter of an hour ago and none of its contacts is in progress."""
    over_for = milliseconds_between(quarter_end(quarter.start), now)
    return not quarter.open_contacts and over_for > QUARTER.total_seconds() * 1000


def read_quarters(
    table: ReadsLists, instance_id: str, starts: Sequence[Timestamp], service_seconds: int
) -> Iterator[Quarter]:
    """Quarters that follow each other, one by one: whoever stops early pays for few others.

    Their contacts are counted; those without a queue are in no count of a queue.
    """
    period = Period(starts[0], quarter_end(starts[-1]))
    between = Between(period.start, period.last)
    entries = table.entries(BY_INSTANCE, instance_id, between, expected=_READ_AT_ONCE)
    began = groupby(entries, key=lambda entry: quarter_start(entry.timestamp))
    there = next(began, None)
    for start in starts:
        quarter = Quarter(start)
        if there and there[0] == start:
            for some in batched(there[1], _READ_AT_ONCE, strict=False):
                items = table.items(entry.key for entry in some)
                for record in items.values():
                    # An index lags behind its table, so the start is checked in the item itself.
                    if record.get("StartTimestamp", "") in Period(start, quarter_end(start)):
                        _count(quarter, record, service_seconds)
            there = next(began, None)
        yield quarter


def _count(quarter: Quarter, record: Item, service_seconds: int) -> None:
    quarter.contacts += 1
    quarter.open_contacts += record.get("Status") == _IN_PROGRESS
    if queue_id := record.get("QueueId"):
        is_own = queue_id.startswith(f"{OWN_QUEUES}/")
        tally = quarter.queues.setdefault(OWN_QUEUES if is_own else queue_id, QueueTally())
        tally.add(record, service_seconds)

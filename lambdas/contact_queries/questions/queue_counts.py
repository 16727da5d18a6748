"""Counts of each queue's contacts by state."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class QueueCount(NamedTuple):
    """One queue; its name may not be known, and contact states are by their labels."""

    id: str
    name: str | None
    by_contact_state: Counter[str]


@dataclass(slots=True)
class QueueCounts:
    """Counts by queue. Any contact may give a queue's name: not every source knows it."""

    _names: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, queue_id: str, name: str | None, contact_state: str) -> None:
        """Count one contact."""
        self._counts.setdefault(queue_id, Counter())[contact_state] += 1
        if name:
            self._names.setdefault(queue_id, name)

    def __iter__(self) -> Iterator[QueueCount]:
        """The counts, in the order in which the queues were first counted."""
        for queue_id, counts in self._counts.items():
            yield QueueCount(queue_id, self._names.get(queue_id), counts)

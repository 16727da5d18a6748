"""Publishes what changes of the table give: all events in as few calls as take them.

Whatever was not taken is reported by the change that it comes from. That one is delivered again,
and so is everything after it: consumers know an event that they had before by its key.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from adapters.aws_calls import SecondsLeft, forever, gathered
from adapters.dynamodb.table_changes import TableChange
from adapters.event_bus import MOST_BYTES_OF_DETAIL, BusEvent, calls
from contacts.views.published_events import SOURCE, detail_text, published_events


class Bus(Protocol):
    """The part of the bus that publishing needs; raises UnavailableError."""

    def put(self, events: Sequence[BusEvent]) -> dict[int, str]:
        """Publish the events of one call; the result is why some were not taken, by position."""


@dataclass(slots=True)
class Published:
    """What publishing did.

    ``events`` counts by detail type what the bus took, ``cut`` the events among them from which
    something had to be left out; ``failures`` is reason by position of the change.
    """

    events: Counter[str] = field(default_factory=Counter)
    cut: int = 0
    failures: dict[int, str] = field(default_factory=dict)
    positions: list[int] = field(default_factory=list)
    """Of the change of each event that the bus took."""


class _Outgoing(NamedTuple):
    event: BusEvent
    is_cut: bool
    position: int


def publish(
    changes: Iterable[TableChange],
    bus: Bus,
    executor: Executor,
    *,
    seconds_left: SecondsLeft = forever,
) -> Published:
    """Publish what every change gives, several calls at a time."""
    outgoing = [
        each for position, change in enumerate(changes) for each in _outgoing(position, change)
    ]
    remaining = iter(outgoing)
    under_way = [
        (list(islice(remaining, len(call))), executor.submit(bus.put, call))
        for call in calls(each.event for each in outgoing)
    ]
    published = Published()
    for sent, refused in gathered(under_way, seconds_left=seconds_left):
        if isinstance(refused, Exception):
            refused = dict.fromkeys(range(len(sent)), str(refused))
        for number, each in enumerate(sent):
            if number in refused:
                published.failures[each.position] = refused[number]
            else:
                published.events[each.event.detail_type] += 1
                published.cut += each.is_cut
                published.positions.append(each.position)
    return published


def _outgoing(position: int, change: TableChange) -> Iterator[_Outgoing]:
    for event in published_events(change.before, change.after):
        text, is_cut = detail_text(event, most_bytes=MOST_BYTES_OF_DETAIL)
        yield _Outgoing(BusEvent(SOURCE, event.detail_type, text, change.at), is_cut, position)

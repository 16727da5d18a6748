"""One generated day with all its sources, cut where versions change; and what must come of it.

One agent event in twelve is late: it comes with the last part of the day, as after an outage of
somebody else's. So every version meets contacts of which events are missing, and the records are
right in the end all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from contact_centre.agents import JsonObject
from contact_centre.generated_day import generated_day
from contact_centre.sources import ALL_SOURCES, Source, source_of
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import facts_of_item, holds_record
from demo.score import Score, score
from tests.pipeline.processed_day import processed, without_bookkeeping

type Item = Mapping[str, Any]

PARTS: Final = ("morning", "noon", "afternoon", "evening", "night")
LATE: Final = 12


@dataclass(frozen=True)
class PlayedDay:
    """`parts` together are all events; `truth` is what the contact records must say."""

    parts: Mapping[str, Sequence[JsonObject]]
    truth: Sequence[JsonObject]

    @property
    def events(self) -> list[JsonObject]:
        return [event for part in self.parts.values() for event in part]

    def score(self, items: Iterable[Item]) -> Score:
        return score(list(items), self.truth, sources=ALL_SOURCES)


@cache
def played_day() -> PlayedDay:
    events, truth = generated_day(agents=20, hours=1, seed=7, queues=2)
    agent_events = (event for event in events if source_of(event) is Source.AGENT_EVENTS)
    late = {id(event) for number, event in enumerate(agent_events) if number % LATE == 0}
    in_time = [event for event in events if id(event) not in late]
    size = -(-len(in_time) // len(PARTS))
    parts = {
        name: in_time[number * size : (number + 1) * size] for number, name in enumerate(PARTS)
    }
    parts[PARTS[-1]] += [event for event in events if id(event) in late]
    return PlayedDay(parts, truth)


@cache
def items_of_this_version() -> list[dict[str, Any]]:
    """What the functions of this version make of the whole day, in memory and in order."""
    return comparable(processed(played_day().events))


def comparable(items: Iterable[Item]) -> list[dict[str, Any]]:
    """In the order of their keys, without what depends on how events were batched."""
    by_key = sorted(items, key=lambda item: (item["ChainId"], item["ContactId"]))
    return without_bookkeeping([dict(item) for item in by_key])


def facts_of(items: Iterable[Item]) -> dict[tuple[str, str], ContactFacts]:
    """What all else is worked out from, as this version reads it, by key."""
    return {
        (item["ChainId"], item["ContactId"]): facts_of_item(item)
        for item in items
        if holds_record(item) and "MovedToChainId" not in item
    }

"""A chain's whole story: its legs in the order of a tree, what each went through, and the totals.

The items are those of the table. A leg that others name and that no source has shown yet is part
of the story, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contacts.attempts import Attempt
from contacts.contact_item import facts_of_item, holds_record
from contacts.contact_record import ContactRecord, contact_record, stated
from contacts.item_parts import MOVED_TO_CHAIN_ID, Item
from contacts.legs import leg_of
from contacts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    DISCONNECT,
    ENQUEUE,
    INITIATION,
    WORK_END,
    WORK_START,
    Path,
)
from contacts.states import ANSWERED_STATES, CONNECTED, ENDED, FAILED_STATES
from contacts.timestamps import Timestamp, milliseconds_between, whole_seconds
from contacts.transfer_types import CONSULT

NO_AGENT: Final = "NO_AGENT"
"""The state of a contact while it is with nobody: in a flow or a queue. Our word."""

_AGENTS_OWN_QUEUE: Final = "agent/"


@dataclass(frozen=True, slots=True)
class Segment:
    """One state of a leg, with one agent or none; a time that is not known is None.

    ENDED is after contact work. A failed offer lasts until it has left the agent's screen.
    """

    state: str
    start: Timestamp | None
    end: Timestamp | None
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class StoryLeg:
    """One leg. ``item`` is None when only other legs tell of it; ``depth`` counts from the first.

    ``finished`` is when the customer had left it, or the waiting was over.
    """

    contact_id: str
    item: Item | None
    segments: tuple[Segment, ...]
    start: Timestamp | None
    finished: Timestamp | None
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a chain comes to. Durations are whole seconds, sums of what the legs say so far.

    ``end`` is when the customer had left the last leg, None while there is one; after contact work
    does not count. ``hops`` are the legs the customer was passed on to: those who were only
    consulted do not count.
    """

    legs: int
    agents: int
    queues: int
    hops: int
    failed_offers: int
    start: Timestamp | None
    end: Timestamp | None
    end_to_end_duration: int | None
    agent_interaction_duration: int
    customer_hold_duration: int
    queue_duration: int
    after_contact_work_duration: int


@dataclass(frozen=True, slots=True)
class ChainStory:
    """The legs depth first, siblings in the order in which they began."""

    chain_id: str
    legs: tuple[StoryLeg, ...]
    totals: Totals


def chain_story(chain_id: str, items: Iterable[Item]) -> ChainStory | None:
    """The story of the chain whose items these are, in any order; None if it has no leg.

    Items that only say where a record has moved to are no legs.
    """
    here = {item["ContactId"]: item for item in items if MOVED_TO_CHAIN_ID not in item}
    if not here:
        return None
    named = {item["PreviousContactId"] for item in here.values() if "PreviousContactId" in item}
    legs = {
        contact_id: _story_leg(contact_id, here.get(contact_id))
        for contact_id in (chain_id, *here, *named)
    }
    in_order = tuple(
        replace(legs[contact_id], depth=depth)
        for contact_id, depth in _Tree(chain_id, legs).depth_first()
    )
    return ChainStory(chain_id, in_order, _totals(in_order))


class _Tree:
    """Who invited whom. A leg whose inviter is not known hangs on the first contact."""

    def __init__(self, chain_id: str, legs: Mapping[str, StoryLeg]) -> None:
        self._contact_ids = [chain_id, *(each for each in _by_start(legs) if each != chain_id)]
        self._invited: dict[str, list[str]] = {}
        for contact_id in self._contact_ids[1:]:
            previous = (legs[contact_id].item or {}).get("PreviousContactId", chain_id)
            inviter = chain_id if previous == contact_id else previous
            self._invited.setdefault(inviter, []).append(contact_id)

    def depth_first(self) -> Iterator[tuple[str, int]]:
        """Every leg with its depth, once, even if links lead in a circle."""
        left = dict.fromkeys(self._contact_ids)
        while left:
            waiting = [(next(iter(left)), 0)]
            while waiting:
                contact_id, depth = waiting.pop()
                if contact_id in left:
                    del left[contact_id]
                    yield contact_id, depth
                    invited = reversed(self._invited.get(contact_id, ()))
                    waiting.extend((each, depth + 1) for each in invited)


def _by_start(legs: Mapping[str, StoryLeg]) -> list[str]:
    """Whose start is not known comes first, as do those who invited others."""
    return sorted(legs, key=lambda contact_id: (legs[contact_id].start or "", contact_id))


def _story_leg(contact_id: str, item: Item | None) -> StoryLeg:
    if item is None or not holds_record(item):
        return StoryLeg(contact_id, None, (), None, None)
    record = contact_record(facts_of_item(item))
    return StoryLeg(
        contact_id=contact_id,
        item=item,
        segments=tuple(_segments(record)),
        start=record.start_timestamp,
        finished=leg_of(record).finished,
    )


def _segments(record: ContactRecord) -> Iterator[Segment]:
    if record.turns:
        for turn in record.turns:
            yield from _segments_of_turn(turn)
    else:
        yield from _stated_segments(record)


def _segments_of_turn(turn: Attempt) -> Iterator[Segment]:
    ends = [*(fact.timestamp for fact in turn.states[1:]), turn.cleared]
    for fact, end in zip(turn.states, ends, strict=True):
        yield Segment(fact.state, fact.timestamp, end, fact.agent_id)


def _stated_segments(record: ContactRecord) -> Iterator[Segment]:
    """Of a leg that no agent event shows, as far as Amazon's own sources date it."""

    def time(path: Path) -> Timestamp | None:
        value = stated(record.facts, path)
        return str(value) if value else None

    agent_id = stated(record.facts, AGENT_ID)
    connected = time(CONNECTED_TO_AGENT)
    if agent_id and connected:
        work_start = time(WORK_START)
        yield Segment(CONNECTED, connected, work_start or time(DISCONNECT), str(agent_id))
        if work_start:
            yield Segment(ENDED, work_start, time(WORK_END), str(agent_id))
    else:
        yield Segment(NO_AGENT, time(INITIATION) or time(ENQUEUE), time(DISCONNECT), None)


def _totals(legs: Sequence[StoryLeg]) -> Totals:
    items = [leg.item for leg in legs if leg.item is not None]
    start = min((leg.start for leg in legs if leg.start), default=None)
    ends = [leg.finished for leg in legs if leg.finished]
    end = max(ends) if ends and len(ends) == len(items) else None
    return Totals(
        legs=len(legs),
        agents=len(_agents(legs)),
        queues=len(_queues(items)),
        hops=sum(map(_is_hop, items)),
        failed_offers=sum(map(_failed_offers, items)),
        start=start,
        end=end,
        end_to_end_duration=(
            whole_seconds(milliseconds_between(start, end)) if start and end else None
        ),
        agent_interaction_duration=_sum(items, "Agent", "AgentInteractionDuration"),
        customer_hold_duration=_sum(items, "Agent", "CustomerHoldDuration"),
        queue_duration=_sum(items, "Queue", "Duration"),
        after_contact_work_duration=_sum(items, "Agent", "AfterContactWorkDuration"),
    )


def _agents(legs: Iterable[StoryLeg]) -> set[str]:
    """Who came on the line; an offer that failed is counted as such."""
    return {
        segment.agent_id
        for leg in legs
        for segment in leg.segments
        if segment.agent_id and segment.state in ANSWERED_STATES
    }


def _queues(items: Iterable[Item]) -> set[str]:
    """An agent's own queue is that agent."""
    ids = {item["QueueId"] for item in items if "QueueId" in item}
    return {each for each in ids if not each.startswith(_AGENTS_OWN_QUEUE)}


def _is_hop(item: Item) -> bool:
    return "PreviousContactId" in item and item.get("TransferType") != CONSULT


def _failed_offers(item: Item) -> int:
    return sum(attempt["Outcome"] in FAILED_STATES for attempt in item.get("Attempts", ()))


def _sum(items: Iterable[Item], group: str, duration: str) -> int:
    return sum(int(item.get(group, {}).get(duration, 0)) for item in items)

"""A chain's whole story: its legs in the order of a tree, what each went through, and the totals.

The items are those of the table. A leg that others name and that no source has shown yet is part
of the story, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contacts.chain.legs import leg_of
from contacts.chain.transfer_types import CONSULT
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    DISCONNECT,
    ENQUEUE,
    INITIATION,
    WORK_END,
    WORK_START,
    Path,
)
from contacts.initiation_methods import MONITOR
from contacts.item.contact_item import facts_of_item, holds_record
from contacts.item_parts import MOVED_TO_CHAIN_ID, Item
from contacts.record.attempts import Attempt
from contacts.record.contact_record import (
    COMPLETED,
    ContactRecord,
    contact_record,
    is_dated,
    stated,
)
from contacts.states import ANSWERED_STATES, CONNECTED, ENDED, FAILED_STATES
from contacts.timestamps import Timestamp, milliseconds_between, whole_seconds

NO_AGENT: Final = "NO_AGENT"
"""The state of a contact while it is with nobody: in a flow or a queue. Our word."""

_AGENTS_OWN_QUEUE: Final = "agent/"


@dataclass(frozen=True, slots=True)
class Segment:
    """One state of a leg, with one agent or none; a time that is not known is None.

    ENDED is after contact work. A failed offer lasts until it has left the agent's snapshot.
    """

    state: str
    start: Timestamp | None
    end: Timestamp | None
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class StoryLeg:
    """One leg. ``item`` is None when only other legs tell of it; ``depth`` counts from the first.

    ``finished`` is when the customer had left it, or the waiting was over, if that is known.
    """

    contact_id: str
    item: Item | None
    segments: tuple[Segment, ...]
    start: Timestamp | None
    finished: Timestamp | None
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The totals of a chain. Durations are whole seconds, sums over the legs so far.

    ``end`` is when the customer had left the last leg, None while there is one; after contact work
    does not count. ``unknown_interactions`` are legs whose conversation is over and which the sum
    leaves out, because it is not known how long it was. ``hops`` are the legs the customer was
    passed on to: those who were only consulted do not count.
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
    unknown_interactions: int
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
    named = {
        item["PreviousContactId"]
        for contact_id, item in here.items()
        # The first contact's PreviousContactId lies in another chain, which may name this one.
        if "PreviousContactId" in item and contact_id != chain_id
    }
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
    """The tree of inviters. A leg without a known inviter is a child of the first contact."""

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
    """ContactIds by start; legs without a known start come first."""
    return sorted(legs, key=lambda contact_id: (legs[contact_id].start or "", contact_id))


def _story_leg(contact_id: str, item: Item | None) -> StoryLeg:
    if item is None or not holds_record(item):
        return StoryLeg(contact_id, None, (), None, None)
    facts = facts_of_item(item)
    if not is_dated(facts):
        return StoryLeg(contact_id, item, (), item.get("StartTimestamp"), None)
    record = contact_record(facts)
    is_end_known = record.answer is None or not record.answer.finished or record.answer.is_end_known
    return StoryLeg(
        contact_id=contact_id,
        item=item,
        segments=tuple(_segments(record)),
        start=record.start_timestamp,
        finished=leg_of(record).finished if is_end_known else None,
    )


def _segments(record: ContactRecord) -> Iterator[Segment]:
    if record.turns:
        for turn in record.turns:
            yield from _segments_of_turn(turn)
    else:
        yield from _stated_segments(record)


def _segments_of_turn(turn: Attempt) -> Iterator[Segment]:
    """A state whose end is not known within 10 s has none."""
    ends = [*(fact.timestamp for fact in turn.states[1:]), turn.stated_end or turn.cleared]
    for fact, end in zip(turn.states, ends, strict=True):
        is_known = end is not None and turn.is_known(end)
        yield Segment(fact.state, fact.timestamp, end if is_known else None, fact.agent_id)


def _stated_segments(record: ContactRecord) -> Iterator[Segment]:
    """The segments of a leg that no agent event shows, by Amazon's other sources."""

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
        unknown_interactions=sum(map(_is_interaction_unknown, items)),
        customer_hold_duration=_sum(items, "Agent", "CustomerHoldDuration"),
        queue_duration=_sum(items, "Queue", "Duration"),
        after_contact_work_duration=_sum(items, "Agent", "AfterContactWorkDuration"),
    )


def _agents(legs: Iterable[StoryLeg]) -> set[str]:
    """The agents who came on the line; failed offers are counted apart."""
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
    is_first = item["ContactId"] == item["ChainId"]
    return "PreviousContactId" in item and not is_first and item.get("TransferType") != CONSULT


def _failed_offers(item: Item) -> int:
    return sum(attempt["Outcome"] in FAILED_STATES for attempt in item.get("Attempts", ()))


def _is_interaction_unknown(item: Item) -> bool:
    return (
        item.get("Status") == COMPLETED
        and item.get("InitiationMethod") != MONITOR
        and "AgentInteractionDuration" not in item.get("Agent", {})
    )


def _sum(items: Iterable[Item], group: str, duration: str) -> int:
    return sum(int(item.get(group, {}).get(duration, 0)) for item in items)

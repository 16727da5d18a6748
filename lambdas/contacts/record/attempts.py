"""One agent's turn with a contact: offered, answered or not, ended, cleared.

A contact that is offered again, to another agent or to the same one, begins another attempt
(https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final, NamedTuple

from contacts.facts.contact_facts import Fact, InferredFact
from contacts.initiation_methods import CALLBACK
from contacts.states import (
    ANSWERED_STATES,
    CLEARED,
    CONNECTED,
    CONNECTED_ONHOLD,
    CONNECTING,
    ENDED,
    FAILED_STATES,
    INACTIVE_STATES,
    INCOMING,
    OFFER_STATES,
    PAUSED,
    PENDING,
    SUSPENDED_STATES,
    life_cycle_rank,
)
from contacts.timestamps import Timestamp, milliseconds_between

ABANDONED: Final = "ABANDONED"
HANDLED: Final = "HANDLED"
WITHDRAWN: Final = "WITHDRAWN"
OFFERED: Final = "OFFERED"

_KNOWN_WITHIN_MILLISECONDS: Final = 10_000
"""A time that is only inferred is known if the stretch in which it lies is no longer than this."""

_OPENING_STATES: Final = OFFER_STATES | ANSWERED_STATES | FAILED_STATES
_KNOWN_STATES: Final = OFFER_STATES | ANSWERED_STATES | INACTIVE_STATES


class Interval(NamedTuple):
    """From ``start`` to ``end``; ``end`` is None while it lasts."""

    start: Timestamp
    end: Timestamp | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One agent's turn with a contact.

    ``states`` are in time order, no two alike in a row, CLEARED left out; there is at least one.
    ``vague`` are the times among them, ``cleared`` included, that are inferred and only known to
    lie within more than 10 s; ``cleared_after`` is the earliest possible time of an inferred
    clearing; ``has_unseen_change`` that a hold or a pause, or its end, was never seen. What other
    sources state comes in by ``contact_record``: ``stated_end`` is when it was over, where no agent
    event shows it; ``customer_left`` when the customer was gone before that; ``is_over`` that
    Amazon says all is done; ``is_abandoned`` that the offer failed because the customer left.
    """

    agent_id: str
    is_callback: bool
    states: tuple[Fact, ...]
    cleared: Timestamp | None
    cleared_is_inferred: bool
    cleared_after: Timestamp | None = None
    vague: frozenset[Timestamp] = frozenset()
    has_unseen_change: bool = False
    stated_end: Timestamp | None = None
    customer_left: Timestamp | None = None
    is_over: bool = False
    is_abandoned: bool = False

    @property
    def first(self) -> Timestamp:
        """When the attempt is first known of."""
        return self.states[0].timestamp

    @property
    def newest(self) -> Fact:
        """The newest state, whether or not the contact has left the agent since."""
        return self.states[-1]

    @property
    def offered(self) -> Timestamp | None:
        """When it began to ring at the agent; unknown if the offer was never seen."""
        first = self.states[0]
        return first.timestamp if first.state in OFFER_STATES - self._accepting_states else None

    @property
    def accepted(self) -> Timestamp | None:
        """When the agent took a queued callback; the customer is dialled from then on.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        return self._first_of(self._accepting_states)

    @property
    def connected(self) -> Timestamp | None:
        """When the conversation began."""
        return self._first_of(ANSWERED_STATES)

    @property
    def answered(self) -> Timestamp | None:
        """When the agent took the offer: of a callback by accepting, of others by connecting."""
        return self.accepted or self.connected

    @property
    def ended(self) -> Timestamp | None:
        """When the offer failed or the conversation ended."""
        return self._first_of(INACTIVE_STATES)

    @property
    def after_contact_work_started(self) -> Timestamp | None:
        """When after contact work began, if the end of the conversation was seen.

        https://docs.aws.amazon.com/connect/latest/adminguide/determine-acw-time.html
        """
        return self._first_of(frozenset({ENDED})) if self.connected else None

    @property
    def finished(self) -> Timestamp | None:
        """When it was over: ended, or cleared without an end being seen, or as it is stated.

        If ``is_end_known`` does not hold it is the latest possible.
        """
        return self.stated_end or self.ended or self.cleared

    @property
    def is_end_known(self) -> bool:
        """Whether ``finished`` is known within 10 s."""
        return self.finished is not None and self.is_known(self.finished)

    @property
    def interaction_end(self) -> Timestamp | None:
        """When the agent no longer had the customer; None if not yet, or not known."""
        if self.customer_left:
            return self.customer_left
        return self.finished if self.is_end_known else None

    def is_known(self, moment: Timestamp) -> bool:
        """Whether one of the attempt's times is known within 10 s."""
        return moment not in self.vague or moment == self.stated_end

    @property
    def interaction_milliseconds(self) -> int | None:
        """Time with the customer, less holds and pauses; None until it is over, or if not known."""
        if not self.connected or not self.interaction_end or not self.is_known(self.connected):
            return None
        away = [*self.holds, *self.pauses]
        if not self.are_known(away):
            return None
        whole = milliseconds_between(self.connected, self.interaction_end)
        return whole - total_milliseconds(away)

    def are_known(self, intervals: Iterable[Interval]) -> bool:
        """Whether all are known with both ends, except those that last."""
        return not self.has_unseen_change and all(
            self.is_known(interval.start)
            and (self.is_known(interval.end) if interval.end else not self.is_over)
            for interval in intervals
        )

    @property
    def failed(self) -> bool:
        """Whether the offer ended unanswered in MISSED, REJECTED or ERROR."""
        return self.connected is None and self._first_of(FAILED_STATES) is not None

    @property
    def outcome(self) -> str:
        """The outcome; of a failed offer the raw state, because missed calls come as ERROR, too.

        Unless the customer left in that second: REJECTED is also what a contact becomes whose
        customer abandons it while the agent is rung (about-contact-states).
        """
        is_over = self.is_over or self.finished is not None
        if self.connected:
            return HANDLED if is_over else CONNECTED
        if self.is_abandoned:
            return ABANDONED
        if self.failed:
            return next(fact.state for fact in self.states if fact.state in FAILED_STATES)
        return WITHDRAWN if is_over else OFFERED

    @property
    def ring_end(self) -> Timestamp | None:
        """When ringing stopped: answered, failed, or gone from the snapshot."""
        return self.answered or self.finished

    @property
    def ring_milliseconds(self) -> int | None:
        """How long it rang; None while it rings, or if that is not known."""
        start, end = self.offered, self.ring_end
        if start is None or end is None or not (self.is_known(start) and self.is_known(end)):
            return None
        return milliseconds_between(start, end)

    @property
    def holds(self) -> tuple[Interval, ...]:
        """When this agent had the customer on hold, until the customer left at the latest."""
        return tuple(self._intervals(CONNECTED_ONHOLD))

    @property
    def pauses(self) -> tuple[Interval, ...]:
        """When the contact, a task, was paused."""
        return tuple(self._intervals(PAUSED))

    @property
    def _accepting_states(self) -> frozenset[str]:
        return frozenset({CONNECTING}) if self.is_callback else frozenset()

    def _first_of(self, states: frozenset[str]) -> Timestamp | None:
        return next((fact.timestamp for fact in self.states if fact.state in states), None)

    def _intervals(self, state: str) -> Iterator[Interval]:
        ends = [*(fact.timestamp for fact in self.states[1:]), self.stated_end or self.cleared]
        left = self.customer_left
        for fact, end in zip(self.states, ends, strict=True):
            if fact.state != state or (left and left <= fact.timestamp):
                continue
            yield Interval(fact.timestamp, left if left and (end is None or left < end) else end)


def total_milliseconds(intervals: Iterable[Interval]) -> int:
    """How long the closed ``intervals`` lasted together."""
    return sum(lengths_in_milliseconds(intervals))


def lengths_in_milliseconds(intervals: Iterable[Interval]) -> Iterator[int]:
    """How long each of the closed ``intervals`` lasted; open ones have no length yet."""
    return (
        milliseconds_between(interval.start, interval.end) for interval in intervals if interval.end
    )


def attempts_of(
    timeline: Iterable[Fact],
    initiation_method: str | None,
    inferred_facts: Iterable[InferredFact] = (),
) -> tuple[Attempt, ...]:
    """All attempts of a contact over all agents, in the order in which they began."""
    seen = frozenset(timeline)
    inferred: dict[Fact, Timestamp] = {}
    for guess in inferred_facts:
        fact = Fact(guess.timestamp, guess.state, guess.agent_id)
        if fact not in seen:
            inferred[fact] = max(guess.last_seen, inferred.get(fact, guess.last_seen))
    facts = sorted(seen | inferred.keys(), key=lambda fact: (fact.agent_id, _order(fact)))
    attempts = [
        attempt
        for _, facts_of_agent in groupby(facts, key=attrgetter("agent_id"))
        for attempt in _attempts_of_agent(facts_of_agent, inferred, initiation_method)
    ]
    return tuple(sorted(attempts, key=attrgetter("first", "agent_id")))


def _order(fact: Fact) -> tuple[Timestamp, int, str]:
    return fact.timestamp, life_cycle_rank(fact.state), fact.state


def _attempts_of_agent(
    facts: Iterable[Fact], inferred: Mapping[Fact, Timestamp], initiation_method: str | None
) -> Iterator[Attempt]:
    """``inferred`` has the earliest possible time of each fact that is not seen."""
    for states, clearing in _turns(facts):
        single = _without_doubles(states)
        stated = _distinct(single)
        waited = any(fact.state in OFFER_STATES - {CONNECTING} for fact in stated)
        yield Attempt(
            agent_id=stated[0].agent_id,
            is_callback=waited or initiation_method == CALLBACK,
            states=tuple(stated),
            cleared=clearing.timestamp if clearing else None,
            cleared_is_inferred=clearing in inferred,
            cleared_after=inferred.get(clearing) if clearing else None,
            vague=frozenset(_vague_times([*stated, *([clearing] if clearing else [])], inferred))
            if inferred
            else frozenset(),
            has_unseen_change=len(single) > len(stated) and _has_unseen_change(single),
        )


def _vague_times(facts: Iterable[Fact], inferred: Mapping[Fact, Timestamp]) -> Iterator[Timestamp]:
    for fact in facts:
        earliest = inferred.get(fact)
        if earliest is not None and (
            milliseconds_between(earliest, fact.timestamp) > _KNOWN_WITHIN_MILLISECONDS
        ):
            yield fact.timestamp


def _turns(facts: Iterable[Fact]) -> Iterator[tuple[list[Fact], Fact | None]]:
    """Cut one agent's facts, in time order, where the contact left or came anew."""
    states: list[Fact] = []
    was_here = False
    for fact in facts:
        if fact.state == CLEARED:
            if states:
                yield states, fact
            states = []
        elif states and _begins_anew(_newest_known(states), fact.state):
            yield states, None
            states = [fact]
        elif states or fact.state in _OPENING_STATES or not was_here:
            # After CLEARED, ENDED alone begins no new attempt: events go on for an hour after
            # log-off and may still list the contact (agent-event-stream-model).
            states.append(fact)
            was_here = True
    if states:
        yield states, None


def _newest_known(states: Sequence[Fact]) -> str | None:
    """The newest known state; an unknown one may belong to an end or to a beginning."""
    return next((fact.state for fact in reversed(states) if fact.state in _KNOWN_STATES), None)


def _begins_anew(before: str | None, state: str) -> bool:
    if state == INCOMING:
        # Also after CONNECTING: a callback that was accepted is presented again.
        return before is not None and before not in {INCOMING, PENDING}
    if state in OFFER_STATES:
        return before is not None and before not in OFFER_STATES
    return before in INACTIVE_STATES and state in ANSWERED_STATES


def _without_doubles(states: list[Fact]) -> list[Fact]:
    """One of CONNECTED and its suspension at the same time, where a timestamp did not move.

    The first CONNECTED stands, since its time is ConnectedToAgentTimestamp; a later one at the
    time of a hold or pause is the resumed conversation with the timestamp of what was before.
    """
    first_connected = next((fact.timestamp for fact in states if fact.state == CONNECTED), None)
    taken = {fact.timestamp for fact in states if fact.state in SUSPENDED_STATES}
    return [
        fact
        for fact in states
        if not (
            (fact.state in SUSPENDED_STATES and fact.timestamp == first_connected)
            or (
                fact.state == CONNECTED
                and fact.timestamp in taken
                and fact.timestamp != first_connected
            )
        )
    ]


def _distinct(states: list[Fact]) -> list[Fact]:
    return states[:1] + [fact for before, fact in pairwise(states) if fact.state != before.state]


def _has_unseen_change(states: list[Fact]) -> bool:
    """Whether a state of the conversation began twice, and nothing shows what was in between.

    StateStartTimestamp is when the contact entered its state (agent-event-stream-model).
    """
    return any(
        before.state == fact.state
        and fact.state in ANSWERED_STATES
        and milliseconds_between(before.timestamp, fact.timestamp) > _KNOWN_WITHIN_MILLISECONDS
        for before, fact in pairwise(states)
    )

"""The contact record: what follows from the facts known of a contact.

Durations are summed in milliseconds; they become whole seconds where the record is stored.
"""

from collections.abc import Iterable
from copy import replace
from dataclasses import dataclass
from typing import Final

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.normalised import TASK
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    DISCONNECT_REASON,
    ENQUEUE,
    EVENT_TYPE,
    LAST_KNOWN,
    NEXT_CONTACT,
    WORK_END,
    WORK_START,
    Path,
    Statement,
    Value,
    timestamps_in,
)
from contacts.facts.statement import COMPLETED as COMPLETED_EVENT
from contacts.initiation_methods import CALLBACK, CALLBACK_CUSTOMER_FIRST_QUEUED, MONITOR, OUTBOUND
from contacts.record.attempts import ABANDONED, Attempt, attempts_of
from contacts.record.evidence import agrees
from contacts.states import CLEARED, life_cycle_rank
from contacts.timestamps import Timestamp, milliseconds_between

IN_PROGRESS: Final = "IN_PROGRESS"
COMPLETED: Final = "COMPLETED"
UNANSWERED: Final = "UNANSWERED"
DISCONNECTED: Final = "DISCONNECTED"
END_UNKNOWN: Final = "END_UNKNOWN"
"""Open for longer than it can be, and nobody can tell how it ended."""

_BY_THE_CUSTOMER: Final = "CUSTOMER_"
"""How the disconnect reasons begin that blame the customer (ctr-data-model)."""

_DIALLED_BY_AN_AGENT: Final = frozenset({OUTBOUND, CALLBACK})
_NOBODY_WAITS: Final = frozenset({CALLBACK, CALLBACK_CUSTOMER_FIRST_QUEUED, OUTBOUND})
"""Contacts in whose queue no customer is on the line; they "are not counted as abandoned"

(https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html).
"""
_WITHOUT_A_CUSTOMER_ON_THE_LINE: Final = frozenset({TASK, "EMAIL"})
_VOICE: Final = "VOICE"
_SAME_SECOND_MILLISECONDS: Final = 1_000
_SOURCES_APART_MILLISECONDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Everything the table says of a contact, apart from its links.

    ``known`` is all that was asserted; ``facts`` the same without agents who have not answered,
    which is what everything else follows from. ``status`` is what the contact's own facts make of
    it: whether a customer who left a queue went on shows in other legs
    (``contacts.chain.abandonment``).
    ``turns`` holds every agent's turn, in order; ``answer`` is the one of the agent who answered.
    Both are empty where no agent event shows the contact, and it has no ``state`` then.
    """

    facts: ContactFacts
    turns: tuple[Attempt, ...]
    answer: Attempt | None
    status: str
    state: str | None
    state_start_timestamp: Timestamp | None
    known: ContactFacts

    @property
    def is_first_contact(self) -> bool:
        """Whether the contact began its chain."""
        return self.facts.chain_id == self.facts.contact_id

    @property
    def is_monitor(self) -> bool:
        """Whether this is a supervisor listening in: nobody was offered a customer."""
        return self.facts.decided_initiation_method == MONITOR

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The offers of the contact; listening in is none."""
        return () if self.is_monitor else self.turns

    @property
    def last_update_timestamp(self) -> Timestamp:
        """The time of the newest fact: no clock, so that the record stays a function of facts."""
        return max(_times(self.known))

    @property
    def start_timestamp(self) -> Timestamp:
        """The first time that is known of the contact, by whichever source."""
        queue = self.facts.queue
        queued = [queue.enqueue_timestamp] if queue and queue.enqueue_timestamp else []
        return min([*queued, *_times(self.known)])

    @property
    def dequeue_timestamp(self) -> Timestamp | None:
        """When the customer left the queue: a callback when accepted, others when connected.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        queue = self.facts.queue
        return self.answer.answered if self.answer and queue and queue.enqueue_timestamp else None


def contact_record(known: ContactFacts) -> ContactRecord:
    """Work out the record. ``is_dated(known)`` must hold."""
    facts = _without_who_did_not_answer(known)
    turns = attempts_of(facts.timeline, facts.decided_initiation_method, facts.inferred)
    if facts.contact_events or facts.contact_record:
        turns = tuple(_as_stated(turn, facts) for turn in turns)
    holding = [] if _is_over(facts) else [turn for turn in turns if _holds(turn, turns, facts)]
    state, start = _state(facts, turns, holding)
    return ContactRecord(
        facts=facts,
        turns=turns,
        answer=_answer(facts, turns),
        status=_closed_if_end_is_unknown(_status(facts, turns, holding), known),
        state=state,
        state_start_timestamp=start,
        known=known,
    )


def is_dated(facts: ContactFacts) -> bool:
    """Whether there is a record of ``facts``: a source shows the contact, at some time."""
    return facts.is_known and bool(_times(facts))


def conversation_milliseconds(answer: Attempt) -> int | None:
    """Time with the customer, less holds and pauses; None until it is over, or if not known."""
    return answer.interaction_milliseconds


def _without_who_did_not_answer(facts: ContactFacts) -> ContactFacts:
    """``facts`` without an agent whom Amazon names and who was never connected to a customer.

    Contact records name the agent of a dial that nobody answered. If a snapshot shows
    the connection, it counts.
    """
    record, events = facts.contact_record, facts.contact_events
    if facts.answering_agent or (AGENT_ID not in record and AGENT_ID not in events):
        return facts
    if _was_never_reached(facts):
        return replace(
            facts, contact_record=_without_agent(record), contact_events=_without_agent(events)
        )
    if AGENT_ID in record and CONNECTED_TO_AGENT not in record:
        return replace(facts, contact_record=_without_agent(record))
    return facts


def _was_never_reached(facts: ContactFacts) -> bool:
    """Whether an agent dialled, and no customer answered before it was over.

    ConnectedToSystemTimestamp is when the customer answers (ctr-data-model).
    """
    return (
        facts.decided_initiation_method in _DIALLED_BY_AN_AGENT
        and facts.decided_channel in {None, _VOICE}
        and stated(facts, DISCONNECT) is not None
        and stated(facts, CONNECTED_TO_SYSTEM) is None
        and not str(stated(facts, DISCONNECT_REASON) or "").startswith(_BY_THE_CUSTOMER)
    )


def _without_agent(statement: Statement) -> Statement:
    return {path: value for path, value in statement.items() if path[0] != AGENT_ID[0]}


def _as_stated(turn: Attempt, facts: ContactFacts) -> Attempt:
    """``turn`` with what other sources state of its end."""
    turn = replace(turn, is_over=_is_over(facts), stated_end=_earliest_stated_end(turn, facts))
    disconnect = stated(facts, DISCONNECT)
    if disconnect is None:
        return turn
    return replace(
        turn,
        customer_left=_customer_left(turn, str(disconnect)),
        is_abandoned=_was_abandoned(turn, str(disconnect), facts),
    )


def _earliest_stated_end(turn: Attempt, facts: ContactFacts) -> Timestamp | None:
    """An end that agent events do not show: the earliest that is stated and possible.

    It is none before the newest state that was seen, and none after the contact was gone.
    """
    is_shown = (turn.ended and turn.is_known(turn.ended)) or (
        turn.cleared and turn.is_known(turn.cleared)
    )
    if is_shown or not (turn.cleared or turn.ended or _is_over(facts)):
        return None
    certain = [fact.timestamp for fact in turn.states if turn.is_known(fact.timestamp)]
    earliest = max([*certain, *([turn.cleared_after] if turn.cleared_after else [])])
    latest = turn.ended or turn.cleared
    ends = (stated(facts, path) for path in (DISCONNECT, WORK_START))
    possible = [
        max(str(end), earliest)
        for end in ends
        if end
        and milliseconds_between(str(end), earliest) <= _SOURCES_APART_MILLISECONDS
        and not (latest and milliseconds_between(latest, str(end)) > _SOURCES_APART_MILLISECONDS)
    ]
    return min(possible, default=None)


def _customer_left(turn: Attempt, disconnect: Timestamp) -> Timestamp | None:
    """When the customer left a conversation that went on without, or is not over yet.

    A disconnection before the connection says nothing: one documented sample has that.
    """
    if not turn.connected or disconnect <= turn.connected:
        return None
    finished = turn.finished
    if finished and (disconnect >= finished or agrees(DISCONNECT, disconnect, finished)):
        return None
    return disconnect


def _was_abandoned(turn: Attempt, disconnect: Timestamp, facts: ContactFacts) -> bool:
    """Whether an offer failed in the second in which the customer left."""
    return (
        turn.failed
        and turn.ended is not None
        and abs(milliseconds_between(turn.ended, disconnect)) < _SAME_SECOND_MILLISECONDS
        and _may_have_been_the_customer(facts)
    )


def _may_have_been_the_customer(facts: ContactFacts) -> bool:
    """Whether the customer, if one was on the line, may have left before any agent came."""
    if (
        facts.decided_initiation_method in _NOBODY_WAITS
        or facts.decided_channel in _WITHOUT_A_CUSTOMER_ON_THE_LINE
    ):
        return False
    reason = stated(facts, DISCONNECT_REASON)
    return reason is None or str(reason).startswith(_BY_THE_CUSTOMER)


def _times(facts: ContactFacts) -> list[Timestamp]:
    return [
        *(fact.timestamp for fact in facts.timeline),
        *(guess.timestamp for guess in facts.inferred),
        *timestamps_in(facts.contact_events),
        *timestamps_in(facts.contact_record),
    ]


def stated(facts: ContactFacts, path: Path) -> Value | None:
    """The stated value: the contact record's, or the finer contact event's if they agree."""
    event, record = facts.contact_events.get(path), facts.contact_record.get(path)
    if record is None or (event is not None and agrees(path, event, record)):
        return event
    return record


def _is_over(facts: ContactFacts) -> bool:
    """Whether Amazon says that all work is done, even if no agent event shows its end.

    A contact record is complete once after contact work is done and the contact is cleared
    (about-contact-states); the contact event COMPLETED comes when it is (contact-events).
    """
    record = facts.contact_record
    if DISCONNECT in record:
        return AGENT_ID not in record or WORK_END in record or WORK_START not in record
    return WORK_END in record or facts.contact_events.get(EVENT_TYPE) == COMPLETED_EVENT


def _holds(turn: Attempt, turns: Iterable[Attempt], facts: ContactFacts) -> bool:
    """Whether the contact is still with the agent.

    A failed offer no longer holds it once it has been offered again or its customer is gone. The
    agent's slot stays taken until the failed contact is cleared, which may be long after somebody
    else has taken and finished the contact.
    """
    if turn.cleared:
        return False
    return not (turn.failed and (stated(facts, DISCONNECT) or _was_offered_anew(turn, turns)))


def _was_offered_anew(turn: Attempt, turns: Iterable[Attempt]) -> bool:
    return any(other.first > turn.first for other in turns)


def _state(
    facts: ContactFacts, turns: tuple[Attempt, ...], holding: list[Attempt]
) -> tuple[str | None, Timestamp | None]:
    if holding:
        newest = max(
            (turn.newest for turn in holding),
            key=lambda fact: (fact.timestamp, life_cycle_rank(fact.state), fact),
        )
        return newest.state, newest.timestamp
    if not turns:
        return None, None
    ends = (
        turn.cleared or _stated_end(facts, turn)
        for turn in turns
        if not _was_overtaken(turn, turns)
    )
    return CLEARED, max(ends)


def _was_overtaken(turn: Attempt, turns: Iterable[Attempt]) -> bool:
    return turn.failed and _was_offered_anew(turn, turns)


def _stated_end(facts: ContactFacts, turn: Attempt) -> Timestamp:
    """When a contact left an agent whose last events are missing."""
    end = stated(facts, WORK_END) or stated(facts, DISCONNECT)
    return max(str(end), turn.newest.timestamp) if end else turn.newest.timestamp


def _status(facts: ContactFacts, turns: tuple[Attempt, ...], holding: list[Attempt]) -> str:
    if holding:
        return IN_PROGRESS
    if any(turn.connected for turn in turns):
        return COMPLETED
    if stated(facts, AGENT_ID):
        return COMPLETED if _is_over(facts) else IN_PROGRESS
    if stated(facts, DISCONNECT) or _is_over(facts):
        return _ended_without_agent(facts, turns)
    return UNANSWERED if turns else IN_PROGRESS


def _closed_if_end_is_unknown(status: str, known: ContactFacts) -> str:
    """END_UNKNOWN if nobody can tell the end and no newer fact is known; else ``status``.

    An end that any source states, or that is inferred, counts for more, whenever it becomes known.
    """
    last_known = known.contact_events.get(LAST_KNOWN)
    if status != IN_PROGRESS or last_known is None or max(_times(known)) > str(last_known):
        return status
    return END_UNKNOWN


def _ended_without_agent(facts: ContactFacts, turns: tuple[Attempt, ...]) -> str:
    """ABANDONED if the customer left a queue unanswered, and was not called back or sent on.

    https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html (DisconnectReason)
    """
    may_have_left = (
        _was_queued(facts)
        and _may_have_been_the_customer(facts)
        and NEXT_CONTACT not in facts.contact_record
    )
    return ABANDONED if may_have_left else without_abandonment(turns)


def without_abandonment(turns: tuple[Attempt, ...]) -> str:
    """The status of a contact that is over, that nobody answered, and that nobody abandoned."""
    return UNANSWERED if turns else DISCONNECTED


def _was_queued(facts: ContactFacts) -> bool:
    queued = facts.queue.enqueue_timestamp if facts.queue else None
    return bool(queued or stated(facts, ENQUEUE))


def _answer(facts: ContactFacts, turns: tuple[Attempt, ...]) -> Attempt | None:
    agent = facts.answering_agent
    if not agent:
        return None
    answered = [turn for turn in turns if turn.agent_id == agent.agent_id and turn.connected]
    until_then = [turn for turn in answered if turn.first <= agent.connected_to_agent_timestamp]
    return next(reversed(until_then or answered), None)

"""The contact record: what follows from the facts known of a contact.

Durations are summed in milliseconds; they become whole seconds where the record is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contacts.attempts import Attempt, attempts_of, total_milliseconds
from contacts.facts import MONITOR, ContactFacts
from contacts.statement import (
    AGENT_ID,
    DISCONNECT,
    DISCONNECT_REASON,
    ENQUEUE,
    EVENT_TYPE,
    NEXT_CONTACT,
    WORK_END,
    WORK_START,
    Path,
    Value,
    timestamps_in,
)
from contacts.statement import COMPLETED as COMPLETED_EVENT
from contacts.states import CLEARED, life_cycle_rank
from contacts.timestamps import Timestamp, milliseconds_between

IN_PROGRESS: Final = "IN_PROGRESS"
COMPLETED: Final = "COMPLETED"
UNANSWERED: Final = "UNANSWERED"
ABANDONED: Final = "ABANDONED"
DISCONNECTED: Final = "DISCONNECTED"

_BY_THE_CUSTOMER: Final = "CUSTOMER_"
"""How the disconnect reasons begin that blame the customer (ctr-data-model)."""


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Everything the table says of a contact, apart from its links.

    ``turns`` holds every agent's turn, in order; ``answer`` is the one of the agent who answered.
    Both are empty where no agent event shows the contact, and it has no ``state`` then.
    """

    facts: ContactFacts
    turns: tuple[Attempt, ...]
    answer: Attempt | None
    status: str
    state: str | None
    state_start_timestamp: Timestamp | None

    @property
    def is_first_contact(self) -> bool:
        """Whether the contact began its chain."""
        return self.facts.chain_id == self.facts.contact_id

    @property
    def is_monitor(self) -> bool:
        """Whether this is a supervisor listening in: nobody was offered a customer."""
        return self.facts.initiation_method == MONITOR

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The offers of the contact; listening in is none."""
        return () if self.is_monitor else self.turns

    @property
    def last_update_timestamp(self) -> Timestamp:
        """The time of the newest fact: no clock, so that the record stays a function of facts."""
        return max(_times(self.facts))

    @property
    def start_timestamp(self) -> Timestamp:
        """The first time that is known of the contact, by whichever source."""
        queue = self.facts.queue
        queued = [queue.enqueue_timestamp] if queue and queue.enqueue_timestamp else []
        return min([*queued, *_times(self.facts)])

    @property
    def dequeue_timestamp(self) -> Timestamp | None:
        """When the customer left the queue: a callback when accepted, others when connected.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        queue = self.facts.queue
        return self.answer.answered if self.answer and queue and queue.enqueue_timestamp else None


def contact_record(facts: ContactFacts) -> ContactRecord:
    """Work out the record. ``is_dated(facts)`` must hold."""
    turns = attempts_of(facts.timeline, facts.initiation_method, facts.inferred)
    holding = [] if _is_over(facts) else [turn for turn in turns if _holds(turn, turns, facts)]
    state, start = _state(facts, turns, holding)
    return ContactRecord(
        facts=facts,
        turns=turns,
        answer=_answer(facts, turns),
        status=_status(facts, turns, holding),
        state=state,
        state_start_timestamp=start,
    )


def is_dated(facts: ContactFacts) -> bool:
    """Whether there is a record of ``facts``: a source shows the contact, at some time."""
    return facts.is_known and bool(_times(facts))


def conversation_milliseconds(answer: Attempt) -> int | None:
    """Time connected to the agent, less holds and pauses; None until it is over."""
    if not answer.connected or not answer.finished:
        return None
    connected = milliseconds_between(answer.connected, answer.finished)
    return connected - total_milliseconds(answer.holds) - total_milliseconds(answer.pauses)


def _times(facts: ContactFacts) -> list[Timestamp]:
    return [
        *(fact.timestamp for fact in facts.timeline),
        *(guess.timestamp for guess in facts.inferred),
        *timestamps_in(facts.contact_events),
        *timestamps_in(facts.contact_record),
    ]


def stated(facts: ContactFacts, path: Path) -> Value | None:
    """What Amazon's own sources state, the contact record before contact events."""
    return facts.contact_record.get(path, facts.contact_events.get(path))


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
    if stated(facts, DISCONNECT):
        return _ended_without_agent(facts, turns)
    return UNANSWERED if turns else IN_PROGRESS


def _ended_without_agent(facts: ContactFacts, turns: tuple[Attempt, ...]) -> str:
    """Abandoned is who left a queue unanswered: not who was handed on, called back or sent away.

    https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html (DisconnectReason)
    """
    reason = stated(facts, DISCONNECT_REASON)
    if NEXT_CONTACT in facts.contact_record:
        return DISCONNECTED
    if _was_queued(facts) and (reason is None or str(reason).startswith(_BY_THE_CUSTOMER)):
        return ABANDONED
    return UNANSWERED if turns and not _was_queued(facts) else DISCONNECTED


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

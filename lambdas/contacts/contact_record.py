"""The contact record: what follows from the facts known of a contact.

Durations are summed in milliseconds; they become whole seconds where the record is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contacts.attempts import Attempt, attempts_of, total_milliseconds
from contacts.facts import MONITOR, ContactFacts
from contacts.states import CLEARED, life_cycle_rank
from contacts.timestamps import Timestamp, milliseconds_between

IN_PROGRESS: Final = "IN_PROGRESS"
COMPLETED: Final = "COMPLETED"
UNANSWERED: Final = "UNANSWERED"


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Everything the table says of a contact, apart from its links.

    ``turns`` holds every agent's turn, in order; ``answer`` is the one of the agent who answered.
    """

    facts: ContactFacts
    turns: tuple[Attempt, ...]
    answer: Attempt | None
    status: str
    state: str
    state_start_timestamp: Timestamp

    @property
    def is_first_contact(self) -> bool:
        """Whether the contact began its chain."""
        return self.facts.initial_contact_id is None

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
        timestamps = [fact.timestamp for fact in self.facts.timeline]
        return max(timestamps + [guess.timestamp for guess in self.facts.inferred])

    @property
    def dequeue_timestamp(self) -> Timestamp | None:
        """When the customer left the queue: a callback when accepted, others when connected.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        queue = self.facts.queue
        return self.answer.answered if self.answer and queue and queue.enqueue_timestamp else None


def contact_record(facts: ContactFacts) -> ContactRecord:
    """Work out the record. ``facts.timeline`` must not be empty."""
    turns = attempts_of(facts.timeline, facts.initiation_method, facts.inferred)
    holding = [turn for turn in turns if not turn.cleared and not _was_offered_anew(turn, turns)]
    state, start = _state(turns, holding)
    return ContactRecord(
        facts=facts,
        turns=turns,
        answer=_answer(facts, turns),
        status=_status(turns, holding),
        state=state,
        state_start_timestamp=start,
    )


def conversation_milliseconds(answer: Attempt) -> int | None:
    """Time connected to the agent, less holds and pauses; None until it is over."""
    if not answer.connected or not answer.finished:
        return None
    connected = milliseconds_between(answer.connected, answer.finished)
    return connected - total_milliseconds(answer.holds) - total_milliseconds(answer.pauses)


def _was_offered_anew(turn: Attempt, turns: Iterable[Attempt]) -> bool:
    """A failed offer no longer holds the contact once it has been offered again.

    The agent's slot stays taken until the failed contact is cleared, which may be long after
    somebody else has taken and finished the contact.
    """
    return turn.failed and any(other.first > turn.first for other in turns)


def _state(turns: tuple[Attempt, ...], holding: list[Attempt]) -> tuple[str, Timestamp]:
    if holding:
        newest = max(
            (turn.newest for turn in holding),
            key=lambda fact: (fact.timestamp, life_cycle_rank(fact.state), fact),
        )
        return newest.state, newest.timestamp
    cleared = (turn.cleared for turn in turns if not _was_offered_anew(turn, turns))
    return CLEARED, max(timestamp for timestamp in cleared if timestamp)


def _status(turns: tuple[Attempt, ...], holding: list[Attempt]) -> str:
    if holding:
        return IN_PROGRESS
    return COMPLETED if any(turn.connected for turn in turns) else UNANSWERED


def _answer(facts: ContactFacts, turns: tuple[Attempt, ...]) -> Attempt | None:
    agent = facts.answering_agent
    if not agent:
        return None
    answered = [turn for turn in turns if turn.agent_id == agent.agent_id and turn.connected]
    until_then = [turn for turn in answered if turn.first <= agent.connected_to_agent_timestamp]
    return next(reversed(until_then or answered), None)

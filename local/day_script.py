"""The script of a simulated day: what people did to contacts, and what a record must say of it.

The truth is worked out here from who did what and when. It sees no agent event and shares no code
with the functions that are measured against it. Times are milliseconds since the day began. By the
end of a day no agent holds any contact, so every record is final.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from local.contact_centre import Contact, JsonObject, timestamp

MONITOR = "MONITOR"
CALLBACK = "CALLBACK"
TASK_CHANNELS = {"TASK", "TASKS"}
FAILURES = {"MISSED", "REJECTED", "ERROR"}


@dataclass(slots=True)
class Span:
    """A stay in a state; `end` is None while it lasts."""

    start: int
    end: int | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """One agent and one contact, from the offer until the contact leaves the screen."""

    agent_id: str
    username: str
    offered: int
    accepted: int | None = None
    connected: int | None = None
    ended: int | None = None
    ending: str | None = None
    cleared: int | None = None
    holds: list[Span] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)
    described: JsonObject = field(default_factory=dict)

    @property
    def answered(self) -> int | None:
        """A callback is answered by accepting it, before the customer is there."""
        return self.connected if self.accepted is None else self.accepted

    @property
    def finished(self) -> int | None:
        return self.cleared if self.ended is None else self.ended

    @property
    def has_failed(self) -> bool:
        return self.connected is None and self.ending in FAILURES

    def end(self, at: int, state: str) -> None:
        self.ended, self.ending = at, state
        self._stop(at)

    def clear(self, at: int) -> None:
        self.cleared = at
        self._stop(at)

    def _stop(self, at: int) -> None:
        for span in (*self.holds, *self.pauses):
            if span.end is None:
                span.end = at


@dataclass(slots=True, eq=False, kw_only=True)
class Leg:
    """One contact. `invited_by` and `transfer_type` are what happened, seen or not."""

    contact: Contact
    chain: "Chain"
    case: str
    enqueued: int | None
    invited_by: "Leg | None" = None
    transfer_type: str | None = None
    turns: list[Turn] = field(default_factory=list)
    last_invited: "Leg | None" = None

    @property
    def answer(self) -> Turn | None:
        """The turn of the agent who talked to the customer: nobody else can after that."""
        return next((turn for turn in self.turns if turn.connected is not None), None)


@dataclass(slots=True, eq=False)
class Chain:
    """The contacts of one customer's wish, in the order in which they came about.

    `acts` counts what may still happen to them.
    """

    number: int
    legs: list[Leg] = field(default_factory=list)
    acts: int = 0


class Truth:
    """Writes down what the contact records of a chain must say when all is over."""

    def __init__(self, *, instance_id: str, began: datetime) -> None:
        self._instance_id = instance_id
        self._began = began

    def of(self, chain: Chain) -> Iterator[JsonObject]:
        """One object per contact; its attributes are those of docs/table.md."""
        for leg in chain.legs:
            yield self._seen(leg) if leg.turns else self._unseen(leg)

    def _unseen(self, leg: Leg) -> JsonObject:
        return {**self._identity(leg), "SeenByAgents": False}

    def _seen(self, leg: Leg) -> JsonObject:
        attempts = [] if leg.contact.initiation_method == MONITOR else leg.turns
        let_go = _let_go(leg)
        return _known(
            {
                **self._identity(leg),
                "SeenByAgents": True,
                "TransferType": leg.transfer_type,
                "State": "CLEARED",
                "StateStartTimestamp": self._text(let_go),
                "Status": "COMPLETED" if leg.answer else "UNANSWERED",
                "LastUpdateTimestamp": self._text(
                    max(turn.cleared for turn in leg.turns if turn.cleared is not None)
                ),
                "AgentConnectionAttempts": len(attempts),
                "Attempts": [self._attempt(turn) for turn in attempts] or None,
                "Agent": self._agent(leg, leg.answer) if leg.answer else None,
                "Queue": self._queue(leg),
            }
        )

    def _identity(self, leg: Leg) -> JsonObject:
        contact = leg.contact
        return _known(
            {
                "Case": leg.case,
                "ChainId": contact.initial_contact_id or contact.id,
                "ContactId": contact.id,
                "InitialContactId": contact.initial_contact_id,
                "PreviousContactId": leg.invited_by and leg.invited_by.contact.id,
                "NextContactId": leg.last_invited and leg.last_invited.contact.id,
                "InstanceId": self._instance_id,
                "Channel": "TASK" if contact.channel in TASK_CHANNELS else contact.channel,
                "InitiationMethod": contact.initiation_method,
            }
        )

    def _attempt(self, turn: Turn) -> JsonObject:
        stopped_ringing = turn.finished if turn.answered is None else turn.answered
        return _known(
            {
                "AgentId": turn.agent_id,
                "Username": turn.username,
                "OfferedTimestamp": self._text(turn.offered),
                "AnsweredTimestamp": self._text(turn.answered),
                "EndedTimestamp": self._text(turn.ended),
                "ClearedTimestamp": self._text(turn.cleared),
                "RingDuration": _seconds(turn.offered, stopped_ringing),
                "Outcome": _outcome(turn),
            }
        )

    def _agent(self, leg: Leg, turn: Turn) -> JsonObject:
        is_task = leg.contact.channel in TASK_CHANNELS
        inviter = leg.invited_by.answer if leg.invited_by else None
        holds = [_length(hold) for hold in turn.holds]
        work = (turn.ended, turn.cleared) if turn.ending == "ENDED" else (None, None)
        return _known(
            {
                "Id": turn.agent_id,
                "Username": turn.username,
                **turn.described,
                "ConnectedToAgentTimestamp": self._text(turn.connected),
                "AgentInteractionDuration": _with_customer(turn, inviter) // 1000,
                "CustomerHoldDuration": sum(holds) // 1000,
                "LongestHoldDuration": max(holds, default=0) // 1000,
                "NumberOfHolds": len(holds),
                "AgentPauseDuration": (
                    sum(map(_length, turn.pauses)) // 1000 if is_task or turn.pauses else None
                ),
                "AfterContactWorkStartTimestamp": self._text(work[0]),
                "AfterContactWorkEndTimestamp": self._text(work[1]),
                "AfterContactWorkDuration": _seconds(*work),
            }
        )

    def _queue(self, leg: Leg) -> JsonObject | None:
        """Who is connected to nobody has not left the queue for an agent."""
        queue = leg.contact.queue
        if queue is None:
            return None
        waited = leg.enqueued is not None and leg.answer is not None
        dequeued = leg.answer.answered if leg.answer and waited else None
        return _known(
            {
                "Id": queue.arn.partition("/queue/")[2],
                "Name": queue.name,
                "EnqueueTimestamp": self._text(leg.enqueued),
                "DequeueTimestamp": self._text(dequeued),
                "Duration": _seconds(leg.enqueued, dequeued),
            }
        )

    def _text(self, milliseconds: int | None) -> str | None:
        if milliseconds is None:
            return None
        return timestamp(self._began + timedelta(milliseconds=milliseconds))


def _let_go(leg: Leg) -> int:
    """When the last agent who held the contact let go; a failed offer no longer counts after the
    next offer, however long it stays on the screen."""
    last_offered = max(turn.offered for turn in leg.turns)
    return max(
        turn.cleared
        for turn in leg.turns
        if turn.cleared is not None and not (turn.has_failed and turn.offered < last_offered)
    )


def _outcome(turn: Turn) -> str:
    if turn.connected is not None:
        return "HANDLED"
    return turn.ending if turn.has_failed and turn.ending else "WITHDRAWN"


def _with_customer(turn: Turn, inviter: Turn | None) -> int:
    """Moment by moment: connected, not on hold or paused here, nor on hold at the inviter."""
    if turn.connected is None or turn.finished is None:
        return 0
    away = [*turn.holds, *turn.pauses, *(inviter.holds if inviter else [])]
    edges = {turn.connected, turn.finished}
    for span in away:
        edges |= {edge for edge in (span.start, span.end) if edge is not None}
    moments = sorted(edge for edge in edges if turn.connected <= edge <= turn.finished)
    return sum(
        following - moment
        for moment, following in pairwise(moments)
        if not any(span.start <= moment < (span.end or turn.finished) for span in away)
    )


def _length(span: Span) -> int:
    return 0 if span.end is None else span.end - span.start


def _seconds(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) // 1000


def _known(attributes: JsonObject) -> JsonObject:
    return {name: value for name, value in attributes.items() if value is not None}

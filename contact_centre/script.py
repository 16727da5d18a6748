"""The script of a simulated day: what people did to contacts, and when.

Everything that is published of a contact, and the truth about it, is worked out from here. Times
are milliseconds since the day began. By the end of a day no agent holds any contact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from contact_centre.agents import Contact, JsonObject

MONITOR = "MONITOR"
CALLBACK = "CALLBACK"
CUSTOMER_FIRST_QUEUED = "CALLBACK_CUSTOMER_FIRST_QUEUED"
CUSTOMER_FIRST_DIALED = "CALLBACK_CUSTOMER_FIRST_DIALED"
OUTBOUND = "OUTBOUND"
EXTERNAL_OUTBOUND = "EXTERNAL_OUTBOUND"
CONSULT = "CONSULT"
TASK_CHANNELS = {"TASK", "TASKS"}
FAILURES = {"MISSED", "REJECTED", "ERROR"}
MOST_LEGS = 6


@dataclass(slots=True)
class Span:
    """A stay in a state; `end` is None while it lasts."""

    start: int
    end: int | None = None

    @property
    def length(self) -> int:
        return 0 if self.end is None else self.end - self.start

    def length_until(self, end: int | None) -> int:
        """Its length, or what lies before `end`."""
        if end is None or self.end is None:
            return self.length
        return max(0, min(self.end, end) - self.start)


@dataclass(slots=True, kw_only=True)
class StatusStretch:
    """One agent's time in a status; `end` is None while it lasts.

    It begins with logging in or out if it `begins_with` LOGIN or LOGOUT: both show Offline.
    """

    agent_id: str
    username: str
    name: str
    start: int
    end: int | None = None
    begins_with: str | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """One agent and one contact, from the offer until the contact leaves the snapshot.

    `is_abandoned`: the customer hung up while it rang, whatever agent events made of it.
    `logged_out`: when the agent logged out on the call; no agent event shows its end.
    `barged`: when a supervisor who listened in spoke, too.
    `counts_ringing`: Amazon's contact record counts the ringing of this dial as a conversation.
    """

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
    is_abandoned: bool = False
    logged_out: int | None = None
    barged: Span | None = None
    counts_ringing: bool = False

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

    @property
    def after_contact_work(self) -> Span | None:
        """None unless the conversation came to an orderly end in agent events."""
        if self.ended is None or self.ending != "ENDED" or self.connected is None:
            return None
        if self.logged_out is not None:
            return None
        return Span(self.ended, self.cleared)

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
class ScriptedLeg:
    """One contact. `invited_by` and `transfer_type` are what happened, seen or not.

    `with_third_party` is when the customer and an external party, whose leg this is, could talk.
    `campaign` is the id of the outbound campaign that dials; `initiated` is its creation until the
    call starts.
    """

    contact: Contact
    chain: "ScriptedChain"
    case: str
    initiated: int
    enqueued: int | None = None
    connected_to_system: int | None = None
    disconnected: int | None = None
    disconnect_reason: str | None = None
    completed: int | None = None
    invited_by: "ScriptedLeg | None" = None
    transfer_type: str | None = None
    turns: list[Turn] = field(default_factory=list)
    last_invited: "ScriptedLeg | None" = None
    related_to: "ScriptedLeg | None" = None
    transfer_completed: int | None = None
    transferred_to: "ScriptedLeg | None" = None
    with_third_party: Span | None = None
    campaign: str | None = None
    answering_machine: str | None = None

    @property
    def answer(self) -> Turn | None:
        """The turn of the agent who talked to the customer: nobody else can after that."""
        return next((turn for turn in self.turns if turn.connected is not None), None)

    @property
    def unreached(self) -> Turn | None:
        """The last turn of an agent who dialled a customer who was never there."""
        dialled = (turn for turn in reversed(self.turns) if turn.ending == "ENDED")
        return None if self.answer else next(dialled, None)

    @property
    def inviting_turns(self) -> list[Turn]:
        """The answered turns on the legs above this one, the inviter's first."""
        turns = []
        above = self.invited_by
        while above:
            turns += [above.answer] if above.answer else []
            above = above.invited_by
        return turns

    @property
    def is_answered(self) -> bool:
        """Whether an agent, or the external party of the leg, answered."""
        return (self.connected_to_system if self.is_external else self.answer) is not None

    @property
    def offers(self) -> list[Turn]:
        return [] if self.contact.initiation_method == MONITOR else self.turns

    @property
    def channel(self) -> str:
        """The channel as every source except agent events spells it."""
        return "TASK" if self.is_task else self.contact.channel

    @property
    def is_task(self) -> bool:
        return self.contact.channel in TASK_CHANNELS

    @property
    def is_external(self) -> bool:
        return self.contact.initiation_method == EXTERNAL_OUTBOUND

    @property
    def dequeued(self) -> int | None:
        """When the customer left the queue: for an agent, or for good."""
        if self.enqueued is None:
            return None
        return self.answer.answered if self.answer else self.disconnected

    @property
    def milliseconds_with_customer(self) -> int:
        """The agent's time with the customer, without holds, until the customer hung up."""
        return self._with_customer(until=self.chain.customer_left)

    @property
    def milliseconds_with_customer_by_agent_events(self) -> int:
        """The same by agent events, which do not show when the customer hung up."""
        return self._with_customer(until=None)

    def _with_customer(self, *, until: int | None) -> int:
        if self.answer is None or self.contact.initiation_method == MONITOR:
            return 0
        return _with_customer(self.answer, self.inviting_turns, until=until)

    @property
    def milliseconds_with_third_party(self) -> int:
        return self.with_third_party.length if self.with_third_party else 0


@dataclass(slots=True, eq=False)
class ScriptedChain:
    """The contacts of one customer's wish, in the order in which they came about.

    `acts` counts what may still happen to them. `customer_left` is when the customer hung up, if
    agents stayed on the line after that.
    """

    number: int
    legs: list[ScriptedLeg] = field(default_factory=list)
    acts: int = 0
    customer_left: int | None = None

    @property
    def may_grow(self) -> bool:
        return len(self.legs) < MOST_LEGS


def _with_customer(turn: Turn, above: Iterable[Turn], *, until: int | None) -> int:
    """Moment by moment: connected, not on hold or paused here, nor on hold at a leg above.

    An agent who leaves keeps nobody on hold any more, so holds end with their turns.
    """
    if turn.connected is None or turn.finished is None:
        return 0
    finished = turn.finished if until is None else min(turn.finished, until)
    away = [*turn.holds, *turn.pauses, *(hold for each in above for hold in each.holds)]
    edges = {turn.connected, finished}
    for span in away:
        edges |= {edge for edge in (span.start, span.end) if edge is not None}
    moments = sorted(edge for edge in edges if turn.connected <= edge <= finished)
    return sum(
        following - moment
        for moment, following in pairwise(moments)
        if not any(span.start <= moment < (span.end or finished) for span in away)
    )

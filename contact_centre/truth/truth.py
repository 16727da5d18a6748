"""The values that contact records of a simulated day must have, from its script.

It says what an analyst would: the script knows when the customer hung up and who had the customer.
It sees no event and shares no code with the functions that are measured against it.

A value of null means that the record must not have the attribute. `expected_fields`
describes `ByAgentEventsAlone`, `WithoutContactRecords` and `Unscored`: what some of the sources
cannot show.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contact_centre.agents import STATUS_TYPES, JsonObject, timestamp
from contact_centre.script import (
    CALLBACK,
    CUSTOMER_FIRST_DIALED,
    CUSTOMER_FIRST_QUEUED,
    MONITOR,
    ScriptedChain,
    ScriptedLeg,
    StatusStretch,
    Turn,
)

BY_THE_CUSTOMER = "CUSTOMER_DISCONNECT"
WITHOUT_CUSTOMER = {CALLBACK, CUSTOMER_FIRST_QUEUED}
"""While these contacts are queued, no customer is on the line who could hang up."""
CALLS_BACK = {CALLBACK, CUSTOMER_FIRST_DIALED}
NOT_BRIDGED, NEVER_DIALED = "NOT_BRIDGED", "NEVER_DIALED"
AGENT_EVENTS, CONTACT_RECORDS = "agent-events", "contact-records"
TALK = "Agent.AgentInteractionDuration"
TELEPHONE = {"Type": "TELEPHONE_NUMBER"}
"""All that is kept of an endpoint."""


class Truth:
    """Writes down what the contact records of a chain must say when all is over."""

    def __init__(self, *, instance_id: str, began: datetime) -> None:
        self._instance_id = instance_id
        self._began = began

    def of(self, chain: ScriptedChain) -> Iterator[JsonObject]:
        """One object per contact; its attributes are those of docs/table.md.

        They are the values that all sources together show: `demo.score` says what each shows.
        """
        for leg in chain.legs:
            yield _known(
                {
                    **self._identity(leg),
                    **self._links(leg),
                    **self._course(leg),
                    **self._last_shown(leg),
                    "AgentConnectionAttempts": len(leg.offers),
                    "Attempts": [self._attempt(turn) for turn in leg.offers] or None,
                    "Agent": self._agent(leg, leg.answer) if leg.answer else None,
                    "Queue": self._queue(leg),
                    "ByAgentEventsAlone": _by_agent_events_alone(leg) or None,
                    "WithoutContactRecords": _without_contact_records(leg) or None,
                    "Unscored": _unscored(leg) or None,
                }
            )

    def of_status(self, stretch: StatusStretch) -> JsonObject:
        """One stretch of an agent's time in a status."""
        start = self._text(stretch.start)
        return _known(
            {
                "InstanceId": self._instance_id,
                "AgentId": stretch.agent_id,
                "Username": stretch.username,
                "StatusName": stretch.name,
                "StatusType": STATUS_TYPES.get(stretch.name, "CUSTOM"),
                "StartTimestamp": start,
                "EndTimestamp": self._text(stretch.end),
                "Duration": None if stretch.end is None else _seconds(stretch.start, stretch.end),
                "LoginTimestamp": start if stretch.begins_with == "LOGIN" else None,
                "LogoutTimestamp": start if stretch.begins_with == "LOGOUT" else None,
            }
        )

    def _identity(self, leg: ScriptedLeg) -> JsonObject:
        contact = leg.contact
        return {
            "Case": leg.case,
            "SeenByAgents": bool(leg.turns),
            "ChainId": contact.initial_contact_id or contact.id,
            "ContactId": contact.id,
            "InitialContactId": contact.initial_contact_id,
            "InstanceId": self._instance_id,
            "Channel": leg.channel,
            "InitiationMethod": contact.initiation_method,
        }

    def _links(self, leg: ScriptedLeg) -> JsonObject:
        return {
            "PreviousContactId": leg.invited_by and leg.invited_by.contact.id,
            "NextContactId": leg.last_invited and leg.last_invited.contact.id,
            "RelatedContactId": leg.related_to and leg.related_to.contact.id,
            "TransferType": leg.transfer_type,
            "DialOutcome": _dial_outcome(leg),
        }

    def _course(self, leg: ScriptedLeg) -> JsonObject:
        return {
            "Status": _status(leg),
            "InitiationTimestamp": self._text(leg.initiated),
            "ConnectedToSystemTimestamp": self._text(leg.connected_to_system),
            "DisconnectTimestamp": self._text(leg.disconnected),
            "DisconnectReason": leg.disconnect_reason,
            "CustomerLeftTimestamp": self._text(_customer_left(leg)),
            "TransferCompletedTimestamp": self._text(leg.transfer_completed),
            "TransferredToEndpoint": TELEPHONE if leg.transferred_to else None,
            "ExternalThirdPartyInteractionDuration": (
                leg.milliseconds_with_third_party // 1000 if leg.is_external else None
            ),
        }

    def _last_shown(self, leg: ScriptedLeg) -> JsonObject:
        """The last state in agents' snapshots, if any of them showed the contact."""
        if not leg.turns:
            return {}
        cleared = [turn.cleared for turn in leg.turns if turn.cleared is not None]
        return {
            "State": "CLEARED",
            "StateStartTimestamp": self._text(_let_go(leg)),
            "LastUpdateTimestamp": self._text(max(cleared)),
        }

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

    def _agent(self, leg: ScriptedLeg, turn: Turn) -> JsonObject:
        holds = _holds(turn, until=leg.chain.customer_left)
        pauses = [pause.length for pause in turn.pauses]
        work = turn.after_contact_work
        agent = _known(
            {
                "Id": turn.agent_id,
                "Username": turn.username,
                **turn.described,
                "ConnectedToAgentTimestamp": self._text(turn.connected),
                "CustomerHoldDuration": sum(holds) // 1000,
                "LongestHoldDuration": max(holds, default=0) // 1000,
                "NumberOfHolds": len(holds),
                "AgentPauseDuration": sum(pauses) // 1000 if leg.is_task or pauses else None,
                "AfterContactWorkStartTimestamp": self._text(work.start if work else None),
                "AfterContactWorkEndTimestamp": self._text(work.end if work else None),
                "AfterContactWorkDuration": work.length // 1000 if work else None,
            }
        )
        return {**agent, "AgentInteractionDuration": _interaction(leg, turn)}

    def _queue(self, leg: ScriptedLeg) -> JsonObject | None:
        queue = leg.contact.queue
        if queue is None:
            return None
        return _known(
            {
                "Id": queue.arn.partition("/queue/")[2],
                "Name": queue.name,
                "EnqueueTimestamp": self._text(leg.enqueued),
                "DequeueTimestamp": self._text(leg.dequeued),
                "Duration": _seconds(leg.enqueued, leg.dequeued),
            }
        )

    def _text(self, milliseconds: int | None) -> str | None:
        if milliseconds is None:
            return None
        return timestamp(self._began + timedelta(milliseconds=milliseconds))


def _status(leg: ScriptedLeg) -> str:
    """A customer who was called back, moved on or taken back has not abandoned."""
    if leg.answer:
        return "COMPLETED"
    if _has_abandoned(leg):
        return "ABANDONED"
    return "UNANSWERED" if leg.turns else "DISCONNECTED"


def _has_abandoned(leg: ScriptedLeg) -> bool:
    """The customer waited in a queue, hung up, and nothing came of it."""
    is_waiting = leg.enqueued is not None
    is_there = leg.contact.initiation_method not in WITHOUT_CUSTOMER
    hung_up = leg.disconnect_reason == BY_THE_CUSTOMER
    return is_waiting and is_there and hung_up and leg.last_invited is None


def _dial_outcome(leg: ScriptedLeg) -> str | None:
    """The outcome of a call to an external party, or of a callback.

    The customer or, of a callback, an agent is bridged to whoever was called, or has nobody there.
    """
    if leg.is_external:
        was_bridged = leg.with_third_party is not None
    elif leg.contact.initiation_method in CALLS_BACK:
        was_bridged = leg.answer is not None
    else:
        return None
    if was_bridged:
        return "BRIDGED"
    if leg.connected_to_system is not None:
        return NOT_BRIDGED
    waits_for_an_agent = leg.contact.initiation_method == CALLBACK
    if waits_for_an_agent and all(turn.accepted is None for turn in leg.turns):
        return NEVER_DIALED
    return "UNANSWERED"


def _customer_left(leg: ScriptedLeg) -> int | None:
    """When the customer left, if the agent of this leg talked on with colleagues."""
    left, turn = leg.chain.customer_left, leg.answer
    if left is None or turn is None or turn.finished is None or turn.connected is None:
        return None
    return left if left < turn.finished else None


def _interaction(leg: ScriptedLeg, turn: Turn) -> int | None:
    """Whoever listens in talks to nobody; a supervisor who barges in does."""
    if leg.contact.initiation_method != MONITOR:
        return leg.milliseconds_with_customer // 1000
    return turn.barged.length // 1000 if turn.barged else None


def _holds(turn: Turn, *, until: int | None) -> list[int]:
    """Milliseconds of each; nobody is on hold who has hung up."""
    return [hold.length_until(until) for hold in turn.holds]


def _by_agent_events_alone(leg: ScriptedLeg) -> JsonObject:
    """The values by agent events alone, where these do not show what happened."""
    shown: JsonObject = {
        f"Attempts.{position}.Outcome": turn.ending
        for position, turn in enumerate(leg.offers)
        if turn.is_abandoned and turn.has_failed
    }
    if leg.contact.initiation_method == CUSTOMER_FIRST_DIALED:
        # No agent sees the leg that always comes before it, so a guess would be wrong.
        shown["PreviousContactId"] = None
    if _dial_outcome(leg) in {NOT_BRIDGED, NEVER_DIALED}:
        # By agent events alone another agent may still take it, so its outcome is open.
        shown["DialOutcome"] = None
    turn = leg.answer
    if turn and turn.logged_out is not None:
        return {**shown, TALK: None}
    if turn and leg.chain.customer_left is not None:
        holds = _holds(turn, until=None)
        shown |= {
            TALK: leg.milliseconds_with_customer_by_agent_events // 1000,
            "Agent.CustomerHoldDuration": sum(holds) // 1000,
            "Agent.LongestHoldDuration": max(holds, default=0) // 1000,
        }
    return shown


def _without_contact_records(leg: ScriptedLeg) -> JsonObject:
    """Only a contact record states that a supervisor barged in."""
    return {TALK: None} if leg.answer and leg.answer.barged else {}


def _unscored(leg: ScriptedLeg) -> dict[str, list[str]]:
    """Agent events hide the end of a call on which the agent logged out. Amazon's records of dials
    that nobody answered name an agent; whether to keep that is not for the truth to say."""
    if leg.unreached:
        return {CONTACT_RECORDS: ["Agent"]}
    if leg.answer is None or leg.answer.logged_out is None:
        return {}
    attempt = f"Attempts.{leg.turns.index(leg.answer)}"
    ends = [f"{attempt}.EndedTimestamp", f"{attempt}.ClearedTimestamp"]
    return {AGENT_EVENTS: [*ends, "State", "StateStartTimestamp", "LastUpdateTimestamp"]}


def _let_go(leg: ScriptedLeg) -> int:
    """When the last agent who held the contact let go; a failed offer no longer counts after the
    next offer, however long it stays in the snapshot."""
    last_offered = max(turn.offered for turn in leg.turns)
    return max(
        turn.cleared
        for turn in leg.turns
        if turn.cleared is not None and not (turn.has_failed and turn.offered < last_offered)
    )


def _outcome(turn: Turn) -> str:
    if turn.connected is not None:
        return "HANDLED"
    if turn.is_abandoned and turn.has_failed:
        return "ABANDONED"
    return turn.ending if turn.has_failed and turn.ending else "WITHDRAWN"


def _seconds(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) // 1000


def _known(attributes: JsonObject) -> JsonObject:
    return {name: value for name, value in attributes.items() if value is not None}

"""What the contact records of a simulated day must say, worked out from its script.

It sees no event and shares no code with the functions that are measured against it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contact_centre.agent_screens import JsonObject, timestamp
from contact_centre.script import Chain, Leg, Turn

BY_THE_CUSTOMER = "CUSTOMER_DISCONNECT"
TELEPHONE = {"Type": "TELEPHONE_NUMBER"}
"""All that is kept of an endpoint."""


class Truth:
    """Writes down what the contact records of a chain must say when all is over."""

    def __init__(self, *, instance_id: str, began: datetime) -> None:
        self._instance_id = instance_id
        self._began = began

    def of(self, chain: Chain) -> Iterator[JsonObject]:
        """One object per contact; its attributes are those of docs/table.md.

        They are what can be told by all sources together: see `demo.score` for what each tells.
        """
        for leg in chain.legs:
            yield _known(
                {
                    **self._identity(leg),
                    **self._links(leg),
                    **self._course(leg),
                    **self._screens(leg),
                    "AgentConnectionAttempts": len(leg.offers),
                    "Attempts": [self._attempt(turn) for turn in leg.offers] or None,
                    "Agent": self._agent(leg, leg.answer) if leg.answer else None,
                    "Queue": self._queue(leg),
                }
            )

    def _identity(self, leg: Leg) -> JsonObject:
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

    def _links(self, leg: Leg) -> JsonObject:
        return {
            "PreviousContactId": leg.invited_by and leg.invited_by.contact.id,
            "NextContactId": leg.last_invited and leg.last_invited.contact.id,
            "RelatedContactId": leg.related_to and leg.related_to.contact.id,
            "TransferType": leg.transfer_type,
        }

    def _course(self, leg: Leg) -> JsonObject:
        return {
            "Status": _status(leg),
            "InitiationTimestamp": self._text(leg.initiated),
            "ConnectedToSystemTimestamp": self._text(leg.connected_to_system),
            "DisconnectTimestamp": self._text(leg.disconnected),
            "DisconnectReason": leg.disconnect_reason,
            "TransferCompletedTimestamp": self._text(leg.transfer_completed),
            "TransferredToEndpoint": TELEPHONE if leg.transferred_to else None,
            "ExternalThirdPartyInteractionDuration": (
                leg.milliseconds_with_third_party // 1000 if leg.is_external else None
            ),
        }

    def _screens(self, leg: Leg) -> JsonObject:
        """What agents' screens showed at last, if any of them showed the contact."""
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

    def _agent(self, leg: Leg, turn: Turn) -> JsonObject:
        holds = [hold.length for hold in turn.holds]
        pauses = [pause.length for pause in turn.pauses]
        work = turn.after_contact_work
        return _known(
            {
                "Id": turn.agent_id,
                "Username": turn.username,
                **turn.described,
                "ConnectedToAgentTimestamp": self._text(turn.connected),
                "AgentInteractionDuration": leg.milliseconds_with_customer // 1000,
                "CustomerHoldDuration": sum(holds) // 1000,
                "LongestHoldDuration": max(holds, default=0) // 1000,
                "NumberOfHolds": len(holds),
                "AgentPauseDuration": sum(pauses) // 1000 if leg.is_task or pauses else None,
                "AfterContactWorkStartTimestamp": self._text(work.start if work else None),
                "AfterContactWorkEndTimestamp": self._text(work.end if work else None),
                "AfterContactWorkDuration": work.length // 1000 if work else None,
            }
        )

    def _queue(self, leg: Leg) -> JsonObject | None:
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


def _status(leg: Leg) -> str:
    if leg.answer:
        return "COMPLETED"
    if leg.enqueued is None:
        return "UNANSWERED" if leg.turns else "DISCONNECTED"
    return "ABANDONED" if leg.disconnect_reason == BY_THE_CUSTOMER else "DISCONNECTED"


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


def _seconds(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) // 1000


def _known(attributes: JsonObject) -> JsonObject:
    return {name: value for name, value in attributes.items() if value is not None}

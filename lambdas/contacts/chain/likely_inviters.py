"""Which leg most likely invited another, by their times.

Agent events do not say it: https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
"""

from collections.abc import Iterable
from typing import Final

from contacts.chain.legs import SOURCES_APART_MILLISECONDS, Leg
from contacts.record.attempts import CALLBACK
from contacts.timestamps import Timestamp, milliseconds_between

QUEUE_TRANSFER: Final = "QUEUE_TRANSFER"
DISCONNECT: Final = "DISCONNECT"

_JUST_ENDED_MILLISECONDS: Final = 10_000
"""A leg that ended this shortly before another appeared may have invited it.

A real chat was queued 6 s after its transfer was initiated.
"""
_HOLD_AFTER_INVITATION_MILLISECONDS: Final = 2_000
"""The hold for a transfer may be stamped a little after the new contact was queued."""


def likely_inviter(leg: Leg, others: Iterable[Leg]) -> Leg | None:
    """The one of ``others`` that most likely invited ``leg``; None if none of them can have."""
    earlier = [other for other in others if _may_invite(other) and _had_begun(other, leg)]
    method = leg.initiation_method
    found: Leg | None = None
    if method in {CALLBACK, DISCONNECT}:
        # A disconnect flow, like the wish for a callback, follows a conversation that is over.
        found = _last_ended(leg, earlier)
    elif method == QUEUE_TRANSFER:
        # A flow moves a customer who still waits: from a contact that nobody answered.
        found = max((each for each in earlier if not each.has_agent), key=_beginning, default=None)
    if found is None and method != CALLBACK:
        found = _last_live(leg, earlier)
    return found


def _may_invite(leg: Leg) -> bool:
    return not leg.record.is_monitor and not leg.is_external


def _beginning(leg: Leg) -> tuple[Timestamp, str]:
    return leg.begun, leg.contact_id


def _had_begun(other: Leg, leg: Leg) -> bool:
    """Whether ``other`` could already lead to another leg when ``leg`` appeared."""
    if other.is_seen and leg.is_seen:
        return _beginning(other) < (leg.appeared, leg.contact_id)
    return milliseconds_between(leg.appeared, other.begun) <= SOURCES_APART_MILLISECONDS


def _last_ended(leg: Leg, legs: Iterable[Leg]) -> Leg | None:
    ended = [
        (other.finished, other.contact_id, other)
        for other in legs
        if other.finished and _had_ended(other, leg)
    ]
    return max(ended, key=lambda candidate: candidate[:2])[2] if ended else None


def _had_ended(other: Leg, leg: Leg) -> bool:
    if other.is_end_seen and leg.is_seen:
        return str(other.finished) <= leg.appeared
    return milliseconds_between(leg.appeared, str(other.finished)) <= SOURCES_APART_MILLISECONDS


def _last_live(leg: Leg, legs: Iterable[Leg]) -> Leg | None:
    """Of the legs that were live when ``leg`` appeared, the one that last held its customer."""
    live = [
        (_last_hold(other, leg), _beginning(other), other)
        for other in legs
        if other.has_agent and _was_live(other, leg.appeared)
    ]
    return max(live, key=lambda candidate: candidate[:2])[2] if live else None


def _was_live(other: Leg, moment: Timestamp) -> bool:
    return (
        other.finished is None
        or milliseconds_between(other.finished, moment) <= _JUST_ENDED_MILLISECONDS
    )


def _last_hold(other: Leg, leg: Leg) -> Timestamp:
    apart = 0 if leg.is_seen else SOURCES_APART_MILLISECONDS
    return max(
        (
            hold.start
            for hold in other.holds
            if milliseconds_between(leg.appeared, hold.start)
            <= _HOLD_AFTER_INVITATION_MILLISECONDS + apart
        ),
        default="",
    )

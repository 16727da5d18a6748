"""How the records of one chain are linked: who invited whom, and what came of it.

Links form a tree. PreviousContactId is the leg that invited this one; NextContactId is the *last*
leg that this one invited, so the two are not inverses of each other:
https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html

Agent events do not say who invited whom; it is inferred here from the times. Every inference looks
only at what began earlier, so the tree has no cycle whatever the input. The result depends on the
set of legs alone, not on their order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from contacts.attempts import CALLBACK, Attempt, Interval
from contacts.contact_record import ContactRecord, conversation_milliseconds
from contacts.timestamps import Timestamp, epoch_milliseconds, milliseconds_between, whole_seconds

INFERRED: Final = "INFERRED"

TRANSFER: Final = "TRANSFER"
CONSULT: Final = "CONSULT"
CONFERENCE: Final = "CONFERENCE"
QUEUE_TRANSFER: Final = "QUEUE_TRANSFER"
DISCONNECT: Final = "DISCONNECT"

_INVITED_BY_AN_AGENT: Final = frozenset({TRANSFER, "INBOUND", "OUTBOUND", None})
"""What came of these shows in the times; legs of other methods carry their method as their type."""

_JUST_ENDED_MILLISECONDS: Final = 10_000
"""A leg that ended this shortly before another appeared may have invited it.

A real chat was queued 6 s after its transfer was initiated.
"""
_HOLD_AFTER_INVITATION_MILLISECONDS: Final = 2_000
"""The hold for a transfer may be stamped a little after the new contact was queued."""
_AT_ONCE_MILLISECONDS: Final = 1_000
"""Two screens that show the end this close to each other show the same hang-up."""
_NEVER_JOINED_MILLISECONDS: Final = 2_000
"""Up to 2 s with the customer count as none (identify-conferences-transfers)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What Lambda 2 writes of one leg; None is absent. Duration in whole seconds."""

    previous_contact_id: str | None = None
    next_contact_id: str | None = None
    link_evidence: str | None = None
    transfer_type: str | None = None
    agent_interaction_duration: int | None = None


def link_chain(records: Iterable[ContactRecord]) -> dict[str, Links]:
    """The links of every leg in ``records``, all of one chain, by ContactId.

    The chain's first contact need not be among them: it may never have met an agent.
    """
    legs = {record.facts.contact_id: record for record in records}
    inviters = {
        contact_id: _inviter(leg, legs.values())
        for contact_id, leg in legs.items()
        if not leg.is_first_contact and not leg.is_monitor
    }
    last_invited = _last_invited(legs, inviters)
    return {
        contact_id: _links(leg, legs, inviters.get(contact_id), last_invited.get(contact_id))
        for contact_id, leg in legs.items()
    }


def _links(
    leg: ContactRecord,
    legs: Mapping[str, ContactRecord],
    previous: str | None,
    following: str | None,
) -> Links:
    if leg.is_first_contact:
        return Links(next_contact_id=following)
    inviter = legs[previous].answer if previous and previous in legs else None
    return Links(
        previous_contact_id=previous,
        next_contact_id=following,
        link_evidence=INFERRED if previous else None,
        transfer_type=_transfer_type(leg, inviter) if previous else None,
        agent_interaction_duration=_interaction_seconds(leg, inviter),
    )


def _last_invited(legs: Mapping[str, ContactRecord], inviters: Mapping[str, str]) -> dict[str, str]:
    in_order = sorted(inviters, key=lambda contact_id: (_appeared(legs[contact_id]), contact_id))
    return {inviters[contact_id]: contact_id for contact_id in in_order}


def _inviter(leg: ContactRecord, legs: Iterable[ContactRecord]) -> str:
    """The ContactId of the leg that most likely invited ``leg``; else the initial contact's."""
    appeared = (_appeared(leg), leg.facts.contact_id)
    earlier = [other for other in legs if _begun(other) < appeared and not other.is_monitor]
    method = leg.facts.initiation_method
    found: ContactRecord | None = None
    if method in {CALLBACK, DISCONNECT}:
        # A disconnect flow, like the wish for a callback, follows a conversation that is over.
        found = _last_ended(leg, earlier)
    elif method == QUEUE_TRANSFER:
        # A flow moves a customer who still waits: from a contact that nobody answered.
        found = _last_unanswered(earlier)
    if found is None and method != CALLBACK:
        found = _last_live(leg, earlier)
    return found.facts.contact_id if found else leg.facts.chain_id


def _appeared(leg: ContactRecord) -> Timestamp:
    """When a leg is first known of: queued, or on an agent's screen."""
    queued = leg.facts.queue.enqueue_timestamp if leg.facts.queue else None
    first = min(turn.first for turn in leg.turns)
    return min(queued, first) if queued else first


def _begun(leg: ContactRecord) -> tuple[Timestamp, str]:
    """From when a leg could have led to another; never before it appeared, so no cycles."""
    started = leg.answer.connected if leg.answer else None
    return started or _appeared(leg), leg.facts.contact_id


def _last_ended(leg: ContactRecord, legs: Iterable[ContactRecord]) -> ContactRecord | None:
    appeared = _appeared(leg)
    ended = [
        (finished, other.facts.contact_id, other)
        for other in legs
        if (finished := _finished(other)) and finished <= appeared
    ]
    return max(ended, key=lambda candidate: candidate[:2])[2] if ended else None


def _last_unanswered(legs: Iterable[ContactRecord]) -> ContactRecord | None:
    unanswered = [other for other in legs if not other.answer]
    return max(unanswered, key=_begun, default=None)


def _last_live(leg: ContactRecord, legs: Iterable[ContactRecord]) -> ContactRecord | None:
    """Of the legs that were live when ``leg`` appeared, the one that last held its customer."""
    appeared = _appeared(leg)
    live = [
        (_last_hold(other.answer, appeared), _begun(other), other)
        for other in legs
        if other.answer and _was_live(other.answer, appeared)
    ]
    return max(live, key=lambda candidate: candidate[:2])[2] if live else None


def _was_live(answer: Attempt, moment: Timestamp) -> bool:
    return (
        answer.finished is None
        or milliseconds_between(answer.finished, moment) <= _JUST_ENDED_MILLISECONDS
    )


def _last_hold(answer: Attempt, moment: Timestamp) -> Timestamp:
    return max(
        (
            hold.start
            for hold in answer.holds
            if milliseconds_between(moment, hold.start) <= _HOLD_AFTER_INVITATION_MILLISECONDS
        ),
        default="",
    )


def _transfer_type(leg: ContactRecord, inviter: Attempt | None) -> str | None:
    """By the order in which both ended; None while it cannot be told."""
    method = leg.facts.initiation_method
    if method not in _INVITED_BY_AN_AGENT:
        return method
    if inviter is None or not inviter.connected:
        return None
    inviter_ended = inviter.finished
    ended = _finished(leg)
    if inviter_ended and ended and _customer_ended_both(leg, inviter):
        return CONFERENCE
    if inviter_ended and (not ended or inviter_ended < ended):
        return TRANSFER
    if not ended:
        return None
    if leg.answer and _customer_milliseconds(leg.answer, inviter) > _NEVER_JOINED_MILLISECONDS:
        return CONFERENCE
    return CONSULT


def _customer_ended_both(leg: ContactRecord, inviter: Attempt) -> bool:
    """Whether a conference of three ended on both screens at once: the customer hung up.

    Which of the two screens shows it first is chance.
    """
    if not (leg.answer and leg.answer.connected and inviter.connected):
        return False
    if not (leg.answer.finished and inviter.finished):
        return False
    if abs(milliseconds_between(leg.answer.finished, inviter.finished)) > _AT_ONCE_MILLISECONDS:
        return False
    together = Interval(
        max(leg.answer.connected, inviter.connected), min(leg.answer.finished, inviter.finished)
    )
    away = [*leg.answer.holds, *leg.answer.pauses, *inviter.holds, *inviter.pauses]
    return _uncovered_milliseconds(together, away) > _NEVER_JOINED_MILLISECONDS


def _finished(leg: ContactRecord) -> Timestamp | None:
    """When the leg was over: its conversation, or its last offer if nobody answered."""
    if leg.answer:
        return leg.answer.finished
    ends = [turn.finished for turn in leg.turns]
    return max(end for end in ends if end) if all(ends) else None


def _interaction_seconds(leg: ContactRecord, inviter: Attempt | None) -> int | None:
    if not leg.answer or conversation_milliseconds(leg.answer) is None:
        return None
    return whole_seconds(_customer_milliseconds(leg.answer, inviter))


def _customer_milliseconds(answer: Attempt, inviter: Attempt | None) -> int:
    """Time of the finished conversation in which neither agent kept the customer away."""
    if not answer.connected or not answer.finished:
        return 0
    conversation = Interval(answer.connected, answer.finished)
    away = [*answer.holds, *answer.pauses, *(inviter.holds if inviter else ())]
    return _uncovered_milliseconds(conversation, away)


def _uncovered_milliseconds(whole: Interval, parts: Iterable[Interval]) -> int:
    """How much of the closed interval ``whole`` the ``parts``, which may overlap, leave free."""
    if not whole.end or whole.end <= whole.start:
        return 0
    until = epoch_milliseconds(whole.start)
    last = epoch_milliseconds(whole.end)
    free = last - until
    for part in sorted(parts, key=lambda part: part.start):
        start = max(until, epoch_milliseconds(part.start))
        end = min(last, epoch_milliseconds(part.end)) if part.end else last
        if end > start:
            free -= end - start
            until = end
    return free

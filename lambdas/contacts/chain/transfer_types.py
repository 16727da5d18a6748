"""What came of an invitation: a transfer, a consultation or a conference, and who talked how long.

Contact records are compared as Amazon's own page does it:
https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html
Without them the times of both legs tell; and with them where screens show to the millisecond, or
hold by hold, what contact records only have in whole seconds or as a sum.
"""

from collections.abc import Iterable
from typing import Final

from contacts.chain.legs import SOURCES_APART_MILLISECONDS, Leg
from contacts.facts.statement import (
    CUSTOMER_HOLD,
    DISCONNECT,
    EXTERNAL_INTERACTION,
    INTERACTION,
    WORK_START,
)
from contacts.record.attempts import Interval
from contacts.record.contact_record import conversation_milliseconds
from contacts.record.evidence import agrees
from contacts.timestamps import epoch_milliseconds, milliseconds_between, whole_seconds

TRANSFER: Final = "TRANSFER"
CONSULT: Final = "CONSULT"
CONFERENCE: Final = "CONFERENCE"

_INVITED_BY_AN_AGENT: Final = frozenset({TRANSFER, "INBOUND", "OUTBOUND", None})
"""What came of these shows in the times; legs of other methods carry their method as their type."""

_AT_ONCE_MILLISECONDS: Final = 1_000
"""Two screens that show the end this close to each other show the same hang-up."""
_NEVER_JOINED_MILLISECONDS: Final = 2_000
"""Up to 2 s with the customer count as none (identify-conferences-transfers)."""


def transfer_type(leg: Leg, inviter: Leg | None) -> str | None:
    """What came of it that ``inviter`` invited ``leg``; None while it cannot be told."""
    method = leg.initiation_method
    if not leg.is_external and method not in _INVITED_BY_AN_AGENT:
        return method
    if inviter is None:
        return None
    if not inviter.has_agent:
        # Only Amazon can say that no agent will be part of the inviter any more.
        return method if inviter.finished and not inviter.is_end_seen else None
    by_records = _external_by_records if leg.is_external else _by_records
    return by_records(leg, inviter) or _by_times(leg, inviter)


def interaction_seconds(leg: Leg, inviter: Leg | None) -> int | None:
    """How long the leg's agent had the customer to talk to, once the conversation is over.

    By the leg's contact record, but for differences that rounding explains.
    """
    recorded = leg.recorded_seconds(INTERACTION)
    if not leg.answer or conversation_milliseconds(leg.answer) is None:
        return recorded
    seconds = whole_seconds(_customer_milliseconds(leg, inviter))
    if recorded is None or agrees(INTERACTION, seconds, recorded):
        return seconds
    return recorded


# By two contact records


def _by_records(leg: Leg, inviter: Leg) -> str | None:
    """Who began after contact work first; None if they do not tell, or both screens tell better."""
    inviters = inviter.facts.contact_record.get(WORK_START)
    own = leg.facts.contact_record.get(WORK_START)
    if not inviters or not own or inviters == own:
        return None
    if leg.is_end_seen and inviter.is_end_seen and agrees(WORK_START, inviters, own):
        # One hang-up may end both legs, and whether a second begins in between is chance.
        return None
    if str(inviters) < str(own):
        return TRANSFER
    talked = leg.recorded_seconds(INTERACTION)
    if talked is None:
        return None
    return CONFERENCE if talked * 1000 > _NEVER_JOINED_MILLISECONDS else CONSULT


def _external_by_records(leg: Leg, inviter: Leg) -> str | None:
    """An external party was conferenced if it was on the line longer than the customer on hold.

    The page leaves open what equal times mean. Two that never met, 0 s each, are equal, too. All of
    the inviter's holds count there; where its screen dates them, only those meanwhile do.
    """
    worked = inviter.facts.contact_record.get(WORK_START)
    left = leg.facts.contact_record.get(DISCONNECT)
    if not worked or not left:
        return None
    if str(worked) < str(left):
        return TRANSFER
    if inviter.answer:
        return _consult_or_conference(leg, inviter)
    held = inviter.recorded_seconds(CUSTOMER_HOLD)
    talked = leg.recorded_seconds(EXTERNAL_INTERACTION)
    if held is None or talked is None:
        return None
    return CONSULT if held >= talked else CONFERENCE


# By the times of two legs


def _by_times(leg: Leg, inviter: Leg) -> str | None:
    """By the order in which both ended, and whether the customer was there."""
    if not inviter.finished:
        return _consult_or_conference(leg, inviter) if leg.finished else None
    if not leg.finished:
        return TRANSFER
    stayed = milliseconds_between(inviter.finished, leg.finished)
    apart = 0 if leg.is_end_seen and inviter.is_end_seen else SOURCES_APART_MILLISECONDS
    if leg.connected and abs(stayed) <= _AT_ONCE_MILLISECONDS + apart:
        # The customer hung up on a conference of three. Whose end comes first is chance.
        together = _milliseconds_together(leg, inviter)
        if together is None:
            return None
        if together > _NEVER_JOINED_MILLISECONDS:
            return CONFERENCE
    return TRANSFER if stayed > apart else _consult_or_conference(leg, inviter)


def _consult_or_conference(leg: Leg, inviter: Leg) -> str | None:
    if not leg.connected:
        return CONSULT
    joined = _milliseconds_joined(leg, inviter)
    if joined is None:
        return None
    return CONFERENCE if joined > _NEVER_JOINED_MILLISECONDS else CONSULT


def _milliseconds_together(leg: Leg, inviter: Leg) -> int | None:
    """How long all three were on the line; None if nothing says when the customer was on hold."""
    if inviter.undated_hold_milliseconds is None:
        return _stated_milliseconds(leg)
    away = [*leg.holds, *leg.pauses, *inviter.holds, *inviter.pauses]
    undated = inviter.undated_hold_milliseconds + (leg.undated_hold_milliseconds or 0)
    return _uncovered_milliseconds(_together(leg, inviter), away) - undated


def _milliseconds_joined(leg: Leg, inviter: Leg) -> int | None:
    """How long the invited had the customer; None if nothing says when that was on hold."""
    joined = None if leg.answer else _stated_milliseconds(leg)
    if joined is None and inviter.undated_hold_milliseconds is not None:
        joined = _customer_milliseconds(leg, inviter)
    return joined


def _stated_milliseconds(leg: Leg) -> int | None:
    seconds = leg.stated_seconds(INTERACTION)
    return None if seconds is None else seconds * 1000


def _customer_milliseconds(leg: Leg, inviter: Leg | None) -> int:
    """Time of the leg's conversation, which is over, in which nobody kept the customer away.

    Of the inviter's holds that are not dated, as much as the two conversations overlap.
    """
    away = [*leg.holds, *leg.pauses, *(inviter.holds if inviter else ())]
    free = _uncovered_milliseconds(_together(leg), away)
    if inviter and inviter.undated_hold_milliseconds:
        overlap = _uncovered_milliseconds(_together(leg, inviter), ())
        free -= min(inviter.undated_hold_milliseconds, overlap)
    return max(0, free - (leg.undated_hold_milliseconds or 0))


def _together(*legs: Leg) -> Interval:
    """While all ``legs`` were in conversation; at least one of them is over."""
    starts = [leg.connected for leg in legs if leg.connected]
    ends = [leg.finished for leg in legs if leg.finished]
    return Interval(max(starts), min(ends))


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

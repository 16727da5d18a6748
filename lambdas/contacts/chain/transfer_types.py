"""The outcome of an invitation: transfer, consultation or conference, and its durations.

A customer is with an agent while neither the agent's own leg nor any leg above it that is still
live keeps the customer on hold, and until the customer leaves. A customer who has left is handed to
nobody: who invites a colleague and ends the call after that has consulted or conferenced.

Contact records are compared as Amazon's own page does it:
https://docs.aws.amazon.com/connect/latest/adminguide/identify-conferences-transfers.html
Without them the times of both legs tell; and with them where snapshots show to the millisecond, or
hold by hold, what contact records only have in whole seconds or as a sum.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contacts import initiation_methods
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
from contacts.timestamps import (
    Timestamp,
    milliseconds_between,
    whole_seconds,
)

TRANSFER: Final = "TRANSFER"
CONSULT: Final = "CONSULT"
CONFERENCE: Final = "CONFERENCE"

_INVITED_BY_AN_AGENT: Final = frozenset(
    {initiation_methods.INBOUND, initiation_methods.OUTBOUND, initiation_methods.TRANSFER, None}
)
"""Methods whose outcome follows from times; the type of all other legs is their method."""

_AT_ONCE_MILLISECONDS: Final = 1_000
"""Two agents' snapshots that show the end this close to each other show the same hang-up."""
_NEVER_JOINED_MILLISECONDS: Final = 2_000
"""Up to 2 s with the customer count as none (identify-conferences-transfers)."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A leg, the leg that invited it, and the legs above it that were live when it was connected.

    ``inviter`` is None if it is not known, or not there yet. ``live_above`` has the nearest first,
    the inviter among them if that was live.
    """

    leg: Leg
    inviter: Leg | None
    live_above: Sequence[Leg]

    @property
    def customer_left(self) -> Timestamp | None:
        """When the customer was gone although an agent on one of these legs talked on."""
        return min(
            (left for each in (self.leg, *self.live_above) if (left := each.customer_left)),
            default=None,
        )

    @property
    def conversation(self) -> Interval | None:
        """From the leg's connection until the leg, or the customer, has gone.

        None without a connection, or while it lasts.
        """
        ends = [end for end in (self.leg.finished, self.customer_left) if end]
        if not self.leg.connected or not ends:
            return None
        return Interval(self.leg.connected, min(ends))

    @property
    def customer_away(self) -> list[Interval]:
        """When somebody kept the customer on hold, or the task paused, as far as that is dated."""
        above = [hold for each in self.live_above for hold in each.holds]
        return [*self.leg.holds, *self.leg.pauses, *above]

    @property
    def is_all_seen(self) -> bool:
        """Whether agent events show all that ``customer_away`` is made of."""
        answers = (each.answer for each in (self.leg, *self.live_above))
        return not any(answer and answer.has_unseen_change for answer in answers)


def transfer_type(invited: Invited) -> str | None:
    """The outcome of the invitation of ``leg`` by ``inviter``; None while it is not known."""
    leg, inviter = invited.leg, invited.inviter
    method = leg.initiation_method
    if not leg.is_external and method not in _INVITED_BY_AN_AGENT:
        return method
    if inviter is None:
        return None
    if not inviter.has_agent:
        # No agent was part of the inviter so far; that none will be, only Amazon can state.
        return method if inviter.finished and not inviter.is_end_seen else None
    if _had_left_before(invited, inviter.finished):
        return _by_recorded_talk(leg) or _consult_or_conference(invited, inviter)
    by_records = _external_by_records if leg.is_external else _by_records
    return by_records(invited, inviter) or _by_times(invited, inviter)


def interaction_seconds(invited: Invited) -> int | None:
    """How long the leg's agent had the customer to talk to, once the conversation is over.

    By the leg's contact record, but for differences that rounding explains.
    """
    leg = invited.leg
    recorded = leg.recorded_seconds(INTERACTION)
    if not leg.answer or conversation_milliseconds(leg.answer) is None or not invited.is_all_seen:
        return recorded
    seconds = whole_seconds(_customer_milliseconds(invited))
    if recorded is None or agrees(INTERACTION, seconds, recorded):
        return seconds
    return recorded


def conference_joined(invited: Invited) -> Timestamp | None:
    """When inviter, invited and customer were in one conversation first, if snapshots show it."""
    inviter, conversation = invited.inviter, invited.conversation
    if not inviter or not conversation or not invited.leg.answer or not inviter.answer:
        return None
    if not invited.is_all_seen:
        return None
    together = _overlap(conversation, inviter)
    return next(
        (
            free.start
            for free in _uncovered(together, [*invited.customer_away, *inviter.pauses])
            if free.end and milliseconds_between(free.start, free.end) > _NEVER_JOINED_MILLISECONDS
        ),
        None,
    )


def _had_left_before(invited: Invited, end: Timestamp | None) -> bool:
    left = invited.customer_left
    return bool(left and end) and (
        milliseconds_between(str(left), str(end)) > SOURCES_APART_MILLISECONDS
    )


# By two contact records


def _by_records(invited: Invited, inviter: Leg) -> str | None:
    """The type by which leg began after contact work first; None if unknown."""
    leg = invited.leg
    inviters = inviter.facts.contact_record.get(WORK_START)
    own = leg.facts.contact_record.get(WORK_START)
    if not inviters or not own or inviters == own:
        return None
    if leg.is_end_seen and inviter.is_end_seen and agrees(WORK_START, inviters, own):
        # One hang-up may end both legs: whether their whole seconds differ is chance.
        return None
    return TRANSFER if str(inviters) < str(own) else _by_recorded_talk(leg)


def _by_recorded_talk(leg: Leg) -> str | None:
    talked = leg.recorded_seconds(INTERACTION)
    if talked is None:
        return None
    return CONFERENCE if talked * 1000 > _NEVER_JOINED_MILLISECONDS else CONSULT


def _external_by_records(invited: Invited, inviter: Leg) -> str | None:
    """An external party was conferenced if it was on the line longer than the customer on hold.

    The page leaves open what equal times mean. Two that never met, 0 s each, are equal, too. All of
    the inviter's holds count there; where agent events date them, only those meanwhile do.
    """
    leg = invited.leg
    worked = inviter.facts.contact_record.get(WORK_START)
    left = leg.facts.contact_record.get(DISCONNECT)
    if not worked or not left:
        return None
    if str(worked) < str(left):
        return TRANSFER
    if inviter.answer:
        return _consult_or_conference(invited, inviter)
    held = inviter.recorded_seconds(CUSTOMER_HOLD)
    talked = leg.recorded_seconds(EXTERNAL_INTERACTION)
    if held is None or talked is None:
        return None
    return CONSULT if held >= talked else CONFERENCE


# By the times of two legs


def _by_times(invited: Invited, inviter: Leg) -> str | None:
    """The type by the order in which both ended, and whether the customer was there."""
    leg = invited.leg
    if not inviter.finished:
        return _consult_or_conference(invited, inviter) if leg.finished else None
    if not leg.finished:
        return TRANSFER
    stayed = milliseconds_between(inviter.finished, leg.finished)
    apart = 0 if leg.is_end_seen and inviter.is_end_seen else SOURCES_APART_MILLISECONDS
    if leg.connected and abs(stayed) <= _AT_ONCE_MILLISECONDS + apart:
        # The customer hung up on a conference of three: whose leg ends first is chance.
        together = _milliseconds_together(invited, inviter)
        if together is None:
            return None
        if together > _NEVER_JOINED_MILLISECONDS:
            return CONFERENCE
        end = min(leg.finished, inviter.finished)
        if any(_holds_to_the_end(each, end) for each in (leg, *invited.live_above)):
            # The customer was on hold when both legs ended, so no agent took the customer over.
            return CONSULT
    return TRANSFER if stayed > apart else _consult_or_conference(invited, inviter)


def _holds_to_the_end(leg: Leg, end: Timestamp) -> bool:
    """Whether the leg's agent held the customer at ``end``, or until the leg ended about then."""
    return any(
        hold.start < end
        and (
            hold.end is None
            or hold.end >= end
            or (
                hold.end == leg.finished
                and milliseconds_between(hold.end, end) <= _AT_ONCE_MILLISECONDS
            )
        )
        for hold in leg.holds
    )


def _consult_or_conference(invited: Invited, inviter: Leg) -> str | None:
    if not invited.leg.connected:
        return CONSULT
    joined = _milliseconds_joined(invited, inviter)
    if joined is None:
        return None
    return CONFERENCE if joined > _NEVER_JOINED_MILLISECONDS else CONSULT


def _milliseconds_together(invited: Invited, inviter: Leg) -> int | None:
    """How long all three were on the line; None if nothing says when the customer was on hold."""
    leg = invited.leg
    if inviter.undated_hold_milliseconds is None or not invited.is_all_seen:
        return _stated_milliseconds(leg)
    if not invited.conversation:
        return 0
    away = [*invited.customer_away, *inviter.pauses]
    undated = inviter.undated_hold_milliseconds + (leg.undated_hold_milliseconds or 0)
    return _length(_uncovered(_overlap(invited.conversation, inviter), away)) - undated


def _milliseconds_joined(invited: Invited, inviter: Leg) -> int | None:
    """How long the invited had the customer; None if nothing says when that was on hold."""
    if not invited.is_all_seen:
        return _stated_milliseconds(invited.leg)
    joined = None if invited.leg.answer else _stated_milliseconds(invited.leg)
    if joined is None and inviter.undated_hold_milliseconds is not None:
        joined = _customer_milliseconds(invited)
    return joined


def _stated_milliseconds(leg: Leg) -> int | None:
    seconds = leg.stated_seconds(INTERACTION)
    return None if seconds is None else seconds * 1000


def _customer_milliseconds(invited: Invited) -> int:
    """Time of the leg's conversation, which is over, in which nobody kept the customer away.

    Of the inviter's holds that are not dated, as much as the two conversations overlap.
    """
    leg, inviter, conversation = invited.leg, invited.inviter, invited.conversation
    if not conversation:
        return 0
    free = _length(_uncovered(conversation, invited.customer_away))
    if inviter and inviter.undated_hold_milliseconds:
        overlap = _length(_uncovered(_overlap(conversation, inviter), ()))
        free -= min(inviter.undated_hold_milliseconds, overlap)
    return max(0, free - (leg.undated_hold_milliseconds or 0))


def _overlap(conversation: Interval, inviter: Leg) -> Interval:
    """The part of a finished conversation that overlaps that of the inviter."""
    ends = [end for end in (conversation.end, inviter.finished) if end]
    return Interval(max(conversation.start, inviter.connected or ""), min(ends))


def _uncovered(whole: Interval, parts: Iterable[Interval]) -> Iterator[Interval]:
    """The rest of the closed interval ``whole`` without ``parts``, which may overlap."""
    if not whole.end:
        return
    until = whole.start
    within = [
        part
        for part in parts
        if part.start < whole.end and (part.end is None or part.end > whole.start)
    ]
    for part in sorted(within, key=lambda part: part.start):
        if part.start > until:
            yield Interval(until, part.start)
        until = max(until, part.end or whole.end)
    if until < whole.end:
        yield Interval(until, whole.end)


def _length(intervals: Iterable[Interval]) -> int:
    """How many milliseconds the closed ``intervals`` last together."""
    return sum(
        milliseconds_between(interval.start, interval.end) for interval in intervals if interval.end
    )

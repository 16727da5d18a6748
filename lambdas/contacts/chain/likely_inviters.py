"""Which leg most likely invited another, by their times.

Agent events do not say it: https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html

Legs are asked about in the order in which they appeared, so that the few that can have invited the
next one are at hand: a chain of 1000 legs takes milliseconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from typing import Final

from contacts.chain.legs import SOURCES_APART_MILLISECONDS, Leg
from contacts.initiation_methods import CALLBACK, DISCONNECT, QUEUE_TRANSFER
from contacts.timestamps import Timestamp, epoch_milliseconds, milliseconds_between

_JUST_ENDED_MILLISECONDS: Final = 10_000
"""A leg that ended this shortly before another appeared may have invited it.

A real chat was queued 6 s after its transfer was initiated.
"""
_ENDED_TOGETHER_MILLISECONDS: Final = 1_000
"""Legs that ended this close to each other ended by one hang-up, in an order that is chance."""
_HOLD_AFTER_INVITATION_MILLISECONDS: Final = 2_000
"""The hold for a transfer may be stamped a little after the new contact was queued."""


class LikelyInviters:
    """The legs of one chain that may have invited others."""

    def __init__(self, legs: Iterable[Leg]) -> None:
        candidates = sorted((leg for leg in legs if _may_invite(leg)), key=_beginning)
        self._with_agent = _InOrder((leg.begun, leg) for leg in candidates if leg.has_agent)
        self._without_agent = _InOrder((leg.begun, leg) for leg in candidates if not leg.has_agent)
        ended = [(leg.finished, leg) for leg in candidates if leg.finished]
        self._ended = _InOrder(sorted(ended, key=lambda end: (end[0], end[1].contact_id)))
        self._live: list[Leg] = []
        self._begun = 0

    def of(self, leg: Leg, below: Set[str]) -> Leg | None:
        """The most likely inviter of ``leg``; None if no leg can have invited it.

        ``below`` are the leg itself and what it led to. No leg that is asked about may have
        appeared before one that was asked about earlier.
        """
        method = leg.initiation_method
        found: Leg | None = None
        if method in {CALLBACK, DISCONNECT}:
            # A disconnect flow or a callback follows a contact that has ended.
            found = next(
                (
                    each
                    for each in self._ended.newest_first(leg)
                    if _had_ended(each, leg) and _can_have_invited(each, leg, below)
                ),
                None,
            )
        elif method == QUEUE_TRANSFER:
            # A flow moves customers who still wait, so nobody answered the inviting contact.
            newest_first = self._without_agent.newest_first(leg)
            found = next(
                (each for each in newest_first if _can_have_invited(each, leg, below)), None
            )
        if found is None and method != CALLBACK:
            found = self._on_the_line(leg, below)
        return found

    def _on_the_line(self, leg: Leg, below: Set[str]) -> Leg | None:
        """The live leg that last held its customer when ``leg`` appeared.

        If there was none, of those that had just ended the last; of several that ended together
        again the one that last held its customer.
        """
        legs = [each for each in self._around(leg) if _can_have_invited(each, leg, below)]
        live = [each for each in legs if each.was_live_at(leg.appeared)]
        if not live:
            last = max((each.finished for each in legs if each.finished), default="")
            live = [
                each
                for each in legs
                if each.finished
                and milliseconds_between(each.finished, last) <= _ENDED_TOGETHER_MILLISECONDS
            ]
        return max(live, key=lambda each: (_last_hold(each, leg), *_beginning(each)), default=None)

    def _around(self, leg: Leg) -> list[Leg]:
        """The legs with an agent that were live about when ``leg`` appeared, or just before."""
        begun = self._with_agent.how_many(leg)
        newcomers = self._with_agent.legs[self._begun : begun]
        self._begun = begun
        self._live = [
            each
            for each in [*self._live, *newcomers]
            if each.was_live_at(leg.appeared) or _had_just_ended(each, leg.appeared)
        ]
        return self._live


class _InOrder:
    """Legs in the order of some moment of theirs."""

    def __init__(self, dated: Iterable[tuple[Timestamp, Leg]]) -> None:
        dated = list(dated)
        self.legs = [leg for _, leg in dated]
        self._moments = [epoch_milliseconds(moment) for moment, _ in dated]

    def how_many(self, leg: Leg) -> int:
        """How many have come when ``leg`` appears, as far as the clocks of two sources tell."""
        appeared = epoch_milliseconds(leg.appeared)
        return bisect_right(self._moments, appeared + SOURCES_APART_MILLISECONDS)

    def newest_first(self, leg: Leg) -> Iterator[Leg]:
        """The legs that have come when ``leg`` appears, the last one first."""
        return (self.legs[number] for number in reversed(range(self.how_many(leg))))


def appearance(leg: Leg) -> tuple[Timestamp, str]:
    """The order in which legs appeared."""
    return leg.appeared, leg.contact_id


def _may_invite(leg: Leg) -> bool:
    return not leg.record.is_monitor and not leg.is_external


def _beginning(leg: Leg) -> tuple[Timestamp, str]:
    return leg.begun, leg.contact_id


def _can_have_invited(other: Leg, leg: Leg, below: Set[str]) -> bool:
    """Whether ``other`` could already lead to another leg when ``leg`` appeared."""
    if other.contact_id in below:
        return False
    if other.is_seen and leg.is_seen:
        return _beginning(other) < appearance(leg)
    return milliseconds_between(leg.appeared, other.begun) <= SOURCES_APART_MILLISECONDS


def _had_ended(other: Leg, leg: Leg) -> bool:
    if other.is_end_seen and leg.is_seen:
        return str(other.finished) <= leg.appeared
    return milliseconds_between(leg.appeared, str(other.finished)) <= SOURCES_APART_MILLISECONDS


def _had_just_ended(other: Leg, moment: Timestamp) -> bool:
    return (
        other.finished is not None
        and milliseconds_between(other.finished, moment) <= _JUST_ENDED_MILLISECONDS
    )


def _last_hold(other: Leg, leg: Leg) -> Timestamp:
    """When the last hold began that may be the one for the invitation."""
    if not other.holds:
        return ""
    apart = 0 if leg.is_seen else SOURCES_APART_MILLISECONDS
    latest = epoch_milliseconds(leg.appeared) + _HOLD_AFTER_INVITATION_MILLISECONDS + apart
    count = bisect_right(other.holds, latest, key=lambda hold: epoch_milliseconds(hold.start))
    return other.holds[count - 1].start if count else ""

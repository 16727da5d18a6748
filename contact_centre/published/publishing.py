"""The contact events and contact records of a day, and when each arrives.

Contact events come at best effort and in any order, contact records about a minute after the work
has ended, at least once, and again when something is added
(contact-events, ctr-data-model; real records: 62 to 68 s).
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from contact_centre.agents import ContactCentre, JsonObject
from contact_centre.published.contact_events import ContactEvents
from contact_centre.published.contact_records import AmazonContactRecords
from contact_centre.random_source import RandomSource
from contact_centre.script import ScriptedLeg, Turn
from contact_centre.sources import ALL_SOURCES, Source
from contact_centre.timetable import Act, Timetable

SHORTEST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 3.0
SECONDS_TO_CONTACT_RECORD = (62, 68)
SHARE_SENT_AGAIN = 0.03
SHARE_SENT_AGAIN_UNCHANGED = 0.3
"""The share of these in which the older version comes again after the newer one."""
SHARE_SENT_TWICE_AT_ONCE = 0.03
"""Two copies with one LastUpdateTimestamp; one of them is emptier, and either may come first."""
EMPTIER_WITHOUT = (
    "DisconnectReason",
    "NextContactId",
    "PreviousContactId",
    "TransferCompletedTimestamp",
)
EMPTIER_AGENT_WITHOUT = (
    "AfterContactWorkDuration",
    "AfterContactWorkEndTimestamp",
    "AfterContactWorkStartTimestamp",
)
SHARE_WITHOUT_COMPLETED = 0.5
"""Of the contacts on which the agent logged out."""


@dataclass(frozen=True, kw_only=True)
class PublishedSources:
    """Which sources are published.

    `contact_event_loss` is the share of contact events that never arrive, `contact_event_delay`
    how many seconds they take at most: so much can a later one be ahead of an earlier one.
    """

    sources: Set[Source] = ALL_SOURCES
    contact_event_loss: float = 0
    contact_event_delay: float = LONGEST_DELAY_SECONDS


class Publisher:
    """Sends what happens to contacts on its way. It has dice of its own, so that what is published
    does not change what happens."""

    def __init__(
        self,
        centre: ContactCentre,
        timetable: Timetable,
        published: PublishedSources,
        *,
        seed: int,
        began: datetime,
    ) -> None:
        self._published = published
        self._timetable = timetable
        self._random_source = RandomSource(f"{seed}, published")
        self._events = ContactEvents(centre, began=began)
        self._records = AmazonContactRecords(centre, began=began)
        self._arrived: list[JsonObject] = []

    def contact_event(
        self, event_type: str, leg: ScriptedLeg, *, offered: Turn | None = None
    ) -> None:
        if Source.CONTACT_EVENTS not in self._published.sources:
            return
        if self._random_source.happens(self._published.contact_event_loss):
            return
        has_no_end = leg.answer is not None and leg.answer.logged_out is not None
        is_uncertain = event_type == "COMPLETED" and has_no_end
        if is_uncertain and self._random_source.happens(SHARE_WITHOUT_COMPLETED):
            return
        event = self._events.event(event_type, leg, at=self._timetable.now, offered=offered)
        longest = max(SHORTEST_DELAY_SECONDS, self._published.contact_event_delay)
        delay = self._random_source.between(SHORTEST_DELAY_SECONDS, longest)
        self._timetable.start(self._arrive(event), after=delay)

    def contact_record(self, leg: ScriptedLeg) -> None:
        """The work on the contact is done: its record will come."""
        if Source.CONTACT_RECORDS in self._published.sources:
            delay = self._random_source.between(*SECONDS_TO_CONTACT_RECORD)
            self._timetable.start(self._send_record(leg), after=delay)

    def take_arrived(self) -> list[JsonObject]:
        """The events that arrived since the last call, in order."""
        arrived, self._arrived = self._arrived, []
        return arrived

    def _arrive(self, event: JsonObject) -> Act[None]:
        self._arrived.append(event)
        yield from ()

    def _send_record(self, leg: ScriptedLeg) -> Act[None]:
        comes_again = self._random_source.happens(SHARE_SENT_AGAIN)
        record = self._records.record(
            leg, updated=self._timetable.now, is_evaluated=not comes_again
        )
        copies = [record]
        if not comes_again and self._random_source.happens(SHARE_SENT_TWICE_AT_ONCE):
            copies.insert(self._random_source.one_of((0, 1)), _emptier(record))
        self._arrived += copies
        if not comes_again:
            return
        yield self._random_source.between(30, 600)
        self._arrived.append(self._records.record(leg, updated=self._timetable.now))
        if self._random_source.happens(SHARE_SENT_AGAIN_UNCHANGED):
            yield self._random_source.between(1, 60)
            self._arrived.append(record)


def _emptier(record: JsonObject) -> JsonObject:
    """The copy that was written before everything was in, in the same second."""
    emptier = record | dict.fromkeys(EMPTIER_WITHOUT)
    if record["Agent"]:
        emptier["Agent"] = record["Agent"] | dict.fromkeys(EMPTIER_AGENT_WITHOUT)
    return emptier

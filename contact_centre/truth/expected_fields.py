"""What each source tells of a contact, field by field, and how finely.

A field is the path of an attribute with points between (docs/table.md). What only contact records
tell is in whole seconds; what agent events show is in milliseconds, and so it must stay.
"""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from typing import Any

from contact_centre.sources import Source

type Contact = Mapping[str, Any]

IDENTITY = {
    "ChainId",
    "InitialContactId",
    "InstanceId",
    "Channel",
    "InitiationMethod",
    "Status",
    "PreviousContactId",
    "NextContactId",
    "TransferType",
}
COURSE = {
    "RelatedContactId",
    "InitiationTimestamp",
    "ConnectedToSystemTimestamp",
    "DisconnectTimestamp",
    "DisconnectReason",
}
TOLD_BY: Mapping[Source, Set[str]] = {
    Source.AGENT_EVENTS: IDENTITY
    | {"State", "StateStartTimestamp", "AgentConnectionAttempts", "Attempts", "Agent", "Queue"},
    Source.CONTACT_EVENTS: IDENTITY
    | COURSE
    | {
        "Agent.Id",
        "Agent.ConnectedToAgentTimestamp",
        "Agent.AfterContactWorkStartTimestamp",
        "Agent.AfterContactWorkEndTimestamp",
        "Agent.AfterContactWorkDuration",
        "Agent.AgentPauseDuration",
        "Queue.Id",
        "Queue.EnqueueTimestamp",
    },
    Source.CONTACT_RECORDS: IDENTITY
    | COURSE
    | {
        "TransferCompletedTimestamp",
        "TransferredToEndpoint",
        "ExternalThirdPartyInteractionDuration",
        "AgentConnectionAttempts",
        "Agent",
        "Queue",
    },
}
"""An attribute that is a map stands for all of its members."""
LEFT_QUEUE = {"Queue.DequeueTimestamp", "Queue.Duration"}
"""Of a contact that was not answered, agents' screens do not show when it left its queue."""
UP_TO_SECONDS = len("2026-03-09T08:01:22")


class Told:
    """What the sources that were fed tell of one contact of the truth."""

    def __init__(self, contact: Contact, sources: Set[Source]) -> None:
        self._contact = contact
        self._sources = sources
        self._shown_on_screens = Source.AGENT_EVENTS in sources and contact["SeenByAgents"]

    @property
    def anything(self) -> bool:
        """Agent events tell of what agents saw, the other sources of every contact."""
        return bool(self._shown_on_screens or self._sources - {Source.AGENT_EVENTS})

    def tells(self, field: str) -> bool:
        if self._shows_on_screens(field):
            return True
        if field == "Queue.Id" and self._sources <= {Source.AGENT_EVENTS, Source.CONTACT_EVENTS}:
            # contact-events: no queue of contacts that an agent has dialled.
            return "EnqueueTimestamp" in self._contact["Queue"]
        others = self._sources - {Source.AGENT_EVENTS}
        return any(_names(TOLD_BY[source], field) for source in others)

    def value(self, field: str, truth: Any) -> Any:
        """What must be said, given what really happened."""
        if field == "Status":
            return self._status(truth)
        if field == "Queue.Duration" and self._counts_from_initiation:
            return _seconds_between(
                self._contact["InitiationTimestamp"], self._contact["Queue"]["DequeueTimestamp"]
            )
        return truth

    def is_right(self, field: str, truth: Any, found: Any) -> bool:
        """Whether the value is right, as finely as it can be told."""
        if truth == found:
            return True
        if self._shows_on_screens(field) and not self._is_corrected(field):
            return False
        if Source.CONTACT_RECORDS not in self._sources:
            return False
        if isinstance(truth, str) and "Timestamp" in field:
            return bool(found == f"{truth[:UP_TO_SECONDS]}.000Z")
        if isinstance(truth, int) and "Duration" in field and not isinstance(found, str):
            return bool(abs(truth - found) <= 1)
        return False

    def _status(self, truth: str) -> str:
        """That it rang in vain only screens show; how a customer left unanswered, they do not."""
        if self._sources == {Source.AGENT_EVENTS}:
            return "COMPLETED" if truth == "COMPLETED" else "UNANSWERED"
        if not self._shown_on_screens and truth == "UNANSWERED":
            return "DISCONNECTED"
        return truth

    def _shows_on_screens(self, field: str) -> bool:
        if not self._shown_on_screens or (field in LEFT_QUEUE and "Agent" not in self._contact):
            return False
        return _names(TOLD_BY[Source.AGENT_EVENTS], field)

    def _is_corrected(self, field: str) -> bool:
        return field == "Queue.Duration" and self._counts_from_initiation

    @property
    def _counts_from_initiation(self) -> bool:
        """As Amazon counts, a callback has been in the queue since it was made.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        is_callback = self._contact.get("InitiationMethod") == "CALLBACK"
        return is_callback and Source.CONTACT_RECORDS in self._sources


def _names(told: Set[str], field: str) -> bool:
    return field in told or field.partition(".")[0] in told


def _seconds_between(start: str, end: str) -> int:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) // timedelta(seconds=1)

"""The fields that a record must have, given the truth and the sources that were fed.

A field is the path of an attribute with points between (docs/table.md): `Agent.Id`. The path of one
value has positions too: `Attempts.1.Outcome`. Contact records state whole seconds; agent events
show milliseconds, so a record made of both must keep the milliseconds.

Some values depend on the sources. The truth says so itself, by path:

- `ByAgentEventsAlone`: what agent events make of it, where more happened than they show.
- `WithoutContactRecords`: the same for agent events and contact events.
- `Unscored`: by source, fields that this source leaves open; they are neither right nor wrong.

A value of null means that the record must not have the field.
"""

from collections.abc import Iterable, Mapping, Set
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
    "DialOutcome",
}
COURSE = {
    "RelatedContactId",
    "InitiationTimestamp",
    "ConnectedToSystemTimestamp",
    "DisconnectTimestamp",
}
STATED_BY: Mapping[Source, Set[str]] = {
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
        "DisconnectReason",
        "TransferCompletedTimestamp",
        "TransferredToEndpoint",
        "ExternalThirdPartyInteractionDuration",
        "AgentConnectionAttempts",
        "Agent",
        "Queue",
    },
}
"""An attribute that is a map stands for all of its members.

Contact events give a DisconnectReason to contacts of outbound campaigns alone.
"""
LEFT_QUEUE = {"Queue.DequeueTimestamp", "Queue.Duration"}
"""Fields that agent events do not show of a contact that was not answered."""
BY_AGENT_EVENTS_ALONE = "ByAgentEventsAlone"
WITHOUT_CONTACT_RECORDS = "WithoutContactRecords"
UNSCORED = "Unscored"
UP_TO_SECONDS = len("2026-03-09T08:01:22")


class ExpectedFields:
    """The fields that the record of a contact must have, given the sources that were fed."""

    def __init__(self, contact: Contact, sources: Set[Source]) -> None:
        self._contact = contact
        self._sources = sources
        self._shown_by_agent_events = Source.AGENT_EVENTS in sources and contact["SeenByAgents"]
        self._replaced: dict[str, Any] = {}
        if Source.CONTACT_RECORDS not in sources:
            self._replaced |= contact.get(WITHOUT_CONTACT_RECORDS, {})
        if sources == {Source.AGENT_EVENTS}:
            self._replaced |= contact.get(BY_AGENT_EVENTS_ALONE, {})
        unscored: Mapping[str, Iterable[str]] = contact.get(UNSCORED, {})
        self._unscored = {field for source in sources for field in unscored.get(source, ())}

    @property
    def has_record(self) -> bool:
        """Agent events show what agents saw, the other sources state every contact."""
        return bool(self._shown_by_agent_events or self._sources - {Source.AGENT_EVENTS})

    @property
    def replaced(self) -> Mapping[str, Any]:
        """The values, by path, that the record must have instead of the truth."""
        return self._replaced

    def is_scored(self, path: str) -> bool:
        return not _names(self._unscored, path) and not _names(self._unscored, _field(path))

    def expects(self, path: str) -> bool:
        """Whether a source that was fed states the field, so that it may not be missing."""
        field = _field(path)
        if self._agent_events_show(field):
            return True
        if field == "Queue.Id" and self._sources <= {Source.AGENT_EVENTS, Source.CONTACT_EVENTS}:
            # contact-events: no queue of contacts that an agent has dialled.
            return "EnqueueTimestamp" in self._contact["Queue"]
        others = self._sources - {Source.AGENT_EVENTS}
        return any(_names(STATED_BY[source], field) for source in others)

    def value(self, path: str, truth: Any) -> Any:
        """The expected value, given what really happened; None if the field must be absent."""
        if path in self._replaced:
            return self._replaced[path]
        field = _field(path)
        if field == "Status":
            return self._status(truth)
        if field == "Queue.Duration" and self._counts_from_initiation:
            return _seconds_between(
                self._contact["InitiationTimestamp"], self._contact["Queue"]["DequeueTimestamp"]
            )
        return truth

    def is_right(self, path: str, truth: Any, found: Any) -> bool:
        """Whether the value is right, as finely as the sources state it."""
        if truth == found:
            return True
        field = _field(path)
        if self._agent_events_show(field) and not self._is_corrected(field):
            return False
        if Source.CONTACT_RECORDS not in self._sources:
            return False
        if isinstance(truth, str) and "Timestamp" in field:
            return bool(found == f"{truth[:UP_TO_SECONDS]}.000Z")
        if isinstance(truth, int) and "Duration" in field and not isinstance(found, str):
            return bool(abs(truth - found) <= 1)
        return False

    def _status(self, truth: str) -> str:
        """The status by the sources: only agent events show an offer that nobody answered."""
        if self._sources == {Source.AGENT_EVENTS}:
            return "COMPLETED" if truth == "COMPLETED" else "UNANSWERED"
        if not self._shown_by_agent_events and truth == "UNANSWERED":
            return "DISCONNECTED"
        return truth

    def _agent_events_show(self, field: str) -> bool:
        if not self._shown_by_agent_events or (
            field in LEFT_QUEUE and "Agent" not in self._contact
        ):
            return False
        return _names(STATED_BY[Source.AGENT_EVENTS], field)

    def _is_corrected(self, field: str) -> bool:
        return field == "Queue.Duration" and self._counts_from_initiation

    @property
    def _counts_from_initiation(self) -> bool:
        """As Amazon counts, a callback has been in the queue since it was made.

        https://docs.aws.amazon.com/connect/latest/adminguide/queued-callback-example.html
        """
        is_callback = self._contact.get("InitiationMethod") == "CALLBACK"
        return is_callback and Source.CONTACT_RECORDS in self._sources


def _field(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdecimal())


def _names(fields: Set[str], field: str) -> bool:
    return field in fields or field.partition(".")[0] in fields


def _seconds_between(start: str, end: str) -> int:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) // timedelta(seconds=1)

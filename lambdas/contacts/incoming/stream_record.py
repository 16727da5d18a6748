"""Reads records of every kind on the stream, and says why one cannot be used.

Agent events, contact records and contact events may share one Kinesis stream; they are told apart
by their shape (https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-streams-enable.html).
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import ValidationError, convert

from contacts.errors import UnusableRecordError
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.contact_event import (
    ContactEvent,
    EventBridgeEvent,
    is_contact_event,
    is_in_envelope,
    other_detail_type,
    spelt_as_here,
)
from contacts.incoming.fields import EMPTY_TEXTS, WireModel, known_times, without_empty_texts
from contacts.timestamps import Timestamp, epoch_milliseconds, timestamp_text

type StreamRecord = AgentEvent | ContactEvent | AmazonContactRecord


class RecordKind(StrEnum):
    """The kinds of records on the stream."""

    AGENT_EVENT = "agent event"
    CONTACT_RECORD = "contact record"
    CONTACT_EVENT = "contact event"


_KINDS: Final[Mapping[type[StreamRecord], RecordKind]] = {
    AgentEvent: RecordKind.AGENT_EVENT,
    ContactEvent: RecordKind.CONTACT_EVENT,
    AmazonContactRecord: RecordKind.CONTACT_RECORD,
}
_HALF_A_CHARACTER: Final = (b"\\ud", b"\\uD")
_NAME_OF_A_TYPE: Final = re.compile(r"[A-Za-z0-9 ._-]{1,100}", re.ASCII)
_MOST_SECONDS_AHEAD: Final = 86_400


def decode(data: bytes) -> StreamRecord:
    """Read one stream record. Raises UnusableRecordError when that will never be possible."""
    value = _json_object(data)
    kind = _kind_by_shape(value)
    if kind is RecordKind.AGENT_EVENT:
        return _read(kind, value, AgentEvent)
    if kind is RecordKind.CONTACT_RECORD:
        return _read(kind, value, AmazonContactRecord)
    if other := other_detail_type(value):
        name = other if _NAME_OF_A_TYPE.fullmatch(other) else "an event of a name that is too odd"
        message = f"no contact event: {name}"
        raise UnusableRecordError(message)
    if is_in_envelope(value):
        return _read(kind, spelt_as_here(value), EventBridgeEvent).detail
    return _read(kind, spelt_as_here(value), ContactEvent)


def refuse_from_the_future(record: StreamRecord, *, arrived: float) -> None:
    """Raises UnusableRecordError for a record with a time of more than a day after its arrival.

    ``arrived`` is in epoch seconds. An agent event's snapshot would stand as the agent's newest
    until that day, and every contact that the agent has meanwhile as gone from it; a contact record
    would be newer than all that follow; a state would never be followed by another. What an event
    states itself is also held against the time of the event, so that one with an odd state is
    refused whenever it comes.
    """
    latest = _a_day_after(int(arrived))
    if isinstance(record, AgentEvent):
        if record.event_timestamp > latest:
            raise _from_the_future(record, "EventTimestamp")
        _refuse_states_from_the_future(record)
        return
    for name, time in known_times(record):
        if time > latest:
            raise _from_the_future(record, name)
    if isinstance(record, AmazonContactRecord) and record.last_update_timestamp:
        newest = max(time for _, time in known_times(record))
        if newest > record.last_update_timestamp and newest > _a_day_later(
            record.last_update_timestamp
        ):
            message = "contact record: a time is more than a day after LastUpdateTimestamp"
            raise UnusableRecordError(message)


def _from_the_future(record: StreamRecord, name: str) -> UnusableRecordError:
    return UnusableRecordError(
        f"{kind_of(record)}: {name}: is more than a day after the event's arrival"
    )


def _refuse_states_from_the_future(event: AgentEvent) -> None:
    for snapshot in (event.previous_agent_snapshot, event.current_agent_snapshot):
        for contact in (snapshot.contacts if snapshot else None) or ():
            newest = max(
                contact.state_start_timestamp,
                contact.connected_to_agent_timestamp or "",
                contact.queue_timestamp or "",
            )
            # The cheap comparison first: what a snapshot shows has nearly always begun before.
            if newest > event.event_timestamp and newest > _a_day_later(event.event_timestamp):
                message = "agent event: a contact's time is more than a day after EventTimestamp"
                raise UnusableRecordError(message)


def _a_day_later(timestamp: Timestamp) -> Timestamp:
    return _a_day_after(epoch_milliseconds(timestamp) // 1000)


def _has_empty_texts(data: bytes) -> bool:
    return any(text in data for text in EMPTY_TEXTS)


def _a_day_after(second: int) -> Timestamp:
    return timestamp_text(datetime.fromtimestamp(second + _MOST_SECONDS_AHEAD, UTC))


def kind_of(record: StreamRecord) -> RecordKind:
    """What has been read."""
    return _KINDS[type(record)]


def _json_object(data: bytes) -> dict[str, Any]:
    if not data:
        message = "empty record"
        raise UnusableRecordError(message)
    try:
        value = json.loads(data.decode())
        if any(half in data for half in _HALF_A_CHARACTER):
            json.dumps(value, ensure_ascii=False).encode()
        if _has_empty_texts(data):
            value = without_empty_texts(value)
    except (ValueError, RecursionError) as error:
        message = f"not JSON in UTF-8: {error}"
        raise UnusableRecordError(message) from error
    if not isinstance(value, dict):
        message = f"JSON, but no object: {type(value).__name__}"
        raise UnusableRecordError(message)
    return value


def _kind_by_shape(value: Mapping[str, Any]) -> RecordKind:
    if "AgentARN" in value or "CurrentAgentSnapshot" in value:
        return RecordKind.AGENT_EVENT
    if "AWSContactTraceRecordFormatVersion" in value:
        return RecordKind.CONTACT_RECORD
    if is_contact_event(value):
        return RecordKind.CONTACT_EVENT
    if "ContactId" in value:
        return RecordKind.CONTACT_RECORD
    if "EventType" in value:
        return RecordKind.AGENT_EVENT
    message = "no known kind: neither agent event nor contact record nor contact event"
    raise UnusableRecordError(message)


def _read[Model: WireModel](kind: RecordKind, value: dict[str, Any], model: type[Model]) -> Model:
    try:
        return convert(value, model)
    except ValidationError as error:
        # msgspec names the field and the type of the first fault, never the value.
        raise UnusableRecordError(f"{kind}: {error}") from error

"""Reads the records on the stream, whatever their kind, and says why one cannot be used.

Agent events, contact records and contact events may share one Kinesis stream; they are told apart
by their shape (https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-streams-enable.html).
"""

from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from contacts.agent_event import AgentEvent
from contacts.amazon_contact_record import AmazonContactRecord
from contacts.contact_event import ContactEvent, contact_event, is_contact_event

type StreamRecord = AgentEvent | ContactEvent | AmazonContactRecord


class RecordKind(StrEnum):
    """What a stream record holds."""

    AGENT_EVENT = "agent event"
    CONTACT_RECORD = "contact record"
    CONTACT_EVENT = "contact event"


class UnusableRecordError(Exception):
    """This record can never be used; the message says why, without its values.

    The message names fields and expected types only, so that it may be logged: names and phone
    numbers stay in the quarantined record.
    """


_KINDS: Final[Mapping[type[StreamRecord], RecordKind]] = {
    AgentEvent: RecordKind.AGENT_EVENT,
    ContactEvent: RecordKind.CONTACT_EVENT,
    AmazonContactRecord: RecordKind.CONTACT_RECORD,
}
_KEY_OF_AGENT_EVENTS: Final = b'"AgentARN"'
_MOST_PROBLEMS_NAMED: Final = 3


def decode(data: bytes) -> StreamRecord:
    """Read one stream record. Raises UnusableRecordError when that will never be possible."""
    if _KEY_OF_AGENT_EVENTS in data:
        # The fast way, without a look at the shape; what it cannot read is read, or refused, below.
        with suppress(ValidationError):
            return AgentEvent.model_validate_json(data)
    value = _json_object(data)
    kind = _kind_by_shape(value)
    try:
        if kind is RecordKind.AGENT_EVENT:
            return AgentEvent.model_validate_json(data)
        if kind is RecordKind.CONTACT_EVENT:
            return contact_event(value)
        return AmazonContactRecord.model_validate(value)
    except ValidationError as error:
        raise UnusableRecordError(_reason(kind, error)) from error


def kind_of(record: StreamRecord) -> RecordKind:
    """What has been read."""
    return _KINDS[type(record)]


def _json_object(data: bytes) -> Mapping[str, Any]:
    if not data:
        message = "empty record"
        raise UnusableRecordError(message)
    try:
        value = from_json(data)
    except ValueError as error:
        message = f"not JSON in UTF-8: {error}"
        raise UnusableRecordError(message) from error
    if not isinstance(value, Mapping):
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


def _reason(kind: RecordKind, error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_context=False, include_url=False)
    named = [_problem(problem) for problem in problems[:_MOST_PROBLEMS_NAMED]]
    if len(problems) > _MOST_PROBLEMS_NAMED:
        named.append(f"and {len(problems) - _MOST_PROBLEMS_NAMED} more")
    return f"{kind}: {'; '.join(named)}"


def _problem(problem: ErrorDetails) -> str:
    path = _path(problem)
    return f"{path}: {_cure(problem)}" if path else _cure(problem)


def _path(problem: ErrorDetails) -> str:
    path = ""
    for part in problem["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _cure(problem: ErrorDetails) -> str:
    match problem["type"]:
        case "missing":
            return "is missing"
        case "value_error":
            return "is no id ('0' or 'null')"
        case "model_type" | "dict_type":
            return "input should be an object"
        case _:
            return problem["msg"][0].lower() + problem["msg"][1:]

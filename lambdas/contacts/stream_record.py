"""Tells the kinds of records on the stream apart, and says why one cannot be used.

Agent events, contact records and contact events may share one Kinesis stream; they are told apart
by their shape (https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-streams-enable.html).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from contacts.agent_event import AgentEvent


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


_JSON: Final[TypeAdapter[JsonValue]] = TypeAdapter(JsonValue)
_MOST_PROBLEMS_NAMED: Final = 3


def decode(data: bytes) -> AgentEvent | RecordKind:
    """Read one stream record: the agent event, or the kind of a record that is recognised only.

    Raises UnusableRecordError when it is neither.
    """
    try:
        return AgentEvent.model_validate_json(data)
    except ValidationError as error:
        kind = _kind(data)
        if kind is RecordKind.AGENT_EVENT:
            raise UnusableRecordError(_reason(kind, error)) from error
        return kind


def _kind(data: bytes) -> RecordKind:
    if not data:
        message = "empty record"
        raise UnusableRecordError(message)
    try:
        value = _JSON.validate_json(data)
    except ValidationError as error:
        message = f"not JSON in UTF-8: {error.errors()[0]['msg']}"
        raise UnusableRecordError(message) from error
    if not isinstance(value, Mapping):
        message = f"JSON, but no object: {type(value).__name__}"
        raise UnusableRecordError(message)
    return _kind_of_object(value)


def _kind_of_object(value: Mapping[str, Any]) -> RecordKind:
    # Published contact events vary in the casing of their keys (contact-events page).
    keys = {key.lower() for key in value}
    if "AgentARN" in value or "CurrentAgentSnapshot" in value:
        return RecordKind.AGENT_EVENT
    if value.get("source") == "aws.connect" or {"eventtype", "contactid"} <= keys:
        return RecordKind.CONTACT_EVENT
    if "AWSContactTraceRecordFormatVersion" in value or "ContactId" in value:
        return RecordKind.CONTACT_RECORD
    if "EventType" in value:
        return RecordKind.AGENT_EVENT
    message = "no known kind: neither agent event nor contact record nor contact event"
    raise UnusableRecordError(message)


def _reason(kind: RecordKind, error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_context=False, include_url=False)
    named = [f"{_path(problem)}: {_cure(problem)}" for problem in problems[:_MOST_PROBLEMS_NAMED]]
    if len(problems) > _MOST_PROBLEMS_NAMED:
        named.append(f"and {len(problems) - _MOST_PROBLEMS_NAMED} more")
    return f"{kind}: {'; '.join(named)}"


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
        case _:
            return problem["msg"][0].lower() + problem["msg"][1:]

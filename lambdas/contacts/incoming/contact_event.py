"""The contact event as Amazon Connect publishes it through EventBridge, as far as it is used.

https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
Published events spell their keys in camel case, in Pascal case and in both at once, so the case of
keys does not count. Absent and null mean the same, and so does a timestamp of 1970, which stands
for "not yet". Value sets (event types, channels, initiation methods, reasons) are open.

Of holds a contact event has nothing but AgentInitiatedHoldDuration, which in a call of several
parties is not the customer's hold (ctr-data-model); it is not read. The page does not list
AgentPauseDurationInSeconds, but the API's AgentInfo, which is the same object, has it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final

from msgspec import field

from contacts.incoming.fields import (
    Arn,
    Campaign,
    CheckedModel,
    ContactId,
    Dated,
    DisconnectReason,
    KnownTimestamp,
    Name,
    OtherContactId,
    WholeNumber,
    WireModel,
    is_timestamp,
    read_by,
)

CONTACT_EVENT_TYPES: Final = ("Amazon Connect Contact Event", "Connect Customer Contact Event")
"""The detail-types of contact events: the page's samples of 2026 have both."""

_SOURCE: Final = "aws.connect"
_DETAIL_TYPE: Final = "detail-type"
_DETAIL: Final = "detail"


class AgentInfo(CheckedModel, frozen=True):
    """The agent the contact is assigned to, and what is known of the work once it is done."""

    agent_arn: Arn | None = None
    connected_to_agent_timestamp: KnownTimestamp = None
    after_contact_work_start_timestamp: KnownTimestamp = None
    after_contact_work_end_timestamp: KnownTimestamp = None
    after_contact_work_duration: WholeNumber | None = None
    agent_pause_duration: WholeNumber | None = field(
        default=None, name="AgentPauseDurationInSeconds"
    )


class QueueInfo(CheckedModel, frozen=True):
    """The queue the contact was placed in; agent-dialled contacts have none."""

    queue_arn: Arn | None = None
    enqueue_timestamp: KnownTimestamp = None


def _who_answered(agent: AgentInfo) -> AgentInfo | None:
    """An agent to whom the contact is not yet connected has not answered, and may never do so."""
    return agent if agent.connected_to_agent_timestamp else None


class ContactEvent(Dated, frozen=True):
    """One contact event: what Connect knew of the contact when it was published."""

    contact_id: ContactId
    initial_contact_id: OtherContactId = None
    previous_contact_id: OtherContactId = None
    related_contact_id: OtherContactId = None
    event_type: Name | None = None
    instance_arn: Arn | None = None
    channel: Name | None = None
    initiation_method: Name | None = None
    initiation_timestamp: KnownTimestamp = None
    connected_to_system_timestamp: KnownTimestamp = None
    disconnect_timestamp: KnownTimestamp = None
    disconnect_reason: DisconnectReason = None
    agent: Annotated[AgentInfo, read_by(_who_answered)] | None = field(
        default=None, name="AgentInfo"
    )
    queue: QueueInfo | None = field(default=None, name="QueueInfo")
    answering_machine_detection_status: Name | None = None
    campaign: Campaign | None = None
    envelope_time: KnownTimestamp = None
    """When EventBridge had it: what dates an event that has no time of its own."""
    last_known_timestamp: KnownTimestamp = None
    """Of END_UNKNOWN, which is ours and not Amazon's: the newest time known of the contact."""


_PARTS: Final[Mapping[str, type[WireModel]]] = {
    "AgentInfo": AgentInfo,
    "QueueInfo": QueueInfo,
    "Campaign": Campaign,
}


_HAPPENS_AT: Final[Mapping[str, tuple[str | None, str]]] = {
    "INITIATED": (None, "InitiationTimestamp"),
    "CONNECTED_TO_SYSTEM": (None, "ConnectedToSystemTimestamp"),
    "QUEUED": ("QueueInfo", "EnqueueTimestamp"),
    "CONNECTED_TO_AGENT": ("AgentInfo", "ConnectedToAgentTimestamp"),
    "DISCONNECTED": (None, "DisconnectTimestamp"),
}
"""Of an event type the part of the detail and the field that say when it happened."""


class EventBridgeEvent(WireModel, frozen=True, rename="lower"):
    """A contact event in EventBridge's envelope."""

    detail: ContactEvent


def is_contact_event(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a contact event, in EventBridge's envelope or without."""
    return is_in_envelope(value) or {"eventtype", "contactid"} <= {key.lower() for key in value}


def is_in_envelope(value: Mapping[str, Any]) -> bool:
    """Whether a contact event has EventBridge's envelope around it."""
    return _DETAIL_TYPE in value or value.get("source") == _SOURCE


def other_detail_type(value: Mapping[str, Any]) -> str | None:
    """The name of what is in EventBridge's envelope, if that is no contact event."""
    name = value.get(_DETAIL_TYPE)
    return None if name is None or name in CONTACT_EVENT_TYPES else str(name)


def spelt_as_here(value: Mapping[str, Any]) -> dict[str, Any]:
    """A contact event, in its envelope or without, with the keys that its models have.

    What its type says has happened did so at the envelope's time, if the detail does not say when:
    published events of 2021 have no times in the detail.
    """
    if not is_in_envelope(value):
        return _keys_spelt(value, ContactEvent)
    if _DETAIL not in value:
        return {}
    detail = _spelt(value[_DETAIL], ContactEvent)
    time = value.get("time")
    if isinstance(detail, dict) and isinstance(time, str) and is_timestamp(time):
        _date(detail, time)
        if not _has_time(detail):
            detail["EnvelopeTime"] = time
    return {_DETAIL: detail}


def _date(detail: dict[str, Any], time: str) -> None:
    part, field_of_type = _HAPPENS_AT.get(str(detail.get("EventType")), (None, None))
    values = detail.get(part) if part else detail
    if field_of_type and isinstance(values, dict) and _is_not_yet(values.get(field_of_type)):
        values[field_of_type] = time


def _has_time(detail: Mapping[str, Any]) -> bool:
    return any(
        _has_time(value)
        if isinstance(value, Mapping)
        else key.endswith("Timestamp") and not _is_not_yet(value)
        for key, value in detail.items()
    )


def _is_not_yet(wire: object) -> bool:
    return wire is None or (isinstance(wire, str) and wire.startswith("1970-"))


def _spelt(value: object, model: type[WireModel]) -> object:
    return _keys_spelt(value, model) if isinstance(value, Mapping) else value


def _keys_spelt(value: Mapping[str, Any], model: type[WireModel]) -> dict[str, Any]:
    spellings = _spellings(model)
    return {
        spelling: _spelt(each, _PARTS[spelling]) if spelling in _PARTS else each
        for key, each in value.items()
        if each is not None and (spelling := spellings.get(key.lower()))
    }


@cache
def _spellings(model: type[WireModel]) -> Mapping[str, str]:
    return {spelling.lower(): spelling for spelling in model.__struct_encode_fields__}

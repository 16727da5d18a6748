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
    CheckedModel,
    ContactId,
    Dated,
    DisconnectReason,
    KnownTimestamp,
    Name,
    OtherContactId,
    WholeNumber,
    WireModel,
    read_by,
)

_SOURCE: Final = "aws.connect"
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


_PARTS: Final[Mapping[str, type[WireModel]]] = {"AgentInfo": AgentInfo, "QueueInfo": QueueInfo}


class EventBridgeEvent(WireModel, frozen=True, rename="lower"):
    """A contact event in EventBridge's envelope."""

    detail: ContactEvent


def is_contact_event(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a contact event, in EventBridge's envelope or without."""
    return is_in_envelope(value) or {"eventtype", "contactid"} <= {key.lower() for key in value}


def is_in_envelope(value: Mapping[str, Any]) -> bool:
    """Whether a contact event has EventBridge's envelope around it."""
    return "detail-type" in value or value.get("source") == _SOURCE


def spelt_as_here(value: Mapping[str, Any]) -> dict[str, Any]:
    """A contact event, in its envelope or without, with the keys that its models have."""
    if is_in_envelope(value):
        return {_DETAIL: _spelt(value[_DETAIL], ContactEvent)} if _DETAIL in value else {}
    return _keys_spelt(value, ContactEvent)


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

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

from pydantic import AfterValidator, Field, model_validator

from contacts.wire import (
    Arn,
    ContactId,
    Dated,
    DisconnectReason,
    KnownTimestamp,
    Name,
    OtherContactId,
    WholeNumber,
    WireModel,
)

_SOURCE: Final = "aws.connect"


class _InAnyCase(WireModel):
    """An object whose keys are known by their letters, whatever the case of these."""

    @model_validator(mode="before")
    @classmethod
    def _spelt_as_here(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        spellings = _spellings(cls)
        return {
            spelling: each
            for key, each in value.items()
            if each is not None and (spelling := spellings.get(key.lower()))
        }


@cache
def _spellings(model: type[WireModel]) -> Mapping[str, str]:
    aliases = (field.alias for field in model.model_fields.values())
    return {alias.lower(): alias for alias in aliases if alias}


class AgentInfo(_InAnyCase):
    """The agent the contact is assigned to, and what is known of the work once it is done."""

    agent_arn: Arn | None = Field(default=None, alias="AgentArn")
    connected_to_agent_timestamp: KnownTimestamp = Field(
        default=None, alias="ConnectedToAgentTimestamp"
    )
    after_contact_work_start_timestamp: KnownTimestamp = Field(
        default=None, alias="AfterContactWorkStartTimestamp"
    )
    after_contact_work_end_timestamp: KnownTimestamp = Field(
        default=None, alias="AfterContactWorkEndTimestamp"
    )
    after_contact_work_duration: WholeNumber | None = Field(
        default=None, alias="AfterContactWorkDuration"
    )
    agent_pause_duration: WholeNumber | None = Field(
        default=None, alias="AgentPauseDurationInSeconds"
    )


class QueueInfo(_InAnyCase):
    """The queue the contact was placed in; agent-dialled contacts have none."""

    queue_arn: Arn | None = Field(default=None, alias="QueueArn")
    enqueue_timestamp: KnownTimestamp = Field(default=None, alias="EnqueueTimestamp")


def _who_answered(agent: AgentInfo | None) -> AgentInfo | None:
    """An agent to whom the contact is not yet connected has not answered, and may never do so."""
    return agent if agent and agent.connected_to_agent_timestamp else None


class ContactEvent(_InAnyCase, Dated):
    """One contact event: what Connect knew of the contact when it was published."""

    contact_id: ContactId = Field(alias="ContactId")
    initial_contact_id: OtherContactId = Field(default=None, alias="InitialContactId")
    previous_contact_id: OtherContactId = Field(default=None, alias="PreviousContactId")
    related_contact_id: OtherContactId = Field(default=None, alias="RelatedContactId")
    event_type: Name | None = Field(default=None, alias="EventType")
    instance_arn: Arn | None = Field(default=None, alias="InstanceArn")
    channel: Name | None = Field(default=None, alias="Channel")
    initiation_method: Name | None = Field(default=None, alias="InitiationMethod")
    initiation_timestamp: KnownTimestamp = Field(default=None, alias="InitiationTimestamp")
    connected_to_system_timestamp: KnownTimestamp = Field(
        default=None, alias="ConnectedToSystemTimestamp"
    )
    disconnect_timestamp: KnownTimestamp = Field(default=None, alias="DisconnectTimestamp")
    disconnect_reason: DisconnectReason = Field(default=None, alias="DisconnectReason")
    agent: Annotated[AgentInfo | None, AfterValidator(_who_answered)] = Field(
        default=None, alias="AgentInfo"
    )
    queue: QueueInfo | None = Field(default=None, alias="QueueInfo")


class _EventBridgeEvent(WireModel):
    detail: ContactEvent


def is_contact_event(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a contact event, in EventBridge's envelope or without."""
    return _is_in_envelope(value) or {"eventtype", "contactid"} <= {key.lower() for key in value}


def contact_event(value: Mapping[str, Any]) -> ContactEvent:
    """The contact event in such an object. Raises pydantic's ValidationError."""
    if _is_in_envelope(value):
        return _EventBridgeEvent.model_validate(value).detail
    return ContactEvent.model_validate(value)


def _is_in_envelope(value: Mapping[str, Any]) -> bool:
    return "detail-type" in value or value.get("source") == _SOURCE

"""Amazon's own contact record as its stream carries it, as far as it is used.

https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
Nulls are explicit and everywhere: Agent is null where no agent took the contact, and what was
deleted as personal data is null, too. Times and durations are in whole seconds.
"""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from contacts.wire import (
    Arn,
    ContactId,
    Dated,
    DisconnectReason,
    KnownTimestamp,
    Name,
    Named,
    OtherContactId,
    WholeNumber,
    WireModel,
)

# Twice what Connect allows (feature-limits); an item must stay below DynamoDB's 400 KB.
_MOST_BYTES_OF_ATTRIBUTES: Final = 2 * 32 * 1024


def _texts(attributes: dict[str, Any]) -> dict[str, str]:
    """The attributes that are what the page says they are: nobody asks for the others."""
    texts = {name: value for name, value in attributes.items() if isinstance(value, str) and value}
    if sum(len(part.encode()) for pair in texts.items() for part in pair) > (
        _MOST_BYTES_OF_ATTRIBUTES
    ):
        raise PydanticCustomError("attributes", "Input should be at most 64 KB of attributes")
    return texts


class HierarchyGroup(WireModel):
    """One level of the agent's hierarchy; the agent event calls the same name ``Name``."""

    arn: Name | None = Field(default=None, alias="ARN")
    group_name: Name | None = Field(default=None, alias="GroupName")


class HierarchyGroups(WireModel):
    """The groups the agent belonged to, level 1 the widest; single levels may be null."""

    level_1: HierarchyGroup | None = Field(default=None, alias="Level1")
    level_2: HierarchyGroup | None = Field(default=None, alias="Level2")
    level_3: HierarchyGroup | None = Field(default=None, alias="Level3")
    level_4: HierarchyGroup | None = Field(default=None, alias="Level4")
    level_5: HierarchyGroup | None = Field(default=None, alias="Level5")


class RecordAgent(WireModel):
    """The agent who accepted the contact."""

    arn: Arn | None = Field(default=None, alias="ARN")
    username: Name | None = Field(default=None, alias="Username")
    routing_profile: Named | None = Field(default=None, alias="RoutingProfile")
    hierarchy_groups: HierarchyGroups | None = Field(default=None, alias="HierarchyGroups")
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
    agent_interaction_duration: WholeNumber | None = Field(
        default=None, alias="AgentInteractionDuration"
    )
    customer_hold_duration: WholeNumber | None = Field(default=None, alias="CustomerHoldDuration")
    longest_hold_duration: WholeNumber | None = Field(default=None, alias="LongestHoldDuration")
    number_of_holds: WholeNumber | None = Field(default=None, alias="NumberOfHolds")
    agent_pause_duration: WholeNumber | None = Field(default=None, alias="AgentPauseDuration")


class RecordQueue(WireModel):
    """The queue the contact was in, whether or not an agent took it from there."""

    arn: Arn | None = Field(default=None, alias="ARN")
    name: Name | None = Field(default=None, alias="Name")
    enqueue_timestamp: KnownTimestamp = Field(default=None, alias="EnqueueTimestamp")
    dequeue_timestamp: KnownTimestamp = Field(default=None, alias="DequeueTimestamp")
    duration: WholeNumber | None = Field(default=None, alias="Duration")


class ExternalThirdParty(WireModel):
    """Somebody outside of Connect whom an agent invited."""

    interaction_duration: WholeNumber | None = Field(
        default=None, alias="ExternalThirdPartyInteractionDuration"
    )


class Endpoint(WireModel):
    """Where a contact comes from or goes to; the address is a phone number, as a rule."""

    type: Name | None = Field(default=None, alias="Type")
    address: Name | None = Field(default=None, alias="Address", repr=False)


class AmazonContactRecord(Dated):
    """One contact record: Amazon's last word on a contact, until it is sent again."""

    contact_id: ContactId = Field(alias="ContactId")
    initial_contact_id: OtherContactId = Field(default=None, alias="InitialContactId")
    previous_contact_id: OtherContactId = Field(default=None, alias="PreviousContactId")
    next_contact_id: OtherContactId = Field(default=None, alias="NextContactId")
    related_contact_id: OtherContactId = Field(default=None, alias="RelatedContactId")
    instance_arn: Arn | None = Field(default=None, alias="InstanceARN")
    channel: Name | None = Field(default=None, alias="Channel")
    initiation_method: Name | None = Field(default=None, alias="InitiationMethod")
    last_update_timestamp: KnownTimestamp = Field(default=None, alias="LastUpdateTimestamp")
    initiation_timestamp: KnownTimestamp = Field(default=None, alias="InitiationTimestamp")
    connected_to_system_timestamp: KnownTimestamp = Field(
        default=None, alias="ConnectedToSystemTimestamp"
    )
    disconnect_timestamp: KnownTimestamp = Field(default=None, alias="DisconnectTimestamp")
    disconnect_reason: DisconnectReason = Field(default=None, alias="DisconnectReason")
    transfer_completed_timestamp: KnownTimestamp = Field(
        default=None, alias="TransferCompletedTimestamp"
    )
    agent_connection_attempts: WholeNumber | None = Field(
        default=None, alias="AgentConnectionAttempts"
    )
    agent: RecordAgent | None = Field(default=None, alias="Agent")
    queue: RecordQueue | None = Field(default=None, alias="Queue")
    external_third_party: ExternalThirdParty | None = Field(
        default=None, alias="ExternalThirdParty"
    )
    transferred_to_endpoint: Endpoint | None = Field(default=None, alias="TransferredToEndpoint")
    customer_endpoint: Endpoint | None = Field(default=None, alias="CustomerEndpoint")
    system_endpoint: Endpoint | None = Field(default=None, alias="SystemEndpoint")
    attributes: Annotated[dict[str, Any], AfterValidator(_texts)] | None = Field(
        default=None, alias="Attributes", repr=False
    )

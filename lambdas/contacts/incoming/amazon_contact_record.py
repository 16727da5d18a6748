"""Amazon's own contact record as its stream carries it, as far as it is used.

https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
Nulls are explicit and everywhere: Agent is null where no agent took the contact, and what was
deleted as personal data is null, too. Times and durations are in whole seconds.
"""

from typing import Annotated, Any, Final

from msgspec import Meta, field

from contacts.incoming.fields import (
    Arn,
    Campaign,
    CheckedModel,
    ContactId,
    Dated,
    DisconnectReason,
    KnownTimestamp,
    Name,
    Named,
    OtherContactId,
    WholeNumber,
    WireModel,
    read_by,
    utc_timestamp,
)

# Twice what Connect allows (feature-limits); an item must stay below DynamoDB's 400 KB.
_MOST_BYTES_OF_ATTRIBUTES: Final = 2 * 32 * 1024
# Twice what Connect allows a segment attribute (API: SegmentAttributeValue); a tag has 256.
_MOST_CHARACTERS_OF_A_TAG: Final = 2 * 1024
_MOST_TRANSITIONS: Final = 100
_MEMBERS_OF_A_TRANSITION: Final = {
    name.lower(): name for name in ("State", "StateStartTimestamp", "StateEndTimestamp")
}


def _texts(attributes: dict[str, Any]) -> dict[str, str]:
    """The attributes that are what the page says they are: nobody asks for the others."""
    texts = {name: value for name, value in attributes.items() if isinstance(value, str) and value}
    if sum(len(part.encode()) for pair in texts.items() for part in pair) > (
        _MOST_BYTES_OF_ATTRIBUTES
    ):
        message = "input should be at most 64 KB of attributes"
        raise ValueError(message)
    return texts


def _short_texts(tags: dict[str, Any]) -> dict[str, str]:
    """The tags that are what the page says they are. Nobody need have asked for the others."""
    return {
        name: value
        for name, value in tags.items()
        if isinstance(value, str) and 0 < len(value) <= _MOST_CHARACTERS_OF_A_TAG
    }


def _segment_attributes(attributes: dict[str, Any]) -> dict[str, str]:
    """The segment attributes that are texts: ``{"ValueString": text}``, by one page the text."""
    return _short_texts(
        {
            name: value.get("ValueString") if isinstance(value, dict) else value
            for name, value in attributes.items()
        }
    )


def _transitions(transitions: tuple[dict[str, Any], ...]) -> list[dict[str, str]]:
    """What a supervisor did, in order: those that say what and since when. The page has no case."""
    read = [
        {
            name: str(value) if name == "State" else utc_timestamp(str(value))
            for key, value in each.items()
            if value and (name := _MEMBERS_OF_A_TRANSITION.get(key.lower()))
        }
        for each in transitions
    ]
    return [each for each in read if {"State", "StateStartTimestamp"} <= each.keys()]


class RecordHierarchyGroup(WireModel, frozen=True):
    """One level of the agent's hierarchy; the agent event calls the same name ``Name``."""

    arn: Name | None = field(default=None, name="ARN")
    group_name: Name | None = None


class RecordHierarchyGroups(WireModel, frozen=True):
    """The groups the agent belonged to, level 1 the widest; single levels may be null."""

    level_1: RecordHierarchyGroup | None = None
    level_2: RecordHierarchyGroup | None = None
    level_3: RecordHierarchyGroup | None = None
    level_4: RecordHierarchyGroup | None = None
    level_5: RecordHierarchyGroup | None = None


class RecordAgent(CheckedModel, frozen=True):
    """The agent who accepted the contact."""

    arn: Arn | None = field(default=None, name="ARN")
    username: Name | None = None
    routing_profile: Named | None = None
    hierarchy_groups: RecordHierarchyGroups | None = None
    connected_to_agent_timestamp: KnownTimestamp = None
    after_contact_work_start_timestamp: KnownTimestamp = None
    after_contact_work_end_timestamp: KnownTimestamp = None
    after_contact_work_duration: WholeNumber | None = None
    agent_interaction_duration: WholeNumber | None = None
    customer_hold_duration: WholeNumber | None = None
    longest_hold_duration: WholeNumber | None = None
    number_of_holds: WholeNumber | None = None
    agent_pause_duration: WholeNumber | None = None
    agent_initiated_hold_duration: WholeNumber | None = None
    preview_end_timestamp: KnownTimestamp = None
    state_transitions: (
        Annotated[
            tuple[dict[str, Any], ...], Meta(max_length=_MOST_TRANSITIONS), read_by(_transitions)
        ]
        | None
    ) = None


class RecordQueue(CheckedModel, frozen=True):
    """The queue the contact was in, whether or not an agent took it from there."""

    arn: Arn | None = field(default=None, name="ARN")
    name: Name | None = None
    enqueue_timestamp: KnownTimestamp = None
    dequeue_timestamp: KnownTimestamp = None
    duration: WholeNumber | None = None
    callback_total_queue_duration: WholeNumber | None = None
    """Of the dialled leg of a customer-first callback, with the wait of the leg before.

    https://docs.aws.amazon.com/connect/latest/adminguide/customer-first-cb.html
    """


class ExternalThirdParty(CheckedModel, frozen=True):
    """Somebody outside of Connect whom an agent invited."""

    interaction_duration: WholeNumber | None = field(
        default=None, name="ExternalThirdPartyInteractionDuration"
    )


class Endpoint(WireModel, frozen=True):
    """Where a contact comes from or goes to; the address is a phone number, as a rule."""

    type: Name | None = None
    address: Name | None = None

    def __repr__(self) -> str:
        """Without the address, lest somebody logs it."""
        return f"Endpoint(type={self.type!r})"


class AmazonContactRecord(Dated, frozen=True):
    """One contact record: Amazon's last word on a contact, until it is sent again."""

    contact_id: ContactId
    initial_contact_id: OtherContactId = None
    previous_contact_id: OtherContactId = None
    next_contact_id: OtherContactId = None
    related_contact_id: OtherContactId = None
    instance_arn: Arn | None = field(default=None, name="InstanceARN")
    channel: Name | None = None
    initiation_method: Name | None = None
    last_update_timestamp: KnownTimestamp = None
    initiation_timestamp: KnownTimestamp = None
    connected_to_system_timestamp: KnownTimestamp = None
    disconnect_timestamp: KnownTimestamp = None
    disconnect_reason: DisconnectReason = None
    transfer_completed_timestamp: KnownTimestamp = None
    agent_connection_attempts: WholeNumber | None = None
    agent: RecordAgent | None = None
    queue: RecordQueue | None = None
    external_third_party: ExternalThirdParty | None = None
    answering_machine_detection_status: Name | None = None
    campaign: Campaign | None = None
    transferred_to_endpoint: Endpoint | None = None
    customer_endpoint: Endpoint | None = None
    system_endpoint: Endpoint | None = None
    attributes: Annotated[dict[str, Any], read_by(_texts)] | None = None
    tags: Annotated[dict[str, Any], read_by(_short_texts)] | None = None
    segment_attributes: Annotated[dict[str, Any], read_by(_segment_attributes)] | None = None

    def __repr__(self) -> str:
        """Without what may be the customer's, lest somebody logs it."""
        return f"AmazonContactRecord(contact_id={self.contact_id!r})"

"""Contact records in Amazon's own shape, as the API shows them on request."""

from typing import Literal, TypedDict, cast

from contact_queries.questions.errors import NoInstanceArnError
from contacts.facts.normalised import resource_id
from contacts.item_parts import Item
from contacts.views.amazon_format import amazon_contact_record


class AmazonNamedResourceDocument(TypedDict):
    """A routing profile."""

    ARN: str | None
    Name: str | None


class AmazonHierarchyGroupDocument(TypedDict):
    """A hierarchy group."""

    ARN: str | None
    GroupName: str | None


class AmazonEndpointDocument(TypedDict):
    """Where a contact comes from or goes to; the address only if it was asked for."""

    Address: str | None
    Type: str | None


class AmazonAgentDocument(TypedDict):
    """The agent who answered."""

    ARN: str | None
    AfterContactWorkDuration: int | None
    AfterContactWorkEndTimestamp: str | None
    AfterContactWorkStartTimestamp: str | None
    AgentInitiatedHoldDuration: int | None
    AgentInteractionDuration: int | None
    AgentPauseDuration: int | None
    ConnectedToAgentTimestamp: str | None
    CustomerHoldDuration: int | None
    HierarchyGroups: dict[str, AmazonHierarchyGroupDocument | None] | None
    LongestHoldDuration: int | None
    NumberOfHolds: int | None
    PreviewEndTimestamp: str | None
    RoutingProfile: AmazonNamedResourceDocument | None
    StateTransitions: list[dict[str, str | None]] | None
    Username: str | None


class AmazonQueueDocument(TypedDict):
    """The queue."""

    ARN: str | None
    CallbackTotalQueueDuration: int | None
    DequeueTimestamp: str | None
    Duration: int | None
    EnqueueTimestamp: str | None
    Name: str | None


class AmazonExternalThirdPartyDocument(TypedDict):
    """Somebody outside of Connect."""

    ExternalThirdPartyInteractionDuration: int | None


class AmazonContactRecordDocument(TypedDict):
    """Amazon's own shape of a contact record: ARNs, whole seconds, explicit nulls.

    https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
    """

    AWSAccountId: str
    AWSContactTraceRecordFormatVersion: Literal["2017-03-10"]
    Agent: AmazonAgentDocument | None
    AgentConnectionAttempts: int | None
    AnsweringMachineDetectionStatus: str | None
    Attributes: dict[str, str]
    Campaign: dict[str, str] | None
    Channel: str | None
    ConnectedToSystemTimestamp: str | None
    ContactId: str
    CustomerEndpoint: AmazonEndpointDocument | None
    DisconnectReason: str | None
    DisconnectTimestamp: str | None
    ExternalThirdParty: AmazonExternalThirdPartyDocument | None
    InitialContactId: str | None
    InitiationMethod: str | None
    InitiationTimestamp: str | None
    InstanceARN: str
    LastUpdateTimestamp: str | None
    NextContactId: str | None
    PreviousContactId: str | None
    Queue: AmazonQueueDocument | None
    RelatedContactId: str | None
    SystemEndpoint: AmazonEndpointDocument | None
    TransferCompletedTimestamp: str | None
    TransferredToEndpoint: AmazonEndpointDocument | None


def amazon_document(item: Item, instance_arn: str | None) -> AmazonContactRecordDocument:
    """The record of an item. Raises NoInstanceArnError."""
    if instance_arn is None:
        message = (
            "Amazon's contact records have ARNs, and these begin with the ARN of the instance, "
            "which this API does not know: deploy it with -c connectInstanceArn=<ARN>."
        )
        raise NoInstanceArnError(message)
    if item.get("InstanceId", resource_id(instance_arn)) != resource_id(instance_arn):
        message = (
            f"The contact is of the instance {item['InstanceId']}, and this API knows the ARN of "
            "another one only: that of the context key connectInstanceArn."
        )
        raise NoInstanceArnError(message)
    return cast("AmazonContactRecordDocument", amazon_contact_record(item, instance_arn))

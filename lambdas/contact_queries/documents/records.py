"""Contact records as the API shows them: the attributes of the table's public contract.

docs/table.md says what each of them means. What is not known is absent. Unknown attributes are
left out when a document is checked against its type, and so is what the item holds for the
pipeline alone: versions, evidence, the keys of indexes.
"""

from typing import Annotated, NotRequired, Required, TypedDict, cast

from pydantic import Field

from contact_queries.questions.lists import Page
from contacts.item_parts import Item, known

Timestamp = Annotated[
    str,
    Field(
        description="UTC, with milliseconds and Z.",
        json_schema_extra={"format": "date-time", "examples": ["2026-03-09T08:01:22.123Z"]},
    ),
]
Duration = Annotated[int, Field(description="Whole seconds.")]
type Stated = str | int | dict[str, Stated]
"""What a source states, as it is: a value, or several by name."""


class NamedResourceDocument(TypedDict, total=False):
    """A queue or routing profile; the name may not be known."""

    Id: Required[str]
    Name: str


class HierarchyGroupDocument(TypedDict, total=False):
    """A hierarchy group of an agent; the name may not be known."""

    Id: Required[str]
    GroupName: str


class EndpointDocument(TypedDict, total=False):
    """Where a contact comes from or goes to; the address only if it was asked for."""

    Type: str
    Address: str


class AttemptDocument(TypedDict, total=False):
    """One offer of the contact to an agent."""

    AgentId: Required[str]
    Username: str
    OfferedTimestamp: Timestamp
    AnsweredTimestamp: Timestamp
    EndedTimestamp: Timestamp
    ClearedTimestamp: Timestamp
    ClearedEvidence: str
    RingDuration: Duration
    Outcome: Required[
        Annotated[
            str,
            Field(
                description="HANDLED, MISSED, REJECTED, ERROR, WITHDRAWN or ABANDONED (the "
                "customer hung up while the agent was rung); while it is open OFFERED or CONNECTED."
            ),
        ]
    ]


class StateTransitionDocument(TypedDict, total=False):
    """A supervisor was listening in, or barged in."""

    State: Required[Annotated[str, Field(description="SILENT_MONITOR or BARGE.")]]
    StateStartTimestamp: Timestamp
    StateEndTimestamp: Timestamp


class CampaignDocument(TypedDict, total=False):
    """The outbound campaign that a contact belongs to."""

    CampaignId: str


class AgentDocument(TypedDict, total=False):
    """The agent who answered, and the figures of the conversation. AgentId says who."""

    Username: str
    RoutingProfile: NamedResourceDocument
    HierarchyGroups: dict[str, HierarchyGroupDocument]
    ConnectedToAgentTimestamp: Timestamp
    EventTimestamp: Timestamp
    AgentInteractionDuration: Duration
    CustomerHoldDuration: Duration
    LongestHoldDuration: Duration
    NumberOfHolds: int
    AgentInitiatedHoldDuration: Duration
    PreviewEndTimestamp: Timestamp
    StateTransitions: list[StateTransitionDocument]
    AgentPauseDuration: Duration
    AfterContactWorkStartTimestamp: Timestamp
    AfterContactWorkEndTimestamp: Timestamp
    AfterContactWorkDuration: Duration


class QueueDocument(TypedDict, total=False):
    """The queue, and how long the contact was in it. QueueId says which."""

    Name: str
    EnqueueTimestamp: Timestamp
    DequeueTimestamp: Timestamp
    Duration: Duration
    CallbackTotalQueueDuration: Duration


class ContactRecordDocument(TypedDict, total=False):
    """Everything that is known of a contact; docs/table.md explains every attribute."""

    ChainId: Required[str]
    ContactId: Required[str]
    InitialContactId: str
    PreviousContactId: str
    NextContactId: str
    RelatedContactId: str
    LinkEvidence: str
    TransferType: str
    ConferenceJoinedTimestamp: Timestamp
    CustomerLeftTimestamp: Timestamp
    DialOutcome: str
    InstanceId: str
    Channel: str
    InitiationMethod: str
    State: str
    StateStartTimestamp: Timestamp
    Status: str
    StartTimestamp: Timestamp
    InitiationTimestamp: Timestamp
    ConnectedToSystemTimestamp: Timestamp
    DisconnectTimestamp: Timestamp
    DisconnectReason: str
    TransferCompletedTimestamp: Timestamp
    TransferredToEndpoint: EndpointDocument
    AgentConnectionAttempts: int
    ExternalThirdPartyInteractionDuration: Duration
    AnsweringMachineDetectionStatus: str
    Campaign: CampaignDocument
    Attempts: list[AttemptDocument]
    AgentId: str
    Agent: AgentDocument
    QueueId: str
    Queue: QueueDocument
    Attributes: dict[str, str]
    Tags: dict[str, str]
    SegmentAttributes: dict[str, str]
    CustomerEndpoint: EndpointDocument
    SystemEndpoint: EndpointDocument
    Timeline: list[str]
    InferredTimeline: list[str]
    Disagreements: dict[str, Stated]
    LinkDisagreements: dict[str, Stated]
    LastUpdateTimestamp: Timestamp


class ContactRecordsDocument(TypedDict):
    """One page of a list."""

    Items: list[ContactRecordDocument]
    Cursor: NotRequired[
        Annotated[str, Field(description="For the next page; absent on the last one.")]
    ]


def record_document(item: Item) -> ContactRecordDocument:
    """The record of an item."""
    return cast("ContactRecordDocument", item)


def records_document(page: Page) -> ContactRecordsDocument:
    """One page of a list."""
    items = [record_document(item) for item in page.items]
    return cast("ContactRecordsDocument", {"Items": items, **known({"Cursor": page.cursor})})

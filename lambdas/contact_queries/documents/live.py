"""What is going on now, as the API shows it."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Required, TypedDict, cast

from pydantic import Field

from contact_queries.documents.records import (
    HierarchyGroupDocument,
    NamedResourceDocument,
    Timestamp,
)
from contact_queries.questions.live_agents import LiveAgent, counts_of
from contact_queries.questions.live_contacts import contact_state_of, counts_by_queue, holding_agent
from contact_queries.questions.queue_counts import QueueCounts
from contacts.facts.agent_state import SeenContact
from contacts.item.agent_state_item import status_attributes
from contacts.item_parts import (
    Attributes,
    Item,
    hierarchy_attributes,
    known,
    resource_attributes,
)
from contacts.views.agent_activity import contact_state

Label = Annotated[
    str,
    Field(
        description="Contact State as real-time metrics call it: Incoming contact, Inbound "
        "callback, Outbound callback, Outbound contact, Connected, On hold, Paused, Monitoring, "
        "After contact work, Missed contact, Rejected, Error.",
        json_schema_extra={"examples": ["Connected"]},
    ),
]


class QueuedInDocument(TypedDict, total=False):
    """A queue. Contact events and contact records may state one without its ARN, so without Id."""

    Id: str
    Name: str
    EnqueueTimestamp: Timestamp


class StatusDocument(TypedDict, total=False):
    """What the agent set; it says nothing about contacts."""

    Name: Required[str]
    Type: str
    StartTimestamp: Timestamp


class ContactOfAgentDocument(TypedDict, total=False):
    """A contact that an agent has."""

    ContactId: Required[str]
    InitialContactId: str
    Channel: str
    InitiationMethod: str
    State: Required[Annotated[str, Field(description="In Connect's words.")]]
    ContactState: Required[Label]
    StateStartTimestamp: Required[Timestamp]
    ConnectedToAgentTimestamp: Timestamp
    Queue: QueuedInDocument


class AgentAtWorkDocument(TypedDict, total=False):
    """An agent and the contacts that the agent has."""

    AgentId: Required[str]
    Username: str
    RoutingProfile: NamedResourceDocument
    HierarchyGroups: dict[str, HierarchyGroupDocument]
    Status: StatusDocument
    Activity: Required[
        Annotated[
            str,
            Field(
                description="Agent Activity as real-time metrics call it: Error, Missed, Rejected, "
                "On contact, Monitoring, After contact work, Incoming, or the name of the status; "
                "of several, the first of these."
            ),
        ]
    ]
    ActivityStartTimestamp: Timestamp
    LastEventTimestamp: Required[Timestamp]
    IsSilent: Required[
        Annotated[bool, Field(description="No event of the agent for more than 12 minutes.")]
    ]
    Contacts: Required[list[ContactOfAgentDocument]]


class CountsOfQueueDocument(TypedDict):
    """How many contacts of a queue are in which state."""

    Queue: NamedResourceDocument
    ByContactState: dict[str, int]


class CountsOfAgentsDocument(TypedDict):
    """Counts of what is shown."""

    ByActivity: dict[str, int]
    ByContactState: dict[str, int]
    ByQueue: list[CountsOfQueueDocument]
    SilentAgents: int


class LiveAgentsDocument(TypedDict):
    """The agents who are at work now, by name."""

    InstanceId: str
    Timestamp: Timestamp
    Agents: list[AgentAtWorkDocument]
    Counts: CountsOfAgentsDocument


class HolderDocument(TypedDict, total=False):
    """The agent who has a contact, or is offered it."""

    Id: Required[str]
    Username: str


class LiveContactDocument(TypedDict, total=False):
    """A contact that is going on."""

    ChainId: Required[str]
    ContactId: Required[str]
    InitialContactId: str
    Channel: str
    InitiationMethod: str
    State: Annotated[str, Field(description="Absent where no agent has the contact (yet).")]
    ContactState: Annotated[Label, Field(description="In queue, where it waits for an agent.")]
    StateStartTimestamp: Timestamp
    StartTimestamp: Timestamp
    Queue: QueuedInDocument
    Agent: HolderDocument


class CountsOfContactsDocument(TypedDict):
    """Counts of what is shown."""

    ByContactState: dict[str, int]
    ByQueue: list[CountsOfQueueDocument]


class LiveContactsDocument(TypedDict):
    """The contacts that are going on now, the oldest first."""

    InstanceId: str
    Timestamp: Timestamp
    Contacts: list[LiveContactDocument]
    Counts: CountsOfContactsDocument


def live_agents_document(
    instance_id: str, agents: Sequence[LiveAgent], now: Timestamp
) -> LiveAgentsDocument:
    """Agents as ``live_agents`` finds them at ``now``."""
    counts = counts_of(agents)
    return LiveAgentsDocument(
        InstanceId=instance_id,
        Timestamp=now,
        Agents=[_agent(agent) for agent in agents],
        Counts=CountsOfAgentsDocument(
            ByActivity=dict(counts.by_activity),
            ByContactState=dict(counts.by_contact_state),
            ByQueue=_by_queue(counts.by_queue),
            SilentAgents=counts.silent,
        ),
    )


def live_contacts_document(
    instance_id: str, items: Sequence[Item], now: Timestamp
) -> LiveContactsDocument:
    """Records as ``live_contacts`` finds them at ``now``."""
    labels = (contact_state_of(item) for item in items)
    return LiveContactsDocument(
        InstanceId=instance_id,
        Timestamp=now,
        Contacts=[_contact(item) for item in items],
        Counts=CountsOfContactsDocument(
            ByContactState=dict(Counter(label for label in labels if label)),
            ByQueue=_by_queue(counts_by_queue(items)),
        ),
    )


def _agent(agent: LiveAgent) -> AgentAtWorkDocument:
    state = agent.state
    document = {
        "AgentId": state.agent_id,
        "Username": state.username,
        "RoutingProfile": resource_attributes(state.routing_profile),
        "HierarchyGroups": hierarchy_attributes(state.hierarchy_groups),
        "Status": status_attributes(state.status) if state.status else None,
        "Activity": agent.activity.name,
        "ActivityStartTimestamp": agent.activity.start_timestamp,
        "LastEventTimestamp": state.event_timestamp,
    }
    contacts = [_contact_of_agent(contact) for contact in state.contacts]
    return cast(
        "AgentAtWorkDocument",
        {**known(document), "IsSilent": agent.is_silent, "Contacts": contacts},
    )


def _contact_of_agent(contact: SeenContact) -> Attributes:
    queue = contact.queue
    return known(
        {
            "ContactId": contact.contact_id,
            "InitialContactId": contact.initial_contact_id,
            "Channel": contact.channel,
            "InitiationMethod": contact.initiation_method,
            "State": contact.state,
            "ContactState": contact_state(contact.state, contact.initiation_method),
            "StateStartTimestamp": contact.state_start_timestamp,
            "ConnectedToAgentTimestamp": contact.connected_to_agent_timestamp,
            "Queue": queue
            and known(
                {"Id": queue.id, "Name": queue.name, "EnqueueTimestamp": queue.enqueue_timestamp}
            ),
        }
    )


def _contact(item: Item) -> LiveContactDocument:
    holder = holding_agent(item)
    document = {name: item[name] for name in _AS_IN_THE_RECORD if name in item}
    document["Queue"] = known({"Id": item.get("QueueId"), **item.get("Queue", {})})
    document["ContactState"] = contact_state_of(item)
    document["Agent"] = holder and known({"Id": holder.agent_id, "Username": holder.username})
    return cast("LiveContactDocument", known(document))


def _by_queue(counts: QueueCounts) -> list[CountsOfQueueDocument]:
    return [
        CountsOfQueueDocument(
            Queue=cast("NamedResourceDocument", known({"Id": queue.id, "Name": queue.name})),
            ByContactState=dict(queue.by_contact_state),
        )
        for queue in counts
    ]


_AS_IN_THE_RECORD = (
    "ChainId",
    "ContactId",
    "InitialContactId",
    "Channel",
    "InitiationMethod",
    "State",
    "StateStartTimestamp",
    "StartTimestamp",
    "Queue",
)

"""The agent event as Amazon Connect sends it, as far as contact records need it.

https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
Lean on purpose: only the fields that are used, everything else is ignored, because AWS adds
fields without notice. Absent and null mean the same. Value sets (states, channels, initiation
methods, event types) are open.
"""

from typing import Annotated

from pydantic import AfterValidator, AliasChoices, Field, StringConstraints
from pydantic_core import PydanticCustomError

from contacts.states import CLEARED
from contacts.wire import (
    Arn,
    ContactId,
    Name,
    Named,
    OtherContactId,
    Text,
    WireModel,
    WireTimestamp,
)


def _not_our_word(state: str) -> str:
    # Of a contact that is on the screen it would be a contradiction in the Timeline.
    if state == CLEARED:
        raise PydanticCustomError("state", "CLEARED is not a state of a contact on the screen")
    return state


# A state is one word: the record's Timeline separates its parts by spaces.
_Word = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=100)]


class HierarchyGroups(WireModel):
    """The groups an agent belongs to, level 1 the widest; single levels may be null."""

    level_1: Named | None = Field(default=None, alias="Level1")
    level_2: Named | None = Field(default=None, alias="Level2")
    level_3: Named | None = Field(default=None, alias="Level3")
    level_4: Named | None = Field(default=None, alias="Level4")
    level_5: Named | None = Field(default=None, alias="Level5")


class Configuration(WireModel):
    """Who the agent is."""

    username: Name | None = Field(default=None, alias="Username")
    routing_profile: Named | None = Field(default=None, alias="RoutingProfile")
    # The second spelling is the documentation's own slip (agent-event-stream-model).
    hierarchy_groups: HierarchyGroups | None = Field(
        default=None, validation_alias=AliasChoices("AgentHierarchyGroups", "HierarchyGroups")
    )


class Queue(WireModel):
    """The queue of a contact; an agent's own queue has no name."""

    arn: Text = Field(alias="ARN")
    name: Name | None = Field(default=None, alias="Name")


class Contact(WireModel):
    """One contact on an agent's screen."""

    contact_id: ContactId = Field(alias="ContactId")
    initial_contact_id: OtherContactId = Field(default=None, alias="InitialContactId")
    channel: Text | None = Field(default=None, alias="Channel")
    initiation_method: Text | None = Field(default=None, alias="InitiationMethod")
    state: Annotated[_Word, AfterValidator(_not_our_word)] = Field(alias="State")
    state_start_timestamp: WireTimestamp = Field(alias="StateStartTimestamp")
    connected_to_agent_timestamp: WireTimestamp | None = Field(
        default=None, alias="ConnectedToAgentTimestamp"
    )
    queue: Queue | None = Field(default=None, alias="Queue")
    queue_timestamp: WireTimestamp | None = Field(default=None, alias="QueueTimestamp")


class AgentStatus(WireModel):
    """What the agent set: ``Available``, ``Offline`` or a custom status."""

    name: Name | None = Field(default=None, alias="Name")
    type: Name | None = Field(default=None, alias="Type")
    start_timestamp: WireTimestamp | None = Field(default=None, alias="StartTimestamp")


class AgentSnapshot(WireModel):
    """What an agent's screen shows at one moment."""

    agent_status: AgentStatus | None = Field(default=None, alias="AgentStatus")
    configuration: Configuration | None = Field(default=None, alias="Configuration")
    # Connect allows an agent ten chats beside a call and some tasks. Far more would not fit into
    # the item that holds the agent's screen.
    contacts: Annotated[tuple[Contact, ...], Field(max_length=100)] | None = Field(
        default=None, alias="Contacts"
    )


class AgentEvent(WireModel):
    """One event of the agent event stream.

    Snapshots are null at LOGIN, and the previous one at the first STATE_CHANGE after it.
    """

    agent_arn: Arn = Field(alias="AgentARN")
    event_timestamp: WireTimestamp = Field(alias="EventTimestamp")
    event_type: Text = Field(alias="EventType")
    instance_arn: Arn | None = Field(default=None, alias="InstanceARN")
    current_agent_snapshot: AgentSnapshot | None = Field(default=None, alias="CurrentAgentSnapshot")
    previous_agent_snapshot: AgentSnapshot | None = Field(
        default=None, alias="PreviousAgentSnapshot"
    )

"""The agent event as Amazon Connect sends it, as far as contact records need it.

https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
Lean on purpose: only the fields that are used, everything else is ignored, because AWS adds
fields without notice. Absent and null mean the same. Value sets (states, channels, initiation
methods, event types) are open.
"""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from contacts.states import CLEARED

_NOT_IDS: Final = frozenset({"0", "null"})


def _usable_id(value: str) -> str:
    # Seen in public converters and load testers: null written as the text "null", ids of "0".
    # Taken at face value they would gather unrelated contacts in one record.
    if value in _NOT_IDS:
        message = f"'{value}' is not an id"
        raise ValueError(message)
    return value


def _known_initial_contact_id(value: str | None) -> str | None:
    return None if value == "null" else value and _usable_id(value)


def _not_our_word(state: str) -> str:
    # Of a contact that is on the screen it would be a contradiction in the Timeline.
    if state == CLEARED:
        raise PydanticCustomError("state", "CLEARED is not a state of a contact on the screen")
    return state


def _no_number(value: object) -> object:
    # pydantic would read 1772000000 and "1772000000" as seconds, or milliseconds, since 1970.
    if not isinstance(value, str) or value[4:5] != "-":
        raise PydanticCustomError("timestamp", "Input should be a timestamp in ISO 8601")
    return value


# The bounds keep the conversion to UTC from overflowing.
WireTimestamp = Annotated[
    AwareDatetime,
    BeforeValidator(_no_number),
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 12, 31, tzinfo=UTC)),
]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
# 256 characters is the length that the agent event stream model states.
_Id = Annotated[str, StringConstraints(min_length=1, max_length=256)]
# Real ones have about 130 characters. Instance and agent are keys, which DynamoDB limits.
_Arn = Annotated[str, StringConstraints(min_length=1, max_length=256)]
# Far above what Connect allows; an item must stay below DynamoDB's 400 KB.
_Name = Annotated[str, StringConstraints(max_length=1000)]
# A state is one word: the record's Timeline separates its parts by spaces.
_Word = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=100)]


class _WireModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Named(_WireModel):
    """A resource by ARN and name: a routing profile or a hierarchy group."""

    arn: _Name | None = Field(default=None, alias="ARN")
    name: _Name | None = Field(default=None, alias="Name")


class HierarchyGroups(_WireModel):
    """The groups an agent belongs to, level 1 the widest; single levels may be null."""

    level_1: Named | None = Field(default=None, alias="Level1")
    level_2: Named | None = Field(default=None, alias="Level2")
    level_3: Named | None = Field(default=None, alias="Level3")
    level_4: Named | None = Field(default=None, alias="Level4")
    level_5: Named | None = Field(default=None, alias="Level5")


class Configuration(_WireModel):
    """Who the agent is."""

    username: _Name | None = Field(default=None, alias="Username")
    routing_profile: Named | None = Field(default=None, alias="RoutingProfile")
    # The second spelling is the documentation's own slip (agent-event-stream-model).
    hierarchy_groups: HierarchyGroups | None = Field(
        default=None, validation_alias=AliasChoices("AgentHierarchyGroups", "HierarchyGroups")
    )


class Queue(_WireModel):
    """The queue of a contact; an agent's own queue has no name."""

    arn: _Text = Field(alias="ARN")
    name: _Name | None = Field(default=None, alias="Name")


class Contact(_WireModel):
    """One contact on an agent's screen."""

    contact_id: Annotated[_Id, AfterValidator(_usable_id)] = Field(alias="ContactId")
    initial_contact_id: Annotated[_Id | None, AfterValidator(_known_initial_contact_id)] = Field(
        default=None, alias="InitialContactId"
    )
    channel: _Text | None = Field(default=None, alias="Channel")
    initiation_method: _Text | None = Field(default=None, alias="InitiationMethod")
    state: Annotated[_Word, AfterValidator(_not_our_word)] = Field(alias="State")
    state_start_timestamp: WireTimestamp = Field(alias="StateStartTimestamp")
    connected_to_agent_timestamp: WireTimestamp | None = Field(
        default=None, alias="ConnectedToAgentTimestamp"
    )
    queue: Queue | None = Field(default=None, alias="Queue")
    queue_timestamp: WireTimestamp | None = Field(default=None, alias="QueueTimestamp")


class AgentStatus(_WireModel):
    """What the agent set: ``Available``, ``Offline`` or a custom status."""

    name: _Name | None = Field(default=None, alias="Name")
    type: _Name | None = Field(default=None, alias="Type")
    start_timestamp: WireTimestamp | None = Field(default=None, alias="StartTimestamp")


class AgentSnapshot(_WireModel):
    """What an agent's screen shows at one moment."""

    agent_status: AgentStatus | None = Field(default=None, alias="AgentStatus")
    configuration: Configuration | None = Field(default=None, alias="Configuration")
    # Connect allows an agent ten chats beside a call and some tasks. Far more would not fit into
    # the item that holds the agent's screen.
    contacts: Annotated[tuple[Contact, ...], Field(max_length=100)] | None = Field(
        default=None, alias="Contacts"
    )


class AgentEvent(_WireModel):
    """One event of the agent event stream.

    Snapshots are null at LOGIN, and the previous one at the first STATE_CHANGE after it.
    """

    agent_arn: _Arn = Field(alias="AgentARN")
    event_timestamp: WireTimestamp = Field(alias="EventTimestamp")
    event_type: _Text = Field(alias="EventType")
    instance_arn: _Arn | None = Field(default=None, alias="InstanceARN")
    current_agent_snapshot: AgentSnapshot | None = Field(default=None, alias="CurrentAgentSnapshot")
    previous_agent_snapshot: AgentSnapshot | None = Field(
        default=None, alias="PreviousAgentSnapshot"
    )

"""The agent event as Amazon Connect sends it, as far as contact records need it.

https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
Lean on purpose: only the fields that are used, everything else is ignored, because AWS adds
fields without notice. Absent and null mean the same. Value sets (states, channels, initiation
methods, event types) are open.
"""

import re
from typing import Annotated, Final

from msgspec import Meta, field
from msgspec.structs import force_setattr

from contacts.incoming.fields import (
    Arn,
    CheckedModel,
    ContactId,
    KnownTimestamp,
    Name,
    Named,
    OtherContactId,
    WireModel,
    WireTimestamp,
    Word,
    read_by,
)
from contacts.states import ANSWERED_STATES, CLEARED, INACTIVE_STATES, OFFER_STATES

_KNOWN_STATES: Final = OFFER_STATES | ANSWERED_STATES | INACTIVE_STATES
_WORD: Final = re.compile(r"\S{1,100}")


def _state(state: str) -> str:
    if state in _KNOWN_STATES:
        return state
    if state == CLEARED:
        # Our own word: in a snapshot it would contradict the Timeline, where it means "has left".
        message = "CLEARED is not a state of a contact in a snapshot"
        raise ValueError(message)
    # One word, because spaces separate the parts of a line of the Timeline.
    if not _WORD.fullmatch(state):
        message = "input should be one word of at most 100 characters"
        raise ValueError(message)
    return state


class HierarchyGroups(WireModel, frozen=True):
    """The groups an agent belongs to, level 1 the widest; single levels may be null."""

    level_1: Named | None = None
    level_2: Named | None = None
    level_3: Named | None = None
    level_4: Named | None = None
    level_5: Named | None = None


class Configuration(WireModel, frozen=True):
    """Who the agent is."""

    username: Name | None = None
    routing_profile: Named | None = None
    hierarchy_groups: HierarchyGroups | None = field(default=None, name="AgentHierarchyGroups")
    # The page agent-event-stream-model uses both names.
    documented_hierarchy_groups: HierarchyGroups | None = field(
        default=None, name="HierarchyGroups"
    )

    def __post_init__(self) -> None:
        """Both spellings become one."""
        if self.documented_hierarchy_groups:
            force_setattr(
                self, "hierarchy_groups", self.hierarchy_groups or self.documented_hierarchy_groups
            )
            force_setattr(self, "documented_hierarchy_groups", None)


class SnapshotQueue(WireModel, frozen=True):
    """The queue of a contact; an agent's own queue has no name. Without an ARN it is not known."""

    arn: Arn | None = field(default=None, name="ARN")
    name: Annotated[str, Meta(max_length=256)] | None = None


class SnapshotContact(CheckedModel, frozen=True):
    """One contact in an agent's snapshot."""

    contact_id: ContactId
    state: Annotated[str, read_by(_state)]
    state_start_timestamp: WireTimestamp
    initial_contact_id: OtherContactId = None
    channel: Word | None = None
    initiation_method: Word | None = None
    connected_to_agent_timestamp: KnownTimestamp = None
    queue: SnapshotQueue | None = None
    queue_timestamp: KnownTimestamp = None


class SnapshotStatus(CheckedModel, frozen=True):
    """What the agent set: ``Available``, ``Offline`` or a custom status."""

    name: Name | None = None
    type: Name | None = None
    start_timestamp: WireTimestamp | None = None


class AgentSnapshot(WireModel, frozen=True):
    """An agent at one moment: status, configuration, and the contacts that the agent has."""

    agent_status: SnapshotStatus | None = None
    configuration: Configuration | None = None
    # Connect allows an agent ten each of chats, tasks and emails beside a call. More than 60, if
    # their texts were all as long as they may be, would not fit into the agent's item in
    # AgentStates.
    contacts: Annotated[tuple[SnapshotContact, ...], Meta(max_length=60)] | None = None


class AgentEvent(CheckedModel, frozen=True):
    """One event of the agent event stream.

    Snapshots are null at LOGIN, and the previous one at the first STATE_CHANGE after it.
    """

    agent_arn: Arn = field(name="AgentARN")
    event_timestamp: WireTimestamp
    event_type: Word
    instance_arn: Arn | None = field(default=None, name="InstanceARN")
    current_agent_snapshot: AgentSnapshot | None = None
    previous_agent_snapshot: AgentSnapshot | None = None

"""Converts wire values to stored ones: ids for ARNs, one encoding for each meaning."""

from functools import lru_cache
from typing import Final

from contacts.incoming.agent_event import AgentEvent, AgentSnapshot, Configuration, SnapshotContact
from contacts.incoming.fields import Named
from contacts.resources import ContactQueue, HierarchyGroup, Resource

TASK: Final = "TASK"
"""The channel, as contact records call it."""


def agent_id_of(event: AgentEvent) -> str:
    """The id of the agent whom the event is about."""
    return resource_id(event.agent_arn)


def instance_id_of(event: AgentEvent) -> str | None:
    """The id of the agent's instance."""
    if event.instance_arn:
        return resource_id(event.instance_arn)
    _, _, rest = event.agent_arn.partition(":instance/")
    return rest.partition("/")[0] or None


# Cached, because each event has a dozen ARNs, of the same few agents, queues and profiles.
@lru_cache(maxsize=4096)
def resource_id(arn: str) -> str:
    """The id in an ARN: what follows the last slash, or the whole text when nothing does."""
    return arn.rpartition("/")[2] or arn


def queue_id(arn: str) -> str:
    """A queue's id; an agent's own queue keeps its ``agent/`` so that the ARN can be rebuilt."""
    _, separator, rest = arn.partition("/queue/")
    return rest if separator and rest else resource_id(arn)


def initial_contact_id(contact: SnapshotContact) -> str | None:
    """The chain's first contact; None on that contact itself, which some sources name, too."""
    initial = contact.initial_contact_id
    return None if initial == contact.contact_id else initial


def normalised_channel(contact: SnapshotContact) -> str | None:
    """The page of the agent event stream says ``TASKS`` for what contact records call ``TASK``."""
    return TASK if contact.channel == "TASKS" else contact.channel


def channel_in_capitals(channel: str | None) -> str | None:
    """A channel as agent events write it; contact events and old contact records say ``Voice``."""
    capitals = channel.upper() if channel else None
    return TASK if capitals == "TASKS" else capitals


def contact_queue(contact: SnapshotContact) -> ContactQueue | None:
    """The contact's queue and when it was entered."""
    queue = contact.queue
    if not queue or not queue.arn:
        return None
    return ContactQueue(queue_id(queue.arn), queue.name or None, contact.queue_timestamp)


def named_resource(named: Named | None) -> Resource | None:
    """Id and name of a routing profile."""
    return Resource(resource_id(named.arn), named.name or None) if named and named.arn else None


def hierarchy_groups(configuration: Configuration | None) -> tuple[HierarchyGroup, ...]:
    """The agent's groups, from the top; levels that are null are left out."""
    groups = configuration.hierarchy_groups if configuration else None
    if not groups:
        return ()
    levels = (
        ("Level1", groups.level_1),
        ("Level2", groups.level_2),
        ("Level3", groups.level_3),
        ("Level4", groups.level_4),
        ("Level5", groups.level_5),
    )
    return tuple(
        [
            HierarchyGroup(level, resource_id(group.arn), group.name or None)
            for level, group in levels
            if group and group.arn
        ]
    )


def contacts_by_id(snapshot: AgentSnapshot | None) -> dict[str, SnapshotContact]:
    """The contacts of a snapshot; none where it is null."""
    contacts = snapshot.contacts if snapshot else None
    return {contact.contact_id: contact for contact in contacts or ()}

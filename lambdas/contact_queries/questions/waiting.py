"""Who waits for an agent now, by queue.

Most contacts in progress are with an agent, and those wait no longer. The agents' states
name them, so only the others are read: a few of thousands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from contact_queries.questions.live_contacts import ReadsOpenContacts, contact_state_of
from contacts.facts.agent_state import AgentState
from contacts.item.contact_item import OPEN
from contacts.item_parts import Item
from contacts.timestamps import Timestamp
from contacts.views.agent_activity import IN_QUEUE


class WaitingContact(NamedTuple):
    """A contact in a queue, and since when."""

    contact_id: str
    channel: str | None
    since: Timestamp


@dataclass(frozen=True, slots=True)
class WaitingQueue:
    """A queue in which contacts wait, the oldest first; not every source knows its id or name."""

    queue_id: str | None
    name: str | None
    contacts: tuple[WaitingContact, ...]


def waiting_queues(
    table: ReadsOpenContacts, instance_id: str, agents: Iterable[AgentState]
) -> list[WaitingQueue]:
    """The queues of an instance in which somebody waits, by id and name."""
    with_agents = {contact.contact_id for agent in agents for contact in agent.contacts}
    keys = [key for key in table.open_keys(instance_id) if key.contact_id not in with_agents]
    queues: dict[tuple[str, str], list[Item]] = {}
    for item in table.items(keys).values():
        # An index lags behind its table: a contact that has ended has lost the index key there.
        if OPEN not in item or contact_state_of(item) != IN_QUEUE:
            continue
        queue = (item.get("QueueId", ""), item["Queue"].get("Name", ""))
        queues.setdefault(queue, []).append(item)
    return [
        WaitingQueue(queue_id or None, name or None, _oldest_first(items))
        for (queue_id, name), items in sorted(queues.items())
    ]


def _oldest_first(items: Iterable[Item]) -> tuple[WaitingContact, ...]:
    contacts = (
        WaitingContact(item["ContactId"], item.get("Channel"), item["Queue"]["EnqueueTimestamp"])
        for item in items
    )
    return tuple(sorted(contacts, key=lambda contact: (contact.since, contact.contact_id)))

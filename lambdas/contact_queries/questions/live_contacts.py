"""The contacts in progress now, with an agent or waiting for one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from adapters.contact_records_table import Key
from contact_queries.questions.queue_counts import QueueCounts
from contacts.item.contact_item import OPEN
from contacts.item_parts import Item
from contacts.views.agent_activity import IN_QUEUE, contact_state


class ReadsOpenContacts(Protocol):
    """The part of the table that is needed here; raises UnavailableError."""

    def items(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """The items there are among ``keys``."""

    def open_keys(self, instance_id: str) -> Iterator[Key]:
        """Of all contacts of an instance that are in progress, in no order."""


class HoldingAgent(NamedTuple):
    """The agent who has a contact, or is offered it; the name may not be known."""

    agent_id: str
    username: str | None


def live_contacts(table: ReadsOpenContacts, instance_id: str) -> list[Item]:
    """The records of all contacts of an instance that are in progress, in order of time."""
    items = table.items(table.open_keys(instance_id)).values()
    # An index lags behind its table: a contact that has ended has lost the index key in the table.
    return sorted((item for item in items if OPEN in item), key=_order)


def _order(item: Item) -> tuple[str, str]:
    return item.get("StartTimestamp", ""), item["ContactId"]


def contact_state_of(item: Item) -> str | None:
    """The label of the contact's state; None if it is neither queued nor with an agent."""
    if "State" in item:
        return contact_state(item["State"], item.get("InitiationMethod"))
    return IN_QUEUE if "EnqueueTimestamp" in item.get("Queue", {}) else None


def holding_agent(item: Item) -> HoldingAgent | None:
    """The agent who was offered the contact last and still has it, or else who answered it."""
    for attempt in reversed(item.get("Attempts", ())):
        if "ClearedTimestamp" not in attempt:
            return HoldingAgent(attempt["AgentId"], attempt.get("Username"))
    if "AgentId" not in item:
        return None
    return HoldingAgent(item["AgentId"], item.get("Agent", {}).get("Username"))


def counts_by_queue(items: Iterable[Item]) -> QueueCounts:
    """How many contacts of each queue are in which state."""
    counts = QueueCounts()
    for item in items:
        label, queue = contact_state_of(item), item.get("Queue", {})
        if label and "QueueId" in item:
            counts.add(item["QueueId"], queue.get("Name"), label)
    return counts

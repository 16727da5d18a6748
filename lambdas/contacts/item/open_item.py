"""What an item leaves out while its contact is open, and how it is told all the same.

An open item is written with every state of its contact, and billed by the KB. From the second state
on it has no id twice, none of the figures that mean something only once the contact is over, and of
its offers only who was asked: the Timeline tells the rest (docs/table.md).

Something is left out only where the Timeline has a line without its agent. No version before 1.0.0
can read such a line, so where two versions run at once the older one stops at an item that it would
misread, and writes nothing.
"""

from collections.abc import Iterable, Iterator, Set
from typing import Final

from contacts.facts.contact_facts import AnsweringAgent
from contacts.facts.statement import (
    AGENT_ID,
    CONNECTION_ATTEMPTS,
    CUSTOMER_HOLD,
    DEQUEUE,
    ENQUEUE,
    HOLDS,
    INTERACTION,
    LONGEST_HOLD,
    PAUSE,
    QUEUE_ID,
    QUEUED,
    WORK,
    WORK_END,
    WORK_START,
    Path,
)
from contacts.item_parts import Attributes, Item, known
from contacts.record.contact_record import IN_PROGRESS

_INSTANCE_ID: Final = ("InstanceId",)
_FIGURES: Final = frozenset(
    {
        CONNECTION_ATTEMPTS,
        CUSTOMER_HOLD,
        LONGEST_HOLD,
        HOLDS,
        PAUSE,
        WORK_START,
        WORK_END,
        WORK,
        INTERACTION,
        DEQUEUE,
        QUEUED,
    }
)
"""What follows from the Timeline. What another source states of it stays: it may differ."""

_GROUPS: Final = ("Agent", "Queue")
_ASKED: Final = ("AgentId", "Username")


def is_open(item: Item) -> bool:
    """Whether the contact of a record is in progress."""
    return item.get("Status") == IN_PROGRESS


def without_what_follows(
    attributes: Attributes, *, stated: Set[Path], answering_agent: AnsweringAgent | None
) -> Attributes:
    """The attributes of an open item. ``stated`` is what Amazon's own sources state."""
    left_out = {*(_FIGURES - stated), *_told_by_index_keys(attributes)}
    kept = {name: value for name, value in attributes.items() if (name,) not in left_out}
    for group in _GROUPS:
        if group in kept:
            kept[group] = _without(kept[group], {path[1] for path in left_out if path[0] == group})
    if not kept.get("Agent"):
        # There must be a map for what the linking writes into it.
        kept["Agent"] = attributes.get("Agent")
    kept["Attempts"] = _asked(
        attributes.get("Attempts", ()), attributes.get("Agent", {}), answering_agent
    )
    return known(kept)


def with_ids(item: Item) -> Item:
    """The item with what its index keys tell: an open item may have it nowhere else."""
    whole = dict(item)
    if "OpenInstanceId" in item:
        whole.setdefault("InstanceId", item["OpenInstanceId"])
    if "AgentId" in item and "Agent" in item:
        whole["Agent"] = {"Id": item["AgentId"], **item["Agent"]}
    queue = item.get("Queue", {})
    if "QueueId" in item and "Id" not in queue:
        told = {"Id": item["QueueId"], "EnqueueTimestamp": item.get("StartTimestamp")}
        whole["Queue"] = known(told) | queue
    return whole


def usernames_in(item: Item, answering_agent: AnsweringAgent | None) -> dict[str, str]:
    """The names, by agent id, of those who were offered the contact."""
    attempts = item.get("Attempts", ())
    names = {each["AgentId"]: each["Username"] for each in attempts if "Username" in each}
    if answering_agent and answering_agent.username:
        asked = {each["AgentId"] for each in attempts}
        if answering_agent.agent_id not in asked:
            names[answering_agent.agent_id] = answering_agent.username
    return names


def _told_by_index_keys(attributes: Attributes) -> Iterator[Path]:
    """A queue without its id is one whose time of entering is StartTimestamp unless it says so."""
    if "OpenInstanceId" in attributes:
        yield _INSTANCE_ID
    if "AgentId" in attributes:
        yield AGENT_ID
    enqueued = attributes.get("Queue", {}).get(ENQUEUE[-1])
    if "QueueId" in attributes and enqueued:
        yield QUEUE_ID
        if enqueued == attributes["StartTimestamp"]:
            yield ENQUEUE


def _without(group: Attributes, names: Set[str]) -> Attributes:
    return {name: group[name] for name in group if name not in names}


def _asked(
    attempts: Iterable[Attributes], shown: Attributes, answering_agent: AnsweringAgent | None
) -> list[Attributes]:
    """Who was offered the contact, in order, each once; but for the agent whom ``Agent`` shows."""
    asked: dict[str, Attributes] = {
        attempt["AgentId"]: {name: attempt[name] for name in _ASKED if name in attempt}
        for attempt in attempts
    }
    if answering_agent and answering_agent.agent_id == shown.get("Id"):
        answered = {"AgentId": answering_agent.agent_id, "Username": answering_agent.username}
        if asked.get(answering_agent.agent_id) == known(answered):
            del asked[answering_agent.agent_id]
    return list(asked.values())

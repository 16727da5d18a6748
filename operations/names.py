"""Which agents, queues and contacts there are: what the stored data say of names.

Connect is not asked: it would need rights of its own. Agents' names are in AgentStates, which has
one item for each agent. A queue's name is in the records of its contacts, so queues are found by
looking at some of them; DynamoDB returns them in the order of a hash, so that some are as good as
any. No index helps to find an id by its beginning: the table is read for it, up to a bound.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from contacts.facts.agent_state import AgentState
from contacts.item_parts import Item

if TYPE_CHECKING:
    from operations.deployed import Deployed

MOST_CONTACTS_FOR_QUEUES: Final = 20_000
"""About 20 MB, 2,500 read units: a cent buys this twenty times."""
MOST_ITEMS_FOR_IDS: Final = 300_000
"""About 400 MB, 50,000 read units: one or two cents, and half a minute."""
OWN_QUEUE: Final = "agent/"

_DESERIALIZER: Final = TypeDeserializer()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownQueue:
    """A queue of which contacts are known; ``contacts`` are those that were looked at."""

    id: str
    name: str | None
    contacts: int


class KnownQueues(NamedTuple):
    """Queues by name. There may be others unless ``is_whole``."""

    queues: list[KnownQueue]
    looked_at: int
    is_whole: bool


class FoundIds(NamedTuple):
    """Ids in order. There may be others unless ``is_whole``."""

    ids: list[str]
    is_whole: bool


class Scanned(NamedTuple):
    """One page of a table or an index: what passed the filter, and how much was looked at."""

    items: list[Item]
    looked_at: int
    is_last: bool


def known_agents(deployed: "Deployed") -> list[AgentState]:
    """Every agent that AgentStates holds, of all instances, by name."""
    agents = deployed.agent_states.agents()
    return sorted(agents, key=lambda each: ((each.username or "").casefold(), each.agent_id))


def known_queues(
    deployed: "Deployed", *, most_contacts: int, report: Callable[[str], None]
) -> KnownQueues:
    """The queues of contacts that agents have now, and of at most ``most_contacts`` stored ones."""
    names: dict[str, str | None] = {}
    counts: Counter[str] = Counter()
    for agent in known_agents(deployed):
        for contact in agent.contacts:
            if contact.queue and contact.queue.id:
                names[contact.queue.id] = contact.queue.name or names.get(contact.queue.id)
    looked_at = 0
    is_whole = False
    for page in scanned(
        deployed,
        ProjectionExpression="#id, #queue",
        ExpressionAttributeNames={"#id": "QueueId", "#queue": "Queue"},
    ):
        for item in page.items:
            queue, queue_id = item.get("Queue") or {}, item.get("QueueId")
            if queue_id:
                counts[queue_id] += 1
                names[queue_id] = queue.get("Name") or names.get(queue_id)
        looked_at += page.looked_at
        is_whole = page.is_last
        report(f"{looked_at} items looked at for queues.")
        if looked_at >= most_contacts:
            break
    queues = [KnownQueue(id=each, name=name, contacts=counts[each]) for each, name in names.items()]
    queues.sort(key=lambda each: ((each.name or each.id).casefold(), each.id))
    return KnownQueues(queues, looked_at, is_whole)


def contact_ids_beginning(
    deployed: "Deployed", beginning: str, *, most_items: int, report: Callable[[str], None]
) -> FoundIds:
    """The ids of contacts that begin so, among at most ``most_items`` items."""
    found: set[str] = set()
    looked_at = 0
    is_whole = False
    for page in scanned(
        deployed,
        FilterExpression="begins_with(#id, :beginning)",
        ProjectionExpression="#id",
        ExpressionAttributeNames={"#id": "ContactId"},
        ExpressionAttributeValues={":beginning": {"S": beginning}},
    ):
        found.update(item["ContactId"] for item in page.items)
        looked_at += page.looked_at
        is_whole = page.is_last
        report(f"{looked_at} items looked at for ids that begin with {beginning}.")
        if looked_at >= most_items:
            break
    return FoundIds(sorted(found), is_whole)


def scanned(deployed: "Deployed", **request: Any) -> Iterator[Scanned]:
    """ContactRecords, or one of its indexes, page by page. Not strongly consistent."""
    while True:
        page = deployed.dynamodb.scan(TableName=deployed.contact_records_table, **request)
        items: list[Item] = [
            {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}
            for item in page["Items"]
        ]
        last_key = page.get("LastEvaluatedKey")
        yield Scanned(items, page.get("ScannedCount", len(items)), not last_key)
        if not last_key:
            return
        request["ExclusiveStartKey"] = last_key

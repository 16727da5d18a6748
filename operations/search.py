"""What happened between two times: contacts by the time at which they began, and by what they are.

With the read side they come from an index: by agent, by queue, or by each instance that has agents.
Where it is off, the table itself is read, up to a bound: this costs nothing until somebody asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from adapters.contact_queries_table import BY_INSTANCE
from contact_queries.questions.contact_filter import ContactFilter
from contact_queries.questions.lists import MOST_PER_PAGE, ContactList
from contact_queries.questions.periods import Period
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from operations.deployed import Deployed
from operations.names import scanned


class FoundContacts(NamedTuple):
    """Records in the order in which the contacts began. There may be others unless ``is_whole``.

    ``looked_at`` are the items of the table that were read for it; 0 with an index.
    """

    records: list[Item]
    is_whole: bool
    looked_at: int = 0


class Search(NamedTuple):
    """``wanted`` contacts that began in ``period``."""

    period: Period
    wanted: ContactFilter

    def matches(self, record: Item) -> bool:
        """Whether the contact is one of them."""
        return record.get("StartTimestamp", "") in self.period and self.wanted.matches(record)


def has_index(deployed: Deployed, index: str) -> bool:
    """Whether the read side is on as far as ``index`` needs it.

    Yes for users who may ask but may not describe a table: they learn it from the answer.
    """
    try:
        return index in index_names(deployed)
    except ClientError:
        return True


def index_names(deployed: Deployed) -> set[str]:
    """The indexes that the table has and that can be read."""
    described = deployed.dynamodb.describe_table(TableName=deployed.contact_records_table)
    return {
        each["IndexName"]
        for each in described["Table"].get("GlobalSecondaryIndexes", [])
        if each.get("IndexStatus", "ACTIVE") == "ACTIVE"
    }


def search(
    deployed: Deployed,
    asked: Search,
    *,
    limit: int,
    most_items: int,
    report: Callable[[str], None],
) -> FoundContacts:
    """At most ``limit`` contacts, the earliest; without an index among ``most_items`` items."""
    listed = _by_index(deployed, asked)
    if listed:
        return _merged([all_pages(deployed, each, limit) for each in listed], limit)
    return _read_table(deployed, asked, limit, most_items, report)


def all_pages(deployed: Deployed, listed: ContactList, limit: int) -> FoundContacts:
    """A list of the API's, all pages as one."""
    listed = _of_known_names(listed)
    page = listed.page(deployed.contacts, limit=min(limit, MOST_PER_PAGE))
    items = page.items
    while page.cursor and len(items) < limit:
        wanted = min(limit - len(items), MOST_PER_PAGE)
        page = listed.page(deployed.contacts, limit=wanted, cursor=page.cursor)
        items += page.items
    return FoundContacts(items, page.cursor is None)


def _of_known_names(listed: ContactList) -> ContactList:
    """The same without asking whether there is such an agent or queue: names are looked up here."""
    return replace(listed, asked=())


def _by_index(deployed: Deployed, asked: Search) -> list[ContactList]:
    """The lists that together answer, one for each instance; none without an index."""
    listed = ContactList.of_agent_or_queue(asked.period, asked.wanted)
    if listed:
        return [listed] if has_index(deployed, listed.index.name) else []
    if not has_index(deployed, BY_INSTANCE.name):
        return []
    return [
        ContactList.of_instance(each, asked.period, asked.wanted)
        for each in sorted(deployed.agent_states.instances())
    ]


def _merged(found: Sequence[FoundContacts], limit: int) -> FoundContacts:
    records = sorted(
        (record for each in found for record in each.records),
        key=lambda record: (record["StartTimestamp"], record["ContactId"]),
    )
    is_whole = all(each.is_whole for each in found) and len(records) <= limit
    return FoundContacts(records[:limit], is_whole)


def _read_table(
    deployed: Deployed,
    asked: Search,
    limit: int,
    most_items: int,
    report: Callable[[str], None],
) -> FoundContacts:
    found: list[Item] = []
    looked_at = 0
    is_whole = False
    request: dict[str, Any] = {
        "FilterExpression": "#start BETWEEN :first AND :last",
        "ExpressionAttributeNames": {"#start": "StartTimestamp"},
        "ExpressionAttributeValues": {
            ":first": {"S": asked.period.start},
            ":last": {"S": asked.period.last},
        },
    }
    for page in scanned(deployed, **request):
        records = map(well_formed, page.items)
        found += filter(asked.matches, records)
        looked_at += page.looked_at
        is_whole = page.is_last
        report(f"{looked_at} items of the table looked at, {len(found)} contacts found.")
        if looked_at >= most_items:
            break
    found.sort(key=lambda record: (record["StartTimestamp"], record["ContactId"]))
    return FoundContacts(found[:limit], is_whole and len(found) <= limit, looked_at)

"""The table as the queries read it, against DynamoDB (moto)."""

import random
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Any, Final, NamedTuple

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import Between, ContactQueriesTable, Entry
from adapters.contact_records_table import Key
from adapters.errors import UnavailableError
from contacts.item.buckets import BUCKETS, bucket_of
from contacts.item.indexes import BY_AGENT, BY_QUEUE
from tests.by_hand.agent_events_by_hand import JsonObject, moment
from tests.contact_queries.api_in_memory import indexed_aws, put_items
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.fakes.aws_in_memory import AGENT_STATES, TABLE, InMemoryAws

EXCEPTIONS: Final = ("ConditionalCheckFailedException", "TransactionConflictException")


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with indexed_aws() as aws:
        yield aws


@pytest.fixture
def table(aws: InMemoryAws) -> ContactQueriesTable:
    return ContactQueriesTable(aws.dynamodb, TABLE, pause=lambda _: None)


def item(contact_id: str, second: int, chain_id: str | None = None, **others: Any) -> JsonObject:
    return {
        "ChainId": chain_id or contact_id,
        "ContactId": contact_id,
        "AgentId": "ada",
        "StartTimestamp": moment(second),
    } | others


def test_item_is_read_by_its_key(aws: InMemoryAws, table: ContactQueriesTable) -> None:
    put_items(aws.dynamodb, TABLE, [item("one", 1)])

    assert table.item(Key("one", "one")) == item("one", 1)
    assert table.item(Key("one", "two")) is None


def test_any_number_of_items_is_read(aws: InMemoryAws, table: ContactQueriesTable) -> None:
    names = [f"contact-{number}" for number in range(205)]
    put_items(aws.dynamodb, TABLE, [item(name, 1) for name in names])

    found = table.items(Key(name, name) for name in [*names, "another"])

    assert found == {Key(name, name): item(name, 1) for name in names}
    assert table.items([]) == {}


def test_chain_is_read_whole(aws: InMemoryAws, table: ContactQueriesTable) -> None:
    legs = [item("one", 1), item("two", 2, "one")]
    put_items(aws.dynamodb, TABLE, [*legs, item("other", 3)])

    assert table.chain("one") == legs
    assert table.chain("two") == []


def in_buckets(items: Iterable[JsonObject]) -> list[JsonObject]:
    return [{**each, "Bucket": bucket_of(each["ContactId"])} for each in items]


def ids(entries: Iterable[Entry]) -> list[str]:
    return [entry.contact_id for entry in entries]


def test_entries_of_all_buckets_come_in_order_of_time(
    aws: InMemoryAws, table: ContactQueriesTable
) -> None:
    items = [item(f"contact-{second}", second, QueueId="sales") for second in range(60)]
    put_items(aws.dynamodb, TABLE, in_buckets(reversed(items)))
    put_items(aws.dynamodb, TABLE, in_buckets([item("another's", 1, QueueId="billing")]))
    assert len({each["Bucket"] for each in in_buckets(items)}) > 20

    found = table.entries(BY_QUEUE, "sales", Between(moment(0), moment(60)), expected=5)

    assert ids(found) == [f"contact-{second}" for second in range(60)]


def test_entries_between_two_times_include_both(
    aws: InMemoryAws, table: ContactQueriesTable
) -> None:
    put_items(aws.dynamodb, TABLE, [item(f"contact-{second}", second) for second in range(5)])

    found = table.entries(BY_AGENT, "ada", Between(moment(1), moment(3)), expected=5)

    assert [entry.timestamp for entry in found] == [moment(1), moment(2), moment(3)]


def test_item_without_the_key_is_in_no_index(aws: InMemoryAws, table: ContactQueriesTable) -> None:
    unanswered = item("one", 1)
    del unanswered["AgentId"]
    put_items(aws.dynamodb, TABLE, in_buckets([unanswered]))

    assert not table.has_entries(BY_AGENT, "ada")
    assert not table.has_entries(BY_QUEUE, "sales")


def test_index_that_has_an_id_in_any_bucket_has_it(
    aws: InMemoryAws, table: ContactQueriesTable
) -> None:
    put_items(aws.dynamodb, TABLE, in_buckets([item("one", 1, QueueId="sales")]))

    assert table.has_entries(BY_AGENT, "ada")
    assert table.has_entries(BY_QUEUE, "sales")


def test_contacts_in_progress_are_found_by_instance(
    aws: InMemoryAws, table: ContactQueriesTable
) -> None:
    going_on = [
        item(f"contact-{number}", number, InstanceId=f"instance-{number % 2}", Open="07")
        for number in range(9)
    ]
    put_items(aws.dynamodb, TABLE, [*going_on, item("over", 1, InstanceId="instance-1")])

    assert {key.contact_id for key in table.open_keys("instance-1")} == {
        "contact-1",
        "contact-3",
        "contact-5",
        "contact-7",
    }
    assert len(list(table.open_keys())) == 9


class Query(NamedTuple):
    bucket: str
    limit: int
    found: int


class IndexInAnyOrderOfEquals:
    """A client that answers queries of an index.

    DynamoDB sorts entries by their sort key and does not say how those with equal ones: here they
    come in an order that a test draws, the same each time.
    """

    exceptions = type("Exceptions", (), dict.fromkeys(EXCEPTIONS, ClientError))

    def __init__(self, entries: Iterable[Entry], order: random.Random) -> None:
        shuffled = list(entries)
        order.shuffle(shuffled)
        self._entries = sorted(shuffled, key=lambda entry: entry.timestamp)
        self.queries: list[Query] = []

    def query(self, **request: Any) -> JsonObject:
        bucket, least, greatest = (
            request["ExpressionAttributeValues"][name]["S"]
            for name in (":1", ":least", ":greatest")
        )
        found = [
            entry
            for entry in self._entries
            if bucket_of(entry.contact_id) == bucket and least <= entry.timestamp <= greatest
        ]
        if not request.get("ScanIndexForward", True):
            found.reverse()
        if start := request.get("ExclusiveStartKey"):
            begin = [entry.contact_id for entry in found].index(start["ContactId"]["S"])
            found = found[begin + 1 :]
        page = found[: request["Limit"]]
        self.queries.append(Query(bucket, request["Limit"], len(page)))
        items = [
            {
                "QueueId": {"S": "sales"},
                "Bucket": {"S": bucket},
                "StartTimestamp": {"S": entry.timestamp},
                "ChainId": {"S": entry.chain_id},
                "ContactId": {"S": entry.contact_id},
            }
            for entry in page
        ]
        more = {"LastEvaluatedKey": items[-1]} if len(found) > len(page) else {}
        return {"Items": items, **more}


@given(
    seconds=st.lists(st.integers(0, 4), max_size=70),
    pages=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    expected=st.integers(1, 20),
    newest_first=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_pages_of_any_size_over_all_buckets_give_each_entry_once_and_in_order(
    seconds: list[int],
    pages: list[int],
    expected: int,
    newest_first: bool,
    order: random.Random,
) -> None:
    entries = [
        Entry(moment(second), f"chain-{number % 3}", f"contact-{number}")
        for number, second in enumerate(seconds)
    ]
    client: Any = IndexInAnyOrderOfEquals(entries, order)
    table = ContactQueriesTable(client, TABLE)
    between = Between(moment(1), moment(3))

    found: list[Entry] = []
    for size in cycle(pages):
        page = table.entries(
            BY_QUEUE,
            "sales",
            between,
            after=found[-1] if found else None,
            newest_first=newest_first,
            expected=expected,
        )
        some = list(islice(page, size))
        found += some
        if not some:
            break

    inside = [entry for entry in entries if between.first <= entry.timestamp <= between.last]
    assert found == sorted(inside, reverse=newest_first)


def test_page_costs_one_query_a_bucket_and_a_read_unit_each() -> None:
    """Sixteen entries of an index are less than 4 KB."""
    entries = [Entry(moment(number), "chain", f"contact-{number}") for number in range(2000)]
    client: Any = IndexInAnyOrderOfEquals(entries, random.Random(7))
    table = ContactQueriesTable(client, TABLE)

    found = table.entries(BY_QUEUE, "sales", Between(moment(0), moment(2000)), expected=100)

    assert ids(islice(found, 100)) == [f"contact-{number}" for number in range(100)]
    assert {query.bucket for query in client.queries} == set(BUCKETS)
    assert [query.limit for query in client.queries] == [16] * 32


def test_agents_are_read_by_instance(aws: InMemoryAws) -> None:
    elsewhere = stored_agent("ben") | {"InstanceId": "instance-2"}
    put_items(aws.dynamodb, AGENT_STATES, [stored_agent("ada"), stored_agent("cleo"), elsewhere])
    agent_states = AgentStatesQuery(aws.dynamodb, AGENT_STATES)

    assert [each.agent_id for each in agent_states.agents("instance-1")] == ["ada", "cleo"]
    assert agent_states.agents("instance-3") == []
    assert agent_states.instances() == {"instance-1", "instance-2"}


def test_failure_of_aws_is_told(
    aws: InMemoryAws, table: ContactQueriesTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.eu-central-1.amazonaws.com")

    for operation in ("query", "batch_get_item", "scan"):
        monkeypatch.setattr(aws.dynamodb, operation, fail)
    agent_states = AgentStatesQuery(aws.dynamodb, AGENT_STATES)

    for ask in (
        lambda: table.item(Key("one", "one")),
        lambda: table.items([Key("one", "one")]),
        lambda: table.chain("one"),
        lambda: table.entries(BY_AGENT, "ada", Between(moment(0), moment(1)), expected=1),
        lambda: table.has_entries(BY_AGENT, "ada"),
        lambda: list(table.open_keys()),
        lambda: agent_states.agents("instance-1"),
        agent_states.instances,
    ):
        with pytest.raises(UnavailableError):
            ask()

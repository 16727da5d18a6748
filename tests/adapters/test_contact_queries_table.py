"""The table as the queries read it, against DynamoDB (moto)."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import BY_AGENT, ContactQueriesTable, Entry, StartRange
from adapters.contact_records_table import Key
from adapters.errors import UnavailableError
from tests.by_hand.agent_events_by_hand import JsonObject, moment
from tests.contact_queries.asked_api import indexed_aws, put_items
from tests.contact_queries.questions.test_live_agents import screen
from tests.fakes.aws_in_memory import AGENT_STATES, TABLE, InMemoryAws


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


def test_entries_are_read_piece_by_piece(aws: InMemoryAws, table: ContactQueriesTable) -> None:
    put_items(aws.dynamodb, TABLE, [item(f"contact-{second}", second) for second in (3, 1, 2)])
    put_items(aws.dynamodb, TABLE, [item("another's", 1, AgentId="ben")])

    first = table.entries(BY_AGENT, "ada", limit=2)
    rest = table.entries(BY_AGENT, "ada", after=first.entries[-1])

    assert [entry.contact_id for entry in first.entries] == ["contact-1", "contact-2"]
    assert not first.is_last
    assert rest.entries == [Entry(moment(3), "contact-3", "contact-3")]
    assert rest.is_last
    assert list(table.all_entries(BY_AGENT, "ada")) == [*first.entries, *rest.entries]


def test_entries_of_a_period_include_both_ends(
    aws: InMemoryAws, table: ContactQueriesTable
) -> None:
    put_items(aws.dynamodb, TABLE, [item(f"contact-{second}", second) for second in range(5)])

    page = table.entries(BY_AGENT, "ada", started=StartRange(moment(1), moment(3)))

    assert [entry.start_timestamp for entry in page.entries] == [moment(1), moment(2), moment(3)]


def test_item_without_the_key_is_in_no_index(aws: InMemoryAws, table: ContactQueriesTable) -> None:
    unanswered = item("one", 1)
    del unanswered["AgentId"]
    put_items(aws.dynamodb, TABLE, [unanswered])

    assert list(table.all_entries(BY_AGENT, "ada")) == []


def test_agents_are_read_by_instance(aws: InMemoryAws) -> None:
    elsewhere = screen("ben") | {"InstanceId": "instance-2"}
    put_items(aws.dynamodb, AGENT_STATES, [screen("ada"), screen("cleo"), elsewhere])
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
        lambda: table.entries(BY_AGENT, "ada"),
        lambda: agent_states.agents("instance-1"),
        agent_states.instances,
    ):
        with pytest.raises(UnavailableError):
            ask()

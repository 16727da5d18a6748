"""What the tables in memory, moto and MiniStack do alike, seen through boto3.

``tests/adapters`` asks all three for what the adapters do; here is what else tests and operators'
commands rely on: indexes, pages, conditions of deletes, what is refused.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.fakes.aws_in_memory import (
    TABLE,
    client_of_ministack,
    create_tables,
    in_memory_aws,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Client = "DynamoDBClient"

EMULATORS = [
    "in memory",
    pytest.param("moto", marks=pytest.mark.tables_of_moto),
    pytest.param("MiniStack", marks=pytest.mark.enable_socket),
]


@pytest.fixture(params=EMULATORS)
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Both tables, empty, the records with two indexes."""
    with ExitStack() as stack:
        if request.param == "MiniStack":
            endpoint = request.getfixturevalue("ministack_endpoint")
            client: Client = client_of_ministack(endpoint)
            create_tables(client)
            for table in client.list_tables()["TableNames"]:
                stack.callback(client.delete_table, TableName=table)
        else:
            client = stack.enter_context(
                in_memory_aws(tables_of_moto=request.param == "moto")
            ).dynamodb
        add_index(client, "ByContactId", HASH=["ContactId"])
        add_index(client, "ByAgent", HASH=["AgentId"], RANGE=["StartTimestamp"])
        add_index(client, "ByQueue", HASH=["QueueId", "Bucket"], RANGE=["StartTimestamp"])
        yield client


def add_index(client: Client, name: str, **keys: list[str]) -> None:
    client.update_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in chain(*keys.values())
        ],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": name,
                    "KeySchema": [
                        {"AttributeName": key, "KeyType": kind}  # type: ignore[typeddict-item]
                        for kind in keys
                        for key in keys[kind]
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            }
        ],
    )


def key(chain_id: str, contact_id: str) -> dict[str, Any]:
    return {"ChainId": {"S": chain_id}, "ContactId": {"S": contact_id}}


def put(client: Client, chain_id: str, contact_id: str, **texts: str) -> None:
    attributes = {name: {"S": text} for name, text in texts.items()}
    client.put_item(TableName=TABLE, Item={**key(chain_id, contact_id), **attributes})


def by_agent(client: Client, condition: str = "", **request: Any) -> dict[str, Any]:
    values = {
        ":agent": {"S": "ada"},
        **({":least": {"S": "t1"}, ":greatest": {"S": "t2"}} if condition else {}),
    }
    return dict(
        client.query(
            TableName=TABLE,
            IndexName="ByAgent",
            KeyConditionExpression="AgentId = :agent" + condition,
            ExpressionAttributeValues=values,
            **request,
        )
    )


def contacts(answer: Any) -> list[str]:
    return [item["ContactId"]["S"] for item in answer["Items"]]


def refused(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    return str(refused.value.response["Error"]["Code"])


# Indexes


def test_index_holds_keys_of_items_that_have_them_all_in_order(client: Client) -> None:
    put(client, "one", "late", AgentId="ada", StartTimestamp="t2", Status="COMPLETED")
    put(client, "two", "early", AgentId="ada", StartTimestamp="t1")
    put(client, "two", "of another", AgentId="ben", StartTimestamp="t1")
    put(client, "two", "not begun", AgentId="ada")

    answer = by_agent(client)

    assert contacts(answer) == ["early", "late"]
    assert answer["Items"][1] == {
        **key("one", "late"),
        "AgentId": {"S": "ada"},
        "StartTimestamp": {"S": "t2"},
    }


def test_sort_key_is_between_two_values_that_are_included(client: Client) -> None:
    for number in range(4):
        put(client, "chain", f"leg {number}", AgentId="ada", StartTimestamp=f"t{number}")

    answer = by_agent(client, " AND StartTimestamp BETWEEN :least AND :greatest")

    assert contacts(answer) == ["leg 1", "leg 2"]


def test_scan_finds_what_begins_with_a_text(client: Client) -> None:
    for name in ("leg 1", "leg 2", "other"):
        put(client, "chain", name)

    answer = client.scan(
        TableName=TABLE,
        FilterExpression="begins_with(#id, :beginning)",
        ExpressionAttributeNames={"#id": "ContactId"},
        ExpressionAttributeValues={":beginning": {"S": "leg"}},
    )

    assert contacts(answer) == ["leg 1", "leg 2"]


def test_binary_value_comes_back(client: Client) -> None:
    item = {**key("chain", "leg"), "Bytes": {"B": b"\x00\x01"}, "Texts": {"SS": ["a"]}}
    client.put_item(TableName=TABLE, Item=item)

    assert client.get_item(TableName=TABLE, Key=key("chain", "leg"))["Item"] == item


def test_item_that_loses_a_key_leaves_the_index(client: Client) -> None:
    put(client, "chain", "leg", AgentId="ada", StartTimestamp="t1")

    client.update_item(TableName=TABLE, Key=key("chain", "leg"), UpdateExpression="REMOVE AgentId")

    assert contacts(by_agent(client)) == []


def test_partition_key_of_two_attributes_is_asked_for_whole(client: Client) -> None:
    put(client, "one", "late", QueueId="sales", Bucket="07", StartTimestamp="t2")
    put(client, "two", "early", QueueId="sales", Bucket="07", StartTimestamp="t1")
    put(client, "two", "of another bucket", QueueId="sales", Bucket="08", StartTimestamp="t1")
    put(client, "two", "of none", QueueId="sales", StartTimestamp="t1")
    asked: dict[str, Any] = {"TableName": TABLE, "IndexName": "ByQueue"}
    values = {":queue": {"S": "sales"}, ":bucket": {"S": "07"}, ":least": {"S": "t2"}}

    whole = client.query(
        **asked,
        KeyConditionExpression="QueueId = :queue AND #b = :bucket AND StartTimestamp >= :least",
        ExpressionAttributeNames={"#b": "Bucket"},
        ExpressionAttributeValues=values,
    )
    half = refused(
        client.query,
        **asked,
        KeyConditionExpression="QueueId = :queue",
        ExpressionAttributeValues={":queue": {"S": "sales"}},
    )

    assert contacts(whole) == ["late"]
    assert half == "ValidationException"


def test_scan_of_an_index_shows_its_entries_once_in_whatever_order(client: Client) -> None:
    for number in range(7):
        put(client, "chain", f"leg {number}", AgentId=f"a{number % 2}", StartTimestamp="t")
    put(client, "chain", "without agent", StartTimestamp="t")

    pages = client.get_paginator("scan").paginate(
        TableName=TABLE,
        IndexName="ByAgent",
        FilterExpression="AgentId = :agent",
        ExpressionAttributeValues={":agent": {"S": "a0"}},
        PaginationConfig={"PageSize": 2},
    )

    found = [contact for page in pages for contact in contacts(page)]
    assert sorted(found) == ["leg 0", "leg 2", "leg 4", "leg 6"]


# Pages


def test_pages_of_an_index_follow_each_other(client: Client) -> None:
    for number in range(5):
        put(client, "chain", f"leg {number}", AgentId="ada", StartTimestamp=f"t{number}")

    first = by_agent(client, Limit=2)
    second = by_agent(client, Limit=2, ExclusiveStartKey=first["LastEvaluatedKey"])
    third = by_agent(client, Limit=2, ExclusiveStartKey=second["LastEvaluatedKey"])

    assert [contacts(page) for page in (first, second, third)] == [
        ["leg 0", "leg 1"],
        ["leg 2", "leg 3"],
        ["leg 4"],
    ]
    assert "LastEvaluatedKey" not in third


def test_scan_by_pages_shows_every_item_once(client: Client) -> None:
    places = {(f"chain {number % 3}", f"leg {number}") for number in range(10)}
    for chain_id, contact_id in places:
        put(client, chain_id, contact_id)

    pages = client.get_paginator("scan").paginate(TableName=TABLE, PaginationConfig={"PageSize": 3})
    found = [
        (item["ChainId"]["S"], item["ContactId"]["S"]) for page in pages for item in page["Items"]
    ]

    assert len(found) == len(places)
    assert set(found) == places


@pytest.mark.parametrize("index", [{}, {"IndexName": "ByAgent"}])
def test_segments_of_a_scan_are_all_of_it_once(client: Client, index: dict[str, Any]) -> None:
    for number in range(20):
        put(client, f"chain {number}", "leg", AgentId=f"a{number}", StartTimestamp="t")

    pages = [
        page
        for segment in range(4)
        for page in client.get_paginator("scan").paginate(
            TableName=TABLE,
            Segment=segment,
            TotalSegments=4,
            PaginationConfig={"PageSize": 3},
            **index,
        )
    ]

    found = [item["ChainId"]["S"] for page in pages for item in page["Items"]]
    assert sorted(found) == sorted(f"chain {number}" for number in range(20))


def test_index_is_read_from_its_end_if_that_is_asked_for(client: Client) -> None:
    for number in range(5):
        put(client, "one", f"c{number}", AgentId="ada", StartTimestamp=f"t{number}")

    first = by_agent(client, ScanIndexForward=False, Limit=2)
    place = first["LastEvaluatedKey"]
    second = by_agent(client, ScanIndexForward=False, Limit=2, ExclusiveStartKey=place)

    assert contacts(first) + contacts(second) == ["c4", "c3", "c2", "c1"]


def test_page_ends_after_a_megabyte(client: Client) -> None:
    for number in range(4):
        put(client, "chain", f"leg {number}", Text="x" * 390_000)

    page = client.query(
        TableName=TABLE,
        KeyConditionExpression="ChainId = :chain",
        ExpressionAttributeValues={":chain": {"S": "chain"}},
    )

    assert 2 <= len(page["Items"]) < 4
    assert page["LastEvaluatedKey"] == key("chain", contacts(page)[-1])


def test_filter_and_projection_apply_to_what_is_scanned(client: Client) -> None:
    put(client, "one", "one", Status="COMPLETED", State="CLEARED")
    put(client, "two", "two", Status="IN_PROGRESS")
    put(client, "three", "three")

    answer = client.scan(
        TableName=TABLE,
        FilterExpression="attribute_exists(#status) AND #status <> :open",
        ProjectionExpression="#status",
        ExpressionAttributeNames={"#status": "Status"},
        ExpressionAttributeValues={":open": {"S": "IN_PROGRESS"}},
    )

    assert answer["Items"] == [{"Status": {"S": "COMPLETED"}}]
    assert (answer["Count"], answer["ScannedCount"]) == (1, 3)


# Single items


def test_item_is_got_deleted_and_gone(client: Client) -> None:
    put(client, "chain", "leg", State="ENDED")
    place = key("chain", "leg")

    assert client.get_item(TableName=TABLE, Key=place)["Item"] == {**place, "State": {"S": "ENDED"}}
    client.delete_item(TableName=TABLE, Key=place)
    client.delete_item(TableName=TABLE, Key=place)

    assert "Item" not in client.get_item(TableName=TABLE, Key=place)


def test_delete_is_refused_if_its_condition_does_not_hold(client: Client) -> None:
    put(client, "chain", "leg", State="ENDED")

    code = refused(
        client.delete_item,
        TableName=TABLE,
        Key=key("chain", "leg"),
        ConditionExpression="attribute_not_exists(#state)",
        ExpressionAttributeNames={"#state": "State"},
    )

    assert code == "ConditionalCheckFailedException"
    assert "Item" in client.get_item(TableName=TABLE, Key=key("chain", "leg"))


def test_put_replaces_the_whole_item(client: Client) -> None:
    put(client, "chain", "leg", State="ENDED")
    put(client, "chain", "leg", Status="COMPLETED")

    item = client.get_item(TableName=TABLE, Key=key("chain", "leg"))["Item"]
    assert item == {**key("chain", "leg"), "Status": {"S": "COMPLETED"}}


def test_number_is_added_to(client: Client) -> None:
    for number in ("1", "2"):
        client.update_item(
            TableName=TABLE,
            Key=key("chain", "leg"),
            UpdateExpression="SET Version = :one"
            if number == "1"
            else "SET Version = Version + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    item = client.get_item(TableName=TABLE, Key=key("chain", "leg"))["Item"]
    assert item["Version"] == {"N": "2"}


def test_update_makes_an_item_that_was_not_there(client: Client) -> None:
    client.update_item(
        TableName=TABLE,
        Key=key("chain", "leg"),
        UpdateExpression="SET #state = :state",
        ExpressionAttributeNames={"#state": "State"},
        ExpressionAttributeValues={":state": {"S": "ENDED"}},
    )

    assert contacts(client.scan(TableName=TABLE)) == ["leg"]


# What is refused


def test_table_that_is_not_there_is_refused(client: Client) -> None:
    code = refused(client.get_item, TableName="Another", Key=key("chain", "leg"))

    assert code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "place", [{"ChainId": {"S": "chain"}}, {**key("chain", "leg"), "State": {"S": "ENDED"}}]
)
def test_key_that_is_not_that_of_the_table_is_refused(
    client: Client, place: dict[str, Any]
) -> None:
    assert refused(client.get_item, TableName=TABLE, Key=place) == "ValidationException"


def test_key_of_an_item_is_never_updated(client: Client) -> None:
    code = refused(
        client.update_item,
        TableName=TABLE,
        Key=key("chain", "leg"),
        UpdateExpression="SET ContactId = :other",
        ExpressionAttributeValues={":other": {"S": "other"}},
    )

    assert code == "ValidationException"


@pytest.mark.parametrize("client", [EMULATORS[0], EMULATORS[2]], indirect=True)
def test_transaction_that_comes_again_with_its_token_is_done_once(client: Client) -> None:
    """moto does it again, on which botocore's own second attempt would lose."""
    insert: Any = {
        "TableName": TABLE,
        "Item": key("chain", "leg"),
        "ConditionExpression": "attribute_not_exists(ChainId)",
    }
    for _ in range(2):
        client.transact_write_items(TransactItems=[{"Put": insert}], ClientRequestToken="a" * 36)

    assert contacts(client.scan(TableName=TABLE)) == ["leg"]


def test_transaction_deletes_and_checks_all_or_nothing(client: Client) -> None:
    put(client, "chain", "leg")
    delete: Any = {"Delete": {"TableName": TABLE, "Key": key("chain", "leg")}}
    check: Any = {
        "ConditionCheck": {
            "TableName": TABLE,
            "Key": key("chain", "other"),
            "ConditionExpression": "attribute_exists(ChainId)",
        }
    }

    with pytest.raises(ClientError) as refusal:
        client.transact_write_items(TransactItems=[delete, check])

    reasons: Any = refusal.value.response.get("CancellationReasons")
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert contacts(client.scan(TableName=TABLE)) == ["leg"]

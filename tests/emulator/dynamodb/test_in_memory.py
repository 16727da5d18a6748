"""The tables in memory bill what was done, and refuse what they do not know.

That they behave as DynamoDB does is asked by ``test_contract`` and by ``tests/adapters``.
"""

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import ContactRecordsTable, Key, RecordWrite
from adapters.errors import LostRaceError
from contacts.item_parts import Changes
from emulator.dynamodb.bill import Bill, Refusal
from emulator.dynamodb.capacity import CONTACT_RECORDS
from emulator.dynamodb.errors import OperationError
from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FIRST = Key("chain", "first")
SECOND = Key("chain", "second")


def a_client() -> "DynamoDBClient":
    return boto3.client(
        "dynamodb",
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture
def stub() -> InMemoryDynamoDB:
    return InMemoryDynamoDB.of_contact_chains(is_billed=True)


def sets(**values: Any) -> Changes:
    return Changes({(name,): value for name, value in values.items()}, ())


NAMES = st.sampled_from(["Agent", "State", "Timeline"])
VALUES = st.one_of(
    st.integers(-1000, 1000),
    st.text(max_size=5),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["Id", "Name"]), st.text(max_size=3), max_size=2),
)


@given(st.lists(st.dictionaries(NAMES, VALUES, min_size=1), min_size=1, max_size=4))
def test_table_holds_what_was_written_last(writes: list[dict[str, Any]]) -> None:
    stub = InMemoryDynamoDB.of_contact_chains()
    expected: dict[str, Any] = {}

    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        for number, values in enumerate(writes):
            table.write_record(FIRST, sets(**values), version=number or None)
            expected |= values
        [item] = table.read_chain("chain")

    assert {name: item[name] for name in expected} == expected


def test_bill_tells_who_read_and_wrote_what(stub: InMemoryDynamoDB) -> None:
    stub.bill = Bill("someone")
    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        table.read([FIRST, SECOND], consistent=False)
        table.write_record(FIRST, sets(State="x" * 1500), version=None)

    assert [(read.caller, read.key, read.units) for read in stub.bill.reads] == [
        ("someone", "first", 0.5),
        ("someone", "second", 0.5),
    ]
    assert [(write.units, dict(write.index_units)) for write in stub.bill.writes] == [(2, {})]
    assert [operation for _, operation, _ in stub.bill.calls] == ["BatchGetItem", "UpdateItem"]


def test_batch_is_one_call_and_billed_as_single_writes_are(stub: InMemoryDynamoDB) -> None:
    stub.bill = Bill("someone")
    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        table.write_each(
            [
                RecordWrite(FIRST, sets(State="x" * 1500), None),
                RecordWrite(SECOND, sets(State="ENDED"), None),
            ]
        )
        table.write_each([RecordWrite(FIRST, sets(State="y"), 1)])
        table.write_each([RecordWrite(FIRST, sets(State="z"), 1)])

    assert [write.units for write in stub.bill.writes] == [2, 1, 2]
    assert stub.bill.calls == [("someone", "BatchExecuteStatement", CONTACT_RECORDS)] * 3
    assert stub.bill.refusals == [Refusal("someone", CONTACT_RECORDS, 1)]
    assert [record["eventName"] for record in stub.take_stream_records()] == [
        "INSERT",
        "INSERT",
        "MODIFY",
    ]


def test_refused_write_is_billed_by_what_is_there_and_leaves_it(stub: InMemoryDynamoDB) -> None:
    """An insert is refused because something is there, and then the update that it stands for."""
    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        table.write_record(FIRST, sets(State="x" * 1500), version=None)
        unwritten = table.write_each([RecordWrite(FIRST, sets(State="ENDED"), None)])
        with pytest.raises(LostRaceError):
            table.write_records([RecordWrite(FIRST, sets(State="ENDED"), None)])

    assert unwritten.keys() == {0}
    assert [refusal.units for refusal in stub.bill.refusals] == [2, 2, 4]
    assert len(stub.bill.writes) == 1


def test_transaction_is_billed_twice(stub: InMemoryDynamoDB) -> None:
    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        table.write_records([RecordWrite(FIRST, sets(State="ENDED"), None)])

    assert [write.units for write in stub.bill.writes] == [2]


def test_stream_shows_changes_and_no_others(stub: InMemoryDynamoDB) -> None:
    put = {"TableName": CONTACT_RECORDS, "Item": {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}}

    stub.call("PutItem", put)
    stub.call("PutItem", put)

    [record] = stub.take_stream_records()
    assert record["dynamodb"]["NewImage"] == put["Item"]
    assert stub.take_stream_records() == []


TEXTS = st.sampled_from(["a", "b", "é", "\U0001f600", "\uffff"])
ITEMS = st.fixed_dictionaries(
    {"ChainId": TEXTS, "ContactId": TEXTS},
    optional={"AgentId": st.sampled_from(["ada", "ben"]), "StartTimestamp": TEXTS},
)


@given(
    st.lists(st.tuples(ITEMS, st.booleans()), max_size=12),
    st.tuples(TEXTS, TEXTS),
    st.booleans(),
    st.integers(1, 3),
)
def test_index_that_is_kept_sorted_answers_as_one_that_is_sorted_when_asked(
    writes: list[tuple[dict[str, str], bool]],
    between: tuple[str, str],
    is_forward: bool,
    limit: int,
) -> None:
    stub = InMemoryDynamoDB.of_contact_chains()
    kept: dict[tuple[str, str], dict[str, str]] = {}
    for item, is_deleted in writes:
        key = {name: {"S": item[name]} for name in ("ChainId", "ContactId")}
        kept.pop((item["ChainId"], item["ContactId"]), None)
        if is_deleted:
            stub.call("DeleteItem", {"TableName": CONTACT_RECORDS, "Key": key})
        else:
            kept[item["ChainId"], item["ContactId"]] = item
            wire = {name: {"S": value} for name, value in item.items()}
            stub.call("PutItem", {"TableName": CONTACT_RECORDS, "Item": wire})
    expected = sorted(
        (item["StartTimestamp"], item["ChainId"], item["ContactId"])
        for item in kept.values()
        if item.get("AgentId") == "ada"
        and "StartTimestamp" in item
        and between[0] <= item["StartTimestamp"] <= between[1]
    )

    found: list[tuple[str, ...]] = []
    start: dict[str, Any] = {}
    while True:
        answer = stub.call(
            "Query",
            {
                "TableName": CONTACT_RECORDS,
                "IndexName": "ByAgent",
                "KeyConditionExpression": "AgentId = :a AND StartTimestamp BETWEEN :l AND :g",
                "ExpressionAttributeValues": {
                    ":a": {"S": "ada"},
                    ":l": {"S": between[0]},
                    ":g": {"S": between[1]},
                },
                "ScanIndexForward": is_forward,
                "Limit": limit,
                **start,
            },
        )
        names = ("StartTimestamp", "ChainId", "ContactId")
        found += [tuple(item[name]["S"] for name in names) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    assert found == (expected if is_forward else expected[::-1])


def test_restored_tables_are_as_they_were(stub: InMemoryDynamoDB) -> None:
    key = {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}
    stub.call("PutItem", {"TableName": CONTACT_RECORDS, "Item": key})
    before = stub.snapshot()

    stub.call("PutItem", {"TableName": CONTACT_RECORDS, "Item": {**key, "State": {"S": "x"}}})
    stub.restore(before)

    assert list(stub.items(CONTACT_RECORDS)) == [key]


def test_meter_counts_every_request(stub: InMemoryDynamoDB) -> None:
    with answered_by(stub, latency_seconds=0) as meter:
        ContactRecordsTable(a_client(), CONTACT_RECORDS).read([FIRST], consistent=True)

    assert meter.calls == 1


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("ExportTableToPointInTime", {}),
        ("Scan", {"TableName": CONTACT_RECORDS, "FilterExpression": "size(State) > 3"}),
        ("GetItem", {"TableName": CONTACT_RECORDS, "ReturnConsumedCapacity": "TOTAL"}),
    ],
)
def test_what_is_not_known_is_refused(
    stub: InMemoryDynamoDB, operation: str, request_: dict[str, Any]
) -> None:
    stub.call(
        "PutItem",
        {"TableName": CONTACT_RECORDS, "Item": {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}},
    )

    with pytest.raises(OperationError):
        stub.call(operation, request_)

"""The stub behaves as moto does, seen through boto3, and bills what was done."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from adapters.contact_records_table import ContactRecordsTable, Key, RecordWrite
from adapters.dynamodb.table import LostRaceError, TableUnavailableError
from contacts.item_parts import Changes
from emulator.dynamodb.answered import answered_by
from emulator.dynamodb.capacity import CONTACT_RECORDS, KEYS
from emulator.dynamodb.in_memory import Bill, DynamoDBStub, Refusal
from tests.fakes.partiql_on_moto import partiql_on_moto

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
def stub() -> DynamoDBStub:
    return DynamoDBStub(is_billed=True)


@pytest.fixture(params=["stub", "moto"])
def table(request: pytest.FixtureRequest, stub: DynamoDBStub) -> Iterator[ContactRecordsTable]:
    with ExitStack() as stack:
        if request.param == "stub":
            stack.enter_context(answered_by(stub, latency_seconds=0))
        else:
            stack.enter_context(mock_aws())
            stack.enter_context(partiql_on_moto())
            create_table(a_client())
        yield ContactRecordsTable(a_client(), CONTACT_RECORDS)


def create_table(client: "DynamoDBClient") -> None:
    partition, sort = KEYS[CONTACT_RECORDS]
    client.create_table(
        TableName=CONTACT_RECORDS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in (partition, sort)
        ],
    )


def sets(**values: Any) -> Changes:
    return Changes({(name,): value for name, value in values.items()}, ())


def test_written_record_is_read_again(table: ContactRecordsTable) -> None:
    table.write_record(FIRST, sets(State="ENDED", Agent={"Id": "a"}), version=None)

    assert table.read([FIRST, SECOND], consistent=True) == {
        FIRST: {
            "ChainId": "chain",
            "ContactId": "first",
            "State": "ENDED",
            "Agent": {"Id": "a"},
            "Version": 1,
        }
    }


def test_member_of_a_map_is_set_and_removed(table: ContactRecordsTable) -> None:
    table.write_record(FIRST, sets(Agent={"Id": "a", "Username": "ada"}), version=None)

    changes = Changes({("Agent", "NumberOfHolds"): 2}, (("Agent", "Username"), ("Queue",)))
    table.write_record(FIRST, changes, version=1)

    assert table.read([FIRST], consistent=True)[FIRST]["Agent"] == {"Id": "a", "NumberOfHolds": 2}


def test_member_of_a_map_that_is_not_there_is_refused(table: ContactRecordsTable) -> None:
    with pytest.raises(TableUnavailableError):
        table.write_record(FIRST, Changes({("Agent", "Id"): "a"}, ()), version=None)


@pytest.mark.parametrize("version", [None, 2])
def test_write_on_another_version_loses_the_race(
    table: ContactRecordsTable, version: int | None
) -> None:
    table.write_record(FIRST, sets(State="CONNECTED"), version=None)

    with pytest.raises(LostRaceError):
        table.write_record(FIRST, sets(State="ENDED"), version=version)

    assert table.read([FIRST], consistent=True)[FIRST]["State"] == "CONNECTED"


def test_transaction_writes_everything_or_nothing(table: ContactRecordsTable) -> None:
    table.write_record(FIRST, sets(State="CONNECTED"), version=None)
    one, another = sets(State="ENDED"), sets(State="CONNECTED")

    with pytest.raises(LostRaceError):
        table.write_records([RecordWrite(SECOND, another, None), RecordWrite(FIRST, one, None)])
    assert table.read([SECOND], consistent=True) == {}

    table.write_records([RecordWrite(SECOND, another, None), RecordWrite(FIRST, one, 1)])
    assert table.read([FIRST], consistent=True)[FIRST]["State"] == "ENDED"


def test_writes_of_a_batch_succeed_or_fail_each_by_itself(table: ContactRecordsTable) -> None:
    table.write_record(FIRST, sets(State="CONNECTED", Agent={"Id": "a"}), version=None)
    third, marked = Key("chain", "third"), Key("chain", "marked")
    table.write_links(marked, sets(ExpiresAt=9), version=None, chain_version=1)

    unwritten = table.write_each(
        [
            RecordWrite(FIRST, Changes({("Agent", "Id"): "b"}, (("State",),)), 1),
            RecordWrite(SECOND, sets(State="ENDED"), 1),
            RecordWrite(third, sets(State="ENDED"), None),
            RecordWrite(marked, sets(State="ENDED"), None),
            RecordWrite(Key("chain", "odd"), Changes({("Agent", "Id"): "b"}, ()), None),
        ]
    )

    assert {position: type(error) for position, error in unwritten.items()} == {
        1: LostRaceError,
        4: TableUnavailableError,
    }
    items = table.read([FIRST, SECOND, third, marked], consistent=True)
    assert items[FIRST] == {
        "ChainId": "chain",
        "ContactId": "first",
        "Agent": {"Id": "b"},
        "Version": 2,
    }
    assert items.keys() == {FIRST, third, marked}
    assert items[marked]["Version"] == 1


def test_chain_is_all_items_of_its_partition(table: ContactRecordsTable) -> None:
    for key in (SECOND, FIRST, Key("another", "third")):
        table.write_record(key, sets(State="ENDED"), version=None)

    assert [item["ContactId"] for item in table.read_chain("chain")] == ["first", "second"]


def test_links_of_an_older_chain_are_refused(table: ContactRecordsTable) -> None:
    table.write_record(SECOND, sets(State="ENDED"), version=None)
    table.write_links(SECOND, sets(PreviousContactId="first"), version=1, chain_version=5)

    with pytest.raises(LostRaceError):
        table.write_links(SECOND, sets(PreviousContactId="other"), version=1, chain_version=4)


NAMES = st.sampled_from(["Agent", "State", "Timeline"])
VALUES = st.one_of(
    st.integers(-1000, 1000),
    st.text(max_size=5),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["Id", "Name"]), st.text(max_size=3), max_size=2),
)


@given(st.lists(st.dictionaries(NAMES, VALUES, min_size=1), min_size=1, max_size=4))
def test_stub_holds_what_was_written_last(writes: list[dict[str, Any]]) -> None:
    stub = DynamoDBStub(is_billed=False)
    expected: dict[str, Any] = {}

    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        for number, values in enumerate(writes):
            table.write_record(FIRST, sets(**values), version=number or None)
            expected |= values
        [item] = table.read_chain("chain")

    assert {name: item[name] for name in expected} == expected


def test_bill_tells_who_read_and_wrote_what(stub: DynamoDBStub) -> None:
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


def test_batch_is_one_call_and_billed_as_single_writes_are(stub: DynamoDBStub) -> None:
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


def test_refused_write_is_billed_by_what_is_there_and_leaves_it(stub: DynamoDBStub) -> None:
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


def test_transaction_is_billed_twice(stub: DynamoDBStub) -> None:
    with answered_by(stub, latency_seconds=0):
        table = ContactRecordsTable(a_client(), CONTACT_RECORDS)
        table.write_records([RecordWrite(FIRST, sets(State="ENDED"), None)])

    assert [write.units for write in stub.bill.writes] == [2]


def test_stream_shows_changes_and_no_others(stub: DynamoDBStub) -> None:
    put = {"TableName": CONTACT_RECORDS, "Item": {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}}

    stub.call("PutItem", put)
    stub.call("PutItem", put)

    [record] = stub.take_stream_records()
    assert record["dynamodb"]["NewImage"] == put["Item"]
    assert stub.take_stream_records() == []


def test_restored_tables_are_as_they_were(stub: DynamoDBStub) -> None:
    key = {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}}
    stub.call("PutItem", {"TableName": CONTACT_RECORDS, "Item": key})
    before = stub.snapshot()

    stub.call("PutItem", {"TableName": CONTACT_RECORDS, "Item": {**key, "State": {"S": "x"}}})
    stub.restore(before)

    assert list(stub.items(CONTACT_RECORDS)) == [key]


def test_meter_counts_every_request(stub: DynamoDBStub) -> None:
    with answered_by(stub, latency_seconds=0) as meter:
        ContactRecordsTable(a_client(), CONTACT_RECORDS).read([FIRST], consistent=True)

    assert meter.calls == 1

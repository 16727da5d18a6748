"""`quarantine show`: one record, whole."""

import base64
import json

import pytest

from tests.by_hand.stated_by_hand import amazon_contact_record
from tests.fakes.aws_in_memory import TABLE
from tests.fakes.kinesis_batches import stream_record
from tests.operations.deployment_in_memory import Operated, Run


def test_payload_is_shown_decoded(operated: Operated, run: Run) -> None:
    key = operated.quarantine('{"Username": "zoë"}'.encode(), "no known kind", partition_key="zoe")

    ran = run("quarantine", "show", key)

    assert ran.exit_code == 0
    assert "Reason: no known kind\n" in ran.out
    assert "PartitionKey: zoe\n" in ran.out
    assert 'Payload:\n  {\n    "Username": "zoë"\n  }\n' in ran.out


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b'{"a": 1}', {"Payload": {"a": 1}}),
        (b"[1", {"Payload": "[1"}),
        (b"", {"Payload": ""}),
        (b"\xff\x00", {"PayloadInBase64": base64.b64encode(b"\xff\x00").decode()}),
    ],
)
def test_nothing_of_the_payload_is_lost(
    operated: Operated, run: Run, data: bytes, shown: dict[str, object]
) -> None:
    key = operated.quarantine(data, "a reason")

    [record] = run("quarantine", "show", key, "--json").json["Records"]

    assert {name: record[name] for name in record if name.startswith("Payload")} == shown


def test_kind_and_contact_are_shown(operated: Operated, run: Run) -> None:
    key = operated.quarantine(json.dumps(amazon_contact_record()).encode(), "a reason")

    ran = run("quarantine", "show", key)

    assert "Kind: contact record\nAgentId: ada\nContactId: contact-1\n" in ran.out


def test_batch_is_shown_with_what_lambda_says_of_it(operated: Operated, run: Run) -> None:
    key = operated.give_up([stream_record(b'"first"', 1), stream_record(b'"second"', 2)])

    records = run("quarantine", "show", key, "--json").json["Records"]

    assert [record["Payload"] for record in records] == ["first", "second"]
    assert records[0]["Metadata"]["requestContext"]["approximateInvokeCount"] == 4
    assert "payload" not in records[0]["Metadata"]


def test_one_record_of_a_batch_can_be_chosen(operated: Operated, run: Run) -> None:
    key = operated.give_up([stream_record(b'"first"', 1), stream_record(b'"second"', 2)])

    records = run("quarantine", "show", key, "--record", "2", "--json").json["Records"]

    assert [record["Payload"] for record in records] == ["second"]


def test_missing_record_fails(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "not JSON")

    ran = run("quarantine", "show", key, "--record", "2")

    assert (ran.exit_code, ran.out) == (1, "")
    assert "no record 2: it holds 1" in ran.err


def test_missing_object_fails(run: Run) -> None:
    ran = run("quarantine", "show", "agent_events/nothing.json")

    assert (ran.exit_code, ran.out) == (1, "")
    assert "no object agent_events/nothing.json" in ran.err


def test_unreadable_object_fails(operated: Operated, run: Run) -> None:
    operated.keep("agent_events/s/shard/1.json", b"{")

    ran = run("quarantine", "show", "agent_events/s/shard/1.json")

    assert (ran.exit_code, ran.out) == (1, "")
    assert "agent_events/s/shard/1.json cannot be read" in ran.err


def test_change_of_the_table_is_shown_as_lambda_got_it(operated: Operated, run: Run) -> None:
    operated.aws.dynamodb.put_item(
        TableName=TABLE, Item={"ChainId": {"S": "a chain"}, "ContactId": {"S": "a contact"}}
    )
    key = operated.give_up(operated.table_changes())

    [record] = run("quarantine", "show", key, "--json").json["Records"]

    assert record["Payload"]["dynamodb"]["Keys"]["ChainId"] == {"S": "a chain"}
    assert record["Stream"] == TABLE

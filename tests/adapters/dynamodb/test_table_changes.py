"""What a stream record of the table says."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.dynamodb.table_changes import table_change

KEYS = {"ChainId": {"S": "one"}, "ContactId": {"S": "two"}}


def record(**images: Any) -> dict[str, Any]:
    return {"dynamodb": {"ApproximateCreationDateTime": 1_773_046_800, "Keys": KEYS, **images}}


def test_images_are_plain_items() -> None:
    old = {**KEYS, "Version": {"N": "3"}}
    new = {**KEYS, "Agent": {"M": {"Id": {"S": "ada"}}}, "Timeline": {"L": [{"S": "a fact"}]}}

    change = table_change(record(OldImage=old, NewImage=new))

    assert change.before == {"ChainId": "one", "ContactId": "two", "Version": Decimal(3)}
    assert change.after == {
        "ChainId": "one",
        "ContactId": "two",
        "Agent": {"Id": "ada"},
        "Timeline": ["a fact"],
    }


def test_item_that_was_not_there_or_is_gone_is_none() -> None:
    assert table_change(record(NewImage=KEYS)).before is None
    assert table_change(record(OldImage=KEYS)).after is None


def test_time_is_that_of_the_change() -> None:
    assert table_change(record()).at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_binary_values_of_a_stream_record_are_base64() -> None:
    """Lambda hands the record on as JSON."""
    image = {**KEYS, "Odd": {"B": "AAE="}, "OddSet": {"BS": ["AAE="]}}

    assert table_change(record(NewImage=image)).after == {
        "ChainId": "one",
        "ContactId": "two",
        "Odd": b"\x00\x01",
        "OddSet": {b"\x00\x01"},
    }

"""Sizes by the examples and rules of DynamoDB's page on capacity units."""

import pytest
from boto3.dynamodb.types import TypeSerializer

from emulator.dynamodb.item_size import attribute_size, item_size, value_size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "abc"}, 3),
        ({"S": "Zoë"}, 4),
        ({"N": "7"}, 2),
        ({"N": "1836119390"}, 6),
        ({"N": "100"}, 2),
        ({"N": "-12"}, 3),
        ({"N": "0"}, 1),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": "AAEC"}, 3),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["7", "100"]}, 4),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 3 + (1 + 2) + (1 + 1)),
        ({"M": {"Id": {"S": "ab"}}}, 3 + 1 + 2 + 2),
    ],
)
def test_value_has_the_documented_size(value: dict[str, object], size: int) -> None:
    assert value_size(value) == size


def test_name_counts_with_its_value() -> None:
    assert attribute_size("State", {"S": "ENDED"}) == 10


def test_item_is_the_sum_of_its_attributes() -> None:
    plain = {"ContactId": "c", "Agent": {"NumberOfHolds": 2}, "Timeline": ["t"]}
    item = {name: TypeSerializer().serialize(value) for name, value in plain.items()}

    assert item_size(item) == (9 + 1) + (5 + 3 + 1 + 13 + 2) + (8 + 3 + 1 + 1)


def test_type_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="GEO"):
        value_size({"GEO": "52.5,13.4"})

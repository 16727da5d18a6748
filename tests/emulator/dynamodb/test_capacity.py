"""Units by DynamoDB's documented rules, and the indexes as they are deployed."""

import pytest

from emulator.dynamodb.capacity import (
    CONTACT_RECORDS,
    index_write_units,
    read_units,
    write_units,
)


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [(0, 0, 1), (0, 1024, 1), (0, 1025, 2), (3000, 100, 3), (100, 2049, 3)],
)
def test_write_costs_the_larger_of_before_and_after(before: int, after: int, units: int) -> None:
    assert write_units(before, after) == units


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(0, False, 0.5), (0, True, 1), (4096, True, 1), (4097, True, 2), (9000, False, 1.5)],
)
def test_read_costs_half_unless_it_is_consistent(size: int, consistent: bool, units: float) -> None:
    assert read_units(size, consistent=consistent) == units


def item(**attributes: str) -> dict[str, dict[str, str]]:
    named = {"ChainId": "chain", "ContactId": "contact", **attributes}
    return {name: {"S": value} for name, value in named.items()}


def test_new_item_costs_an_entry_in_each_index_whose_keys_it_has() -> None:
    new = item(StartTimestamp="t", AgentId="a")

    assert index_write_units(CONTACT_RECORDS, None, new) == {"ByAgent": 1}


def test_write_that_moves_no_key_costs_no_index() -> None:
    before = item(StartTimestamp="t", AgentId="a", State="CONNECTED")
    after = item(StartTimestamp="t", AgentId="a", State="ENDED")

    assert index_write_units(CONTACT_RECORDS, before, after) == {}


def test_key_that_moves_costs_a_delete_and_a_put() -> None:
    before = item(StartTimestamp="t", Bucket="07", QueueId="one")
    after = item(StartTimestamp="t", Bucket="07", QueueId="another")

    assert index_write_units(CONTACT_RECORDS, before, after) == {"ByQueue": 2}


def test_key_that_goes_costs_a_delete() -> None:
    before = item(InstanceId="i", Open="07")
    after = item(StartTimestamp="t")

    assert index_write_units(CONTACT_RECORDS, before, after) == {"Open": 1}

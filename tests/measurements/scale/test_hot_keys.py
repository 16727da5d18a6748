"""Contacts far from usual, small enough for a test: what is said of them is what is stored."""

import pytest

from emulator.dynamodb.item_size import item_size
from measurements.scale.hot_keys import MOST_ITEM_BYTES, busy_agent, held_contact, long_chain

pytestmark = pytest.mark.usefixtures("own_functions")


def test_held_contact_grows_with_every_hold_until_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("measurements.scale.hot_keys.MOST_ITEM_BYTES", 8 * 1024)

    held = held_contact(8)

    assert 0 < held.bytes_per_hold < 400
    assert held.item_bytes < 8 * 1024
    assert 8 < held.holds_at_limit < 100
    assert held.units_of_last_write == -(-held.item_bytes // 1024)
    put_aside, _, records = held.quarantined.partition(" of ")
    assert 0 < int(put_aside) <= int(records.removesuffix(" records"))


def test_limit_is_that_of_dynamodb() -> None:
    assert MOST_ITEM_BYTES == 400 * 1024
    assert item_size({"ContactId": {"S": "x" * 10}}) == 19


def test_chain_costs_more_to_look_at_the_longer_it_is() -> None:
    short, long = long_chain(3), long_chain(9)

    assert (short.legs, long.legs) == (3, 9)
    assert short.bytes_of_all < long.bytes_of_all
    assert short.read_units <= long.read_units
    assert short.written < long.written
    assert long.last_leg_written <= long.written


def test_busy_agent_writes_what_changed_and_not_all_that_is_shown() -> None:
    few, many = busy_agent(2), busy_agent(6)

    assert few.state_bytes < many.state_bytes
    assert few.event_bytes < many.event_bytes
    assert many.units_per_event <= few.units_per_event + 3

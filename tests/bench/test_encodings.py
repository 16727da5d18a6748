"""Encodings leave the item that they are tried on as it is, and make it smaller."""

import copy
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from bench.encodings import ENCODINGS, Encoding, transition_count
from bench.item_size import item_size

AGENT = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
PLAIN = {
    "ContactId": "c",
    "Status": "IN_PROGRESS",
    "State": "CONNECTED",
    "AgentId": AGENT,
    "Attempts": [{"AgentId": AGENT, "Username": "cleo"}],
    "Agent": {"Id": AGENT, "NumberOfHolds": 0, "RoutingProfile": {"Id": "p"}},
    "Timeline": [
        f"2026-03-09T09:08:06.000Z CONNECTING {AGENT}",
        f"2026-03-09T09:08:10.000Z CONNECTED {AGENT}",
    ],
}


def wire_item(**changes: Any) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in (PLAIN | changes).items()}


def test_first_encoding_is_the_item_as_it_is() -> None:
    assert ENCODINGS[0].size(wire_item()) == item_size(wire_item())


@pytest.mark.parametrize("encoding", ENCODINGS[1:], ids=lambda encoding: encoding.name)
def test_open_item_gets_smaller_and_the_original_stays(encoding: Encoding) -> None:
    item = wire_item()
    before = copy.deepcopy(item)

    assert encoding.size(item) < item_size(item)
    assert item == before


def test_what_follows_stays_in_a_complete_item_where_only_open_ones_are_lean() -> None:
    lean_while_open = next(each for each in ENCODINGS if each.name.startswith("D"))
    item = wire_item(Status="COMPLETED")

    assert lean_while_open.size(item) == item_size(item)


def test_times_and_agents_of_the_timeline_take_few_bytes() -> None:
    compact = next(each for each in ENCODINGS if each.name.startswith("B"))
    four_seconds_later = len("2026-03-09T09:08:10.000Z") - len("334")
    by_number = 2 * (len(AGENT) - len("0"))
    one_string = (3 + 1 + 1) - len(";")

    saved = item_size(wire_item()) - compact.size(wire_item())

    assert saved == four_seconds_later + by_number + one_string


def test_transitions_are_the_facts_of_the_timeline() -> None:
    assert transition_count(wire_item()) == 2
    assert transition_count({}) == 0

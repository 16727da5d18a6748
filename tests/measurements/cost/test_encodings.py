"""Encodings leave the item that they are tried on as it is, and make it smaller."""

import copy
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from contacts.record.contact_record import contact_record
from emulator.dynamodb.item_size import item_size
from measurements.cost.encodings import AS_STORED, ENCODINGS, Encoding, transition_count, whole_item
from tests.by_hand.agent_events_by_hand import Step, item_of, record_of
from tests.by_hand.stated_by_hand import contact_event_detail, facts_by_event

BEN = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
STEPS: tuple[Step, ...] = (
    (0, "ada", "CONNECTING"),
    (20, "ada", "MISSED"),
    (22, BEN, "CONNECTING"),
    (25, BEN, "CONNECTED"),
    (40, BEN, "CONNECTED_ONHOLD"),
    (50, BEN, "CONNECTED"),
    (65, BEN, "ENDED"),
)
CLEARED: Step = (70, BEN, "CLEARED")


def wire_item(*steps: Step) -> dict[str, Any]:
    return on_the_wire(item_of(record_of(*(steps or STEPS))))


def on_the_wire(item: dict[str, Any]) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in item.items()}


def named(beginning: str) -> Encoding:
    return next(each for each in ENCODINGS if each.name.startswith(beginning))


@pytest.mark.parametrize("number", range(1, len(STEPS) + 2))
def test_one_of_the_encodings_is_that_of_the_items_as_they_are(number: int) -> None:
    item = wire_item(*(*STEPS, CLEARED)[:number])

    assert AS_STORED.size(whole_item(item)) == item_size(item)


def test_what_other_sources_state_stays_in_the_items_as_they_are() -> None:
    event = contact_event_detail(eventType="DISCONNECTED", disconnectTimestamp=None)
    known = record_of(*STEPS).facts.merge(facts_by_event(event))
    item = on_the_wire(item_of(contact_record(known)))

    assert item["Status"] == {"S": "IN_PROGRESS"}
    assert "AfterContactWorkStartTimestamp" in item["Agent"]["M"]
    assert AS_STORED.size(whole_item(item)) == item_size(item)


@pytest.mark.parametrize("encoding", ENCODINGS[1:], ids=lambda encoding: encoding.name)
def test_open_item_gets_smaller_and_the_original_stays(encoding: Encoding) -> None:
    item = whole_item(wire_item())
    before = copy.deepcopy(item)

    assert encoding.size(item) < item_size(item)
    assert item == before


def test_what_follows_stays_in_a_complete_item_where_only_open_ones_are_lean() -> None:
    item = whole_item(wire_item(*STEPS, CLEARED))

    assert AS_STORED.size(item) == named("1").size(item)


def test_times_of_the_timeline_take_few_bytes() -> None:
    item = whole_item(wire_item(*STEPS[2:4]))
    three_seconds_later = len("2026-03-09T09:08:10.000Z") - len("2bc")
    one_string = (3 + 1 + 1) - len(";")

    saved = AS_STORED.size(item) - named("6").size(item)

    assert saved == three_seconds_later + one_string


def test_transitions_are_the_facts_of_the_timeline() -> None:
    assert transition_count(wire_item()) == len(STEPS)
    assert transition_count({}) == 0

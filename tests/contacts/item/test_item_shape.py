"""What is read of a stored item: all of a usual one, of an odd one what is of its kind."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from contact_queries.documents.published_events import schema_of
from contact_queries.documents.records import ContactRecordDocument
from contacts.errors import MisshapenItemError
from contacts.item.contact_item import facts_of_item, holds_record
from contacts.item.item_shape import check_shape, well_formed, well_formed_state
from contacts.record.contact_record import contact_record, is_dated
from contacts.views.amazon_format import amazon_contact_record
from contacts.views.chain_story import chain_story
from contacts.views.published_events import detail_text, events_again, published_events
from tests.by_hand.agent_events_by_hand import INSTANCE_ARN, JsonObject, item_of, moment
from tests.oracles.stored_records import as_read_back
from tests.strategies.odd_items import (
    ODD,
    ROOT,
    odd_contacts,
    odd_values,
    odd_versions_of,
    stored_contacts,
)
from tests.strategies.statement_strategies import facts_of_any_source

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"

USUAL = [*stored_contacts(), *stored_contacts(initial=ROOT)]
odd = odd_contacts() | odd_contacts(initial=ROOT)
RECORD: TypeAdapter[Any] = TypeAdapter(ContactRecordDocument)


@given(facts_of_any_source())
def test_everything_is_read_of_what_is_stored_of_any_sources(known: list[Any]) -> None:
    for facts in filter(is_dated, known):
        item = as_read_back(item_of(contact_record(facts)))

        assert well_formed(item) == item
        check_shape(item)


def test_everything_is_read_of_marks_and_links() -> None:
    linked = {
        "ChainId": ROOT,
        "ContactId": ODD,
        "MovedToChainId": "contact-9",
        "PreviousContactId": ROOT,
        "NextContactId": "contact-2",
        "LinkEvidence": "INFERRED",
        "TransferType": "CONSULT",
        "LinkDisagreements": {"TransferType": "TRANSFER", "AgentInteractionDuration": 7},
        "LinksStatedBy": "CONTACT_RECORD",
        "Version": 2,
        "ChainVersion": 3,
        "ExpiresAt": 1_800_000_000,
    }

    assert well_formed(linked) == linked


@pytest.mark.parametrize("attribute", ["Channel", "Queue", "Agent", "Timeline", "Attempts"])
@pytest.mark.parametrize("value", [7, True, b"\x00", None, [["x"]], {"x": {"y": "z"}}])
def test_attribute_of_another_kind_is_not_known(attribute: str, value: Any) -> None:
    item = USUAL[0] | {attribute: value}

    left = well_formed(item)

    assert left == {name: USUAL[0][name] for name in USUAL[0] if name != attribute}
    with pytest.raises(MisshapenItemError, match=f"says: {attribute}"):
        check_shape(item)


def test_member_of_another_kind_is_not_known_and_the_others_are() -> None:
    queue = {"Name": "Sales", "EnqueueTimestamp": "yesterday", "Duration": "7"}

    assert well_formed({"Queue": queue}) == {"Queue": {"Name": "Sales"}}


def test_line_that_has_not_all_its_parts_is_left_out() -> None:
    lines = [
        f"{moment(0)} CONNECTING ada",
        "nonsense",
        f"{moment(1)} CONNECTED",
        f"{moment(2)} ENDED ben",
    ]

    assert well_formed({"Timeline": lines}) == {"Timeline": [lines[0], lines[3]]}


def test_attribute_without_a_place_in_the_item_is_not_read() -> None:
    item = USUAL[2] | {"ANewAttribute": {"x"}}

    assert well_formed(item) == USUAL[2]
    check_shape(item)


def test_agent_of_whom_nothing_says_when_they_answered_cannot_be_written_again() -> None:
    item = json.loads(json.dumps(USUAL[2]))
    del item["Agent"]["ConnectedToAgentTimestamp"]

    with pytest.raises(MisshapenItemError, match="ConnectedToAgentTimestamp"):
        check_shape(item)


@given(odd)
def test_reading_twice_reads_the_same(item: JsonObject) -> None:
    left = well_formed(item)

    assert well_formed(left) == left


@given(odd)
def test_odd_record_is_shown_with_what_it_has(item: JsonObject) -> None:
    shown = well_formed(item)

    RECORD.validate_python(dict(shown))
    amazon_contact_record(
        {name: shown[name] for name in shown if name != "InstanceId"}, INSTANCE_ARN
    )
    if is_dated(facts_of_item(shown)):
        contact_record(facts_of_item(shown))


@given(odd_contacts(initial=ROOT), st.sampled_from(stored_contacts(ROOT)))
def test_odd_leg_leaves_the_others_of_its_chain_as_they_are(
    item: JsonObject, other: JsonObject
) -> None:
    item = item | {"ChainId": ROOT}
    alone = chain_story(ROOT, [other])

    story = chain_story(ROOT, [well_formed(item), other])

    assert story
    assert alone
    assert alone.legs[0] in story.legs


@given(odd, st.none() | odd | st.sampled_from(USUAL), st.booleans())
def test_odd_change_is_published_by_the_contract(
    item: JsonObject, other: JsonObject | None, is_before: bool
) -> None:
    before, after = (item, other) if is_before else (other, item)

    for event in (*published_events(before, after), *events_again(item)):
        text, _ = detail_text(event, most_bytes=200_000)
        detail = json.loads(text)
        # Without a Version, which only Lambda 1 counts up, consumers cannot tell what is newer.
        detail.setdefault("Version", 0)
        Draft202012Validator(schema_of(event.detail_type, SCHEMAS)).validate(detail)


@given(odd_values(), odd_values())
def test_any_state_of_an_agent_is_read(contact: Any, value: Any) -> None:
    item = {"InstanceId": "i", "AgentId": "a", "Contacts": [contact], "EventTimestamp": value}

    left = well_formed_state(item)

    assert well_formed_state(left) == left
    assert holds_record(left) is False


@given(odd_versions_of(USUAL[0], "ChainId", "ContactId"))
def test_check_refuses_what_would_not_be_read(item: JsonObject) -> None:
    known = {name: item[name] for name in item if name != "ANewAttribute"}
    try:
        check_shape(item)
    except MisshapenItemError:
        return

    assert well_formed(item) == known

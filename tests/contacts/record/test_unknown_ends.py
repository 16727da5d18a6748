"""A contact whose end nobody can tell: closed as such, until something newer is known."""

from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import facts_of_item, record_attributes, record_changes
from contacts.item.item_shape import check_shape
from contacts.item_parts import Item
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    contact,
    facts_from,
    moment,
    snapshot,
)
from tests.by_hand.stated_by_hand import contact_event_detail, facts_by_event
from tests.oracles.stored_records import applied

NOT_KNOWN_YET = dict.fromkeys(
    (
        "initialContactId",
        "previousContactId",
        "relatedContactId",
        "connectedToSystemTimestamp",
        "disconnectTimestamp",
        "disconnectReason",
        "agentInfo",
    )
)


def event(event_type: str, **fields: Any) -> ContactFacts:
    """A contact event of a call that waits in a queue since the second second."""
    named = {"contactId": "contact-1", "eventType": event_type, "initiationMethod": "INBOUND"}
    return facts_by_event(contact_event_detail(**NOT_KNOWN_YET | named | fields))


def end_unknown(last_known: float) -> ContactFacts:
    """The word that nobody can tell how the contact went on after a second."""
    return facts_by_event(
        {
            "eventType": "END_UNKNOWN",
            "contactId": "contact-1",
            "lastKnownTimestamp": moment(last_known),
        }
    )


def item_of(*known: ContactFacts) -> Item:
    facts = reduce(ContactFacts.merge, known)
    return record_attributes(contact_record(facts), record_ttl_days=30)


def ringing_at(second: float) -> ContactFacts:
    ringing = agent_event(second, current=snapshot(contact("CONNECTING", second)), agent="ada")
    return facts_from(ringing)


QUEUED = event("QUEUED")
LEFT = event("DISCONNECTED", disconnectTimestamp=moment(90))


def test_contact_known_by_contact_events_alone_is_open_until_its_end_is_known() -> None:
    assert item_of(QUEUED)["Status"] == "IN_PROGRESS"


def test_contact_whose_end_nobody_can_tell_is_closed_as_such() -> None:
    item = item_of(QUEUED, end_unknown(2))

    assert item["Status"] == "END_UNKNOWN"
    assert "Open" not in item
    assert "DisconnectTimestamp" not in item
    assert item["LastUpdateTimestamp"] == moment(2)


def test_end_that_becomes_known_later_counts_for_more_than_that_it_was_not_known() -> None:
    assert item_of(QUEUED, end_unknown(2), LEFT) == {
        **item_of(QUEUED, LEFT),
        "Evidence": item_of(QUEUED, end_unknown(2), LEFT)["Evidence"],
    }


def test_contact_that_anything_newer_is_known_of_is_open_again() -> None:
    item = item_of(QUEUED, end_unknown(2), ringing_at(100))

    assert item["Status"] == "IN_PROGRESS"
    assert item["Open"] == item["Bucket"]
    assert item["State"] == "CONNECTING"


def test_contact_that_was_opened_again_is_closed_by_a_newer_word() -> None:
    item = item_of(QUEUED, end_unknown(2), ringing_at(100), end_unknown(100))

    assert item["Status"] == "END_UNKNOWN"


def test_offer_whose_end_nobody_can_tell_says_so_and_has_no_end() -> None:
    item = item_of(ringing_at(100), end_unknown(100))

    (attempt,) = item["Attempts"]
    assert attempt["ClearedEvidence"] == "UNKNOWN"
    assert not attempt.keys() & {"EndedTimestamp", "ClearedTimestamp", "RingDuration"}
    assert item["State"] == "CONNECTING"


def test_contact_with_an_unknown_end_is_stored_as_documented_and_read_as_it_is() -> None:
    item: JsonObject = {"ChainId": "contact-1", "ContactId": "contact-1"}
    item |= item_of(QUEUED, ringing_at(100), end_unknown(100))

    check_shape(item)
    assert item["Status"] == "END_UNKNOWN"
    assert "LastKnownTimestamp" not in item


@given(
    st.permutations(
        [QUEUED, end_unknown(2), ringing_at(100), end_unknown(100), end_unknown(50), QUEUED]
    ),
    st.integers(0, 5),
)
def test_neither_order_nor_repetition_nor_storing_in_between_changes_a_record(
    known: list[ContactFacts], again: int
) -> None:
    item: JsonObject = {"ContactId": "contact-1"}
    for facts in [*known, known[again]]:
        so_far = facts_of_item(item).merge(facts) if len(item) > 1 else facts
        attributes = record_attributes(contact_record(so_far), record_ttl_days=30)
        item = applied(record_changes(item, attributes), item)

    assert {name: item[name] for name in item if name != "ContactId"} == item_of(*known)

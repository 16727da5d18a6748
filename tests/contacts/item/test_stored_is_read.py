"""What the functions store is what they, and whoever answers questions, read of it."""

from dataclasses import fields, replace
from typing import Any

import pytest

from contacts.chain.links import Links
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import (
    facts_of_item,
    link_changes,
    status_changes,
)
from contacts.item.item_shape import check_shape, well_formed
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import item_of, moment
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    facts_by_event,
    facts_by_record,
    in_envelope,
)
from tests.oracles.stored_records import applied, as_read_back

ALL_LINKS = Links(
    previous_contact_id="contact-0",
    next_contact_id="contact-2",
    link_evidence="CONTACT_RECORD",
    transfer_type="CONFERENCE",
    conference_joined_timestamp=moment(20),
    customer_left_timestamp=moment(40),
    dial_outcome="BRIDGED",
    agent_interaction_duration=46,
    disagreements={"TransferType": "TRANSFER", "AgentInteractionDuration": 55},
)
EVERY_SOURCE = (
    facts_by_record(
        amazon_contact_record(),
        "Attributes.orderId",
        "CustomerEndpoint",
        "SystemEndpoint",
        "TransferredToEndpoint",
        "Tags.Dept",
        "SegmentAttributes.connect:Subtype",
    ),
    facts_by_event(in_envelope(contact_event_detail(contactId="contact-1"))),
)


@pytest.mark.parametrize("facts", EVERY_SOURCE)
def test_all_that_both_functions_store_is_read_again(facts: ContactFacts) -> None:
    record = contact_record(facts)
    item = as_read_back(item_of(record))
    item = applied(link_changes(item, ALL_LINKS), item)
    item = applied(status_changes(item, record, ALL_LINKS, taken_back=True), item)

    assert well_formed(item) == item
    assert facts_of_item(well_formed(item)) == facts_of_item(item)
    check_shape(item)


@pytest.mark.parametrize("name", [each.name for each in fields(Links)])
def test_link_that_is_stored_is_not_written_again(name: str) -> None:
    links = replace(Links(), **{name: getattr(ALL_LINKS, name)})
    item: Any = as_read_back(item_of(contact_record(EVERY_SOURCE[0])))
    stored = applied(link_changes(item, links), item)

    assert not link_changes(well_formed(stored), links)

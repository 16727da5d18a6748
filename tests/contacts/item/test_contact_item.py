"""The record as a table item, there and back, and what an update writes."""

from copy import replace
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.chain.links import Links
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import AGENT_ID, INITIAL_CONTACT, INTERACTION, LAST_UPDATE, Statement
from contacts.item.contact_item import facts_of_item, holds_record, link_changes, record_changes
from contacts.item_parts import Changes
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import (
    CLEARED,
    CONNECTED,
    ENDED,
    OFFERED,
    JsonObject,
    Step,
    arn,
    attributes_of,
    contacts_of,
    events_of_steps,
    facts_from,
    item_of,
    leg,
    moment,
    record_of,
    stored_attributes_of,
)
from tests.oracles.stored_records import applied, as_read_back
from tests.strategies.contact_strategies import event_lists
from tests.strategies.statement_strategies import bare_facts, facts_of_any_source

HELD = (20, "ada", "CONNECTED_ONHOLD")
RESUMED = (30, "ada", "CONNECTED")
LINKS = Links(
    previous_contact_id="contact-0",
    next_contact_id="contact-2",
    link_evidence="INFERRED",
    transfer_type="TRANSFER",
    agent_interaction_duration=40,
)


def facts_of_agent_events() -> st.SearchStrategy[list[ContactFacts]]:
    """What some events assert of one contact."""
    return (
        event_lists(("contact-1",), min_size=1)
        .map(lambda events: [each for event in events for each in contacts_of([event]).values()])
        .filter(bool)
    )


def second_leg(*steps: Step) -> ContactRecord:
    return leg("contact-1", *steps, InitialContactId="contact-0", InitiationMethod="TRANSFER")


def facts_of_second_leg(*, agent: Statement) -> ContactFacts:
    """What a contact record states of a leg that no agent's snapshot showed."""
    stated: Statement = {LAST_UPDATE: moment(90), INITIAL_CONTACT: "contact-0", **agent}
    return replace(bare_facts(), contact_record=stated)


def stored(record: ContactRecord) -> JsonObject:
    """The item as it is read."""
    item: JsonObject = as_read_back(item_of(record))
    return item


def linked(record: ContactRecord) -> JsonObject:
    """The item as it is read after Lambda 2 has linked and marked it."""
    item = stored(record)
    return applied(link_changes(item, LINKS), item) | {"ChainVersion": Decimal(2)}


# There and back


@pytest.mark.parametrize(
    "steps",
    [
        (OFFERED,),
        (OFFERED, CONNECTED),
        (OFFERED, CONNECTED, HELD, RESUMED, ENDED, CLEARED),
        (OFFERED, (20, "ada", "MISSED"), (22, "Zoë B.", "CONNECTING"), (25, "Zoë B.", "CONNECTED")),
        (OFFERED, (9, "ada", "A_NEW_STATE")),
    ],
)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"InitialContactId": "contact-0"},
        {"InitiationMethod": "MONITOR"},
        {"InitiationMethod": None, "Channel": None, "Queue": None, "QueueTimestamp": None},
        {"Queue": {"ARN": arn("queue", "agent/ada"), "Name": None}},
    ],
)
def test_item_gives_back_the_facts(steps: tuple[Step, ...], fields: dict[str, Any]) -> None:
    facts = facts_from(*events_of_steps(*steps, **fields))

    given_back = facts_of_item(stored(contact_record(facts)))

    assert attributes_of(contact_record(given_back)) == attributes_of(contact_record(facts))
    assert given_back.timeline == facts.timeline
    assert given_back.answering_agent == facts.answering_agent
    assert given_back.queue == facts.queue


def test_item_gives_back_all_facts_where_every_agent_was_offered_the_contact() -> None:
    facts = facts_from(*events_of_steps(OFFERED, CONNECTED, HELD, RESUMED, ENDED, CLEARED))

    assert facts_of_item(stored(contact_record(facts))) == facts


@given(facts_of_agent_events() | facts_of_any_source())
def test_item_of_any_facts_gives_back_the_same_record(known: list[ContactFacts]) -> None:
    record = contact_record(reduce(ContactFacts.merge, known))

    given_back = contact_record(facts_of_item(stored(record)))

    assert stored_attributes_of(given_back) == stored_attributes_of(record)


def test_timeline_is_the_sorted_facts_as_text() -> None:
    attributes = attributes_of(record_of(OFFERED, CONNECTED, ENDED))

    assert attributes["Timeline"] == [
        f"{moment(0)} CONNECTING ada",
        f"{moment(5)} CONNECTED ada",
        f"{moment(65)} ENDED ada",
    ]


def test_event_that_described_the_agent_is_kept_where_it_was_not_the_connecting_one() -> None:
    connecting, _connected, held = events_of_steps(OFFERED, CONNECTED, HELD)

    agent = attributes_of(contact_record(facts_from(connecting, held)))["Agent"]

    assert agent["ConnectedToAgentTimestamp"] == moment(5)
    assert agent["EventTimestamp"] == moment(20)


def test_record_lives_for_its_days_after_its_newest_fact() -> None:
    # 2026-03-09T09:01:05Z and 30 days.
    attributes = stored_attributes_of(record_of(OFFERED, CONNECTED, ENDED))

    assert attributes["ExpiresAt"] == 1_775_638_865


def test_open_contact_is_found_by_its_instance_and_a_finished_one_is_not() -> None:
    ringing = attributes_of(record_of(OFFERED))
    finished = attributes_of(record_of(OFFERED, CONNECTED, ENDED, CLEARED))

    assert (ringing["InstanceId"], ringing["Open"]) == ("instance-1", ringing["Bucket"])
    assert "Open" not in finished


def test_contact_is_found_by_the_time_of_its_first_failed_offer() -> None:
    missed = (OFFERED, (20, "ada", "MISSED"), (30, "ben", "CONNECTING"), (90_000, "ben", "ERROR"))

    assert attributes_of(record_of(*missed))["FailedOfferTimestamp"] == moment(20)
    assert "FailedOfferTimestamp" not in attributes_of(record_of(OFFERED, CONNECTED))


def test_attributes_of_a_plain_call_are_these() -> None:
    record = record_of(OFFERED, CONNECTED, HELD, RESUMED, ENDED, CLEARED)

    assert stored_attributes_of(record) == {
        "InstanceId": "instance-1",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "State": "CLEARED",
        "StateStartTimestamp": moment(70),
        "Status": "COMPLETED",
        "AgentConnectionAttempts": 1,
        "Attempts": [
            {
                "AgentId": "ada",
                "Username": "ada",
                "OfferedTimestamp": moment(0),
                "AnsweredTimestamp": moment(5),
                "EndedTimestamp": moment(65),
                "ClearedTimestamp": moment(70),
                "RingDuration": 5,
                "Outcome": "HANDLED",
            }
        ],
        "AgentId": "ada",
        "Agent": {
            "Username": "ada",
            "RoutingProfile": {"Id": "phones", "Name": "Phones"},
            "HierarchyGroups": {"Level1": {"Id": "europe", "GroupName": "Europe"}},
            "ConnectedToAgentTimestamp": moment(5),
            "AgentInteractionDuration": 50,
            "CustomerHoldDuration": 10,
            "LongestHoldDuration": 10,
            "NumberOfHolds": 1,
            "AfterContactWorkStartTimestamp": moment(65),
            "AfterContactWorkEndTimestamp": moment(70),
            "AfterContactWorkDuration": 5,
        },
        "QueueId": "sales",
        "Queue": {
            "Name": "Sales",
            "EnqueueTimestamp": moment(-20),
            "DequeueTimestamp": moment(5),
            "Duration": 25,
        },
        "Timeline": [
            f"{moment(0)} CONNECTING ada",
            f"{moment(5)} CONNECTED ada",
            f"{moment(20)} CONNECTED_ONHOLD ada",
            f"{moment(30)} CONNECTED ada",
            f"{moment(65)} ENDED ada",
            f"{moment(70)} CLEARED ada",
        ],
        "LastUpdateTimestamp": moment(70),
        "StartTimestamp": moment(-20),
        "Bucket": "30",
        "ExpiresAt": 1_775_638_870,
    }


def test_open_item_has_every_attribute_that_its_facts_give() -> None:
    missed, cleared = (20, "ada", "MISSED"), (21, "ada", "CLEARED")
    offered = (22, "ben", "CONNECTING")
    connected, held = (25, "ben", "CONNECTED"), (40, "ben", "CONNECTED_ONHOLD")

    assert item_of(record_of(OFFERED, missed, cleared, offered, connected, held)) == {
        "ChainId": "contact-1",
        "ContactId": "contact-1",
        "InstanceId": "instance-1",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "State": "CONNECTED_ONHOLD",
        "StateStartTimestamp": moment(40),
        "Status": "IN_PROGRESS",
        "AgentConnectionAttempts": 2,
        "Attempts": [
            {
                "AgentId": "ada",
                "Username": "ada",
                "OfferedTimestamp": moment(0),
                "EndedTimestamp": moment(20),
                "ClearedTimestamp": moment(21),
                "RingDuration": 20,
                "Outcome": "MISSED",
            },
            {
                "AgentId": "ben",
                "Username": "ben",
                "OfferedTimestamp": moment(22),
                "AnsweredTimestamp": moment(25),
                "RingDuration": 3,
                "Outcome": "CONNECTED",
            },
        ],
        "AgentId": "ben",
        "Agent": {
            "Username": "ben",
            "RoutingProfile": {"Id": "phones", "Name": "Phones"},
            "HierarchyGroups": {"Level1": {"Id": "europe", "GroupName": "Europe"}},
            "ConnectedToAgentTimestamp": moment(25),
            "CustomerHoldDuration": 0,
            "LongestHoldDuration": 0,
            "NumberOfHolds": 1,
        },
        "QueueId": "sales",
        "Queue": {
            "Name": "Sales",
            "EnqueueTimestamp": moment(-20),
            "DequeueTimestamp": moment(25),
            "Duration": 45,
        },
        "Timeline": [
            f"{moment(0)} CONNECTING ada",
            f"{moment(20)} MISSED ada",
            f"{moment(21)} CLEARED ada",
            f"{moment(22)} CONNECTING ben",
            f"{moment(25)} CONNECTED ben",
            f"{moment(40)} CONNECTED_ONHOLD ben",
        ],
        "LastUpdateTimestamp": moment(40),
        "StartTimestamp": moment(-20),
        "FailedOfferTimestamp": moment(20),
        "Bucket": "30",
        "Open": "30",
        "ExpiresAt": 1_775_638_840,
        "Version": 1,
    }


@pytest.mark.parametrize(
    ("item", "holds"),
    [
        (None, False),
        ({"ChainId": "c", "ContactId": "c", "ChainVersion": 3}, False),
        (item_of(record_of(OFFERED)), True),
    ],
)
def test_leg_known_by_name_only_holds_no_record(item: JsonObject | None, holds: bool) -> None:
    assert holds_record(item) is holds


# What an update by Lambda 1 writes


def test_first_write_sets_every_attribute() -> None:
    attributes = stored_attributes_of(record_of(OFFERED))

    changes = record_changes({}, attributes)

    assert changes == Changes({(name,): value for name, value in attributes.items()}, ())


def test_record_as_it_is_stored_changes_nothing() -> None:
    record = record_of(OFFERED, CONNECTED, HELD, RESUMED, ENDED, CLEARED)

    assert not record_changes(stored(record), stored_attributes_of(record))


def test_numbers_as_dynamodb_returns_them_are_no_change() -> None:
    record = record_of(OFFERED, CONNECTED, HELD, RESUMED, ENDED, CLEARED)
    item = stored(record)

    assert type(item["Agent"]["CustomerHoldDuration"]) is not int
    assert not record_changes(item, stored_attributes_of(record))


def test_update_writes_what_differs_and_nothing_else() -> None:
    before, after = record_of(OFFERED, CONNECTED), record_of(OFFERED, CONNECTED, HELD)

    changes = record_changes(stored(before), stored_attributes_of(after))

    assert set(changes.sets) == {
        ("State",),
        ("StateStartTimestamp",),
        ("Agent", "NumberOfHolds"),
        ("Timeline",),
        ("LastUpdateTimestamp",),
        ("ExpiresAt",),
    }
    assert changes.removes == ()


def test_update_makes_the_item_show_the_record() -> None:
    before = record_of(OFFERED, CONNECTED)
    after = record_of(OFFERED, CONNECTED, HELD, RESUMED, ENDED, CLEARED)

    item = applied(record_changes(stored(before), stored_attributes_of(after)), stored(before))

    assert item == stored(after)


def test_first_answer_sets_the_agent_as_a_whole() -> None:
    # There is no map yet whose members could be set.
    before, after = record_of(OFFERED), record_of(OFFERED, CONNECTED)

    changes = record_changes(stored(before), stored_attributes_of(after))

    assert changes.sets[("Agent",)] == stored_attributes_of(after)["Agent"]


def test_answer_by_another_agent_removes_what_is_no_longer_known() -> None:
    before = record_of(OFFERED, CONNECTED, ENDED, CLEARED)
    again = (80, "ben", "CONNECTED")
    after = record_of(OFFERED, CONNECTED, ENDED, CLEARED, again)

    changes = record_changes(stored(before), stored_attributes_of(after))

    assert ("Agent", "AfterContactWorkDuration") in changes.removes
    assert ("Agent", "AgentInteractionDuration") in changes.removes
    assert applied(changes, stored(before)) == stored(after)


def test_update_of_a_leg_does_not_look_at_what_lambda_2_wrote() -> None:
    record = second_leg(OFFERED, CONNECTED, ENDED, CLEARED)

    assert not record_changes(linked(record), stored_attributes_of(record))


def test_update_of_a_leg_does_not_touch_what_lambda_2_wrote() -> None:
    before, after = (
        second_leg(OFFERED, CONNECTED, ENDED),
        second_leg(OFFERED, CONNECTED, ENDED, CLEARED),
    )
    item = linked(before)

    updated = applied(record_changes(item, stored_attributes_of(after)), item)

    assert updated == linked(after)
    assert updated["Agent"]["AgentInteractionDuration"] == 40
    assert updated["PreviousContactId"] == "contact-0"
    assert updated["ChainVersion"] == 2


def test_update_of_a_first_contact_keeps_its_mark_and_its_next_contact() -> None:
    before = record_of(OFFERED, CONNECTED, ENDED)
    after = record_of(OFFERED, CONNECTED, ENDED, CLEARED)
    item = stored(before) | as_read_back({"ChainVersion": 7, "NextContactId": "contact-2"})

    updated = applied(record_changes(item, stored_attributes_of(after)), item)

    assert updated["ChainVersion"] == 7
    assert updated["NextContactId"] == "contact-2"
    assert updated["Agent"]["AgentInteractionDuration"] == 60


def test_record_is_written_over_a_mark_that_came_first() -> None:
    # Trap 15
    mark = as_read_back(
        {"ChainId": "contact-1", "ContactId": "contact-1", "ChainVersion": 1, "ExpiresAt": 9}
    )
    record = record_of(OFFERED, CONNECTED)

    updated = applied(record_changes(mark, stored_attributes_of(record)), mark)

    assert updated | {"Version": 1} == stored(record) | {"ChainVersion": 1}


def test_conversation_that_is_all_that_is_known_of_an_agent_is_shown_and_no_change() -> None:
    stated = facts_of_second_leg(agent={INTERACTION: 40})
    item = stored(contact_record(stated))

    assert item["Agent"] == {"AgentInteractionDuration": 40}
    assert facts_of_item(item) == stated
    assert not record_changes(item, stored_attributes_of(contact_record(stated)))
    assert not link_changes(item, Links(agent_interaction_duration=40))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({INTERACTION: 40}, {INTERACTION: 41}),
        ({INTERACTION: 40}, {AGENT_ID: "ada"}),
        ({AGENT_ID: "ada"}, {INTERACTION: 40}),
        ({INTERACTION: 40}, {}),
        ({}, {INTERACTION: 40}),
    ],
)
def test_contact_record_sent_again_makes_the_item_show_what_is_known_of_the_agent(
    before: Statement, after: Statement
) -> None:
    item = stored(contact_record(facts_of_second_leg(agent=before)))
    record = contact_record(facts_of_second_leg(agent=after))

    updated = applied(record_changes(item, stored_attributes_of(record)), item)

    assert updated == stored(record)


# What an update by Lambda 2 writes


def test_links_are_written_once() -> None:
    record = second_leg(OFFERED, CONNECTED, ENDED)

    assert link_changes(stored(record), LINKS) == Changes(
        {
            ("PreviousContactId",): "contact-0",
            ("NextContactId",): "contact-2",
            ("LinkEvidence",): "INFERRED",
            ("TransferType",): "TRANSFER",
            ("Agent", "AgentInteractionDuration"): 40,
        },
        (),
    )
    assert not link_changes(linked(record), LINKS)


def test_links_that_no_longer_hold_are_removed() -> None:
    item = linked(second_leg(OFFERED, CONNECTED, ENDED))

    changes = link_changes(item, Links(previous_contact_id="contact-0", link_evidence="INFERRED"))

    assert changes.sets == {}
    assert set(changes.removes) == {
        ("NextContactId",),
        ("TransferType",),
        ("Agent", "AgentInteractionDuration"),
    }


def test_links_leave_the_talk_of_a_first_contact_alone() -> None:
    item = stored(record_of(OFFERED, CONNECTED, ENDED))

    assert link_changes(item, Links(next_contact_id="contact-2")) == Changes(
        {("NextContactId",): "contact-2"}, ()
    )


def test_links_of_a_leg_without_an_answer_touch_no_agent() -> None:
    item = stored(second_leg(OFFERED))

    changes = link_changes(item, Links(previous_contact_id="contact-0"))

    assert changes == Changes({("PreviousContactId",): "contact-0"}, ())


def test_links_of_a_leg_whose_agent_is_known_by_id_alone_touch_no_agent() -> None:
    event: Statement = {
        LAST_UPDATE: moment(5),
        INITIAL_CONTACT: "contact-0",
        AGENT_ID: "ada",
    }
    item = stored(contact_record(replace(bare_facts(), contact_events=event)))
    links = Links(previous_contact_id="contact-0", agent_interaction_duration=40)

    assert item["AgentId"] == "ada"
    assert "Agent" not in item
    assert link_changes(item, links) == Changes({("PreviousContactId",): "contact-0"}, ())


def test_facts_do_not_change_when_a_leg_is_linked() -> None:
    record = second_leg(OFFERED, CONNECTED, ENDED)

    assert facts_of_item(linked(record)) == facts_of_item(stored(record))


# What came of a callback


def test_first_contact_says_itself_what_came_of_its_callback() -> None:
    # No later leg need be there for the linking to look at it.
    record = record_of(
        (0, "ada", "INCOMING"),
        (3, "ada", "CONNECTING"),
        (40, "ada", "CLEARED"),
        InitiationMethod="CALLBACK",
    )

    assert stored(record)["DialOutcome"] == "UNANSWERED"
    assert not link_changes(stored(record), Links())


def test_later_leg_leaves_what_came_of_its_callback_to_the_linking() -> None:
    record = leg(
        "contact-1",
        OFFERED,
        CONNECTED,
        ENDED,
        CLEARED,
        InitialContactId="contact-0",
        InitiationMethod="CALLBACK",
    )
    item = stored(record)
    links = Links(previous_contact_id="contact-0", dial_outcome="BRIDGED")

    linked_item = applied(link_changes(item, links), item)

    assert "DialOutcome" not in item
    assert linked_item["DialOutcome"] == "BRIDGED"
    assert not record_changes(linked_item, stored_attributes_of(record))

"""What an item leaves out while its contact is open, and that nothing is lost by it."""

from collections.abc import Sequence
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.chain.links import Links
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import (
    facts_of_item,
    link_changes,
    record_changes,
    whole_attributes,
    whole_record,
)
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    Step,
    arn,
    attributes_of,
    contacts_of,
    item_of,
    leg,
    moment,
    record_of,
    stored_attributes_of,
)
from tests.by_hand.stated_by_hand import amazon_contact_record, facts_by_record
from tests.oracles.stored_records import applied, as_read_back, text_of
from tests.strategies.contact_strategies import event_lists
from tests.strategies.statement_strategies import facts_of_any_source

OFFERED = (0, "ada", "CONNECTING")
MISSED = (20, "ada", "MISSED")
OFFERED_TO_BEN = (22, "ben", "CONNECTING")
ANSWERED_BY_BEN = (25, "ben", "CONNECTED")
HELD = (40, "ben", "CONNECTED_ONHOLD")
ENDED = (65, "ben", "ENDED")
CLEARED = (70, "ben", "CLEARED")
CONTACT = "contact-1"
QUEUE = {"ARN": arn("queue", "sales"), "Name": "Sales"}


def in_the_older_form(record: ContactRecord) -> JsonObject:
    """The item as 0.9.0 wrote it: nothing was left out."""
    expiry = stored_attributes_of(record)["ExpiresAt"]
    item: JsonObject = as_read_back(item_of(record))
    return as_read_back(  # type: ignore[no-any-return]
        {name: item[name] for name in ("ChainId", "ContactId", "Version")}
        | whole_attributes(record)
        | {"ExpiresAt": expiry}
    )


def folded(item: JsonObject | None, facts: ContactFacts, *, is_older: bool) -> JsonObject:
    """The item after ``facts`` were folded into it by 0.9.0, or by this version."""
    known = facts_of_item(item).merge(facts) if item else facts
    record = contact_record(known)
    if is_older:
        return in_the_older_form(record)
    before: JsonObject = item or as_read_back(item_of(record))
    before = {**before, "ChainId": known.chain_id}
    return applied(record_changes(before, stored_attributes_of(record)), before)


def facts_of_agent_events() -> st.SearchStrategy[list[ContactFacts]]:
    return (
        event_lists((CONTACT,), min_size=1)
        .map(lambda events: [each for event in events for each in contacts_of([event]).values()])
        .filter(bool)
    )


KNOWN = facts_of_agent_events() | facts_of_any_source()


# What an open item is


def test_open_item_has_its_ids_once_and_no_figures() -> None:
    assert item_of(record_of(OFFERED, MISSED, OFFERED_TO_BEN, ANSWERED_BY_BEN, HELD, ENDED)) == {
        "ChainId": "contact-1",
        "ContactId": "contact-1",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "State": "ENDED",
        "StateStartTimestamp": moment(65),
        "Status": "IN_PROGRESS",
        "Attempts": [{"AgentId": "ada", "Username": "ada"}],
        "Agent": {
            "Username": "ben",
            "RoutingProfile": {"Id": "phones", "Name": "Phones"},
            "HierarchyGroups": {"Level1": {"Id": "europe", "GroupName": "Europe"}},
            "ConnectedToAgentTimestamp": moment(25),
        },
        "Queue": {"Name": "Sales"},
        "Timeline": [
            f"{moment(0)} CONNECTING ada",
            f"{moment(20)} MISSED",
            f"{moment(22)} CONNECTING ben",
            f"{moment(25)} CONNECTED",
            f"{moment(40)} CONNECTED_ONHOLD",
            f"{moment(65)} ENDED",
        ],
        "LastUpdateTimestamp": moment(65),
        "AgentId": "ben",
        "QueueId": "sales",
        "StartTimestamp": moment(-20),
        "FailedOfferDay": "2026-03-09",
        "OpenInstanceId": "instance-1",
        "ExpiresAt": 1_775_638_865,
        "Version": 1,
    }


def test_open_item_names_whom_the_contact_is_offered_to() -> None:
    item = item_of(record_of(OFFERED, MISSED, OFFERED_TO_BEN))

    assert item["Attempts"] == [
        {"AgentId": "ada", "Username": "ada"},
        {"AgentId": "ben", "Username": "ben"},
    ]


def test_item_leaves_nothing_out_while_every_line_names_its_agent() -> None:
    """Versions before 1.0.0 read it as it is; at any other they stop."""
    ringing = record_of(OFFERED)
    stored = stored_attributes_of(ringing)

    assert stored == whole_attributes(ringing) | {"ExpiresAt": stored["ExpiresAt"]}


def test_queue_keeps_its_id_where_the_contact_was_never_in_it() -> None:
    record = record_of(OFFERED, MISSED, Queue=QUEUE, QueueTimestamp=None)

    assert item_of(record)["Queue"] == {"Id": "sales", "Name": "Sales"}


def test_queue_that_is_told_by_index_keys_alone_is_not_there() -> None:
    own_queue = {"ARN": arn("queue", "agent/ada"), "Name": None}

    item = item_of(record_of(OFFERED, MISSED, Queue=own_queue))

    assert "Queue" not in item
    assert (item["QueueId"], item["StartTimestamp"]) == ("agent/ada", moment(-20))
    assert whole_record(item)["Queue"] == {"Id": "agent/ada", "EnqueueTimestamp": moment(-20)}


def test_time_of_entering_the_queue_stays_where_something_was_known_before() -> None:
    record = record_of(OFFERED, MISSED, QueueTimestamp=moment(1))

    assert item_of(record)["Queue"] == {"Name": "Sales", "EnqueueTimestamp": moment(1)}


@pytest.mark.parametrize("steps", [(OFFERED, MISSED, OFFERED_TO_BEN, ANSWERED_BY_BEN, CLEARED)])
def test_item_of_a_contact_that_is_over_leaves_nothing_out_but_repeated_agents(
    steps: Sequence[Step],
) -> None:
    record = record_of(*steps)

    stored, whole = stored_attributes_of(record), whole_attributes(record)

    assert {**stored, "Timeline": whole["Timeline"]} == {**whole, "ExpiresAt": stored["ExpiresAt"]}


# Nothing is lost


@given(KNOWN)
def test_item_gives_back_the_same_record_in_either_form(known: list[ContactFacts]) -> None:
    facts = reduce(ContactFacts.merge, known)
    record = contact_record(facts)

    by_this_version = facts_of_item(as_read_back(item_of(record)))
    by_the_older = facts_of_item(in_the_older_form(record))

    assert by_this_version == by_the_older
    assert whole_attributes(contact_record(by_this_version)) == whole_attributes(record)


@given(KNOWN)
def test_whole_record_says_all_that_the_record_says(known: list[ContactFacts]) -> None:
    record = contact_record(reduce(ContactFacts.merge, known))

    whole = whole_record(as_read_back(item_of(record)))

    assert whole == in_the_older_form(record)
    assert whole_record(whole) == whole


@given(KNOWN, st.data())
def test_items_of_the_older_form_become_the_same_items(
    known: list[ContactFacts], data: st.DataObject
) -> None:
    """An upgrade in the midst of it: what 0.9.0 folded is folded on, in any order."""
    in_order = data.draw(st.permutations(known))
    at_once = reduce(ContactFacts.merge, known)
    last_of_older = data.draw(st.integers(0, len(in_order)))

    item: JsonObject | None = None
    for number, facts in enumerate([*in_order, at_once]):
        item = folded(item, facts, is_older=number < last_of_older)

    assert item
    assert text_of({CONTACT: item}) == text_of(
        {CONTACT: as_read_back(item_of(contact_record(at_once)))}
    )


def test_agent_of_whom_only_the_id_is_known_stays_for_the_linking_to_write_into() -> None:
    answered = amazon_contact_record(
        Agent={"ARN": arn("agent", "ben"), "ConnectedToAgentTimestamp": moment(1)},
        DisconnectTimestamp=None,
    )
    facts = record_of(OFFERED, MISSED).facts.merge(facts_by_record(answered))

    item = item_of(contact_record(facts))

    assert item["Status"] == "IN_PROGRESS"
    assert (item["AgentId"], item["Agent"]) == (
        "ben",
        {"ConnectedToAgentTimestamp": moment(1)},
    )


def test_update_of_an_item_of_the_older_form_removes_what_is_left_out_now() -> None:
    record = record_of(OFFERED_TO_BEN, ANSWERED_BY_BEN)

    changes = record_changes(in_the_older_form(record), stored_attributes_of(record))

    assert set(changes.sets) == {("Timeline",), ("Queue",)}
    assert set(changes.removes) == {
        ("InstanceId",),
        ("AgentConnectionAttempts",),
        ("Attempts",),
        ("Agent", "Id"),
        ("Agent", "CustomerHoldDuration"),
        ("Agent", "LongestHoldDuration"),
        ("Agent", "NumberOfHolds"),
    }


def test_whole_record_of_a_leg_keeps_what_the_linking_wrote() -> None:
    record = leg(CONTACT, OFFERED_TO_BEN, ANSWERED_BY_BEN, ENDED, InitialContactId="contact-0")
    item = as_read_back(item_of(record))
    links = Links(previous_contact_id="contact-0", agent_interaction_duration=30)

    whole = whole_record(applied(link_changes(item, links), item))

    assert whole["PreviousContactId"] == "contact-0"
    assert whole["Agent"] == attributes_of(record)["Agent"] | {"AgentInteractionDuration": 30}


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"ChainId": "c", "ContactId": "c", "ChainVersion": 3, "ExpiresAt": 9},
        {"ChainId": "c", "ContactId": "c", "MovedToChainId": "d", "Version": 2, "ExpiresAt": 9},
    ],
)
def test_item_without_a_record_is_whole_as_it_is(item: JsonObject) -> None:
    assert whole_record(item) == item

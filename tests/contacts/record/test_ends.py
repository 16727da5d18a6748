"""When a conversation was over, who had the customer until when, and whether it was abandoned."""

from typing import Any

import pytest

from contacts.facts.contact_facts import ContactFacts, InferredFact
from contacts.item.contact_item import record_attributes
from contacts.item_parts import Item
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import Step, moment, record_of
from tests.by_hand.stated_by_hand import contact_event_detail, facts_by_event

CALL = (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED")


def item_of(facts: ContactFacts) -> Item:
    return record_attributes(contact_record(facts), record_ttl_days=30)


def disconnected(second: float, **fields: Any) -> ContactFacts:
    """A contact event that says when the customer left, of the contact that agents saw."""
    named = dict.fromkeys(("initialContactId", "previousContactId", "agentInfo", "queueInfo"))
    detail = contact_event_detail(
        **named
        | {
            "contactId": "contact-1",
            "eventType": "DISCONNECTED",
            "initiationMethod": "INBOUND",
            "disconnectTimestamp": moment(second),
            "disconnectReason": None,
        }
        | fields
    )
    return facts_by_event(detail)


def gone_by(second: float, *, last_seen: float) -> ContactFacts:
    """The same contact, found to have left the snapshot some time in between."""
    guess = InferredFact(moment(second), "CLEARED", moment(last_seen), "ada")
    return ContactFacts(
        contact_id="contact-1",
        initial_contact_id=None,
        instance_id=None,
        channel=None,
        initiation_method=None,
        queue=None,
        timeline=frozenset(),
        usernames={},
        answering_agent=None,
        inferred=frozenset({guess}),
    )


@pytest.mark.parametrize(("second", "duration"), [(15, 10), (16, None)])
def test_duration_is_stated_if_its_end_is_known_within_ten_seconds(
    second: int, duration: int | None
) -> None:
    item = item_of(record_of(*CALL).facts.merge(gone_by(second, last_seen=5)))

    assert item["Status"] == "COMPLETED"
    assert item["Agent"].get("AgentInteractionDuration") == duration
    assert item["Attempts"][0]["ClearedEvidence"] == "INFERRED"
    assert "EndedTimestamp" not in item["Attempts"][0]


@pytest.mark.parametrize(
    ("state", "again", "stated"),
    [
        ("CONNECTED", 15, True),
        ("CONNECTED", 40, False),
        ("CONNECTED_ONHOLD", 29, True),
        ("CONNECTED_ONHOLD", 40, False),
    ],
)
def test_holds_are_summed_unless_one_state_began_twice(
    state: str, again: int, stated: bool
) -> None:
    """In between there was another state, whose event was lost, for all that is known."""
    hold = [(20, "ada", "CONNECTED_ONHOLD")] if state == "CONNECTED_ONHOLD" else []
    back = [(50, "ada", "CONNECTED")] if hold else []

    item = item_of(
        record_of(
            *CALL, *hold, (again, "ada", state), *back, (60, "ada", "ENDED"), (70, "ada", "CLEARED")
        ).facts
    )

    figures = {
        "AgentInteractionDuration",
        "CustomerHoldDuration",
        "LongestHoldDuration",
        "NumberOfHolds",
    }
    assert figures & item["Agent"].keys() == (figures if stated else set())
    assert item["Agent"]["AfterContactWorkDuration"] == 10


def test_end_that_a_source_states_beats_one_that_is_inferred() -> None:
    facts = record_of(*CALL).facts.merge(gone_by(80_000, last_seen=5)).merge(disconnected(60))

    item = item_of(facts)

    assert item["Agent"]["AgentInteractionDuration"] == 55
    assert item["Attempts"][0]["EndedTimestamp"] == moment(60)


@pytest.mark.parametrize(("second", "end"), [(48, 50), (60, 60), (102, 102)])
def test_stated_end_counts_if_it_is_at_most_two_seconds_outside_of_what_is_possible(
    second: int, end: int
) -> None:
    """The customer left when that is stated; the agent's snapshot showed the call until 50."""
    facts = record_of(*CALL).facts.merge(gone_by(100, last_seen=50)).merge(disconnected(second))

    item = item_of(facts)

    assert item["Attempts"][0]["EndedTimestamp"] == moment(end)
    assert item["Agent"]["AgentInteractionDuration"] == second - 5


@pytest.mark.parametrize("second", [1, 47.999, 102.001, 120])
def test_stated_end_outside_of_what_is_possible_is_no_end(second: float) -> None:
    facts = record_of(*CALL).facts.merge(gone_by(100, last_seen=50)).merge(disconnected(second))

    item = item_of(facts)

    assert "EndedTimestamp" not in item["Attempts"][0]
    assert ("AgentInteractionDuration" in item["Agent"]) == (second == 47.999)


@pytest.mark.parametrize(
    ("steps", "last_seen"),
    [
        ([(65, "ada", "ENDED")], 65),
        ([(65, "ada", "CLEARED")], 64),
        ([(65, "ada", "ENDED"), (65.5, "ada", "CLEARED")], 64),
    ],
)
def test_end_that_a_snapshot_shows_stands_beside_one_that_is_stated_a_second_later(
    steps: list[Step], last_seen: float
) -> None:
    facts = record_of(*CALL, *steps).facts.merge(gone_by(200, last_seen=last_seen))

    item = item_of(facts.merge(disconnected(66)))

    assert item["Agent"]["AgentInteractionDuration"] == 60


def test_disconnection_at_the_moment_of_the_connection_shortens_no_conversation() -> None:
    steps = (*CALL, (90, "ada", "ENDED"), (95, "ada", "CLEARED"))

    item = item_of(record_of(*steps).facts.merge(disconnected(5)))

    assert item["Agent"]["AgentInteractionDuration"] == 85


def test_customers_own_end_closes_conversation_and_hold() -> None:
    steps = (*CALL, (20, "ada", "CONNECTED_ONHOLD"), (90, "ada", "ENDED"), (95, "ada", "CLEARED"))

    item = item_of(record_of(*steps).facts.merge(disconnected(60)))

    assert item["Agent"]["AgentInteractionDuration"] == 15
    assert item["Agent"]["CustomerHoldDuration"] == 40
    assert item["Agent"]["AfterContactWorkDuration"] == 5


def test_contact_that_is_over_has_no_attempt_that_is_connected() -> None:
    completed = contact_event_detail(
        contactId="contact-1",
        initialContactId=None,
        previousContactId=None,
        disconnectTimestamp=None,
        agentInfo=None,
    )

    item = item_of(record_of(*CALL).facts.merge(facts_by_event(completed)))

    assert item["Status"] == "COMPLETED"
    assert [each["Outcome"] for each in item["Attempts"]] == ["HANDLED"]
    assert "AgentInteractionDuration" not in item["Agent"]


@pytest.mark.parametrize("state", ["MISSED", "REJECTED", "ERROR"])
@pytest.mark.parametrize(
    ("second", "reason", "outcome"),
    [
        (8.9, None, "ABANDONED"),
        (8, "CUSTOMER_DISCONNECT", "ABANDONED"),
        (9.5, None, None),
        (8, "CONTACT_FLOW_DISCONNECT", None),
    ],
)
def test_offer_that_ends_as_the_customer_leaves_is_not_the_agents_failure(
    state: str, second: float, reason: str | None, outcome: str | None
) -> None:
    offer = (0, "ada", "CONNECTING"), (8, "ada", state), (10, "ada", "CLEARED")

    item = item_of(record_of(*offer).facts.merge(disconnected(second, disconnectReason=reason)))

    assert [each["Outcome"] for each in item["Attempts"]] == [outcome or state]
    assert ("FailedOfferTimestamp" in item) == (outcome is None)
    assert any(f" {state}" in line for line in item["Timeline"])


@pytest.mark.parametrize("method", ["CALLBACK", "CALLBACK_CUSTOMER_FIRST_QUEUED"])
def test_callback_that_leaves_its_queue_is_not_abandoned(method: str) -> None:
    queue = {"queueArn": "queue/sales", "enqueueTimestamp": moment(1)}

    waiting = disconnected(60, initiationMethod=method, queueInfo=queue)
    customer = disconnected(60, initiationMethod="INBOUND", queueInfo=queue)

    assert item_of(waiting)["Status"] == "DISCONNECTED"
    assert item_of(customer)["Status"] == "ABANDONED"


@pytest.mark.parametrize("channel", ["TASK", "EMAIL"])
@pytest.mark.parametrize("gone", [20, 90])
def test_nobody_abandons_a_task_or_an_email(channel: str, gone: int) -> None:
    """No customer is on the line who could hang up: what rang in vain and expires was missed."""
    queue = {"queueArn": "queue/sales", "enqueueTimestamp": moment(0)}
    expired = disconnected(gone, channel=channel, queueInfo=queue)
    missed = record_of(
        (0, "ada", "CONNECTING"),
        (20, "ada", "MISSED"),
        (30, "ada", "CLEARED"),
        Channel=channel,
    )

    alone, offered = item_of(expired), item_of(missed.facts.merge(expired))

    assert alone["Status"] == "DISCONNECTED"
    assert offered["Status"] == "UNANSWERED"
    assert offered["Attempts"][0]["Outcome"] == "MISSED"


def test_contact_that_is_completed_is_over_though_its_disconnection_was_lost() -> None:
    queue = {"queueArn": "queue/sales", "enqueueTimestamp": moment(0)}

    item = item_of(
        disconnected(60, eventType="COMPLETED", disconnectTimestamp=None, queueInfo=queue)
    )

    assert item["Status"] == "ABANDONED"

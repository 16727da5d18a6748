"""What a record must say, by the sources that were fed, and how finely."""

from typing import Any

import pytest

from contact_centre.agents import JsonObject
from contact_centre.sources import ALL_SOURCES, Source
from contact_centre.truth.expected_fields import ExpectedFields

AGENT_EVENTS, CONTACT_EVENTS, CONTACT_RECORDS = sorted(Source)
CONTACT: JsonObject = {
    "SeenByAgents": True,
    "InitiationMethod": "INBOUND",
    "InitiationTimestamp": "2026-03-09T09:00:00.600Z",
    "Agent": {"Id": "ada"},
    "Queue": {
        "EnqueueTimestamp": "2026-03-09T09:00:40.100Z",
        "DequeueTimestamp": "2026-03-09T09:00:50.500Z",
    },
}


def expected(*sources: Source, **changed: Any) -> ExpectedFields:
    contact = {**CONTACT, **changed}
    return ExpectedFields(
        {name: each for name, each in contact.items() if each is not None}, {*sources}
    )


def test_agent_events_give_a_record_only_to_what_agents_saw() -> None:
    assert expected(AGENT_EVENTS).has_record
    assert not expected(AGENT_EVENTS, SeenByAgents=False).has_record
    assert expected(AGENT_EVENTS, CONTACT_EVENTS, SeenByAgents=False).has_record
    assert expected(CONTACT_RECORDS).has_record


@pytest.mark.parametrize(
    ("field", "sources"),
    [
        ("Attempts.Outcome", {AGENT_EVENTS}),
        ("State", {AGENT_EVENTS}),
        ("PreviousContactId", ALL_SOURCES),
        ("Agent.Username", {AGENT_EVENTS, CONTACT_RECORDS}),
        ("Agent.Id", ALL_SOURCES),
        ("DisconnectReason", {CONTACT_RECORDS}),
        ("TransferredToEndpoint.Type", {CONTACT_RECORDS}),
        ("Queue.Name", {AGENT_EVENTS, CONTACT_RECORDS}),
    ],
)
def test_each_source_states_its_own_fields(field: str, sources: set[Source]) -> None:
    assert {source for source in Source if expected(source).expects(field)} == sources


def test_agent_events_state_nothing_of_a_contact_that_no_agent_saw() -> None:
    assert not expected(AGENT_EVENTS, CONTACT_EVENTS, SeenByAgents=False).expects(
        "Attempts.Outcome"
    )


def test_only_contact_records_state_when_an_unanswered_contact_left_its_queue() -> None:
    stating = {
        each for each in Source if expected(each, Agent=None).expects("Queue.DequeueTimestamp")
    }

    assert stating == {CONTACT_RECORDS}


def test_contact_events_name_no_queue_of_a_dialled_contact() -> None:
    assert not expected(CONTACT_EVENTS, Queue={"Id": "outbound"}).expects("Queue.Id")
    assert expected(CONTACT_RECORDS, Queue={"Id": "outbound"}).expects("Queue.Id")


@pytest.mark.parametrize(
    ("sources", "truth", "status"),
    [
        ({AGENT_EVENTS}, "COMPLETED", "COMPLETED"),
        ({AGENT_EVENTS}, "ABANDONED", "UNANSWERED"),
        ({AGENT_EVENTS}, "DISCONNECTED", "UNANSWERED"),
        ({AGENT_EVENTS, CONTACT_EVENTS}, "ABANDONED", "ABANDONED"),
        ({AGENT_EVENTS, CONTACT_RECORDS}, "UNANSWERED", "UNANSWERED"),
        ({CONTACT_RECORDS}, "UNANSWERED", "DISCONNECTED"),
    ],
)
def test_status_is_as_good_as_the_sources(sources: set[Source], truth: str, status: str) -> None:
    assert expected(*sources).value("Status", truth) == status


def test_times_are_to_the_millisecond_where_agent_events_show_them() -> None:
    exact, cut = "2026-03-09T09:00:40.100Z", "2026-03-09T09:00:40.000Z"

    for field in ("Queue.EnqueueTimestamp", "DisconnectTimestamp"):
        assert expected(CONTACT_RECORDS).is_right(field, exact, cut)
        assert not expected(CONTACT_EVENTS).is_right(field, exact, cut)
    assert not expected(*Source).is_right("Queue.EnqueueTimestamp", exact, cut)
    assert expected(*Source).is_right("DisconnectTimestamp", exact, cut)


@pytest.mark.parametrize(("found", "is_right"), [(9, True), (10, True), (11, True), (12, False)])
def test_durations_of_contact_records_may_differ_by_a_second(found: int, is_right: bool) -> None:
    assert expected(CONTACT_RECORDS).is_right("Queue.Duration", 10, found) == is_right


def test_number_of_holds_is_no_duration() -> None:
    assert not expected(CONTACT_RECORDS).is_right("Agent.NumberOfHolds", 1, 2)


def test_callback_waits_from_its_creation_as_amazon_counts() -> None:
    by_amazon = expected(*Source, InitiationMethod="CALLBACK")
    by_agents = expected(AGENT_EVENTS, InitiationMethod="CALLBACK")

    assert by_amazon.value("Queue.Duration", 10) == 49
    assert by_amazon.is_right("Queue.Duration", 49, 50)
    assert by_agents.value("Queue.Duration", 10) == 10


# What depends on the sources


LOGGED_OUT: JsonObject = {
    "ByAgentEventsAlone": {
        "Agent.AgentInteractionDuration": None,
        "Attempts.0.Outcome": "REJECTED",
    },
    "WithoutContactRecords": {"Agent.AgentInteractionDuration": 7},
    "Unscored": {"agent-events": ["Attempts.0.EndedTimestamp"], "contact-records": ["Agent"]},
}


@pytest.mark.parametrize(
    ("sources", "talk"),
    [
        ({AGENT_EVENTS}, None),
        ({CONTACT_EVENTS}, 7),
        ({AGENT_EVENTS, CONTACT_EVENTS}, 7),
        ({CONTACT_RECORDS}, 12),
        (ALL_SOURCES, 12),
    ],
)
def test_the_truth_names_another_value_for_fewer_sources(
    sources: set[Source], talk: int | None
) -> None:
    fields = expected(*sources, **LOGGED_OUT)

    assert fields.value("Agent.AgentInteractionDuration", 12) == talk


def test_a_replaced_value_is_of_one_attempt_alone() -> None:
    fields = expected(AGENT_EVENTS, **LOGGED_OUT)

    assert fields.value("Attempts.0.Outcome", "ABANDONED") == "REJECTED"
    assert fields.value("Attempts.1.Outcome", "ABANDONED") == "ABANDONED"


def test_fields_that_a_source_leaves_open_are_not_scored() -> None:
    by_agents, by_amazon = (
        expected(source, **LOGGED_OUT) for source in (AGENT_EVENTS, CONTACT_RECORDS)
    )

    assert not by_agents.is_scored("Attempts.0.EndedTimestamp")
    assert by_agents.is_scored("Attempts.1.EndedTimestamp")
    assert by_agents.is_scored("Agent.Id")
    assert not by_amazon.is_scored("Agent.Id")

"""What each source tells of a contact, and how finely."""

from typing import Any

import pytest

from contact_centre.agent_screens import JsonObject
from contact_centre.sources import ALL_SOURCES, Source
from contact_centre.truth.expected_fields import Told

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


def told(*sources: Source, **changed: Any) -> Told:
    contact = {**CONTACT, **changed}
    return Told({name: each for name, each in contact.items() if each is not None}, {*sources})


def test_agent_events_tell_of_what_agents_saw_alone() -> None:
    assert told(AGENT_EVENTS).anything
    assert not told(AGENT_EVENTS, SeenByAgents=False).anything
    assert told(AGENT_EVENTS, CONTACT_EVENTS, SeenByAgents=False).anything
    assert told(CONTACT_RECORDS).anything


@pytest.mark.parametrize(
    ("field", "sources"),
    [
        ("Attempts.Outcome", {AGENT_EVENTS}),
        ("State", {AGENT_EVENTS}),
        ("PreviousContactId", ALL_SOURCES),
        ("Agent.Username", {AGENT_EVENTS, CONTACT_RECORDS}),
        ("Agent.Id", ALL_SOURCES),
        ("DisconnectReason", {CONTACT_EVENTS, CONTACT_RECORDS}),
        ("TransferredToEndpoint.Type", {CONTACT_RECORDS}),
        ("Queue.Name", {AGENT_EVENTS, CONTACT_RECORDS}),
    ],
)
def test_each_source_tells_its_own(field: str, sources: set[Source]) -> None:
    assert {source for source in Source if told(source).tells(field)} == sources


def test_of_a_contact_no_agent_saw_agent_events_tell_nothing() -> None:
    assert not told(AGENT_EVENTS, CONTACT_EVENTS, SeenByAgents=False).tells("Attempts.Outcome")


def test_when_an_unanswered_contact_left_its_queue_only_contact_records_tell() -> None:
    tellers = {each for each in Source if told(each, Agent=None).tells("Queue.DequeueTimestamp")}

    assert tellers == {CONTACT_RECORDS}


def test_contact_events_name_no_queue_of_a_dialled_contact() -> None:
    assert not told(CONTACT_EVENTS, Queue={"Id": "outbound"}).tells("Queue.Id")
    assert told(CONTACT_RECORDS, Queue={"Id": "outbound"}).tells("Queue.Id")


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
    assert told(*sources).value("Status", truth) == status


def test_times_are_to_the_millisecond_where_agent_events_show_them() -> None:
    exact, cut = "2026-03-09T09:00:40.100Z", "2026-03-09T09:00:40.000Z"

    for field in ("Queue.EnqueueTimestamp", "DisconnectTimestamp"):
        assert told(CONTACT_RECORDS).is_right(field, exact, cut)
        assert not told(CONTACT_EVENTS).is_right(field, exact, cut)
    assert not told(*Source).is_right("Queue.EnqueueTimestamp", exact, cut)
    assert told(*Source).is_right("DisconnectTimestamp", exact, cut)


@pytest.mark.parametrize(("found", "is_right"), [(9, True), (10, True), (11, True), (12, False)])
def test_durations_of_contact_records_may_differ_by_a_second(found: int, is_right: bool) -> None:
    assert told(CONTACT_RECORDS).is_right("Queue.Duration", 10, found) == is_right


def test_number_of_holds_is_no_duration() -> None:
    assert not told(CONTACT_RECORDS).is_right("Agent.NumberOfHolds", 1, 2)


def test_callback_waits_from_its_creation_as_amazon_counts() -> None:
    by_amazon = told(*Source, InitiationMethod="CALLBACK")
    by_agents = told(AGENT_EVENTS, InitiationMethod="CALLBACK")

    assert by_amazon.value("Queue.Duration", 10) == 49
    assert by_amazon.is_right("Queue.Duration", 49, 50)
    assert by_agents.value("Queue.Duration", 10) == 10

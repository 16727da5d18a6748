"""Amazon's contact records of a generated day: shaped as real ones, saying what really happened."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contact_centre.agents import JsonObject
from tests.contact_centre.published_day import published_day, resource

DOCUMENTED = Path(__file__).parents[2] / "events"
PLAIN = (
    "InitialContactId",
    "PreviousContactId",
    "NextContactId",
    "RelatedContactId",
    "Channel",
    "InitiationMethod",
    "DisconnectReason",
    "AgentConnectionAttempts",
)
TIMES = (
    "InitiationTimestamp",
    "ConnectedToSystemTimestamp",
    "DisconnectTimestamp",
    "TransferCompletedTimestamp",
)
AGENT_TIMES = (
    "ConnectedToAgentTimestamp",
    "AfterContactWorkStartTimestamp",
    "AfterContactWorkEndTimestamp",
)
AGENT_FIGURES = (
    "CustomerHoldDuration",
    "LongestHoldDuration",
    "NumberOfHolds",
    "AgentPauseDuration",
)


def records() -> list[tuple[JsonObject, JsonObject]]:
    """The newest version of each record, with the truth about its contact."""
    day = published_day()
    return [(record, day.truth[contact_id]) for contact_id, record in day.newest_records.items()]


def in_seconds(timestamp: str | None) -> str | None:
    return f"{timestamp[:19]}Z" if timestamp else None


def nearly(one: Any, other: Any) -> bool:
    """Equal, but for what comes of cutting to seconds before and not after."""
    return one == other if one is None or other is None else bool(abs(one - other) <= 1)


# Shape


def test_every_record_has_the_same_keys_in_alphabetical_order() -> None:
    keys = [list(record) for record in published_day().contact_records]

    assert all(each == sorted(keys[0]) for each in keys)
    agents = [record["Agent"] for record in published_day().contact_records if record["Agent"]]
    assert all(list(agent) == sorted(agents[0]) for agent in agents)


def test_keys_are_those_of_the_documented_records_and_more() -> None:
    known = {*published_day().contact_records[0]}
    for path in DOCUMENTED.glob("*.partial-contact-records.ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert json.loads(line).keys() <= known


def test_times_are_in_whole_seconds_and_what_is_empty_is_null() -> None:
    def values(value: Any) -> list[Any]:
        if not isinstance(value, dict):
            return [value]
        return [each for inner in value.values() for each in values(inner)]

    for record in published_day().contact_records:
        assert "" not in values(record)
        for value in values(record):
            if isinstance(value, str) and value.startswith("2026-"):
                assert len(value) == len("2026-03-09T08:01:22Z")


# What they say


def test_there_is_a_record_of_every_contact_seen_or_not() -> None:
    day = published_day()

    assert day.newest_records.keys() == day.truth.keys()
    assert sum(not truth["SeenByAgents"] for truth in day.truth.values()) > 200


def test_links_methods_and_reasons_are_the_true_ones() -> None:
    for record, truth in records():
        assert {name: record[name] for name in PLAIN} == {name: truth.get(name) for name in PLAIN}
        assert resource(record["InstanceARN"]) == truth["InstanceId"]


def test_times_are_the_true_ones_in_whole_seconds() -> None:
    for record, truth in records():
        for name in TIMES:
            assert record[name] == in_seconds(truth.get(name))


def test_agent_is_the_one_who_answered_with_true_figures() -> None:
    for record, truth in records():
        agent, true_agent = record["Agent"], truth.get("Agent")
        assert true_agent is None or agent is not None
        if agent and true_agent:
            assert resource(agent["ARN"]) == true_agent["Id"]
            assert agent["Username"] == true_agent["Username"]
            assert agent["RoutingProfile"]["Name"] == true_agent["RoutingProfile"]["Name"]
            for name in AGENT_TIMES:
                assert agent[name] == in_seconds(true_agent.get(name))
            for name in AGENT_FIGURES:
                assert agent[name] == true_agent.get(name)
            for name in ("AfterContactWorkDuration", "AgentInteractionDuration"):
                assert nearly(agent[name], true_agent.get(name))


def test_dials_that_nobody_answered_name_the_agent_and_some_count_the_ringing() -> None:
    unanswered = [
        (record["Agent"], truth)
        for record, truth in records()
        if record["Agent"] and "Agent" not in truth
    ]
    connected = [agent for agent, _ in unanswered if agent["ConnectedToAgentTimestamp"]]

    assert {truth["InitiationMethod"] for _, truth in unanswered} == {"OUTBOUND", "CALLBACK"}
    assert 0 < len(connected) < len(unanswered)
    for agent, truth in unanswered:
        rung = agent["ConnectedToAgentTimestamp"] is not None
        assert (agent["AgentInteractionDuration"] > 0) == rung
        assert truth["Status"] == "UNANSWERED"


def test_supervisors_listen_and_some_barge_in() -> None:
    states = Counter[str]()
    for record, truth in records():
        agent = record["Agent"]
        if truth["InitiationMethod"] != "MONITOR":
            assert agent is None or agent["StateTransitions"] is None
            continue
        (silent, *barge) = agent["StateTransitions"]
        assert silent["State"] == "SILENT_MONITOR"
        assert silent["StateStartTimestamp"] == agent["ConnectedToAgentTimestamp"]
        assert (agent["AgentInteractionDuration"] is None) == (not barge)
        for each in barge:
            assert each["State"] == "BARGE"
            assert each["StateStartTimestamp"] == silent["StateEndTimestamp"]
            seconds = datetime.fromisoformat(each["StateEndTimestamp"]) - datetime.fromisoformat(
                each["StateStartTimestamp"]
            )
            assert nearly(agent["AgentInteractionDuration"], seconds.total_seconds())
        states[f"{len(barge)} barge"] += 1

    assert states["0 barge"] > states["1 barge"] > 0


def test_who_was_only_consulted_has_talked_to_nobody() -> None:
    consulted = [
        record["Agent"]["AgentInteractionDuration"]
        for record, truth in records()
        if truth.get("TransferType") == "CONSULT" and record["Agent"]
    ]

    assert len(consulted) > 20
    assert set(consulted) == {0}


def test_queue_says_how_long_the_customer_waited_answered_or_not() -> None:
    abandoned = 0
    for record, truth in records():
        queue, true_queue = record["Queue"], truth.get("Queue")
        assert (queue is None) == (true_queue is None)
        if queue and true_queue:
            abandoned += record["Agent"] is None and queue["DequeueTimestamp"] is not None
            assert resource(queue["ARN"]) == true_queue["Id"]
            assert queue["Name"] == true_queue.get("Name")
            for name in ("EnqueueTimestamp", "DequeueTimestamp"):
                assert queue[name] == in_seconds(true_queue.get(name))
            if truth["InitiationMethod"] != "CALLBACK":
                assert nearly(queue["Duration"], true_queue.get("Duration"))
    assert abandoned > 100


def test_callback_is_in_its_queue_from_its_creation() -> None:
    """As the documented one is: 120 s, of which 99 s are its delay (queued-callback-example)."""
    callbacks = [record for record, truth in records() if truth["InitiationMethod"] == "CALLBACK"]

    for record in callbacks:
        created, left = record["InitiationTimestamp"], record["Queue"]["DequeueTimestamp"]
        waited = datetime.fromisoformat(left) - datetime.fromisoformat(created)
        assert timedelta(seconds=record["Queue"]["Duration"]) == waited
    assert len(callbacks) > 50


def test_external_parties_are_legs_without_an_agent() -> None:
    external = [
        (record, truth)
        for record, truth in records()
        if truth["InitiationMethod"] == "EXTERNAL_OUTBOUND"
    ]

    assert {truth["TransferType"] for _, truth in external} == {
        "CONSULT",
        "CONFERENCE",
        "TRANSFER",
    }
    for record, truth in external:
        duration = record["ExternalThirdParty"]["ExternalThirdPartyInteractionDuration"]
        assert duration == truth["ExternalThirdPartyInteractionDuration"]
        assert (duration == 0) == (truth["TransferType"] == "CONSULT")
        assert record["Agent"] is None
        assert record["CustomerEndpoint"]["Address"].startswith("+1425555")


def test_who_was_taken_out_of_connect_is_told_with_the_number() -> None:
    out = [(record, truth) for record, truth in records() if record["TransferredToEndpoint"]]

    assert out
    for record, truth in out:
        endpoint = record["TransferredToEndpoint"]
        assert truth["TransferredToEndpoint"] == {"Type": endpoint["Type"]}
        external = published_day().newest_records[truth["NextContactId"]]
        assert endpoint == external["CustomerEndpoint"]


def test_records_hold_what_nobody_should_keep() -> None:
    calls = [record for record, truth in records() if truth["InitiationMethod"] == "INBOUND"]

    assert len({record["CustomerEndpoint"]["Address"] for record in calls}) > 100
    assert all(record["Attributes"]["orderId"] for record, _ in records())


# When they come


def test_records_come_about_a_minute_after_the_work_ended() -> None:
    day = published_day()
    first: dict[str, datetime] = {}
    for record in day.contact_records:
        moment = datetime.fromisoformat(record["LastUpdateTimestamp"])
        first.setdefault(record["ContactId"], moment)
    for event in day.contact_events:
        detail = event["detail"]
        if detail["eventType"] == "COMPLETED":
            delay = first[detail["contactId"]] - datetime.fromisoformat(event["time"])
            assert timedelta(seconds=62) <= delay <= timedelta(seconds=69)


def test_some_come_again_and_the_newest_is_whole() -> None:
    day = published_day()
    times: dict[str, set[str]] = {}
    for record in day.contact_records:
        times.setdefault(record["ContactId"], set()).add(record["LastUpdateTimestamp"])
    again = [contact_id for contact_id, each in times.items() if len(each) > 1]

    assert 0.01 < len(again) / len(times) < 0.06
    for contact_id in again:
        first, *rest = (each for each in day.contact_records if each["ContactId"] == contact_id)
        newest = day.newest_records[contact_id]
        assert newest["LastUpdateTimestamp"] > first["LastUpdateTimestamp"]
        assert first["DisconnectReason"] is None
        assert newest["DisconnectReason"] is not None
        assert newest in rest


def test_two_copies_of_one_second_differ_in_what_they_leave_out() -> None:
    copies: dict[tuple[str, str], list[JsonObject]] = {}
    for record in published_day().contact_records:
        key = record["ContactId"], record["LastUpdateTimestamp"]
        copies.setdefault(key, []).append(record)
    twice = [each for each in copies.values() if len(each) == 2 and each[0] != each[1]]
    fuller_first = 0
    for first, second in twice:
        fuller, emptier = (first, second) if first["DisconnectReason"] else (second, first)
        fuller_first += fuller is first
        assert emptier["DisconnectReason"] is None
        for name, value in emptier.items():
            if name != "Agent":
                assert value in (None, fuller[name])

    assert len(twice) > 20
    assert 0 < fuller_first < len(twice)


def test_an_older_version_may_come_after_the_newer_one() -> None:
    day = published_day()
    last: dict[str, JsonObject] = {}
    for record in day.contact_records:
        last[record["ContactId"]] = record

    assert any(last[contact_id] != newest for contact_id, newest in day.newest_records.items())

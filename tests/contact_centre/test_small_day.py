"""The small day: every case is in it, and the hand-written expectations fit its script."""

import json
from collections import defaultdict
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from contact_centre.agents import HEART_BEAT_AFTER, JsonObject
from contact_centre.small_day import agent_id, contact_id, contact_names, small_day
from tests.oracles.small_day_expectations import RECORDS, SEEN_BY_NO_AGENT, Attributes

CASES = {
    "plain call": "ada CONNECTING, ada CONNECTED, ada ENDED, ada CLEARED",
    "rejected chat": "finn CONNECTING, finn REJECTED, finn CLEARED",
    "three chats at once: first": "finn CONNECTING, finn CONNECTED, finn ENDED, finn CLEARED",
    "three chats at once: second": "finn CONNECTING, finn CONNECTED, finn ENDED, finn CLEARED",
    "three chats at once: third": "finn CONNECTING, finn CONNECTED, finn ENDED, finn CLEARED",
    "missed, then taken by another agent": (
        "ben CONNECTING, ben MISSED, cleo CONNECTING, cleo CONNECTED, ben CLEARED, "
        "cleo ENDED, cleo CLEARED"
    ),
    "monitor": "hugo CONNECTED, hugo ENDED, hugo CLEARED",
    "paused task": (
        "gita CONNECTING, gita CONNECTED, gita PAUSED, gita CONNECTED, gita ENDED, gita CLEARED"
    ),
    "missed twice, then taken": (
        "ben CONNECTING, ben MISSED, ben CLEARED, ben CONNECTING, ben MISSED, ben CLEARED, "
        "ben CONNECTING, ben CONNECTED, ben ENDED, ben CLEARED"
    ),
    "two holds": (
        "cleo CONNECTING, cleo CONNECTED, cleo CONNECTED_ONHOLD, cleo CONNECTED, "
        "cleo CONNECTED_ONHOLD, cleo CONNECTED, cleo ENDED, cleo CLEARED"
    ),
    "outbound": "dan CONNECTING, dan CONNECTED, dan ENDED, dan CLEARED",
    "outbound that ends in ERROR": "dan CONNECTING, dan ERROR, dan CLEARED",
    "customer hangs up while it rings": "eva CONNECTING, eva CLEARED",
    "queued callback": "cleo INCOMING, cleo CONNECTING, cleo CONNECTED, cleo ENDED, cleo CLEARED",
    "log-out in after-contact work": "eva CONNECTING, eva CONNECTED, eva ENDED, eva CLEARED",
}
CASES_OF_SEVERAL_LEGS = {
    "cold transfer": (
        "first: ada CONNECTING, first: ada CONNECTED, first: ada CONNECTED_ONHOLD, "
        "first: ada ENDED, first: ada CLEARED, "
        "second: zoe CONNECTING, second: zoe CONNECTED, second: zoe ENDED, second: zoe CLEARED"
    ),
    "warm transfer": (
        "first: ben CONNECTING, first: ben CONNECTED, first: ben CONNECTED_ONHOLD, "
        "second: cleo CONNECTING, second: cleo CONNECTED, first: ben ENDED, first: ben CLEARED, "
        "second: cleo ENDED, second: cleo CLEARED"
    ),
    "consult and back": (
        "first: ada CONNECTING, first: ada CONNECTED, first: ada CONNECTED_ONHOLD, "
        "second: zoe CONNECTING, second: zoe CONNECTED, second: zoe ENDED, first: ada CONNECTED, "
        "second: zoe CLEARED, first: ada ENDED, first: ada CLEARED"
    ),
    "consult, then transfer": (
        "first: ben CONNECTING, first: ben CONNECTED, first: ben CONNECTED_ONHOLD, "
        "second: dan CONNECTING, second: dan CONNECTED, second: dan ENDED, first: ben CONNECTED, "
        "second: dan CLEARED, first: ben CONNECTED_ONHOLD, "
        "third: eva CONNECTING, third: eva CONNECTED, first: ben ENDED, first: ben CLEARED, "
        "third: eva ENDED, third: eva CLEARED"
    ),
    "conference": (
        "first: ada CONNECTING, first: ada CONNECTED, first: ada CONNECTED_ONHOLD, "
        "second: zoe CONNECTING, second: zoe CONNECTED, first: ada CONNECTED, "
        "second: zoe ENDED, second: zoe CLEARED, first: ada ENDED, first: ada CLEARED"
    ),
    "transfer of a transfer": (
        "first: ben CONNECTING, first: ben CONNECTED, first: ben CONNECTED_ONHOLD, "
        "second: dan CONNECTING, second: dan CONNECTED, first: ben ENDED, first: ben CLEARED, "
        "second: dan CONNECTED_ONHOLD, third: eva CONNECTING, third: eva CONNECTED, "
        "second: dan ENDED, second: dan CLEARED, third: eva ENDED, third: eva CLEARED"
    ),
}


def contacts_of(snapshot: JsonObject | None) -> dict[str, JsonObject]:
    return {contact["ContactId"]: contact for contact in (snapshot or {}).get("Contacts", [])}


def username_of(event: JsonObject) -> str:
    snapshot = event["CurrentAgentSnapshot"] or event["PreviousAgentSnapshot"]
    username: str = snapshot["Configuration"]["Username"]
    return username


def state_changes(events: list[JsonObject]) -> list[tuple[str, str, str, str]]:
    """Time, contact's name, agent and new state of every change in any snapshot."""
    names = contact_names()
    changes = []
    for event in events:
        before = contacts_of(event["PreviousAgentSnapshot"])
        now = contacts_of(event["CurrentAgentSnapshot"])
        for contact in sorted(before.keys() | now.keys()):
            old = before[contact]["State"] if contact in before else "CLEARED"
            new = now[contact]["State"] if contact in now else "CLEARED"
            if new != old:
                changes.append((event["EventTimestamp"], names[contact], username_of(event), new))
    return changes


def by_agent(events: list[JsonObject]) -> list[list[JsonObject]]:
    agents: dict[str, list[JsonObject]] = defaultdict(list)
    for event in events:
        agents[event["AgentARN"]].append(event)
    return list(agents.values())


def without_state_starts(events: list[JsonObject]) -> list[JsonObject]:
    stripped = deepcopy(events)  # keeps what snapshots share shared: hence pop, not del
    for event in stripped:
        for snapshot in (event["CurrentAgentSnapshot"], event["PreviousAgentSnapshot"]):
            for contact in contacts_of(snapshot).values():
                contact.pop("StateStartTimestamp", None)
    return stripped


def seconds_between(start: str, end: str) -> int:
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


# The events


def test_the_day_is_the_same_every_time_as_json() -> None:
    first, second = json.dumps(small_day()), json.dumps(small_day())

    assert first == second
    assert json.loads(first) == small_day()


def test_events_come_in_time_order() -> None:
    times = [event["EventTimestamp"] for event in small_day()]

    assert times == sorted(times)


def test_every_event_has_an_id_of_its_own() -> None:
    ids = [event["EventId"] for event in small_day()]

    assert len(set(ids)) == len(ids)


def test_the_previous_snapshot_is_the_agents_last_current_one() -> None:
    agents = by_agent(small_day())

    assert len(agents) == 9
    for events in agents:
        assert events[0]["EventType"] == "LOGIN"
        assert events[0]["PreviousAgentSnapshot"] is None
        for earlier, later in pairwise(events):
            assert later["PreviousAgentSnapshot"] == earlier["CurrentAgentSnapshot"]


def test_no_agent_is_silent_for_more_than_120_s() -> None:
    for events in by_agent(small_day()):
        times = [datetime.fromisoformat(event["EventTimestamp"]) for event in events]
        gaps = [later - earlier for earlier, later in pairwise(times)]

        assert timedelta(0) < min(gaps)
        assert max(gaps) <= HEART_BEAT_AFTER


def test_every_agent_logs_out_with_an_empty_snapshot() -> None:
    for events in by_agent(small_day()):
        (log_out,) = [event for event in events if event["EventType"] == "LOGOUT"]

        assert contacts_of(log_out["CurrentAgentSnapshot"]) == {}


def test_state_start_is_the_time_of_the_event_that_changes_the_state() -> None:
    for event in small_day():
        before = contacts_of(event["PreviousAgentSnapshot"])
        for contact_id_, contact in contacts_of(event["CurrentAgentSnapshot"]).items():
            was = before.get(contact_id_)
            changed = was is None or was["State"] != contact["State"]
            start = event["EventTimestamp"] if changed else was and was["StateStartTimestamp"]

            assert contact["StateStartTimestamp"] == start


def test_the_hold_switch_changes_state_start_timestamps_alone() -> None:
    moving, still = small_day(), small_day(hold_moves_state_start=False)

    assert moving != still
    assert without_state_starts(moving) == without_state_starts(still)


def test_without_moving_on_hold_state_start_stays_that_of_connected() -> None:
    moving, still = small_day(), small_day(hold_moves_state_start=False)
    differing = [
        theirs
        for moving_event, still_event in zip(moving, still, strict=True)
        for ours, theirs in zip(
            contacts_of(moving_event["CurrentAgentSnapshot"]).values(),
            contacts_of(still_event["CurrentAgentSnapshot"]).values(),
            strict=True,
        )
        if ours != theirs
    ]

    assert {contact["State"] for contact in differing} == {"CONNECTED", "CONNECTED_ONHOLD"}
    for contact in differing:
        assert contact["StateStartTimestamp"] == contact["ConnectedToAgentTimestamp"]


def test_events_do_not_tell_what_the_script_calls_a_contact() -> None:
    written = json.dumps(small_day())

    assert not [name for name in contact_names().values() if name in written]


# The cases


@pytest.mark.parametrize(("name", "story"), CASES.items())
def test_case_of_one_contact_is_in_the_snapshots(name: str, story: str) -> None:
    changes = state_changes(small_day())

    told = [f"{agent} {state}" for _, contact, agent, state in changes if contact == name]

    assert ", ".join(told) == story


@pytest.mark.parametrize(("case", "story"), CASES_OF_SEVERAL_LEGS.items())
def test_case_of_several_legs_is_in_the_snapshots(case: str, story: str) -> None:
    changes = state_changes(small_day())

    told = [
        f"{contact.removeprefix(f'{case}: ').removesuffix(' leg')}: {agent} {state}"
        for _, contact, agent, state in changes
        if contact.startswith(f"{case}: ")
    ]

    assert ", ".join(told) == story


def test_every_contact_in_a_snapshot_belongs_to_a_case() -> None:
    seen = {contact for _, contact, _, _ in state_changes(small_day())}

    legs = {name for name in seen if name.rpartition(": ")[0] in CASES_OF_SEVERAL_LEGS}
    assert seen - legs == CASES.keys()


def test_three_chats_are_in_one_snapshot_and_two_leave_it_together() -> None:
    chats = {contact_id(f"three chats at once: {which}") for which in ("first", "second", "third")}
    snapshots = [contacts_of(event["CurrentAgentSnapshot"]).keys() for event in small_day()]
    left = [
        time
        for time, name, _, state in state_changes(small_day())
        if name.startswith("three chats") and state == "CLEARED"
    ]

    assert chats in snapshots
    assert left[-2] == left[-1]


def test_the_callback_names_a_call_that_no_agent_saw() -> None:
    events = small_day()
    root = contact_id(SEEN_BY_NO_AGENT)
    shown = [c for event in events for c in contacts_of(event["CurrentAgentSnapshot"]).values()]

    assert root in contact_names()
    assert root not in {contact["ContactId"] for contact in shown}
    assert {c["ContactId"] for c in shown if c["InitialContactId"] == root} == {
        contact_id("queued callback")
    }


def test_heartbeats_fall_into_conversations_and_into_the_pause() -> None:
    states = {
        contact["State"]
        for event in small_day()
        if event["EventType"] == "HEART_BEAT"
        for contact in contacts_of(event["CurrentAgentSnapshot"]).values()
    }

    assert {"CONNECTED", "PAUSED"} <= states


def test_a_heartbeat_follows_a_log_out() -> None:
    (eva,) = [events for events in by_agent(small_day()) if username_of(events[-1]) == "eva"]

    assert [event["EventType"] for event in eva[-2:]] == ["LOGOUT", "HEART_BEAT"]


def test_once_the_configuration_alone_changes() -> None:
    alone = [
        event
        for event in small_day()
        if event["PreviousAgentSnapshot"]
        and event["EventType"] == "STATE_CHANGE"
        and event["CurrentAgentSnapshot"]["Contacts"]
        and {**event["PreviousAgentSnapshot"], "Configuration": None}
        == {**event["CurrentAgentSnapshot"], "Configuration": None}
    ]

    assert [username_of(event) for event in alone] == ["ada"]


def test_once_a_next_status_waits() -> None:
    waiting = [
        event["CurrentAgentSnapshot"]["NextAgentStatus"]["Name"]
        for event in small_day()
        if event["CurrentAgentSnapshot"] and event["CurrentAgentSnapshot"]["NextAgentStatus"]
    ]

    assert set(waiting) == {"Lunch"}


# The expectations


def test_expectations_cover_every_contact_in_a_snapshot_once() -> None:
    names = contact_names()
    expected = [names[record["ContactId"]] for record in RECORDS]

    assert sorted(expected) == sorted({name for _, name, _, _ in state_changes(small_day())})


# What follows reads the events naively and adds up the numbers of each entry, so that a slip of the
# pen is not taken for a fault of the pipeline.
each_record = pytest.mark.parametrize(
    "record", RECORDS, ids=[contact_names()[record["ContactId"]] for record in RECORDS]
)


@each_record
def test_expected_attempts_are_in_the_snapshots(record: Attributes) -> None:
    name = contact_names()[record["ContactId"]]
    changes = {
        (time, agent): state
        for time, contact, agent, state in state_changes(small_day())
        if contact == name
    }
    attempts = record.get("Attempts", [])
    offer = "INCOMING" if record["InitiationMethod"] == "CALLBACK" else "CONNECTING"

    assert record["AgentConnectionAttempts"] == len(attempts)
    assert [(attempt["OfferedTimestamp"], attempt["Username"]) for attempt in attempts] == [
        moment for moment, state in changes.items() if state == offer
    ]
    for attempt in attempts:
        agent, outcome = attempt["Username"], attempt["Outcome"]
        assert attempt["AgentId"] == agent_id(agent)
        assert changes[attempt["ClearedTimestamp"], agent] == "CLEARED"
        if outcome != "WITHDRAWN":
            ended = changes[attempt["EndedTimestamp"], agent]
            assert ended == ("ENDED" if outcome == "HANDLED" else outcome)
    assert max(time for time, _ in changes) == record["StateStartTimestamp"]


@each_record
def test_expected_connection_and_queue_are_in_the_snapshot(record: Attributes) -> None:
    contact_id_, agent = record["ContactId"], record.get("Agent", {})
    shown = [
        contacts[contact_id_]
        for event in small_day()
        if contact_id_ in (contacts := contacts_of(event["CurrentAgentSnapshot"]))
    ]
    queue = shown[-1]["Queue"] or {"ARN": "", "Name": None}

    assert record.get("InitialContactId") == shown[0]["InitialContactId"]
    assert record["InitiationMethod"] == shown[0]["InitiationMethod"]
    assert agent.get("ConnectedToAgentTimestamp") == shown[-1]["ConnectedToAgentTimestamp"]
    assert record.get("Queue", {}).get("EnqueueTimestamp") == shown[-1]["QueueTimestamp"]
    assert record.get("Queue", {}).get("Name") == queue["Name"]
    assert record.get("Queue", {}).get("Id", "") == queue["ARN"].partition("/queue/")[2]


@each_record
def test_expected_durations_fit_the_expected_timestamps(record: Attributes) -> None:
    for attempt in record.get("Attempts", []):
        offer_over = (
            attempt.get("AnsweredTimestamp")
            or attempt.get("EndedTimestamp")
            or attempt["ClearedTimestamp"]
        )
        ring = seconds_between(attempt["OfferedTimestamp"], offer_over)
        assert attempt["RingDuration"] == ring
    if "Duration" in (queue := record.get("Queue", {})):
        waited = seconds_between(queue["EnqueueTimestamp"], queue["DequeueTimestamp"])
        assert queue["Duration"] == waited
    if agent := record.get("Agent"):
        work_start = agent["AfterContactWorkStartTimestamp"]
        work = seconds_between(work_start, agent["AfterContactWorkEndTimestamp"])
        assert agent["AfterContactWorkDuration"] == work
    if agent and "AgentInteractionDuration" in agent:
        with_contact = seconds_between(agent["ConnectedToAgentTimestamp"], work_start)
        spent = (
            agent["AgentInteractionDuration"]
            + agent["CustomerHoldDuration"]
            + agent.get("AgentPauseDuration", 0)
        )
        # Of an invited leg the talk with the inviting agent is missing, of held ones a fraction.
        assert spent <= with_contact
        if record["InitiationMethod"] != "TRANSFER":
            assert with_contact - spent <= 1

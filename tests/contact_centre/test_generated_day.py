"""The generated day: realistic, repeatable, and told truly; folded, it gives the truth again."""

import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.__main__ import main
from contact_centre.agents import JsonObject
from contact_centre.generated_day import GeneratedDay, generated_day
from contact_centre.people.office import KINDS_OF_PROFILES
from contact_centre.published.event_lines import EventLines, compact_json
from contact_centre.published.publishing import PublishedSources
from contact_centre.sources import ALL_SOURCES, Source, source_of
from demo.score import Score, score, score_report
from tests.pipeline.processed_day import processed

AGENT_EVENTS = PublishedSources(sources={Source.AGENT_EVENTS})
DAYS = [(1, True, 4), (2, False, 1)]
"""Seed, whether StateStartTimestamp moves on hold, and hours: in the longer one is every case."""


class Day(NamedTuple):
    events: list[JsonObject]
    truth: list[JsonObject]
    cases: Counter[str]


@cache
def played(seed: int = 1, moves: bool = True, *, agents: int = 75, hours: float = 4) -> Day:
    """Its agent events."""
    day = GeneratedDay(
        agents=agents,
        hours=hours,
        seed=seed,
        queues=2,
        hold_moves_state_start=moves,
        published=AGENT_EVENTS,
    )
    events = list(day.events())
    return Day(events, list(day.take_truth()), day.cases)


def by_agent(day: Day) -> list[list[JsonObject]]:
    agents: dict[str, list[JsonObject]] = defaultdict(list)
    for event in day.events:
        agents[event["AgentARN"]].append(event)
    return list(agents.values())


def time_of(event: JsonObject) -> datetime:
    return datetime.fromisoformat(event["EventTimestamp"])


def contacts_in(snapshot: JsonObject | None) -> dict[str, JsonObject]:
    return {contact["ContactId"]: contact for contact in (snapshot or {}).get("Contacts", [])}


# The same, and told in time


def test_same_seed_gives_the_same_day_byte_for_byte() -> None:
    first, second = (generated_day(agents=9, hours=1, seed=3, queues=2) for _ in range(2))

    assert json.dumps(first) == json.dumps(second)


def test_another_seed_gives_another_day() -> None:
    first, second = (generated_day(agents=9, hours=1, seed=seed, queues=2) for seed in (3, 4))

    ids = [{contact["ContactId"] for contact in truth} for _, truth in (first, second)]
    assert not ids[0] & ids[1]


def test_holds_that_stand_still_change_neither_the_truth_nor_the_number_of_events() -> None:
    moving, standing = played(1, True), played(1, False)

    assert standing.truth == moving.truth
    assert len(standing.events) == len(moving.events)
    assert standing.events != moving.events


def test_published_sources_do_not_change_what_happens() -> None:
    events, truth = generated_day(agents=9, hours=1, seed=3, queues=2)
    agent_events, same_truth = generated_day(
        agents=9, hours=1, seed=3, queues=2, published=AGENT_EVENTS
    )

    assert {source_of(event) for event in events} == ALL_SOURCES
    assert [event for event in events if source_of(event) is Source.AGENT_EVENTS] == agent_events
    assert truth == same_truth


def test_events_come_in_time_order() -> None:
    times = [event["EventTimestamp"] for event in played().events]

    assert times == sorted(times)


def test_every_event_has_an_id_of_its_own() -> None:
    ids = [event["EventId"] for event in played().events]

    assert len(set(ids)) == len(ids)


def test_the_previous_snapshot_is_the_agents_last_current_one_and_none_at_log_in() -> None:
    for events in by_agent(played()):
        for last, event in pairwise(events):
            expected = None if event["EventType"] == "LOGIN" else last["CurrentAgentSnapshot"]
            assert event["PreviousAgentSnapshot"] == expected


def test_no_silence_is_longer_than_120_seconds_while_an_agent_is_logged_in() -> None:
    for events in by_agent(played()):
        for last, event in pairwise(events):
            if event["EventType"] not in {"LOGIN", "HEART_BEAT"}:
                assert last["EventType"] != "LOGOUT"
            if last["EventType"] != "LOGOUT" and event["EventType"] != "LOGIN":
                assert time_of(event) - time_of(last) <= timedelta(seconds=120)


def test_heartbeats_come_exactly_120_seconds_after_the_last_event() -> None:
    for events in by_agent(played()):
        for last, event in pairwise(events):
            if event["EventType"] == "HEART_BEAT":
                assert time_of(event) - time_of(last) == timedelta(seconds=120)


def test_at_the_end_every_agent_is_logged_out_with_an_empty_snapshot() -> None:
    for events in by_agent(played()):
        last = [event for event in events if event["EventType"] != "HEART_BEAT"][-1]
        assert last["EventType"] == "LOGOUT"
        assert contacts_in(last["CurrentAgentSnapshot"]) == {}


def test_truth_comes_while_the_day_goes_on() -> None:
    day = GeneratedDay(agents=9, hours=1, seed=3, queues=2)
    events = day.events()

    early = [next(events) for _ in range(300)]
    first = list(day.take_truth())
    rest = list(events)
    second = list(day.take_truth())

    whole_events, whole_truth = generated_day(agents=9, hours=1, seed=3, queues=2)
    assert first
    assert [*early, *rest] == whole_events
    assert [*first, *second] == whole_truth


def test_one_agent_alone_can_do_everything() -> None:
    day = played(5, agents=1, hours=8)

    assert {contact["Channel"] for contact in day.truth} == {"VOICE", "CHAT", "TASK"}


@pytest.mark.parametrize("wrong", [{"agents": 0}, {"hours": 0}, {"queues": 0}], ids=str)
def test_a_day_without_agents_time_or_queues_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needs"):
        GeneratedDay(**({"agents": 1, "hours": 1, "seed": 1} | wrong))


# Realistic


def test_a_profile_of_twenty_queues_makes_events_of_some_11600_bytes() -> None:
    """Measured of real routing profiles: p50 11.6 KB."""
    events, _ = generated_day(agents=20, hours=0.5, seed=1, published=AGENT_EVENTS)

    sizes = sorted(len(compact_json(event).encode()) for event in events)

    assert 10_500 < sizes[len(sizes) // 2] < 12_700


def test_lines_are_the_same_as_from_the_whole_event() -> None:
    lines = EventLines()

    for event in generated_day(agents=20, hours=1, seed=3, queues=2)[0]:
        assert lines.line(event).decode() == compact_json(event)


def test_shares_are_those_of_a_busy_centre() -> None:
    day = played(1, True)
    seen = [contact for contact in day.truth if contact["SeenByAgents"]]
    roots = [contact for contact in day.truth if "InitialContactId" not in contact]
    calls = [contact for contact in seen if contact["Channel"] == "VOICE"]
    answered_calls = [contact for contact in calls if "Agent" in contact]
    offers = [attempt for contact in seen for attempt in contact.get("Attempts", [])]
    failed = [each for each in offers if each["Outcome"] in {"MISSED", "REJECTED", "ERROR"}]
    transfers = [contact for contact in seen if contact["InitiationMethod"] == "TRANSFER"]
    held = [contact for contact in answered_calls if contact["Agent"]["NumberOfHolds"]]

    assert 50 < len(roots) / 75 * 8 / 4 < 70
    assert 0.08 < len(failed) / len(offers) < 0.16
    assert 0.10 < len(transfers) / len(seen) < 0.20
    assert 0.25 < len(held) / len(answered_calls) < 0.45


def test_agents_keep_to_their_slots() -> None:
    """One channel at a time, but for what a supervisor's change of the routing profile leaves."""
    slots = {
        channel: max(kind.get(channel, 0) for kind in KINDS_OF_PROFILES)
        for channel in ("VOICE", "CHAT", "TASKS")
    }
    most: Counter[str] = Counter()

    for event in played().events:
        contacts = contacts_in(event["CurrentAgentSnapshot"]).values()
        channels = Counter(contact["Channel"] for contact in contacts)
        assert len(channels) <= 1
        most |= channels

    assert most == slots


CASES = [
    "abandoned in the queue",
    "abandoned in the queue: chat",
    "break in after contact work",
    "break in mid-conversation",
    "brought on by a disconnect flow",
    "callback asked for in a menu",
    "callback that an agent promised",
    "callback that does not reach the customer",
    "blind transfer at once after a warm one",
    "call of an outbound campaign",
    "call of an outbound campaign that nobody answers",
    "abandoned after a flow moved it to another queue",
    "cold transfer to a queue",
    "cold transfer to an agent",
    "conference that the customer leaves first",
    "consult during which the customer hangs up",
    "customer-first callback",
    "customer-first callback that does not reach the customer",
    "log-out on a call",
    "nested consult: the second",
    "place in the queue of a customer-first callback",
    "supervisor who barges in",
    "conference",
    "conference of three agents",
    "conference that a third agent joins without a hold",
    "conference that the customer ends",
    "conference that the inviting agent leaves",
    "conference with an external party",
    "consult and back",
    "consult of an external party",
    "consult that nobody answers",
    "customer hangs up on hold",
    "customer hangs up while it rings: MISSED",
    "customer hangs up while it rings: REJECTED",
    "customer hangs up while it rings: gone",
    "external party that does not answer",
    "given up in the queue: offered",
    "gone in mid-conversation",
    "inbound",
    "inbound: chat",
    "inbound: tasks",
    "log-out for lunch",
    "log-out in after contact work",
    "monitor",
    "moved to another queue by a flow",
    "moved to this queue by a flow",
    "Next status",
    "offer that ends ERROR: voice",
    "offer that ends MISSED: chat",
    "offer that ends MISSED: tasks",
    "offer that ends MISSED: voice",
    "offer that ends REJECTED: chat",
    "offer that ends REJECTED: voice",
    "offered again",
    "offered again in place of the missed offer",
    "offered again to the same agent",
    "other routing profile",
    "outbound",
    "outbound: ERROR",
    "outbound: unanswered",
    "paused task",
    "queued callback",
    "queued callback that is due",
    "served by a menu alone",
    "survey by a disconnect flow",
    "task that is related to a contact",
    "transfer to a flow",
    "transfer of a transfer",
    "transfer to a queue: chat",
    "transfer to a queue: tasks",
    "transfer to an agent: chat",
    "transfer to an agent: tasks",
    "transfer to an external party",
    "warm transfer to a queue",
    "warm transfer to an agent",
]


def test_every_case_occurs_in_a_big_day() -> None:
    assert [case for case in CASES if not played().cases[case]] == []


HARD_TO_TELL = [
    "abandoned after a flow moved it to another queue",
    "blind transfer at once after a warm one",
    "call of an outbound campaign",
    "callback that an agent promised",
    "callback that does not reach the customer",
    "conference that the customer leaves first",
    "consult during which the customer hangs up",
    "customer hangs up on hold",
    "customer hangs up while it rings: MISSED",
    "customer hangs up while it rings: REJECTED",
    "customer-first callback",
    "log-out on a call",
    "nested consult: the second",
    "outbound: unanswered",
    "supervisor who barges in",
]


@pytest.mark.parametrize("seed", [1, 7, 12])
def test_a_day_of_fifty_agents_and_two_hours_has_several_of_each_hard_kind(seed: int) -> None:
    cases = played(seed, agents=50, hours=2).cases

    assert {case: cases[case] for case in HARD_TO_TELL if cases[case] < 2} == {}


def test_agents_are_people_with_names_of_their_own() -> None:
    people: dict[str, tuple[str, str]] = {}
    for event in played().events:
        if event["CurrentAgentSnapshot"]:
            configuration = event["CurrentAgentSnapshot"]["Configuration"]
            name = configuration["FirstName"], configuration["LastName"]
            people[configuration["Username"]] = name

    assert people["ann.example"] == ("Ann", "Example")
    assert len(people) == len(set(people.values())) == 75


def test_every_state_and_every_kind_of_link_occurs_in_a_big_day() -> None:
    day = played()
    states, null_log_outs = set(), 0
    for event in day.events:
        contacts = contacts_in(event["CurrentAgentSnapshot"])
        states |= {contact["State"] for contact in contacts.values()}
        null_log_outs += event["EventType"] == "LOGOUT" and event["CurrentAgentSnapshot"] is None

    assert states == {
        "INCOMING",
        "CONNECTING",
        "CONNECTED",
        "CONNECTED_ONHOLD",
        "PAUSED",
        "ENDED",
        "MISSED",
        "REJECTED",
        "ERROR",
    }
    assert {contact.get("TransferType") for contact in day.truth} == {
        None,
        "TRANSFER",
        "CONSULT",
        "CONFERENCE",
        "CALLBACK",
        "QUEUE_TRANSFER",
        "DISCONNECT",
        "CALLBACK_CUSTOMER_FIRST_QUEUED",
        "CALLBACK_CUSTOMER_FIRST_DIALED",
    }
    assert {event["EventType"] for event in day.events} == {
        "LOGIN",
        "LOGOUT",
        "STATE_CHANGE",
        "HEART_BEAT",
    }
    assert null_log_outs > 0


def test_one_contact_may_be_missed_in_one_snapshot_and_talked_to_in_another() -> None:
    states_of: dict[str, dict[str, str]] = defaultdict(dict)
    found = 0
    for event in played().events:
        for contact_id in contacts_in(event["PreviousAgentSnapshot"]):
            states_of[contact_id].pop(event["AgentARN"], None)
        for contact_id, contact in contacts_in(event["CurrentAgentSnapshot"]).items():
            states_of[contact_id][event["AgentARN"]] = contact["State"]
            found += {"MISSED", "CONNECTED"} <= set(states_of[contact_id].values())

    assert found > 0


# The truth, by itself


def test_truth_tells_of_every_contact_once_and_of_all_that_agents_saw() -> None:
    day = played()
    ids = [contact["ContactId"] for contact in day.truth]
    seen = {contact["ContactId"] for contact in day.truth if contact["SeenByAgents"]}
    in_snapshots = {
        contact_id
        for event in day.events
        for contact_id in contacts_in(event["CurrentAgentSnapshot"])
    }

    assert len(set(ids)) == len(ids)
    assert seen == in_snapshots
    assert len(seen) < len(ids)


def test_links_of_the_truth_form_trees_of_one_chain_each() -> None:
    contacts = {contact["ContactId"]: contact for contact in played().truth}
    invited: dict[str, list[str]] = defaultdict(list)
    for contact_id, contact in contacts.items():
        previous = contact.get("PreviousContactId")
        assert ("InitialContactId" in contact) == (previous is not None)
        assert contact["ChainId"] == contact.get("InitialContactId", contact_id)
        if previous:
            assert contacts[previous]["ChainId"] == contact["ChainId"]
            invited[previous].append(contact_id)
        steps = 0
        while previous:
            previous, steps = contacts[previous].get("PreviousContactId"), steps + 1
            assert steps < len(contacts)

    for contact_id, contact in contacts.items():
        last = contact.get("NextContactId")
        assert invited[contact_id][-1:] == ([last] if last else [])


def test_numbers_of_the_truth_fit_its_times() -> None:
    for contact in played().truth:
        attempts = contact.get("Attempts", [])
        for attempt in attempts:
            times = [
                attempt.get(f"{name}Timestamp")
                for name in ("Offered", "Answered", "Ended", "Cleared")
            ]
            known = [time for time in times if time]
            assert known == sorted(known)
        agent = contact.get("Agent")
        if agent and contact["InitiationMethod"] != "MONITOR":
            (handled,) = [each for each in attempts if each["Outcome"] == "HANDLED"]
            over = handled.get("EndedTimestamp", handled["ClearedTimestamp"])
            connected = datetime.fromisoformat(agent["ConnectedToAgentTimestamp"])
            seconds = (datetime.fromisoformat(over) - connected) / timedelta(seconds=1)
            parts = [
                agent["AgentInteractionDuration"],
                agent["CustomerHoldDuration"],
                agent.get("AgentPauseDuration", 0),
            ]
            assert sum(parts) <= seconds
            assert agent["LongestHoldDuration"] <= agent["CustomerHoldDuration"]
            stayed_to_the_end = "ByAgentEventsAlone" not in contact
            if "InitialContactId" not in contact and stayed_to_the_end:
                assert seconds < sum(parts) + 3


# The truth, and what comes out of the events


@cache
def folded(seed: int, moves: bool, hours: int) -> Score:
    day = played(seed, moves, hours=hours)
    return score(processed(day.events), day.truth, sources=AGENT_EVENTS.sources)


@pytest.mark.parametrize(("seed", "moves", "hours"), DAYS)
def test_all_that_events_state_is_right(seed: int, moves: bool, hours: int) -> None:
    result = folded(seed, moves, hours)

    assert result.is_perfect, score_report(result)
    assert result.contacts > 500 * hours
    assert result.not_shown > 50 * hours


@pytest.mark.parametrize(("seed", "moves", "hours"), DAYS)
def test_inferred_inviters_are_nearly_always_right(seed: int, moves: bool, hours: int) -> None:
    """The rest cannot be told from agent events, or is told on purpose in another way."""
    result = folded(seed, moves, hours)

    assert result.fields["TransferType"].rate > 0.98
    for name in ("PreviousContactId", "NextContactId"):
        tally = result.fields[name]
        assert (tally.right + tally.hidden) / tally.total > 0.99


# The command


def test_command_writes_events_and_truth_and_says_what_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, truth = tmp_path / "events.ndjson", tmp_path / "truth.ndjson"

    code = main(
        [
            "day",
            "--agents",
            "9",
            "--hours",
            "1",
            "--seed",
            "3",
            "--queues",
            "2",
            "--hold-stands-still",
            "--events",
            str(events),
            "--truth",
            str(truth),
        ]
    )

    expected = generated_day(agents=9, hours=1, seed=3, queues=2, hold_moves_state_start=False)
    written = [
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (events, truth)
    ]
    output = capsys.readouterr()
    assert code == 0
    assert written == list(expected)
    assert re.search(rf"Contacts: {len(expected[1])}\n", output.out)
    assert re.search(r"\d+  cold transfer to a queue\n", output.out)
    for source, number in Counter(map(source_of, expected[0])).items():
        assert f"{number} {source.words}" in " ".join(output.err.split())


def test_command_publishes_the_sources_that_are_asked_for(tmp_path: Path) -> None:
    paths = [tmp_path / "events.ndjson", tmp_path / "truth.ndjson"]
    day = ["--agents", "9", "--hours", "1", "--seed", "3", "--queues", "2"]
    files = ["--events", str(paths[0]), "--truth", str(paths[1])]
    lossy = ["--contact-event-loss", "0.5", "--contact-event-delay", "30"]

    code = main(["day", *day, *files, "--sources", "contact-events, contact-records", *lossy])

    events = [json.loads(line) for line in paths[0].read_text(encoding="utf-8").splitlines()]
    published = PublishedSources(
        sources={Source.CONTACT_EVENTS, Source.CONTACT_RECORDS},
        contact_event_loss=0.5,
        contact_event_delay=30,
    )
    assert code == 0
    assert events == generated_day(agents=9, hours=1, seed=3, queues=2, published=published)[0]
    assert {source_of(event) for event in events} == published.sources


def test_command_says_which_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing" / "events.ndjson"

    code = main(["day", "--events", str(missing), "--truth", str(tmp_path / "truth.ndjson")])

    assert code == 1
    assert "cannot be written" in capsys.readouterr().err


def test_command_refuses_one_file_for_events_and_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = str(tmp_path / "day.ndjson")

    assert main(["day", "--events", same, "--truth", same]) == 2

    assert "--events and --truth name the same file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--agents", "0"],
        ["--hours", "0"],
        ["--queues", "-1"],
        ["--contact-event-loss", "1.1"],
        ["--contact-event-delay", "-1"],
        ["--sources", "agent-events,rumours"],
        ["--sources", ""],
    ],
    ids=" ".join,
)
def test_command_refuses_what_makes_no_sense(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["day", *wrong, "--events", "events", "--truth", "truth"]) == 2
    assert wrong[0] in capsys.readouterr().err


def test_next_day_has_the_same_people_and_other_contacts() -> None:
    first, second = (
        GeneratedDay(agents=5, hours=0.5, seed=1, queues=2, published=AGENT_EVENTS, day=number)
        for number in (0, 1)
    )

    events = [list(day.events()) for day in (first, second)]
    contacts = [{each["ContactId"] for each in day.take_truth()} for day in (first, second)]

    agents = [{each["AgentARN"] for each in of_day} for of_day in events]
    dates = [{each["EventTimestamp"][:10] for each in of_day} for of_day in events]
    assert agents[0] == agents[1]
    assert all(contacts)
    assert not contacts[0] & contacts[1]
    assert dates == [{"2026-03-09"}, {"2026-03-10"}]

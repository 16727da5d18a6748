"""Time in each status follows from the set of agent events; what lost events hid is marked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contacts.views.history.history_in_duckdb import AskedHistory, Rows, asked_history

type Event = dict[str, Any]
type Status = tuple[str, int] | None

ARN = "arn:aws:connect:eu-central-1:111122223333:instance/i/agent/ada"
BEGAN = datetime(2026, 3, 9, 8, tzinfo=UTC)
TYPES = {"Available": "ROUTABLE", "Offline": "OFFLINE"}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHistory]:
    with asked_history(tmp_path_factory.mktemp("history")) as history:
        yield history


def time(second: int) -> str:
    return f"{BEGAN + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}.000Z"


def snapshot(status: Status) -> Event | None:
    """Name and start of a status as an agent's snapshot has it."""
    if status is None:
        return None
    name, start = status
    shown = {"Name": name, "StartTimestamp": time(start), "Type": TYPES.get(name, "CUSTOM")}
    return {"AgentStatus": shown, "Configuration": {"Username": "ada"}}


def event(kind: str, second: int, now: Status, before: Status = None) -> Event:
    return {
        "AgentARN": ARN,
        "EventType": kind,
        "EventTimestamp": time(second),
        "CurrentAgentSnapshot": snapshot(now),
        "PreviousAgentSnapshot": snapshot(before),
    }


AVAILABLE, BREAK, BACK = ("Available", 5), ("Break", 100), ("Available", 400)
DAY = [
    event("LOGIN", 0, None),
    event("STATE_CHANGE", 5, AVAILABLE),
    event("STATE_CHANGE", 60, AVAILABLE, AVAILABLE),
    event("STATE_CHANGE", 100, BREAK, AVAILABLE),
    event("HEART_BEAT", 220, BREAK, BREAK),
    event("STATE_CHANGE", 400, BACK, BREAK),
    event("LOGOUT", 900, None, BACK),
    event("LOGIN", 2000, None),
    event("STATE_CHANGE", 2003, ("Available", 2003)),
]
WHOLE = [
    ("Offline", 0, 5, 5, "LOGIN"),
    ("Available", 5, 100, 95, "STATED"),
    ("Break", 100, 400, 300, "STATED"),
    ("Available", 400, 900, 500, "STATED"),
    ("Offline", 900, 2000, 1100, "LOGIN"),
    ("Offline", 2000, 2003, 3, "LOGIN"),
    ("Available", 2003, None, None, None),
]


def told(rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (
            row["status_name"],
            second(row["start_timestamp"]),
            row["end_timestamp"] and second(row["end_timestamp"]),
            row["duration"],
            row["end_evidence"],
        )
        for row in sorted(rows, key=lambda row: row["start_timestamp"])
    ]


def second(moment: datetime) -> int:
    return round((moment.replace(tzinfo=UTC) - BEGAN) / timedelta(seconds=1))


def test_each_stretch_in_a_status_is_a_row(history: AskedHistory) -> None:
    rows = history.of_events(DAY)

    assert told(rows) == WHOLE
    assert {(row["instance_id"], row["agent_id"], row["username"]) for row in rows} == {
        ("i", "ada", "ada")
    }


def test_login_and_logout_are_on_the_stretches_that_they_begin(history: AskedHistory) -> None:
    rows = history.of_events(DAY)

    logins = [second(row["login_timestamp"]) for row in rows if row["login_timestamp"]]
    logouts = [second(row["logout_timestamp"]) for row in rows if row["logout_timestamp"]]
    assert sorted(logins) == [0, 2000]
    assert logouts == [900]


@given(st.data())
def test_order_and_repetition_of_events_change_nothing(
    history: AskedHistory, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(DAY)))

    assert told(history.of_events(data.draw(st.permutations([*DAY, *again])))) == WHOLE


@given(st.sets(st.sampled_from(range(len(DAY)))))
def test_lost_events_never_make_a_duration_that_is_wrong(
    history: AskedHistory, lost: set[int]
) -> None:
    """A stretch may be missing, or its end unknown; what is stated is what happened."""
    left = [each for position, each in enumerate(DAY) if position not in lost]
    truth = {(name, start): (end, duration) for name, start, end, duration, _ in WHOLE}

    for name, start, end, duration, evidence in told(history.of_events(left)):
        true_end, true_duration = truth[name, start]
        if evidence == "STATED":
            assert (end, duration) == (true_end, true_duration)
        elif evidence == "LOGIN":
            assert end >= true_end
        elif evidence == "INFERRED":
            assert end >= true_end
            assert duration is None or duration - true_duration <= 10


def test_end_of_a_status_whose_change_was_lost_is_the_latest_possible(
    history: AskedHistory,
) -> None:
    rows = history.of_events([DAY[1], DAY[2], event("HEART_BEAT", 520, BACK, BACK)])

    available, back = told(rows)
    assert available == ("Available", 5, 400, None, "INFERRED")
    assert second(rows[0]["last_seen_timestamp"]) == 60
    assert back == ("Available", 400, None, None, None)


def test_previous_snapshot_makes_up_for_one_lost_event(history: AskedHistory) -> None:
    rows = history.of_events([DAY[1], DAY[5]])

    assert told(rows)[1] == ("Break", 100, 400, 300, "STATED")


def test_silence_after_a_login_is_one_of_lost_events(history: AskedHistory) -> None:
    rows = history.of_events([DAY[0], event("STATE_CHANGE", 131, ("Available", 131))])

    assert told(rows)[0] == ("Offline", 0, 131, None, "INFERRED")


def test_event_without_a_status_tells_nothing(history: AskedHistory) -> None:
    assert history.of_events([event("STATE_CHANGE", 5, None)]) == []


def test_contact_events_and_contact_records_on_the_stream_are_passed_over(
    history: AskedHistory,
) -> None:
    assert history.of_events([{"detail-type": "Amazon Connect Contact Event"}, {}]) == []

"""`replay`: which archived events are put on the stream, and how."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operations.archive import Archive
from tests.operations.operated import ARCHIVE, Operated, Put, Run

DAY = ("--from", "2026-03-09", "--to", "2026-03-10")
ADA = "arn:aws:connect:eu-central-1:123456789012:instance/i/agent/ada"
BEN = "arn:aws:connect:eu-central-1:123456789012:instance/i/agent/ben"
OBJECT = "agent_events/2026/03/09/delivery-1-2026-03-09-08-00-00-0a1b.gz"


def event(at: str, agent: str = ADA, **others: Any) -> dict[str, Any]:
    """A heartbeat; one that says nothing is enough to be selected or not."""
    return {"AgentARN": agent, "EventTimestamp": at, "EventType": "HEART_BEAT"} | others


def object_of(day: str, number: int = 1) -> str:
    return f"agent_events/{day}/delivery-1-{day.replace('/', '-')}-{number:02}-0a1b.gz"


def times(put: list[Put]) -> list[str]:
    return [json.loads(each.data)["EventTimestamp"] for each in put]


def test_events_are_put_as_they_were_under_their_agent(operated: Operated, run: Run) -> None:
    line = (
        b'{"EventType":"HEART_BEAT",  "EventTimestamp":"2026-03-09T08:00:00.000Z","AgentARN":"%s"}'
    )
    operated.archive(OBJECT, [line % ADA.encode()])

    ran = run("replay", *DAY, "--yes")

    assert ran.exit_code == 0
    assert operated.put() == [Put(ADA, line % ADA.encode())]


def test_dry_run_counts_and_puts_nothing(operated: Operated, run: Run) -> None:
    operated.archive(OBJECT, [event("2026-03-09T08:00:00Z"), event("2026-03-09T08:00:01Z", BEN)])

    ran = run("replay", *DAY, "--events-per-second", "1")

    assert ran.rows == [["2", OBJECT]]
    assert "Dry run: 2 events of 2 agents in 1 object would be put on the stream" in ran.err
    assert operated.put() == []


def test_period_begins_with_from_and_ends_before_to(operated: Operated, run: Run) -> None:
    stamps = [
        "2026-03-09T08:29:59.999Z",
        "2026-03-09T08:30:00.000Z",
        "2026-03-09T08:59:59.999Z",
        "2026-03-09T09:00:00.000Z",
    ]
    operated.archive(OBJECT, map(event, stamps))

    run("replay", "--from", "2026-03-09T08:30", "--to", "2026-03-09T10:00+01:00", "--yes")

    assert times(operated.put()) == stamps[1:3]


def test_events_that_arrived_the_day_before_or_after_are_found(
    operated: Operated, run: Run
) -> None:
    """Firehose names an object by its oldest record; an event may be under way at midnight."""
    for day in ("2026/03/07", "2026/03/08", "2026/03/10", "2026/03/11"):
        operated.archive(object_of(day), [event("2026-03-09T12:00:00Z", seen=day)])

    run("replay", *DAY, "--yes")
    near = [json.loads(each.data)["seen"] for each in operated.put()]
    ran = run("replay", *DAY, "--margin-hours", "25", "--json")

    assert near == ["2026/03/08", "2026/03/10"]
    assert ran.json["Events"] == 4


def test_agents_can_be_chosen_by_id_or_arn(operated: Operated, run: Run) -> None:
    others = [f"{ADA}-{number}" for number in range(2)]
    operated.archive(
        OBJECT, [event("2026-03-09T08:00:00Z", agent) for agent in (ADA, BEN, *others)]
    )

    run("replay", *DAY, "--agent", "ada", "--agent", BEN, "--yes")

    assert [each.partition_key for each in operated.put()] == [ADA, BEN]


def test_order_of_the_archive_is_kept(operated: Operated, run: Run) -> None:
    start = datetime(2026, 3, 9, 8, tzinfo=UTC)
    stamps = [(start + timedelta(seconds=number)).isoformat() for number in range(1200)]
    operated.archive(object_of("2026/03/09", 2), map(event, stamps[700:]))
    operated.archive(object_of("2026/03/09", 1), map(event, stamps[:700]))

    run("replay", *DAY, "--yes", "--events-per-second", "100000")

    assert times(operated.put()) == stamps


def test_what_is_no_agent_event_is_left_out_and_told(operated: Operated, run: Run) -> None:
    operated.archive(
        OBJECT,
        [
            b"{",
            b"",
            event("yesterday"),
            {"ContactId": "a contact record", "AWSContactTraceRecordFormatVersion": "2017-03-10"},
            event("2026-03-09T08:00:00Z"),
            event("2026-03-08T08:00:00Z"),
        ],
    )

    ran = run("replay", *DAY, "--yes", "--json")

    assert ran.exit_code == 0
    assert ran.json == {
        "DryRun": False,
        "Objects": 1,
        "Events": 1,
        "EventsNotSelected": 1,
        "OtherRecords": 1,
        "UndecodableLines": 2,
        "BrokenObjects": 0,
        "EventsByAgent": {"ada": 1},
    }
    assert f"{OBJECT}, line 1: not JSON" in ran.err
    assert f"{OBJECT}, line 3: agent event: EventTimestamp" in ran.err


def test_broken_object_gives_what_it_can_and_fails(operated: Operated, run: Run) -> None:
    lines = [json.dumps(event("2026-03-09T08:00:00Z", noise=str(n))).encode() for n in range(5000)]
    whole = gzip.compress(b"\n".join(lines))
    operated.archive_raw(OBJECT, whole[: len(whole) // 2])

    ran = run("replay", *DAY, "--json")

    assert ran.exit_code == 1
    assert 0 < ran.json["Events"] < 5000
    assert f"{OBJECT} is broken" in ran.err


def test_several_members_and_no_compression_are_read(operated: Operated, run: Run) -> None:
    line = json.dumps(event("2026-03-09T08:00:00Z")).encode() + b"\n"
    operated.archive_raw(object_of("2026/03/09", 1), gzip.compress(line) + gzip.compress(line))
    operated.archive_raw(object_of("2026/03/09", 2), line)

    assert run("replay", *DAY, "--json").json["Events"] == 3


def test_what_is_archived_meanwhile_is_not_met(operated: Operated) -> None:
    operated.archive(object_of("2026/03/09", 1), [])
    day = datetime(2026, 3, 9, tzinfo=UTC)

    keys = Archive(operated.aws.s3, ARCHIVE).keys(day, day)
    operated.archive(object_of("2026/03/09", 2), [])

    assert keys == [object_of("2026/03/09", 1)]


def test_it_can_be_gone_on_with(operated: Operated, run: Run) -> None:
    for number in range(1, 4):
        operated.archive(
            object_of("2026/03/09", number), [event(f"2026-03-09T08:00:0{number}.000Z")]
        )

    run("replay", *DAY, "--yes", "--resume-from", object_of("2026/03/09", 2))

    assert times(operated.put()) == ["2026-03-09T08:00:02.000Z", "2026-03-09T08:00:03.000Z"]


def test_stopped_replay_says_where_to_go_on(operated: Operated, run: Run) -> None:
    operated.archive(OBJECT, [event("2026-03-09T08:00:00Z")])

    ran = run("replay", *DAY, "--yes", "--stream", "no-such-stream")

    assert ran.exit_code == 1
    assert f"To go on from there: --resume-from {OBJECT}" in ran.err


def test_unknown_place_to_go_on_from_fails(operated: Operated, run: Run) -> None:
    operated.archive(OBJECT, [event("2026-03-09T08:00:00Z")])

    ran = run("replay", *DAY, "--yes", "--resume-from", "elsewhere")

    assert ran.exit_code == 1
    assert operated.put() == []


@pytest.mark.parametrize("time", ["soon", "2026-13-01", ""])
def test_what_is_no_time_is_refused(run: Run, time: str) -> None:
    with pytest.raises(SystemExit) as exited:
        run("replay", "--from", time, "--to", "2026-03-10")

    assert exited.value.code == 2

"""`replay`: which archived records are put on the stream, and how."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contacts.incoming.stream_record import RecordKind
from operations.archive.archive import Archive
from tests.by_hand.agent_events_by_hand import arn, moment
from tests.by_hand.stated_by_hand import (
    PLACEHOLDER,
    amazon_contact_record,
    contact_event_detail,
    in_envelope,
    whole,
)
from tests.operations.deployment_in_memory import ARCHIVE, Operated, Put, Run

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
    assert "Dry run: 2 agent events in 1 object would be put on the stream" in ran.err
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
    # What came more than a day before it happened was refused, and is refused again.
    assert ran.json["Records"] == 3


def test_agents_can_be_chosen(operated: Operated, run: Run) -> None:
    others = [f"{ADA}-{number}" for number in range(2)]
    operated.archive(
        OBJECT, [event("2026-03-09T08:00:00Z", agent) for agent in (ADA, BEN, *others)]
    )

    run("replay", *DAY, "--agent", ADA, "--agent", BEN, "--yes")

    assert [each.partition_key for each in operated.put()] == [ADA, BEN]


EACH_KIND = [
    event(moment(0)),
    in_envelope(contact_event_detail()),
    amazon_contact_record(),
]


def test_every_kind_is_put_as_it_was_under_its_agent_or_contact(
    operated: Operated, run: Run
) -> None:
    operated.archive(OBJECT, EACH_KIND)

    run("replay", *DAY, "--yes")

    assert operated.put() == [
        Put(key, json.dumps(record).encode())
        for key, record in zip([ADA, "contact-2", "contact-1"], EACH_KIND, strict=True)
    ]


def test_kinds_are_counted(operated: Operated, run: Run) -> None:
    operated.archive(OBJECT, [EACH_KIND[0], *EACH_KIND, event("2026-03-10T00:00:00Z")])

    dry = run("replay", *DAY)
    counted = run("replay", *DAY, "--json").json
    done = run("replay", *DAY, "--yes")

    kinds = "4 records (2 agent events, 1 contact record, 1 contact event) in 1 object"
    assert f"Dry run: {kinds} would be put on the stream" in dry.err
    assert "Left out: 1 record of other times, agents or kinds, 0 lines" in dry.err
    assert f"{kinds} put on the stream." in done.err
    assert counted["RecordsByKind"] == {"agent event": 2, "contact event": 1, "contact record": 1}
    assert counted["RecordsByAgent"] == {"ada": 4}


def test_period_without_records_counts_none(operated: Operated, run: Run) -> None:
    operated.archive(OBJECT, [])

    assert "Dry run: 0 records in 1 object would be put" in run("replay", *DAY).err


@pytest.mark.parametrize(
    ("record", "written"),
    [
        pytest.param(event(moment(3)), moment(3), id="agent event"),
        pytest.param(
            in_envelope(contact_event_detail()) | {"time": whole(99)},
            moment(99),
            id="contact event",
        ),
        pytest.param(contact_event_detail(), moment(71), id="bare contact event: newest time"),
        pytest.param(
            in_envelope(contact_event_detail()) | {"time": "at noon"},
            moment(71),
            id="contact event with a broken envelope: newest time",
        ),
        pytest.param(
            contact_event_detail(agentInfo=None, disconnectTimestamp=PLACEHOLDER),
            moment(2),
            id="bare contact event of a contact that waits: newest time that is known",
        ),
        pytest.param(amazon_contact_record(), moment(135), id="contact record"),
        pytest.param(
            amazon_contact_record(LastUpdateTimestamp=None),
            moment(71),
            id="contact record without LastUpdateTimestamp: newest time",
        ),
    ],
)
def test_period_is_that_in_which_connect_wrote(
    operated: Operated, run: Run, record: dict[str, Any], written: str
) -> None:
    operated.archive(OBJECT, [record])
    at = datetime.fromisoformat(written)
    before, after = (
        (at + timedelta(milliseconds=shift)).isoformat(timespec="milliseconds") for shift in (-1, 1)
    )

    within = run("replay", "--from", written, "--to", after, "--json").json
    until = run("replay", "--from", before, "--to", written, "--json").json

    assert (within["Records"], until["Records"]) == (1, 0)


def test_agent_is_whose_event_it_is_or_who_answered_the_contact(
    operated: Operated, run: Run
) -> None:
    offered = {"agentArn": arn("agent", "ada"), "connectedToAgentTimestamp": PLACEHOLDER}
    by_ben = {"agentArn": arn("agent", "ben"), "connectedToAgentTimestamp": moment(1)}
    operated.archive(
        OBJECT,
        [
            *EACH_KIND,
            event(moment(0), BEN),
            contact_event_detail(contactId="answered by ben", agentInfo=by_ben),
            contact_event_detail(contactId="offered to ada", agentInfo=offered),
            contact_event_detail(contactId="offered to nobody", agentInfo=None),
            amazon_contact_record(ContactId="answered by nobody", Agent=None),
        ],
    )

    run("replay", *DAY, "--agent", ADA, "--yes")

    assert [each.partition_key for each in operated.put()] == [ADA, "contact-2", "contact-1"]


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        (["agent-event"], ["agent event"]),
        (["contact-event"], ["contact event"]),
        (["contact-record"], ["contact record"]),
        (["contact-event", "contact-record"], ["contact event", "contact record"]),
        ([], list(RecordKind)),
    ],
    ids=" and ".join,
)
def test_kinds_can_be_chosen(
    operated: Operated, run: Run, arguments: list[str], kinds: list[str]
) -> None:
    operated.archive(OBJECT, EACH_KIND)

    ran = run("replay", *DAY, *(f"--kind={kind}" for kind in arguments), "--json")

    assert ran.json["RecordsByKind"] == dict.fromkeys(kinds, 1)
    assert ran.json["RecordsNotSelected"] == 3 - len(kinds)


def test_unknown_kind_is_refused(run: Run) -> None:
    assert run("replay", *DAY, "--kind", "heart-beat").exit_code == 2


def test_archive_of_a_separate_contact_record_stream_is_replayed_too(
    operated: Operated, run: Run
) -> None:
    separate = OBJECT.replace("agent_events/", "contact_records/")
    next_day = object_of("2026/03/10")
    operated.archive(next_day, [event("2026-03-09T23:59:59Z")])
    operated.archive(separate, [amazon_contact_record()])
    operated.archive(OBJECT, [event("2026-03-09T08:00:00Z")])

    all_of_it = run("replay", *DAY)
    rest = run("replay", *DAY, "--yes", "--resume-from", separate)

    assert all_of_it.rows == [["1", OBJECT], ["1", separate], ["1", next_day]]
    assert rest.rows == [["1", separate], ["1", next_day]]
    assert [each.partition_key for each in operated.put()] == ["contact-1", ADA]


def test_order_of_the_archive_is_kept(operated: Operated, run: Run) -> None:
    start = datetime(2026, 3, 9, 8, tzinfo=UTC)
    stamps = [(start + timedelta(seconds=number)).isoformat() for number in range(1200)]
    operated.archive(object_of("2026/03/09", 2), map(event, stamps[700:]))
    operated.archive(object_of("2026/03/09", 1), map(event, stamps[:700]))

    run("replay", *DAY, "--yes", "--events-per-second", "100000")

    assert times(operated.put()) == stamps


def test_undecodable_record_is_left_out_and_reported(operated: Operated, run: Run) -> None:
    operated.archive(
        OBJECT,
        [
            b"{",
            b"",
            event("yesterday"),
            {"ContactId": "a contact record", "AWSContactTraceRecordFormatVersion": "2017-03-10"},
            in_envelope({"eventType": "QUEUED"}),
            event("2026-03-09T08:00:00Z"),
            event("2026-03-08T08:00:00Z"),
        ],
    )

    ran = run("replay", *DAY, "--yes", "--json")

    assert ran.exit_code == 0
    assert ran.json == {
        "DryRun": False,
        "Objects": 1,
        "Records": 1,
        "RecordsNotSelected": 1,
        "UndecodableLines": 4,
        "BrokenObjects": 0,
        "RecordsByKind": {"agent event": 1},
        "RecordsByAgent": {"ada": 1},
    }
    assert f"{OBJECT}, line 1: not JSON" in ran.err
    assert f"{OBJECT}, line 3: agent event: EventTimestamp" in ran.err
    assert f"{OBJECT}, line 4: contact record: no timestamp" in ran.err
    assert f"{OBJECT}, line 5: contact event: " in ran.err


def test_broken_object_gives_what_it_can_and_fails(operated: Operated, run: Run) -> None:
    lines = [json.dumps(event("2026-03-09T08:00:00Z", noise=str(n))).encode() for n in range(5000)]
    whole = gzip.compress(b"\n".join(lines))
    operated.archive_raw(OBJECT, whole[: len(whole) // 2])

    ran = run("replay", *DAY, "--json")

    assert ran.exit_code == 1
    assert 0 < ran.json["Records"] < 5000
    assert f"{OBJECT} is broken" in ran.err


def test_several_members_and_no_compression_are_read(operated: Operated, run: Run) -> None:
    line = json.dumps(event("2026-03-09T08:00:00Z")).encode() + b"\n"
    operated.archive_raw(object_of("2026/03/09", 1), gzip.compress(line) + gzip.compress(line))
    operated.archive_raw(object_of("2026/03/09", 2), line)

    assert run("replay", *DAY, "--json").json["Records"] == 3


def test_object_archived_during_the_run_is_not_read(operated: Operated) -> None:
    operated.archive(object_of("2026/03/09", 1), [])
    day = datetime(2026, 3, 9, tzinfo=UTC)

    keys = Archive(operated.aws.s3, ARCHIVE).keys(day, day)
    operated.archive(object_of("2026/03/09", 2), [])

    assert keys == [object_of("2026/03/09", 1)]


def test_stopped_replay_continues_at_an_object(operated: Operated, run: Run) -> None:
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
    assert f"To continue there: --resume-from {OBJECT}" in ran.err


def test_unknown_place_to_go_on_from_fails(operated: Operated, run: Run) -> None:
    operated.archive(OBJECT, [event("2026-03-09T08:00:00Z")])

    ran = run("replay", *DAY, "--yes", "--resume-from", "elsewhere")

    assert ran.exit_code == 1
    assert operated.put() == []


@pytest.mark.parametrize("time", ["soon", "2026-13-01", ""])
def test_text_that_is_not_a_time_is_refused(run: Run, time: str) -> None:
    assert run("replay", "--from", time, "--to", "2026-03-10").exit_code == 2

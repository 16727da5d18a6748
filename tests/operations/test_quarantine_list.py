"""`quarantine list`: our own objects and Lambda's, with reasons, and never a name."""

import json
from datetime import UTC, datetime

import pytest

from contact_centre.small_day import agent_id, small_day
from emulator.streams.stream_records import table_record
from tests.by_hand.stated_by_hand import (
    PLACEHOLDER,
    amazon_contact_record,
    contact_event_detail,
    in_envelope,
)
from tests.fakes.kinesis_batches import sequence_number, stream_record
from tests.operations.deployment_in_memory import STREAM, Operated, Run

TABLE_STREAM_ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/ContactRecords/stream/2026"
ADA = f"arn:aws:connect:eu-central-1:123456789012:instance/i/agent/{agent_id('ada')}"


def test_records_are_listed_with_all_that_finds_them(operated: Operated, run: Run) -> None:
    key = operated.quarantine(b"{", "not JSON", position=3, partition_key=ADA)

    ran = run("quarantine", "list", "--json")

    assert ran.exit_code == 0
    assert ran.json == {
        "Records": [
            {
                "Arrival": "2026-03-09T09:00:00.000Z",
                "Reason": "not JSON",
                "AgentId": agent_id("ada"),
                "Stream": STREAM,
                "Shard": "shardId-000000000000",
                "SequenceNumber": sequence_number(3),
                "Record": 1,
                "Key": key,
            }
        ],
        "Reasons": {"not JSON": 1},
    }


def test_text_ends_with_counts_per_reason(operated: Operated, run: Run) -> None:
    for position, reason in enumerate(["rare", "frequent", "frequent"]):
        operated.quarantine(b"{", reason, position)

    lines = run("quarantine", "list").out.splitlines()

    assert lines[0].split("\t")[:5] == ["Arrival", "Reason", "Kind", "AgentId", "ContactId"]
    assert [line.split("\t")[1] for line in lines[1:4]] == ["rare", "frequent", "frequent"]
    assert lines[4:] == ["", "Records\tReason", "2\tfrequent", "1\trare"]


def test_names_are_not_printed(operated: Operated, run: Run) -> None:
    event = next(event for event in small_day() if event["CurrentAgentSnapshot"])
    username = event["CurrentAgentSnapshot"]["Configuration"]["Username"]
    operated.quarantine(json.dumps(event).encode(), "for the sake of the test")

    ran = run("quarantine", "list")

    assert event["AgentARN"].rpartition("/")[2] in ran.out
    assert username not in ran.out


@pytest.mark.parametrize("payload_is_object", [False, True])
def test_every_record_that_lambda_gave_up_is_listed(
    operated: Operated, run: Run, payload_is_object: bool
) -> None:
    records = [stream_record(b"{}", position, partition_key=ADA) for position in (7, 8)]
    key = operated.give_up(records, payload_is_object=payload_is_object)

    listed = run("quarantine", "list", "--json").json["Records"]

    assert [
        (each["SequenceNumber"], each["Record"], each["AgentId"], each["Reason"], each["Key"])
        for each in listed
    ] == [
        (sequence_number(7), 1, agent_id("ada"), "given up by Lambda: RetryAttemptsExhausted", key),
        (sequence_number(8), 2, agent_id("ada"), "given up by Lambda: RetryAttemptsExhausted", key),
    ]


def test_changes_of_the_table_are_listed_under_the_table(operated: Operated, run: Run) -> None:
    operated.give_up(
        [
            table_record(
                {
                    "eventID": "1",
                    "eventName": "MODIFY",
                    "eventVersion": "1.1",
                    "dynamodb": {
                        "ApproximateCreationDateTime": datetime(2026, 3, 9, 8, 0, 1, tzinfo=UTC),
                        "Keys": {"ChainId": {"S": "a chain"}, "ContactId": {"S": "a contact"}},
                        "SequenceNumber": "4711",
                    },
                },
                stream_arn=TABLE_STREAM_ARN,
            )
        ]
    )

    [listed] = run("quarantine", "list", "--json").json["Records"]

    assert listed["Stream"] == "ContactRecords"
    assert listed["SequenceNumber"] == "4711"
    assert listed["Arrival"] == "2026-03-09T08:00:01.000Z"
    assert "AgentId" not in listed


UNDATED = {
    "initiationTimestamp": None,
    "connectedToSystemTimestamp": None,
    "disconnectTimestamp": PLACEHOLDER,
    "agentInfo": {"agentArn": ADA, "connectedToAgentTimestamp": PLACEHOLDER},
    "queueInfo": None,
}
ADA_AND_HER_CONTACT = {"AgentId": agent_id("ada"), "ContactId": "contact-2"}


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({"AgentARN": ADA}, {"Kind": "agent event", "AgentId": agent_id("ada")}),
        (
            in_envelope(contact_event_detail(**UNDATED)),
            {"Kind": "contact event"} | ADA_AND_HER_CONTACT,
        ),
        (contact_event_detail(**UNDATED), {"Kind": "contact event"} | ADA_AND_HER_CONTACT),
        (
            in_envelope({"EventType": "QUEUED", "ContactId": "contact-2", "AgentInfo": "nobody"}),
            {"Kind": "contact event", "ContactId": "contact-2"},
        ),
        (
            amazon_contact_record(ContactId="contact-2", Agent={"ARN": ADA, "NumberOfHolds": "2"}),
            {"Kind": "contact record"} | ADA_AND_HER_CONTACT,
        ),
        (
            amazon_contact_record(ContactId="contact-2", Agent=None, InitialContactId="0"),
            {"Kind": "contact record", "ContactId": "contact-2"},
        ),
        ({"AgentId": "an item"}, {}),
        ([], {}),
    ],
)
@pytest.mark.parametrize("by_lambda", [False, True], ids=["its own", "given up by Lambda"])
def test_kind_agent_and_contact_are_told(
    operated: Operated, run: Run, payload: object, told: dict[str, str], by_lambda: bool
) -> None:
    data = json.dumps(payload).encode()
    if by_lambda:
        operated.give_up([stream_record(data)])
    else:
        operated.quarantine(data, "a reason")

    [listed] = run("quarantine", "list", "--json").json["Records"]

    names = ("Kind", "AgentId", "ContactId")
    assert {name: listed[name] for name in names if name in listed} == told


MISSING = "agent event: Object missing required field `EventTimestamp`"


@pytest.mark.parametrize(
    ("filters", "reasons"),
    [
        ([], [MISSING, "not JSON"]),
        (["--reason", "eventtimestamp"], [MISSING]),
        (["--agent", agent_id("ada")], ["not JSON"]),
        (["--agent", ADA], ["not JSON"]),
        (
            ["--since", "2026-03-09T09:00:00Z"],
            [MISSING, "not JSON"],
        ),
        (["--since", "2026-03-09T10:00:01+01:00"], []),
        (["--until", "2026-03-09T09:00"], []),
        (["--until", "2026-03-10"], [MISSING, "not JSON"]),
    ],
)
def test_filters_select_records(
    operated: Operated, run: Run, filters: list[str], reasons: list[str]
) -> None:
    operated.quarantine(b"{}", MISSING, 1)
    operated.quarantine(b"{", "not JSON", 2, partition_key=ADA)

    ran = run("quarantine", "list", "--json", *filters)

    assert [each["Reason"] for each in ran.json["Records"]] == reasons


def test_agent_in_the_payload_counts_before_the_partition_key(operated: Operated, run: Run) -> None:
    operated.quarantine(
        json.dumps({"AgentARN": ADA}).encode(), "a reason", partition_key="x/agent/somebody else"
    )

    [listed] = run("quarantine", "list", "--json").json["Records"]

    assert listed["AgentId"] == agent_id("ada")


def test_payload_cannot_write_to_the_terminal(operated: Operated, run: Run) -> None:
    operated.quarantine(b"{", "a reason", partition_key="x/agent/\x1b[2J\tnobody\n")

    ran = run("quarantine", "list")

    assert "\x1b" not in ran.out
    assert ran.rows[0][3].endswith(r"\u001b[2J\u0009nobody\u000a")


def test_what_was_replayed_is_hidden_unless_asked_for(operated: Operated, run: Run) -> None:
    replayed = operated.quarantine(b"{", "cured", 1)
    operated.quarantine(b"{", "not cured", 2)
    run("quarantine", "replay", replayed, "--yes")

    hidden = run("quarantine", "list", "--json").json["Records"]
    shown = run("quarantine", "list", "--json", "--replayed").json["Records"]

    assert [each["Reason"] for each in hidden] == ["not cured"]
    assert [("Replayed" in each, each["Reason"]) for each in shown] == [
        (True, "cured"),
        (False, "not cured"),
    ]


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("agent_events/s/shard/1.json", b"\xff"),
        ("agent_events/s/shard/1.json", b'{"Reason": "no record"}'),
        ("aws/lambda/m/shard/2026/03/09/x", b"[]"),
        ("aws/lambda/m/shard/2026/03/09/x", b'{"payload": "{"}'),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_listed(
    operated: Operated, run: Run, key: str, body: bytes
) -> None:
    operated.keep(key, body)
    operated.quarantine(b"{", "not JSON")

    ran = run("quarantine", "list", "--json")

    assert ran.exit_code == 0
    assert [each["Reason"] for each in ran.json["Records"]] == ["not JSON"]
    assert f"{key} cannot be read" in ran.err


def test_empty_quarantine_prints_nothing_but_a_message(run: Run) -> None:
    ran = run("quarantine", "list")

    assert (ran.exit_code, ran.out, ran.err) == (0, "", "0 records.\n")

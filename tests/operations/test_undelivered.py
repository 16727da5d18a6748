"""`undelivered`: what EventBridge could not deliver is seen, and gets onto the stream."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from operations.streams import undelivered_queue
from tests.by_hand.agent_events_by_hand import encoded
from tests.by_hand.stated_by_hand import SECRET, contact_event_detail, in_envelope
from tests.operations.deployment_in_memory import Operated, Put, Ran, Run

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REASONS = {
    "RULE_ARN": "arn:aws:events:eu-central-1:111122223333:rule/contact-events",
    "TARGET_ARN": "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events",
    "ERROR_CODE": "NO_PERMISSIONS",
    "ERROR_MESSAGE": "User is not authorized to perform kinesis:PutRecord",
    "RETRY_ATTEMPTS": "0",
}

type RunOnQueue = Callable[..., Ran]


@pytest.fixture(autouse=True)
def never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undelivered_queue, "LOOKED_FOR_SECONDS", 0)


@pytest.fixture
def sqs(operated: Operated) -> "SQSClient":
    assert operated
    return boto3.client("sqs")


@pytest.fixture
def url(sqs: "SQSClient") -> str:
    return sqs.create_queue(QueueName="undelivered")["QueueUrl"]


@pytest.fixture
def undelivered(run: Run, url: str) -> RunOnQueue:
    return lambda *arguments: run("undelivered", *arguments, "--queue-url", url)


@pytest.fixture
def fail(sqs: "SQSClient", url: str) -> Callable[..., str]:
    """EventBridge gives an event up; returns the message's id."""

    def fail(contact_id: str, **reasons: str) -> str:
        answer = sqs.send_message(
            QueueUrl=url,
            MessageBody=event(contact_id).decode(),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in (REASONS | reasons).items()
            },
        )
        return answer["MessageId"]

    return fail


def event(contact_id: str) -> bytes:
    return encoded(in_envelope(contact_event_detail(contactId=contact_id)))


def waiting(sqs: "SQSClient", url: str) -> int:
    """How many messages there are for anybody."""
    attributes = sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def test_list_says_what_could_not_be_delivered_and_why(
    undelivered: RunOnQueue, fail: Callable[..., str]
) -> None:
    refused = fail("contact-1")
    late = fail("contact-2", ERROR_CODE="THROTTLING", RETRY_ATTEMPTS="185")

    ran = undelivered("list")

    assert {(row[0], row[2], row[4], row[5], row[6]) for row in ran.rows[:2]} == {
        (refused, "NO_PERMISSIONS", "0", "contact-1", "contact-events"),
        (late, "THROTTLING", "185", "contact-2", "contact-events"),
    }
    assert "1\tTHROTTLING" in ran.out
    assert ran.err == "2 events.\n"


def test_list_prints_nothing_of_a_customer(
    undelivered: RunOnQueue, fail: Callable[..., str]
) -> None:
    fail("contact-1")

    assert SECRET not in undelivered("list").out
    assert SECRET not in undelivered("list", "--json").out


def test_what_was_looked_at_is_there_for_others_at_once(
    undelivered: RunOnQueue, fail: Callable[..., str], sqs: "SQSClient", url: str
) -> None:
    for number in range(23):
        fail(f"contact-{number}")

    listed = undelivered("list", "--json")

    assert len(listed.json["Events"]) == 23
    assert listed.json["Errors"] == {"NO_PERMISSIONS": 23}
    assert waiting(sqs, url) == 23


def test_no_more_is_looked_at_than_wanted(
    undelivered: RunOnQueue, fail: Callable[..., str]
) -> None:
    for number in range(23):
        fail(f"contact-{number}")

    listed = undelivered("list", "--most", "15", "--json")
    redelivered = undelivered("redeliver", "--all", "--most", "15", "--yes")

    assert len(listed.json["Events"]) == 15
    for ran in (listed, redelivered):
        assert "Read 15 messages, there may be more: see --most." in ran.err


def test_empty_queue_is_no_failure(undelivered: RunOnQueue) -> None:
    ran = undelivered("list")

    assert (ran.exit_code, ran.out, ran.err) == (0, "", "0 events.\n")


def test_show_prints_the_event_whole(undelivered: RunOnQueue, fail: Callable[..., str]) -> None:
    message_id = fail("contact-1")

    as_json = undelivered("show", message_id, "--json").json
    as_text = undelivered("show", message_id).out

    assert as_json["Payload"] == json.loads(event("contact-1"))
    assert as_json["ErrorMessage"] == REASONS["ERROR_MESSAGE"]
    assert SECRET in as_text
    assert "ErrorCode: NO_PERMISSIONS" in as_text


def test_show_of_a_message_that_is_not_there_says_so(undelivered: RunOnQueue) -> None:
    ran = undelivered("show", "nothing")

    assert ran.exit_code == 1
    assert "Message nothing was not found" in ran.err


def test_redelivered_events_are_on_the_stream_as_they_were_and_gone_from_the_queue(
    undelivered: RunOnQueue,
    fail: Callable[..., str],
    operated: Operated,
    sqs: "SQSClient",
    url: str,
) -> None:
    for number in range(12):
        fail(f"contact-{number}")

    ran = undelivered("redeliver", "--all", "--yes")

    assert "12 events put on the stream." in ran.err
    assert sorted(operated.put()) == sorted(
        Put(f"contact-{number}", event(f"contact-{number}")) for number in range(12)
    )
    assert waiting(sqs, url) == 0
    assert undelivered("list").err == "0 events.\n"


def test_dry_run_says_what_would_be_done_and_does_nothing(
    undelivered: RunOnQueue,
    fail: Callable[..., str],
    operated: Operated,
    sqs: "SQSClient",
    url: str,
) -> None:
    fail("contact-1")

    ran = undelivered("redeliver", "--all")

    assert "Dry run: 1 event would be put on the stream." in ran.err
    assert operated.put() == []
    assert waiting(sqs, url) == 1


def test_one_message_can_be_chosen(
    undelivered: RunOnQueue,
    fail: Callable[..., str],
    operated: Operated,
    sqs: "SQSClient",
    url: str,
) -> None:
    fail("contact-1")
    chosen = fail("contact-2")

    ran = undelivered("redeliver", chosen, "another", "--yes", "--json")

    assert [each.partition_key for each in operated.put()] == ["contact-2"]
    assert waiting(sqs, url) == 1
    assert (ran.exit_code, "Not found: another" in ran.err) == (1, True)
    assert [each["ContactId"] for each in ran.json["Events"]] == ["contact-2"]


def test_message_stays_in_the_queue_if_its_event_cannot_be_put(
    undelivered: RunOnQueue,
    fail: Callable[..., str],
    sqs: "SQSClient",
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail("contact-1")

    def refuse(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("operations.streams.event_stream.put_records", refuse)
    ran = undelivered("redeliver", "--all", "--yes")

    assert ran.exit_code == 130
    received = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(received["ApproximateNumberOfMessagesNotVisible"]) + waiting(sqs, url) == 1


def test_record_that_is_not_an_event_is_quarantined_too(
    undelivered: RunOnQueue, operated: Operated, sqs: "SQSClient", url: str
) -> None:
    """On the stream, where the function puts it into quarantine: nothing is lost here."""
    sqs.send_message(QueueUrl=url, MessageBody="no event")

    shown = undelivered("list", "--json").json["Events"][0]
    whole = undelivered("show", shown["MessageId"], "--json").json
    undelivered("redeliver", "--all", "--yes")

    assert "ErrorCode" not in shown
    assert whole["Payload"] == "no event"
    assert [each.data for each in operated.put()] == [b"no event"]


def test_message_that_cannot_be_removed_is_reported(
    undelivered: RunOnQueue, fail: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = fail("contact-1")
    monkeypatch.setattr(
        undelivered_queue.UndeliveredQueue, "remove", lambda _, events: [events[0].message_id]
    )

    ran = undelivered("redeliver", "--all", "--yes")

    assert ran.exit_code == 1
    assert f"{message_id} is on the stream, but still in the queue" in ran.err

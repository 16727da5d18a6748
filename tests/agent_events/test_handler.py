"""Lambda 1 from its entry, against DynamoDB and S3 (moto)."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from adapters.contact_records_table import ContactRecordsTable, Key, RecordWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.errors import UnavailableError
from adapters.latency import utc_now
from adapters.quarantine import Quarantine
from contact_centre.small_day import small_day
from contacts.item.contact_item import holds_record
from contacts.timestamps import milliseconds_between, timestamp_text
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    contact,
    documented_events,
    encoded,
    events_of_steps,
    moment,
    snapshot,
)
from tests.fakes.aws_in_memory import BUCKET, CONTEXT, InMemoryAws, agent_events_handler
from tests.fakes.emf import logged_bytes, printed_metrics
from tests.fakes.kinesis_batches import SHARD_ID, as_data, batch, sequence_number

SUCCESS: dict[str, Any] = {"batchItemFailures": []}
CALL = events_of_steps(
    (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (65, "ada", "ENDED"), (70, "ada", "CLEARED")
)
CALL_KEY = Key("contact-1", "contact-1")

type Handle = Callable[..., dict[str, Any]]


@pytest.fixture
def handle(aws: InMemoryAws) -> Handle:  # noqa: ARG001  the handler calls it
    handler = agent_events_handler()
    return lambda *contents: handler(batch(contents), CONTEXT)


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What the function has printed since this was last asked."""
    return lambda: capsys.readouterr().out


def without(event: JsonObject, name: str) -> JsonObject:
    return {key: value for key, value in event.items() if key != name}


def with_contact(**fields: Any) -> JsonObject:
    """An event with one contact, some of whose fields are bad."""
    shown = contact("CONNECTING", 0, contact_id="contact-of-bad-event") | fields
    return agent_event(0, current=snapshot(shown))


BAD_INPUT: dict[str, tuple[JsonObject | bytes, str]] = {
    "not JSON": (b"AgentARN=1", "not JSON in UTF-8: "),
    "cut off": (encoded(CALL[0])[:-30], "not JSON in UTF-8: "),
    "invalid UTF-8": (b'{"AgentARN": "\xff\xfe"}', "not JSON in UTF-8: "),
    "empty": (b"", "empty record"),
    "a number": (b"12", "JSON, but no object: int"),
    "a list of events": (encoded(CALL), "JSON, but no object: list"),
    "null": (b"null", "JSON, but no object: NoneType"),
    "no known kind": (b'{"temperature": 21}', "no known kind: neither agent event nor "),
    "empty object": (b"{}", "no known kind: neither agent event nor "),
    "no AgentARN": (
        without(CALL[0], "AgentARN"),
        "agent event: Object missing required field `AgentARN`",
    ),
    "no EventTimestamp": (
        without(CALL[0], "EventTimestamp"),
        "agent event: Object missing required field `EventTimestamp`",
    ),
    "no EventType": (
        without(CALL[0], "EventType"),
        "agent event: Object missing required field `EventType`",
    ),
    "no ContactId": (
        agent_event(0, current=snapshot(without(contact("CONNECTING", 0), "ContactId"))),
        "agent event: Object missing required field `ContactId` - at `$.CurrentAgentSnapshot.",
    ),
    "ContactId null": (
        with_contact(ContactId=None),
        "agent event: Expected `str`, got `null` - at `$.CurrentAgentSnapshot.Contacts[0].",
    ),
    "ContactId 0": (
        with_contact(ContactId="0"),
        "agent event: ContactId: is no id ('0' or 'null') - at `$.CurrentAgentSnapshot.",
    ),
    "State is a number": (
        with_contact(State=7),
        "agent event: Expected `str`, got `int` - at `$.CurrentAgentSnapshot.Contacts[0].State`",
    ),
    "time without a zone": (
        {**CALL[0], "EventTimestamp": "2026-03-09T09:00:00.000"},
        "agent event: EventTimestamp: ",
    ),
    "time in seconds since 1970": (
        {**CALL[0], "EventTimestamp": 1_773_046_800},
        "agent event: Expected `str`, got `int` - at `$.EventTimestamp`",
    ),
    "contacts are no list": (
        agent_event(0, current={**snapshot(), "Contacts": "none"}),
        "agent event: Expected `array | null`, got `str` - at `$.CurrentAgentSnapshot.Contacts`",
    ),
    "snapshot is a list": (
        {**CALL[0], "CurrentAgentSnapshot": []},
        "agent event: Expected `object | null`, got `array` - at `$.CurrentAgentSnapshot`",
    ),
    "a megabyte of noise": (b"x" * 1_000_000, "not JSON in UTF-8: "),
    "nested without end": (b'{"AgentARN":' + b"[" * 100_000, "not JSON in UTF-8: "),
    "a megabyte in one word": (
        with_contact(State="X" * 1_000_000),
        "agent event: State: input should be one word",
    ),
    "a megabyte of name": (
        agent_event(0, current=snapshot(contact("CONNECTING", 0), username="a" * 1_000_000)),
        "agent event: Expected `str` of length <= 1000 - at ",
    ),
}


@pytest.mark.parametrize("bad", BAD_INPUT)
def test_unusable_record_is_quarantined_and_leaves_the_others_unharmed(
    bad: str, handle: Handle, aws: InMemoryAws
) -> None:
    content, reason = BAD_INPUT[bad]

    assert handle(*CALL[:2], content, *CALL[2:]) == SUCCESS

    items = aws.items()
    assert items.keys() == {CALL_KEY}
    assert len(items[CALL_KEY]["Timeline"]) == len(CALL)
    (kept,) = aws.quarantined().items()
    assert kept[0] == f"agent_events/agent-events/{SHARD_ID}/{sequence_number(2)}.json"
    assert kept[1]["Reason"].startswith(reason)
    assert base64.b64decode(kept[1]["Record"]["data"]) == as_data(content)
    assert kept[1]["Record"]["sequenceNumber"] == sequence_number(2)


def test_every_bad_record_of_a_batch_is_quarantined(handle: Handle, aws: InMemoryAws) -> None:
    small = [content for content, _ in BAD_INPUT.values() if len(as_data(content)) < 100_000]

    assert handle(*small, *CALL) == SUCCESS

    assert len(aws.quarantined()) == len(small)
    assert aws.items().keys() == {CALL_KEY}


def test_quarantined_record_delivered_again_is_kept_once(handle: Handle, aws: InMemoryAws) -> None:
    handle(b"not JSON", *CALL)
    before = aws.quarantined()

    handle(b"not JSON", *CALL)

    assert aws.quarantined() == before
    assert len(before) == 1


def test_unreachable_quarantine_has_the_record_delivered_again(
    handle: Handle, aws: InMemoryAws
) -> None:
    aws.s3.delete_bucket(Bucket=BUCKET)

    response = handle(CALL[0], b"not JSON", *CALL[1:], b"again")

    assert response == {"batchItemFailures": [{"itemIdentifier": sequence_number(1)}]}
    assert len(aws.items()[CALL_KEY]["Timeline"]) == len(CALL)


def test_documented_records_of_all_sources_are_stored(
    handle: Handle, aws: InMemoryAws, printed: Callable[[], str]
) -> None:
    # Two of the contact events and two of the contact records speak of the same contact.
    others = [
        *documented_events("contact-events-2023.contact-events.ndjson"),
        *documented_events("contact-events-2025.contact-events.ndjson"),
        *documented_events("identify-conferences-transfers-2024.partial-contact-records.ndjson"),
    ]

    assert handle(*others, *CALL) == SUCCESS

    metrics = printed_metrics(printed())
    assert metrics["ContactEventsReceived"] == [4]
    assert metrics["ContactRecordsReceived"] == [3]
    assert metrics["AgentEvents"] == [4]
    assert aws.quarantined() == {}
    stored = {key.contact_id for key, item in aws.items().items() if holds_record(item)}
    assert stored == {
        CALL_KEY.contact_id,
        "11111111-1111-1111-1111-111111111111",
        "the contact ID",
        "12345678-1234-1234-1234-123456789012",
        "497f04ca-6de1-408f-9b8a-ec57bcc99b31",
        "6aa058d3-e771-4544-8e93-f5ce9c9003b3",
    }


def test_contact_record_without_a_date_is_quarantined(handle: Handle, aws: InMemoryAws) -> None:
    # The page of the example gives clock times only.
    undated = documented_events("queued-callback-example.partial-contact-records.ndjson")

    assert handle(*undated, *CALL) == SUCCESS

    assert len(aws.quarantined()) == len(undated)
    assert aws.items().keys() == {CALL_KEY}


def test_fifty_contacts_of_one_snapshot_are_fifty_records(handle: Handle, aws: InMemoryAws) -> None:
    chats = [contact("CONNECTING", 0, contact_id=f"chat {number}") for number in range(50)]

    assert handle(agent_event(0, current=snapshot(*chats))) == SUCCESS

    assert len(aws.items()) == 50


@pytest.mark.parametrize(
    "text", ["2026-03-09T09:00:05Z", "2026-03-09T09:00:05.000Z", "2026-03-09T09:00:05.000000Z"]
)
def test_timestamps_with_and_without_fraction_are_alike(
    text: str, handle: Handle, aws: InMemoryAws
) -> None:
    shown = contact("CONNECTED", 5) | {
        "ConnectedToAgentTimestamp": text,
        "StateStartTimestamp": text,
        "QueueTimestamp": text,
    }

    handle(agent_event(5, current=snapshot(shown), EventTimestamp=text))

    item = aws.items()[CALL_KEY]
    assert item["Timeline"] == [f"{moment(5)} CONNECTED ada"]
    assert item["Queue"]["EnqueueTimestamp"] == moment(5)


def test_after_contact_work_of_the_documented_call_takes_5_seconds(
    handle: Handle, aws: InMemoryAws
) -> None:
    handle(*documented_events("determine-acw-time-2019.agent-events.ndjson"))

    (item,) = aws.items().values()
    assert item["Agent"]["AfterContactWorkDuration"] == 5


def test_empty_batch_is_a_success(handle: Handle, aws: InMemoryAws) -> None:
    assert handle() == SUCCESS

    assert aws.items() == {}


# What could not be saved


@contextmanager
def unwritable(*contact_ids: str) -> Iterator[None]:
    write_each = ContactRecordsTable.write_each

    def write(table: ContactRecordsTable, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]:
        refused = {number for number, each in enumerate(writes) if each.key[1] in contact_ids}
        tried = [number for number in range(len(writes)) if number not in refused]
        unwritten = write_each(table, [writes[number] for number in tried])
        return {
            **dict.fromkeys(refused, UnavailableError("ProvisionedThroughputExceeded")),
            **{tried[number]: error for number, error in unwritten.items()},
        }

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(ContactRecordsTable, "write_each", write)
        yield


def ringing(contact_id: str) -> JsonObject:
    return agent_event(0, current=snapshot(contact("CONNECTING", 0, contact_id=contact_id)))


def test_lowest_record_of_an_unsaved_contact_is_reported(handle: Handle, aws: InMemoryAws) -> None:
    events = [ringing(each) for each in ("one", "two", "three", "two", "one", "four")]

    with unwritable("two", "four"):
        response = handle(*events)

    assert response == {"batchItemFailures": [{"itemIdentifier": sequence_number(1)}]}
    assert {key.contact_id for key in aws.items()} == {"one", "three"}


def test_batch_delivered_again_from_there_is_complete(handle: Handle, aws: InMemoryAws) -> None:
    events = [ringing(each) for each in ("one", "two", "three")]
    with unwritable("two"):
        handle(*events)
    before = aws.items()

    assert handle(*events[1:]) == SUCCESS

    after = aws.items()
    assert {key.contact_id for key in after} == {"one", "two", "three"}
    assert {key: after[key] for key in before} == before


def test_table_that_is_gone_fails_the_batch_from_its_first_contact(
    handle: Handle, aws: InMemoryAws
) -> None:
    aws.dynamodb.delete_table(TableName="ContactRecords")
    log_in = agent_event(0, event_type="LOGIN", current=None)

    response = handle(log_in, *CALL)

    assert response == {"batchItemFailures": [{"itemIdentifier": sequence_number(1)}]}


def test_idle_agents_need_no_table(handle: Handle, aws: InMemoryAws) -> None:
    aws.dynamodb.delete_table(TableName="ContactRecords")
    log_in = agent_event(0, event_type="LOGIN", current=None)
    heart_beat = agent_event(120, event_type="HEART_BEAT", previous=snapshot(), current=snapshot())

    assert handle(log_in, heart_beat) == SUCCESS


# Metrics and log

CONTACT_RECORD = {"ContactId": "c", "LastUpdateTimestamp": "2026-03-09T10:00:00Z"}


def test_metrics_count_what_became_of_the_batch(handle: Handle, printed: Callable[[], str]) -> None:
    handle(*CALL)
    printed()

    with unwritable("two"):
        handle(*CALL, b"not JSON", b"", ringing("one"), ringing("two"), CONTACT_RECORD)

    metrics = dict(printed_metrics(printed()))
    # What comes after the first record that must be delivered again is not done yet.
    assert len(metrics.pop("EventToRecord")) == 5
    assert metrics == {
        "AgentEvents": [6],
        "ContactRecordsReceived": [1],
        "Facts": [6],
        "RecordsWritten": [2],
        "RecordsUnchanged": [1],
        # "one" is shown by an event older than the snapshot that is known, which does not show it.
        "LostEventsRepaired": [1],
        "QuarantinedRecords": [2],
        "FailedRecords": [1],
    }


def test_latency_is_counted_from_each_event_but_heartbeats(
    handle: Handle, printed: Callable[[], str]
) -> None:
    heartbeat = CALL[-1] | {"EventType": "HEART_BEAT"}
    before = utc_now()

    handle(*CALL, heartbeat)

    after = utc_now()
    found = printed_metrics(printed())["EventToRecord"]
    events = [timestamp_text(datetime.fromisoformat(each["EventTimestamp"])) for each in CALL]
    assert len(found) == len(CALL)
    for event, latency in zip(events, found, strict=True):
        assert milliseconds_between(event, before) <= latency <= milliseconds_between(event, after)


@pytest.mark.parametrize("times", [1, 25, 30])
def test_latency_of_every_event_of_a_batch_is_counted(
    times: int, handle: Handle, printed: Callable[[], str]
) -> None:
    """A line holds no more than a hundred values."""
    handle(*CALL * times)

    assert len(printed_metrics(printed())["EventToRecord"]) == len(CALL) * times


def test_event_ahead_of_the_clock_took_no_time(
    handle: Handle, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.latency.utc_now", lambda: "2026-03-09T07:59:59.900Z")
    handle({**CALL[0], "EventTimestamp": "2026-03-09T08:00:00.000Z"})

    assert printed_metrics(printed())["EventToRecord"] == [0]


def test_disagreement_with_the_contact_record_is_counted_once_for_each_field(
    handle: Handle, printed: Callable[[], str]
) -> None:
    contact_id = CALL_KEY.contact_id
    contact_record = CONTACT_RECORD | {
        "ContactId": contact_id,
        "AgentConnectionAttempts": 3,
        "Agent": {"NumberOfHolds": 2},
    }

    handle(*CALL, contact_record)
    handle(contact_record | {"LastUpdateTimestamp": "2026-03-09T11:00:00Z"})

    output = printed()
    assert printed_metrics(output)["Disagreements"] == [1, 1]
    assert '"Field":"Agent.NumberOfHolds"' in output.replace(" ", "")


def test_batch_is_logged_in_one_line(handle: Handle, printed: Callable[[], str]) -> None:
    handle(*CALL, b"")

    (line,) = [json.loads(line) for line in printed().splitlines()]
    assert line["level"] == "WARNING"
    assert line["service"] == "agent_events"
    assert line["records"] == 5
    assert line["AgentEvents"] == 4
    assert line["quarantined"] == {"empty record": 1}


def test_quiet_invocation_takes_few_bytes_of_logs(
    handle: Handle, printed: Callable[[], str]
) -> None:
    """Most invocations are of one to three events, and logs are paid for by the byte."""
    handle(CALL[0])
    first = printed()
    handle(CALL[0])
    again = printed()

    assert json.loads(first)["level"] == "INFO"
    assert "failures" not in first
    assert logged_bytes(first) <= 700
    assert logged_bytes(again) <= 700


def test_log_says_why_records_are_delivered_again(
    handle: Handle, printed: Callable[[], str]
) -> None:
    with unwritable("one"):
        handle(ringing("one"))

    assert "ProvisionedThroughputExceeded" in printed()


def test_log_holds_no_name_of_anybody(
    handle: Handle, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when all is well, not for unusable records, not when something fails."""
    names = {name for event in small_day() for name in _names(event["CurrentAgentSnapshot"])}
    assert len(names) == 27
    unusable = [
        {**event, "EventTimestamp": event["CurrentAgentSnapshot"]["Configuration"]}
        for event in small_day()[20:40]
    ]
    record = {"State": 7, "Channel": ["Hugo"], "Queue": "Ibáñez", "ContactId": {"Zoë": "zoe"}}

    def refuse(*_: object) -> None:
        message = "AccessDenied"
        raise UnavailableError(message)

    handle(*small_day(), *unusable, with_contact(**record), b'"Ada Berg"', b"Zo\xeb")
    with monkeypatch.context() as patch:
        patch.setattr(Quarantine, "keep", refuse)
        handle(*small_day(), *unusable)

    text = printed()
    assert text.count('"quarantined":{') == 1
    assert text.count('"failures":[') == 1
    assert {name for name in names if f'"{name}"' in text or f" {name}" in text} == set()
    assert {name for name in names - {"dan", "eva"} if name in text} == set()


def _names(agent_snapshot: JsonObject | None) -> Iterator[str]:
    if agent_snapshot:
        configuration = agent_snapshot["Configuration"]
        yield from (configuration[name] for name in ("Username", "FirstName", "LastName"))


# The chain of a contact becomes known later


@pytest.mark.tables_of_moto
def test_contact_that_turns_out_to_be_a_leg_has_one_record(
    handle: Handle, aws: InMemoryAws
) -> None:
    in_chain = events_of_steps(
        (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), InitialContactId="root"
    )

    handle(CALL[0])
    handle(in_chain[1])
    handle(*CALL[2:])

    items = aws.items()
    assert items.keys() == {CALL_KEY, Key("root", "contact-1")}
    assert items[CALL_KEY]["MovedToChainId"] == "root"
    assert len(items[Key("root", "contact-1")]["Timeline"]) == len(CALL)

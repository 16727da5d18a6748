"""What is put on the stream about contacts that stay open, and what their records say then."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from adapters.connect_contacts import ConnectContacts
from adapters.contact_records_table import Key
from adapters.errors import UnavailableError
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.of_amazons_records import facts_of_contact_event
from contacts.facts.stale_contacts import LONGEST_OPEN_HOURS
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.stream_record import decode
from contacts.item.contact_item import facts_of_item, record_attributes
from contacts.item_parts import Item
from contacts.record.contact_record import contact_record
from contacts.timestamps import timestamp_text
from stale_contacts.closing import Describe, close_stale_contacts
from tests.by_hand.agent_events_by_hand import INSTANCE_ARN

START = datetime(2026, 3, 9, 9, tzinfo=UTC)
INSTANCE_ID = INSTANCE_ARN.rpartition("/")[2]
CALL = "11111111-aaaa-4bbb-8ccc-222222222222"


def after(**time: float) -> datetime:
    return START + timedelta(**time)


class FakeTable:
    """The index of open contacts and the items behind it."""

    def __init__(self, *items: Item) -> None:
        self._items = {Key(item["ChainId"], item["ContactId"]): item for item in items}

    def open_keys(self) -> Iterator[Key]:
        yield from self._items

    def items(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        return {key: self._items[key] for key in keys}


class FakeStream:
    """A stream that remembers what it took, or takes nothing."""

    def __init__(self, *, takes: bool = True) -> None:
        self.events: list[Mapping[str, Any]] = []
        self._takes = takes

    def put(self, events: Sequence[Mapping[str, Any]]) -> int:
        if not self._takes:
            return len(events)
        self.events += events
        return 0


def queued(channel: str = "VOICE", method: str = "INBOUND") -> Item:
    """The open record of a contact that contact events alone show waiting in a queue."""
    detail = {
        "eventType": "QUEUED",
        "contactId": CALL,
        "instanceArn": INSTANCE_ARN,
        "channel": channel,
        "initiationMethod": method,
        "initiationTimestamp": timestamp_text(START),
        "queueInfo": {
            "queueArn": f"{INSTANCE_ARN}/queue/sales",
            "enqueueTimestamp": timestamp_text(START),
        },
    }
    return {"ChainId": CALL, "ContactId": CALL, **attributes_of(facts_by(detail))}


def facts_by(event: Mapping[str, Any]) -> ContactFacts:
    record = decode(json.dumps(event).encode())
    assert isinstance(record, ContactEvent)
    return facts_of_contact_event(record)


def attributes_of(facts: ContactFacts) -> Item:
    return record_attributes(contact_record(facts), record_ttl_days=30)


def look(
    stream: FakeStream,
    item: Item,
    *,
    now: datetime,
    describe: Describe | None = None,
    has_time: bool = True,
    longest_open_hours: Mapping[str, int] = LONGEST_OPEN_HOURS,
) -> dict[str, int]:
    outcomes = close_stale_contacts(
        FakeTable(item),
        stream,
        now=timestamp_text(now),
        longest_open_hours=longest_open_hours,
        instance_arn=INSTANCE_ARN if describe else None,
        describe=describe,
        has_time=lambda: has_time,
    )
    return {name: count for name, count in outcomes.items() if count}


def record_after(item: Item, stream: FakeStream) -> Item:
    (event,) = stream.events
    return attributes_of(facts_of_item(item).merge(facts_by(event)))


def answer(**fields: Any) -> Mapping[str, Any]:
    return {
        "Id": CALL,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": START,
        "QueueInfo": {"Id": "sales", "EnqueueTimestamp": START},
    } | fields


@pytest.mark.parametrize(
    ("channel", "method", "days"),
    [
        ("VOICE", "INBOUND", 1),
        ("VOICE", "CALLBACK", 14),
        ("CHAT", "INBOUND", 7),
        ("TASK", "API", 90),
        ("EMAIL", "INBOUND", 90),
        ("SOMETHING_NEW", "API", 90),
    ],
)
def test_contact_is_looked_into_once_nothing_was_heard_for_longer_than_its_channel_allows(
    channel: str, method: str, days: int
) -> None:
    stream, item = FakeStream(), queued(channel, method)

    assert look(stream, item, now=after(days=days)) == {}
    assert look(stream, item, now=after(days=days, seconds=1)) == {"end unknown": 1}


def test_setting_decides_how_long_a_channel_may_be_open() -> None:
    outcomes = look(FakeStream(), queued(), now=after(hours=2), longest_open_hours={"VOICE": 1})

    assert outcomes == {"end unknown": 1}


def test_contact_that_may_not_be_asked_about_is_closed_with_an_unknown_end() -> None:
    stream, item = FakeStream(), queued()

    look(stream, item, now=after(days=2))

    assert record_after(item, stream)["Status"] == "END_UNKNOWN"


def test_contact_that_amazon_does_not_know_is_closed_with_an_unknown_end() -> None:
    stream, item = FakeStream(), queued()

    outcomes = look(stream, item, now=after(days=2), describe=lambda _: None)

    assert outcomes == {"end unknown": 1}
    assert record_after(item, stream)["Status"] == "END_UNKNOWN"


def test_contact_whose_caller_hung_up_in_the_queue_is_abandoned_once_amazon_says_so() -> None:
    stream, item = FakeStream(), queued()
    said = answer(DisconnectTimestamp=after(minutes=3), DisconnectReason="CUSTOMER_DISCONNECT")

    outcomes = look(stream, item, now=after(days=2), describe=lambda _: said)

    assert outcomes == {"closed": 1}
    record = record_after(item, stream)
    assert record["Status"] == "ABANDONED"
    assert record["DisconnectTimestamp"] == timestamp_text(after(minutes=3))
    assert record["QueueId"] == "sales"


def test_contact_that_an_agent_answered_is_complete_once_amazon_says_so() -> None:
    stream, item = FakeStream(), queued()
    said = answer(
        DisconnectTimestamp=after(minutes=3),
        AgentInfo={
            "Id": "ada",
            "ConnectedToAgentTimestamp": after(minutes=1),
            "AfterContactWorkStartTimestamp": after(minutes=3),
            "AfterContactWorkEndTimestamp": after(minutes=4),
            "AfterContactWorkDuration": 60,
        },
    )

    look(stream, item, now=after(days=2), describe=lambda _: said)

    record = record_after(item, stream)
    assert record["Status"] == "COMPLETED"
    assert record["AgentId"] == "ada"
    assert record["Agent"]["AfterContactWorkDuration"] == 60


def test_contact_that_is_still_going_on_stays_open() -> None:
    stream = FakeStream()

    outcomes = look(stream, queued(), now=after(days=2), describe=lambda _: answer())

    assert outcomes == {"still open": 1}
    assert stream.events == []


def test_contact_that_amazon_gives_no_answer_about_stays_open() -> None:
    def refuse(_: str) -> None:
        raise UnavailableError

    stream = FakeStream()

    assert look(stream, queued(), now=after(days=2), describe=refuse) == {"failed": 1}
    assert stream.events == []


def test_contact_is_left_for_the_next_look_when_time_is_up() -> None:
    stream = FakeStream()

    assert look(stream, queued(), now=after(days=2), has_time=False) == {"no time": 1}
    assert stream.events == []


def test_what_the_stream_does_not_take_is_counted_as_failed() -> None:
    outcomes = look(FakeStream(takes=False), queued(), now=after(days=2))

    assert outcomes["failed"] == 1


def test_amazon_is_asked_ten_times_a_second_at_most() -> None:
    client = boto3.client(
        "connect",
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    pauses: list[float] = []
    contacts = ConnectContacts(client, INSTANCE_ID, pause=pauses.append)
    with Stubber(client) as stub:
        stub.add_response("describe_contact", {"Contact": answer()})
        stub.add_client_error("describe_contact", "ResourceNotFoundException")
        stub.add_client_error("describe_contact", "ThrottlingException")

        assert contacts.describe(CALL) == answer()
        assert contacts.describe(CALL) is None
        with pytest.raises(UnavailableError):
            contacts.describe(CALL)

    assert pauses == [0.1, 0.1, 0.1]

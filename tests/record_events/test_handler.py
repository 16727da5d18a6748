"""The function from its entry, against EventBridge (moto) and what Lambda hands it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from adapters.errors import UnavailableError
from adapters.event_bus import EventBus
from tests.fakes.aws_in_memory import CONTEXT, in_memory_aws
from tests.fakes.emf import printed_metrics
from tests.fakes.record_events_in_memory import InMemoryBus, in_memory_bus, record_events_handler

SUCCESS: dict[str, Any] = {"batchItemFailures": []}
SERIALIZER = TypeSerializer()
STORED_AT = 1_773_046_800


@pytest.fixture
def bus() -> Iterator[InMemoryBus]:
    with in_memory_aws(), in_memory_bus() as bus:
        yield bus


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What the function has printed since this was last asked."""
    return lambda: capsys.readouterr().out


def item(contact_id: str, **attributes: Any) -> dict[str, Any]:
    return {
        "ChainId": contact_id,
        "ContactId": contact_id,
        "Status": "COMPLETED",
        "LastUpdateTimestamp": "2026-03-09T09:00:00.000Z",
        "AgentId": "5a328fab",
        "Agent": {"Username": "ada"},
        "Version": 1,
        **attributes,
    }


def record(
    number: int, after: dict[str, Any] | None, before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A record of the table's stream."""
    images = {
        name: {key: SERIALIZER.serialize(value) for key, value in image.items()}
        for name, image in (("OldImage", before), ("NewImage", after))
        if image
    }
    change = {
        "ApproximateCreationDateTime": STORED_AT,
        "SequenceNumber": str(number),
        **images,
    }
    return {"eventSource": "aws:dynamodb", "dynamodb": change}


def handle(*records: dict[str, Any]) -> dict[str, Any]:
    return record_events_handler()({"Records": list(records)}, CONTEXT)


def failing_for(contact_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bus refuses the call in which there is something of this contact."""
    put = EventBus.put

    def refusing(bus: EventBus, events: Any) -> dict[int, str]:
        if any(f'"{contact_id}"' in event.detail for event in events):
            raise UnavailableError("ThrottlingException")
        return put(bus, events)

    monkeypatch.setattr(EventBus, "put", refusing)


def test_finished_record_is_put_on_the_bus(bus: InMemoryBus) -> None:
    assert handle(record(1, item("one"), item("one", Status="IN_PROGRESS"))) == SUCCESS

    (entry,) = bus.entries
    (event,) = bus.events
    assert entry["EventBusName"] == "contact-chains"
    assert entry["Source"] == "contact-chains"
    assert entry["Time"] == STORED_AT
    assert event.detail_type == "Contact Record Completed"
    assert event.detail["ContactId"] == "one"
    assert event.detail["AgentId"] == "5a328fab"
    assert event.detail["Agent"] == {"Username": "ada"}
    assert event.detail["Version"] == 1


def test_batch_delivered_again_gives_events_with_the_same_keys(bus: InMemoryBus) -> None:
    records = [record(1, item("one")), record(2, item("two", NextContactId="three"))]

    handle(*records)
    handle(*records)

    first, second = bus.events[:3], bus.events[3:]
    assert second == first
    assert len({event.detail["IdempotencyKey"] for event in first}) == 3


def test_lowest_record_of_which_something_was_not_taken_is_reported(
    bus: InMemoryBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [record(100 + number, item(f"contact {number}")) for number in range(25)]
    failing_for("contact 14", monkeypatch)

    response = handle(*records)

    assert response == {"batchItemFailures": [{"itemIdentifier": "110"}]}
    assert len(bus.events) == 15


def test_bus_that_is_gone_fails_the_whole_batch(bus: InMemoryBus) -> None:
    bus.remove()

    response = handle(record(7, item("one")), record(8, item("two")))

    assert response == {"batchItemFailures": [{"itemIdentifier": "7"}]}


@pytest.mark.usefixtures("bus")
def test_expired_item_and_empty_batch_are_a_success() -> None:
    assert handle(record(1, None, item("one"))) == SUCCESS
    assert handle() == SUCCESS


@pytest.mark.usefixtures("bus")
def test_metrics_count_events_by_detail_type(printed: Callable[[], str]) -> None:
    handle(
        record(1, item("one", NextContactId="two")),
        record(2, item("two")),
        record(3, item("three", Status="IN_PROGRESS")),
    )

    text = printed()
    metrics = printed_metrics(text)
    documents = [json.loads(line) for line in text.splitlines() if '"_aws"' in line]
    by_type = {
        document["DetailType"]: document["EventsPublished"]
        for document in documents
        if "DetailType" in document
    }
    assert by_type == {"Contact Record Completed": 2, "Contact Linked": 1}
    assert metrics["FailedChanges"] == []
    assert metrics["EventsCutShort"] == []
    assert len(metrics["RecordToEvent"]) == 3
    assert min(metrics["RecordToEvent"]) > 0


@pytest.mark.usefixtures("bus")
def test_invocation_that_published_nothing_says_nothing(printed: Callable[[], str]) -> None:
    handle(record(1, item("one", Status="IN_PROGRESS")))

    assert printed() == ""


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("events", [1, 100, 101])
def test_latency_is_counted_once_for_each_event(events: int, printed: Callable[[], str]) -> None:
    """A line holds no more than a hundred values."""
    handle(*(record(number, item(f"contact {number}")) for number in range(events)))

    metrics = printed_metrics(printed())
    assert len(metrics["RecordToEvent"]) == events
    assert metrics["FailedChanges"] == []


@pytest.mark.usefixtures("bus")
def test_batch_is_logged_once_without_personal_data(
    printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_for("contact 14", monkeypatch)

    handle(*(record(number, item(f"contact {number}")) for number in range(25)))

    text = printed()
    (line, published) = [json.loads(each) for each in text.splitlines()]
    assert line["level"] == "WARNING"
    assert line["records"] == 25
    assert published["EventsPublished"] == 15
    assert line["failures"] == ["ThrottlingException"]
    assert "ada" not in text
    assert "contact 1" not in text

"""Publishing the changes of a batch: calls, failures, and whose they are."""

import json
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Event
from typing import Any

from adapters.dynamodb.table_changes import TableChange
from adapters.errors import UnavailableError
from adapters.event_bus import MOST_BYTES_PER_CALL, BusEvent
from record_events.publishing import Published, publish
from tests.faults.execution_environments import OneAfterTheOther

AT = datetime(2026, 3, 9, 9, 2, tzinfo=UTC)
COMPLETED = "Contact Record Completed"


class FakeBus:
    """Keeps what it takes. It refuses the events of some contacts, or fails at some calls.

    A fake, since what counts is which events were taken in the end.
    """

    def __init__(self, *, refuses: Sequence[str] = (), fails_with: Sequence[str] = ()) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self._refuses = refuses
        self._fails_with = fails_with

    def put(self, events: Sequence[BusEvent]) -> dict[int, str]:
        contacts = [json.loads(event.detail)["ContactId"] for event in events]
        if set(contacts) & set(self._fails_with):
            raise UnavailableError("AccessDenied")
        refused = {
            position: "ThrottlingException: "
            for position, contact in enumerate(contacts)
            if contact in self._refuses
        }
        self.calls.append(
            [
                {"type": event.detail_type, "time": event.time, **json.loads(event.detail)}
                for position, event in enumerate(events)
                if position not in refused
            ]
        )
        return refused


def change(contact_id: str, **attributes: Any) -> TableChange:
    """A contact that is over."""
    after = {
        "ChainId": contact_id,
        "ContactId": contact_id,
        "Status": "COMPLETED",
        "LastUpdateTimestamp": "2026-03-09T09:02:00.000Z",
        "Version": Decimal(1),
    }
    return TableChange(before=None, after={**after, **attributes}, at=AT)


def no_news() -> TableChange:
    return TableChange(before=None, after=None, at=AT)


def published(
    changes: Sequence[TableChange], bus: FakeBus, executor: Executor | None = None
) -> Published:
    return publish(changes, bus, executor or OneAfterTheOther(1))


def test_every_event_of_every_change_is_published_with_the_time_of_the_change() -> None:
    bus = FakeBus()

    result = published([change("one"), no_news(), change("two", NextContactId="three")], bus)

    assert [(each["type"], each["ContactId"]) for each in bus.calls[0]] == [
        (COMPLETED, "one"),
        (COMPLETED, "two"),
        ("Contact Linked", "two"),
    ]
    assert {each["time"] for each in bus.calls[0]} == {AT}
    assert result.events == {COMPLETED: 2, "Contact Linked": 1}
    assert result.positions == [0, 2, 2]
    assert result.failures == {}


def test_nothing_is_called_when_there_is_nothing_to_say() -> None:
    bus = FakeBus()

    assert published([no_news()] * 3, bus) == Published()
    assert bus.calls == []


def test_ten_events_go_with_one_call() -> None:
    bus = FakeBus()

    published([change(f"contact {number}") for number in range(25)], bus)

    assert [len(call) for call in bus.calls] == [10, 10, 5]


def test_what_was_refused_is_reported_by_its_change() -> None:
    bus = FakeBus(refuses=["two"])

    result = published([change("one"), no_news(), change("two"), change("three")], bus)

    assert result.failures == {2: "ThrottlingException: "}
    assert result.events == {COMPLETED: 2}
    assert result.positions == [0, 3]


def test_call_that_fails_is_reported_by_all_of_its_changes() -> None:
    bus = FakeBus(fails_with=["contact 3"])

    result = published([change(f"contact {number}") for number in range(12)], bus)

    assert result.failures == dict.fromkeys(range(10), "AccessDenied")
    assert result.events == {COMPLETED: 2}


def test_event_that_is_too_large_is_published_without_its_timeline() -> None:
    bus = FakeBus()
    lines = [
        f"2026-03-09T09:{number // 60:02}:{number % 60:02}.000Z CONNECTED {'5a328fab' * 20}"
        for number in range(MOST_BYTES_PER_CALL // 180)
    ]

    result = published([change("one", Timeline=lines), change("two")], bus)

    large, small = bus.calls[0]
    assert large["LeftOut"] == ["Timeline"]
    assert "Timeline" not in large
    assert "LeftOut" not in small
    assert result.cut == 1


def test_call_that_hangs_is_reported_when_the_time_is_almost_up() -> None:
    released = Event()

    class HangingBus(FakeBus):
        def put(self, events: Sequence[BusEvent]) -> dict[int, str]:
            released.wait(60)
            return super().put(events)

    with ThreadPoolExecutor(1) as executor:
        try:
            result = publish([change("one")], HangingBus(), executor, seconds_left=lambda: 0.01)
        finally:
            released.set()

    assert result.events == {}
    assert list(result.failures) == [0]
    assert "time of the function" in result.failures[0]


def test_calls_are_made_several_at_a_time() -> None:
    submitted: list[Any] = []

    class Waiting(OneAfterTheOther):
        def submit(self, *arguments: Any, **named: Any) -> Future[Any]:
            submitted.append(arguments)
            return super().submit(*arguments, **named)

    published([change(f"contact {number}") for number in range(30)], FakeBus(), Waiting(1))

    assert len(submitted) == 3

"""The bus: what one call takes, and what becomes of what it refuses."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, pairwise
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import UnavailableError
from adapters.event_bus import (
    MOST_BYTES_OF_DETAIL,
    MOST_BYTES_PER_CALL,
    MOST_EVENTS_PER_CALL,
    BusEvent,
    EventBus,
    calls,
)

AT = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
THROTTLED = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}


def event(detail: str = "{}") -> BusEvent:
    return BusEvent("contact-chains", "Contact Linked", detail, AT)


def taken(number: int) -> dict[str, str]:
    return {"EventId": f"event-{number}"}


class Bus:
    """A client that answers what a test tells it, call by call."""

    def __init__(self) -> None:
        self.client = boto3.client("events", region_name="eu-central-1")
        self.stubber = Stubber(self.client)
        self.pauses: list[float] = []
        self.bus = EventBus(self.client, "contact-chains", pause=self.pauses.append)

    def answers(self, *results: dict[str, str], details: Sequence[str] | None = None) -> None:
        entries = ANY if details is None else [_entry(detail) for detail in details]
        failed = sum("ErrorCode" in result for result in results)
        self.stubber.add_response(
            "put_events",
            {"FailedEntryCount": failed, "Entries": list(results)},
            {"Entries": entries},
        )


def _entry(detail: str) -> dict[str, Any]:
    return {
        "EventBusName": "contact-chains",
        "Source": "contact-chains",
        "DetailType": "Contact Linked",
        "Detail": detail,
        "Time": AT,
    }


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    bus = Bus()
    with bus.stubber:
        yield bus
        bus.stubber.assert_no_pending_responses()


def test_events_are_put_on_the_bus_with_the_time_of_their_change(bus: Bus) -> None:
    bus.answers(taken(1), taken(2), details=['{"a":1}', '{"a":2}'])

    assert bus.bus.put([event('{"a":1}'), event('{"a":2}')]) == {}
    assert bus.pauses == []


def test_only_what_was_refused_is_tried_again(bus: Bus) -> None:
    bus.answers(taken(1), THROTTLED, taken(3), THROTTLED)
    bus.answers(THROTTLED, taken(4), details=['{"a":2}', '{"a":4}'])
    bus.answers(taken(2), details=['{"a":2}'])

    assert bus.bus.put([event(f'{{"a":{number}}}') for number in (1, 2, 3, 4)]) == {}
    assert len(bus.pauses) == 2
    assert bus.pauses[0] < bus.pauses[1]


def test_what_is_refused_again_and_again_is_named_with_the_reason(bus: Bus) -> None:
    bus.answers(taken(1), THROTTLED)
    for _ in range(3):
        bus.answers(THROTTLED)

    refused = bus.bus.put([event(), event()])

    assert refused == {1: "ThrottlingException: Rate exceeded"}


def test_call_that_fails_as_a_whole_makes_the_bus_unavailable(bus: Bus) -> None:
    bus.stubber.add_client_error("put_events", service_error_code="AccessDeniedException")

    with pytest.raises(UnavailableError, match="AccessDeniedException"):
        bus.bus.put([event()])


EVENTS = st.lists(
    st.integers(0, MOST_BYTES_OF_DETAIL // 6).flatmap(
        lambda size: st.sampled_from(("a", "é", "漢")).map(lambda letter: event(letter * size))
    )
    | st.just(event()),
    max_size=40,
)


@given(EVENTS)
def test_calls_hold_every_event_once_in_order_within_the_limits(events: list[BusEvent]) -> None:
    made = list(calls(events))

    assert list(chain.from_iterable(made)) == events
    for call in made:
        assert 0 < len(call) <= MOST_EVENTS_PER_CALL
        assert sum(each.size for each in call) <= MOST_BYTES_PER_CALL


@given(EVENTS)
def test_no_call_could_have_taken_the_first_event_of_the_next(events: list[BusEvent]) -> None:
    made = list(calls(events))

    for call, following in pairwise(made):
        together = [*call, following[0]]
        size = sum(each.size for each in together)
        assert len(together) > MOST_EVENTS_PER_CALL or size > MOST_BYTES_PER_CALL


def test_event_larger_than_a_call_is_alone_in_one() -> None:
    large = event("a" * MOST_BYTES_PER_CALL)

    assert list(calls([event(), large, event()])) == [[event()], [large], [event()]]


def test_largest_detail_fits_into_a_call_by_itself() -> None:
    assert event("a" * MOST_BYTES_OF_DETAIL).size <= MOST_BYTES_PER_CALL


def test_size_is_that_of_the_guide() -> None:
    """Time, source, detail type and detail, in bytes of UTF-8."""
    assert BusEvent("é", "ab", "漢", AT).size == 14 + 2 + 2 + 3

"""A generated day in real time: when its events are due, and what becomes of their timestamps."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contact_centre.generated_day import GeneratedDay
from contact_centre.live_day import (
    GATHERED_SECONDS,
    HEAD_START,
    MOST_AT_ONCE,
    Arrival,
    Tempo,
    arrivals,
    due,
    instance_arn_of,
)
from contact_centre.people.office import BEGINS
from contact_centre.published.event_lines import compact_json
from contact_centre.sources import Source, source_of

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
EIGHT = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def tempo(speed: float = 1) -> Tempo:
    return Tempo(simulated=EIGHT, real=NOW, speed=speed)


def retimed(event: dict[str, Any], *, speed: float, source: Source) -> Any:
    return json.loads(tempo(speed).retimed(compact_json(event).encode(), source))


class SimulatedClock:
    """Time passes only while somebody sleeps, or works."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def read(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def at(*seconds: float) -> list[Arrival]:
    return [Arrival(NOW + timedelta(seconds=each), f"{each}".encode()) for each in seconds]


def lines(batches: Iterator[list[Arrival]]) -> list[list[bytes]]:
    return [[arrival.line for arrival in batch] for batch in batches]


@pytest.mark.parametrize(
    ("speed", "minutes"), [(1, "15:10:00.250"), (10, "15:01:00.025"), (0.5, "15:20:00.500")]
)
def test_everything_takes_the_share_of_its_time_that_the_speed_says(
    speed: float, minutes: str
) -> None:
    event = {"EventTimestamp": "2026-03-09T08:10:00.250Z"}

    moved = retimed(event, speed=speed, source=Source.AGENT_EVENTS)

    assert moved == {"EventTimestamp": f"2026-11-22T{minutes}Z"}


def test_what_was_before_lies_before() -> None:
    event = {"at": "2026-03-09T07:50:00.000Z"}

    moved = retimed(event, speed=10, source=Source.AGENT_EVENTS)

    assert moved == {"at": "2026-11-22T14:59:00.000Z"}


def test_whole_seconds_stay_whole_seconds() -> None:
    event = {"time": "2026-03-09T08:00:19Z"}

    moved = retimed(event, speed=10, source=Source.CONTACT_EVENTS)

    assert moved == {"time": "2026-11-22T15:00:01Z"}


def test_timestamp_that_stands_for_no_time_is_left_alone() -> None:
    event = {"connectedToSystemTimestamp": "1970-01-01T00:00:00.001Z"}

    assert retimed(event, speed=10, source=Source.CONTACT_EVENTS) == event


@pytest.mark.parametrize(("speed", "seconds"), [(1, 95), (10, 9)])
def test_durations_of_contact_records_shrink_with_their_times(speed: float, seconds: int) -> None:
    event = {"Agent": {"AgentInteractionDuration": 95, "NumberOfHolds": 2}, "Attributes": {}}

    moved = retimed(event, speed=speed, source=Source.CONTACT_RECORDS)

    assert moved["Agent"] == {"AgentInteractionDuration": seconds, "NumberOfHolds": 2}


@pytest.mark.parametrize("speed", [1, 10])
def test_generated_day_arrives_in_order_and_has_no_time_of_its_own_left(speed: float) -> None:
    day = GeneratedDay(agents=5, hours=0.2, seed=3, queues=2)
    pace = Tempo(simulated=BEGINS + HEAD_START, real=NOW, speed=speed)

    arrived = list(arrivals(day.events(), pace))

    times = [arrival.at for arrival in arrived]
    assert times == sorted(times)
    assert times[0] <= NOW - HEAD_START / speed + timedelta(minutes=1)
    assert not [arrival for arrival in arrived if b'"2026-03-09T' in arrival.line]


def test_generated_day_is_the_same_apart_from_its_times() -> None:
    def day() -> GeneratedDay:
        return GeneratedDay(agents=5, hours=0.1, seed=3, queues=2)

    same_time = Tempo(simulated=EIGHT, real=EIGHT, speed=1)

    arrived = [json.loads(arrival.line) for arrival in arrivals(day().events(), same_time)]

    assert arrived == list(day().events())


def test_every_kind_of_event_names_its_instance() -> None:
    day = GeneratedDay(agents=5, hours=0.2, seed=3, queues=2)

    events = list(day.events())

    assert {source_of(event) for event in events} == set(Source)
    (arn,) = {instance_arn_of(event) for event in events}
    assert re.fullmatch(r"arn:aws:connect:[a-z0-9-]+:\d{12}:instance/[0-9a-f-]{36}", arn)


def test_overdue_events_come_at_once_and_together() -> None:
    clock = SimulatedClock()

    batches = lines(due(at(-9, -8, 0), now=clock.read, sleep=clock.sleep))

    assert batches == [[b"-9", b"-8", b"0"]]
    assert clock.slept == []


def test_no_batch_is_larger_than_one_call_takes() -> None:
    clock = SimulatedClock()

    batches = due(at(*[-1.0] * (MOST_AT_ONCE + 1)), now=clock.read, sleep=clock.sleep)

    assert [len(batch) for batch in batches] == [MOST_AT_ONCE, 1]


def test_what_is_not_due_is_waited_for() -> None:
    clock = SimulatedClock()

    batches = lines(due(at(0, 5, 30), now=clock.read, sleep=clock.sleep))

    assert batches == [[b"0"], [b"5"], [b"30"]]
    assert clock.slept == [5, 25]


def test_events_due_almost_at_the_same_time_come_together() -> None:
    clock = SimulatedClock()

    batches = lines(due(at(0.05, 0.1, 1), now=clock.read, sleep=clock.sleep))

    assert batches == [[b"0.05", b"0.1"], [b"1"]]
    assert clock.slept[0] == GATHERED_SECONDS


def test_events_that_become_due_during_work_come_together_afterwards() -> None:
    clock = SimulatedClock()
    batches = due(at(0, 1, 2, 9), now=clock.read, sleep=clock.sleep)

    first = next(batches)
    clock.now += timedelta(seconds=4)

    assert [arrival.line for arrival in first] == [b"0"]
    assert lines(batches) == [[b"1", b"2"], [b"9"]]

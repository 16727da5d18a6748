"""`make latency`: which time is counted for which leg. The command itself is run by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contact_centre.live_day import Arrival
from measurements.runs import latency
from measurements.runs.latency import (
    TO_LINK,
    TO_PUT,
    TO_RECORD,
    Times,
    event_timestamp,
    latency_report,
)

AT = datetime(2026, 3, 9, 9, tzinfo=UTC)
MOMENT = "2026-03-09T09:00:00.000Z"
AGENT_EVENT = f'{{"AgentARN":"a","EventTimestamp":"{MOMENT}"}}'.encode()


def stored(number: str, *, arrival: float) -> dict[str, Any]:
    kinesis = {"sequenceNumber": number, "approximateArrivalTimestamp": arrival}
    return {"Records": [{"kinesis": kinesis}]}


def changed(old: str | None, new: str) -> dict[str, Any]:
    images = {"OldImage": old, "NewImage": new}
    return {
        "Records": [
            {
                "dynamodb": {
                    image: {"LastUpdateTimestamp": {"S": moment}}
                    for image, moment in images.items()
                    if moment
                }
            }
        ]
    }


def test_time_to_the_stream_counts_from_when_the_event_is_due() -> None:
    times = Times()

    times.put(Arrival(AT, AGENT_EVENT), AT.timestamp() + 0.25)

    assert times.legs[TO_PUT] == [pytest.approx(250)]


def test_record_is_counted_when_it_is_stored_first() -> None:
    times = Times()

    times.done(stored("1", arrival=100.0), 100.5)
    times.done(stored("1", arrival=100.0), 107.0)

    assert times.legs[TO_RECORD] == [pytest.approx(500)]


def test_link_is_counted_from_the_put_of_its_newest_fact() -> None:
    times = Times()
    times.put(Arrival(AT, AGENT_EVENT), 1000.0)

    times.done(changed(None, MOMENT), 1001.5)
    times.done(changed(MOMENT, MOMENT), 1009.0)
    times.done(changed(MOMENT, "2026-03-09T10:00:00.000Z"), 1009.0)

    assert times.legs[TO_LINK] == [pytest.approx(1500)]


def test_what_was_measured_before_is_forgotten() -> None:
    times = Times()
    times.put(Arrival(AT, AGENT_EVENT), 1000.0)
    times.forget()

    times.done(changed(None, MOMENT), 1001.0)

    assert not any(times.legs.values())


def test_only_agent_events_are_known_by_their_time() -> None:
    assert event_timestamp(AGENT_EVENT) == MOMENT
    assert event_timestamp(b'{"detail":{}}') is None


def test_report_has_a_distribution_for_every_leg() -> None:
    times = Times()
    times.done(stored("1", arrival=100.0), 100.5)

    text = latency_report(times, agents=5, minutes=1)

    assert "5 agents, 1 minutes in real time" in text
    assert f"{TO_RECORD}: p50 500" in text
    assert f"{TO_LINK}: nothing was measured." in text


@pytest.mark.parametrize("minutes", ["0", "-1", "1000"])
def test_minutes_must_make_sense(minutes: str) -> None:
    with pytest.raises(SystemExit):
        latency.main(["--minutes", minutes])

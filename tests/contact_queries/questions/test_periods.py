"""Periods: what is inside, which days they touch, how long they may be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contact_queries.questions.errors import InvalidParameterError
from contact_queries.questions.periods import LONGEST_DAYS, moment, period
from contacts.timestamps import timestamp_text

times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(times, st.timedeltas(timedelta(milliseconds=1), timedelta(days=LONGEST_DAYS)), times)
def test_what_is_inside_is_between_first_and_last_and_on_one_of_the_days(
    start: datetime, length: timedelta, other: datetime
) -> None:
    asked, end = timestamp_text(start), timestamp_text(start + length)
    assume(asked < end)
    inside = period(asked, end)
    text = timestamp_text(other)

    assert (text in inside) == (inside.start <= text <= inside.last)
    assert inside.start in inside
    assert inside.last in inside
    assert inside.end not in inside
    if text in inside:
        assert text[:10] in inside.days()


@given(times, st.timedeltas(timedelta(milliseconds=1), timedelta(days=LONGEST_DAYS)))
def test_every_day_has_a_part_in_the_period(start: datetime, length: timedelta) -> None:
    asked, end = timestamp_text(start), timestamp_text(start + length)
    assume(asked < end)
    days = list(period(asked, end).days())

    assert days == sorted(set(days))
    assert (days[0], days[-1]) == (asked[:10], period(asked, end).last[:10])
    assert len(days) <= LONGEST_DAYS + 1


def test_midnight_at_the_end_is_of_no_day() -> None:
    midnights = moment("2026-03-09"), moment("2026-03-11")

    assert list(period(*midnights).days()) == ["2026-03-09", "2026-03-10"]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("9999-12-30", "9999-12-31", ["9999-12-30"]),
        ("9999-12-30", "9999-12-31T23:59:59.999Z", ["9999-12-30", "9999-12-31"]),
        ("0001-01-01", "0001-01-02", ["0001-01-01"]),
        ("0001-01-01", "0001-01-01T00:00:00.001Z", ["0001-01-01"]),
    ],
)
def test_first_and_last_day_of_the_calendar_are_days_as_others(
    start: str, end: str, days: list[str]
) -> None:
    assert list(period(moment(start), moment(end)).days()) == days


@pytest.mark.parametrize(
    ("text", "timestamp"),
    [
        ("2026-03-09", "2026-03-09T00:00:00.000Z"),
        ("2026-03-09T08:30", "2026-03-09T08:30:00.000Z"),
        ("2026-03-09T08:30:00.2504Z", "2026-03-09T08:30:00.250Z"),
        ("2026-03-09T01:30:00+02:00", "2026-03-08T23:30:00.000Z"),
    ],
)
def test_moment_is_read_as_utc_unless_it_says_otherwise(text: str, timestamp: str) -> None:
    assert moment(text) == timestamp


@pytest.mark.parametrize("text", ["", "yesterday", "08:30", "1772000000", "0001-01-01T00:00+14:00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither a day nor a time"):
        moment(text)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-03-09", "2026-03-09"), ("2026-03-09", "2026-03-08"), ("2026-03-01", "2026-04-02")],
)
def test_period_must_end_after_its_beginning_and_soon(start: str, end: str) -> None:
    with pytest.raises(InvalidParameterError) as raised:
        period(moment(start), moment(end))

    assert raised.value.parameter == "to"

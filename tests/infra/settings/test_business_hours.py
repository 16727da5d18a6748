"""Business hours: what is accepted, and that the condition for CloudWatch means the same."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.settings.business_hours import BusinessHours, is_business_hours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
WEEK = [MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]


def as_cloudwatch(condition: str, moment: datetime) -> bool:
    """The value of a condition of metric math; both languages agree on what binds stronger."""
    values = condition.replace("DAY(t)", str(moment.isoweekday()))
    values = values.replace("HOUR(t)", str(moment.hour))
    assert re.fullmatch(r"[\d()<>= ANDOR]+", values)
    return bool(eval(values.replace("AND", "and").replace("OR", "or")))


def within(first: int, last: int, begin: int, end: int, moment: datetime) -> bool:
    """The naive reading: go through the days of the week and the hours that begin on each."""
    day = first
    while True:
        length = end - begin if end > begin else end + 24 - begin
        for passed in range(length):
            hour = WEEK[(day * 24 + begin + passed) % len(WEEK)]
            if (hour.weekday(), hour.hour) == (moment.weekday(), moment.hour):
                return True
        if day == last:
            return False
        day = (day + 1) % 7


@given(st.sampled_from(range(7)), st.sampled_from(range(7)), st.data())
def test_condition_holds_exactly_in_the_hours_that_were_written(
    first: int, last: int, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, 23))
    end = data.draw(st.integers(0, 24).filter(lambda hour: hour != begin))
    hours = BusinessHours.parse(f"{DAYS[first]}-{DAYS[last]} {begin:02}-{end:02}")

    found = [as_cloudwatch(hours.condition("t"), moment) for moment in WEEK]

    assert found == [within(first, last, begin, end, moment) for moment in WEEK]


def test_single_day_needs_no_second() -> None:
    assert BusinessHours.parse("Sat 08-12") == BusinessHours.parse("Sat-Sat 08-12")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mon-Fri",
        "07-17",
        "Mon-Fri 7-17",
        "Mon-Fri 07:00-17:00",
        "mon-fri 07-17",
        "Mon-Fri 24-05",
        "Mon-Fri 07-25",
        "Mon-Fri 07-07",
        "Mon-Fri  07-17",
        "Monday 07-17",
        "Mon,Tue 07-17",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert not is_business_hours(text)

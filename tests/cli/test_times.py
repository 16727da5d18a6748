"""Times as people write them."""

from datetime import UTC, datetime

import pytest

from cli.times import UTC_ZONE, Zone
from operations.errors import AskedWronglyError

NOW = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
"""In Berlin it is the 30th, half past midnight; the clocks went forward in the night before."""
BERLIN = Zone.named("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "text", "moment"),
    [
        (UTC_ZONE, "2026-03-09", "2026-03-09T00:00Z"),
        (UTC_ZONE, "2026-03-09T08:30", "2026-03-09T08:30Z"),
        (UTC_ZONE, "2026-03-09T08:30+01:00", "2026-03-09T07:30Z"),
        (UTC_ZONE, "today", "2026-03-29T00:00Z"),
        (UTC_ZONE, "yesterday", "2026-03-28T00:00Z"),
        (UTC_ZONE, "now", "2026-03-29T22:30Z"),
        (UTC_ZONE, "2h", "2026-03-29T20:30Z"),
        (UTC_ZONE, "90m", "2026-03-29T21:00Z"),
        (UTC_ZONE, "1w", "2026-03-22T22:30Z"),
        (BERLIN, "today", "2026-03-29T22:00Z"),
        # 23 hours before: the clocks went forward in between.
        (BERLIN, "yesterday", "2026-03-28T23:00Z"),
        (BERLIN, "2026-03-09T08:30", "2026-03-09T07:30Z"),
        (BERLIN, "2026-03-09T08:30Z", "2026-03-09T08:30Z"),
    ],
)
def test_times_are_read_as_people_mean_them(zone: Zone, text: str, moment: str) -> None:
    assert zone.moment(text, NOW) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["", "tomorrow", "2x", "99999w", "2026-13-01", "0001-01-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(AskedWronglyError):
        UTC_ZONE.moment(text, NOW)


def test_times_are_shown_in_the_zone() -> None:
    assert BERLIN.clock("2026-03-09T08:01:22.123Z") == "2026-03-09 09:01:22"
    assert UTC_ZONE.clock("2026-03-09T08:01:22.123Z") == "2026-03-09 08:01:22"
    assert UTC_ZONE.clock(None) is None


def test_zone_that_is_unknown_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Zone.named("Atlantis")

"""A stream on demand: what it takes in at once, and how it grows."""

import pytest

from measurements.scale.on_demand import taken_in

MEGABYTE = 1_000_000


def test_new_stream_takes_four_megabytes_a_second() -> None:
    assert taken_in([4 * MEGABYTE] * 10, peak_before=0).refused_bytes == 0
    assert taken_in([8 * MEGABYTE] * 10, peak_before=0).refused_share == pytest.approx(0.5)


def test_stream_takes_twice_what_it_has_seen() -> None:
    assert taken_in([20 * MEGABYTE] * 10, peak_before=10 * MEGABYTE).refused_bytes == 0


def test_stream_doubles_every_quarter_of_an_hour() -> None:
    taken = taken_in([16 * MEGABYTE] * 60, peak_before=0)

    assert taken.minutes_refusing == 30
    assert taken.capacity == 32 * MEGABYTE
    assert taken.refused_bytes == 15 * 60 * (12 + 8) * MEGABYTE


def test_nothing_offered_is_nothing_refused() -> None:
    assert taken_in([], peak_before=0).refused_share == 0

"""Distributions as text: the percentiles are right, every value is in a bar."""

import pytest

from measurements.runs.distribution import BAR, BINS, distribution, percentile


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (90, 90), (99, 99), (100, 100)])
def test_percentile_is_a_value_that_was_measured(percent: float, expected: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == expected


def test_only_value_is_every_percentile() -> None:
    assert percentile([7.0], 1) == percentile([7.0], 99) == 7.0


def test_plot_names_percentiles_and_counts_every_value() -> None:
    head, *bars = distribution("put -> stored", [1.0, 2.0, 3.0, 12.0, 400.0]).splitlines()

    assert head == "put -> stored: p50 3, p90 400, p99 400, most 400 ms (5 measured)"
    assert sum(int(bar.split()[-1]) for bar in bars) == 5
    assert max(bar.count("#") for bar in bars) == BAR
    assert len(bars) <= BINS


def test_what_lies_far_out_is_in_the_last_bar() -> None:
    values = [float(number) for number in range(1, 1001)] + [90_000.0]

    last = distribution("times", values).splitlines()[-1]

    assert last.lstrip().startswith(">= ")


def test_nothing_measured_is_said() -> None:
    assert distribution("put -> linked", []) == "put -> linked: nothing was measured."

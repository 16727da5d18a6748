"""Rates and sizes are those of the generated day."""

import pytest

from contact_centre.sources import Source
from measurements.cost.workload import arrivals
from measurements.scale.sample_day import sample_day, seconds_between

AGENTS, HOURS, SEED = 6, 0.5, 3


def test_rates_and_sizes_are_those_of_the_day_in_full_swing() -> None:
    sample = sample_day(agents=AGENTS, hours=HOURS, seed=SEED)

    played = list(arrivals(agents=AGENTS, hours=HOURS, seed=SEED))
    begins = played[0].second
    counted = [
        each for each in played if 20 * 60 <= seconds_between(begins, each.second) < HOURS * 3600
    ]
    seconds = seconds_between(counted[0].second, counted[-1].second)
    assert sample.rates.keys() == set(Source)
    assert sample.rate == pytest.approx(len(counted) / seconds / AGENTS)
    assert sample.bytes_per_event == pytest.approx(
        sum(len(each.data) for each in counted) / len(counted)
    )
    assert sample.busiest_minute >= sample.rate * 0.9
    assert sample.first_second > 0


def test_same_seed_gives_the_same_sample() -> None:
    samples = [sample_day(agents=AGENTS, hours=HOURS, seed=SEED) for _ in range(2)]

    assert samples[0] == samples[1]


def test_day_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="full swing"):
        sample_day(agents=2, hours=0.2, seed=SEED)

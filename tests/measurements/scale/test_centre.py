"""An installation of any size: everything in proportion, and what a shard and a partition take."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from contact_centre.sources import Source
from infra.functions.function_sizes import AGENT_EVENTS
from measurements.scale.centre import (
    HOURS_AT_WORK,
    SHARED_KEYS,
    Centre,
    Load,
    after_outage,
    centre,
    million_events_a_month,
)
from measurements.scale.function_costs import Line
from tests.measurements.scale.measured_by_hand import BYTES, RATE, measured

pytestmark = pytest.mark.usefixtures("short_outage")


@cache
def a_centre(agents: int = 1000) -> Centre:
    return centre(agents, measured(), seed=1)


def test_load_is_in_proportion_to_the_agents() -> None:
    load = Load.of(1000, measured().sample)

    assert load.events == pytest.approx(1000 * RATE)
    assert load.peak_events == pytest.approx(1500 * RATE)
    assert load.bytes_in == pytest.approx(1000 * RATE * BYTES)
    assert million_events_a_month(load) == pytest.approx(20 * 3600 * HOURS_AT_WORK / 1e6)


@pytest.mark.parametrize(("agents", "shards"), [(10, 4), (10_000, 4), (40_000, 12)])
def test_stream_has_shards_for_twice_the_peak_and_four_at_least(agents: int, shards: int) -> None:
    assert Load.of(agents, measured().sample).shards == shards


def test_units_per_second_are_those_per_event_times_events() -> None:
    found = a_centre()

    assert found.write_units["ContactRecords, by agent_events"] == pytest.approx(1.5 * 20)
    assert found.write_units["AgentStates"] == pytest.approx(0.5 * 20)
    assert found.write_units["index Open"] == pytest.approx(0.2 * 20)
    assert found.read_units["ContactRecords, by agent_events"] == pytest.approx(0.5 * 20)


def test_key_takes_its_part_of_what_is_written_in_the_busiest_minute() -> None:
    """Half again the mean: 0.5, 0.2 and 0.02 units for each of 20 events a second."""
    found = a_centre()

    assert found.busiest_key("AgentStates") == pytest.approx(10 * 1.5 / 1000 / 1000)
    assert found.busiest_key("index Open") == pytest.approx(4 * 1.5 / 32 / 1000)
    assert found.busiest_key("index ByFailedOffer") == pytest.approx(0.4 * 1.5 / 32 / 1000)


def test_a_million_agents_of_one_instance_fill_two_fifths_of_no_partition() -> None:
    """With the units of the day in docs/performance.md, all sources."""
    units = {"Open": 176, "ByInstance": 255, "ByQueue": 239, "ByAgent": 206, "ByFailedOffer": 23}
    sample = replace(
        measured().sample, rates={Source.AGENT_EVENTS: 0.0366}, busiest_minute=0.0366 * 1.13
    )
    day = replace(measured().day, index_units=Counter(units))

    found = centre(1_000_000, replace(measured(), sample=sample, day=day), seed=1)

    shares = {written: found.busiest_key(written) for written in SHARED_KEYS}
    assert shares["index ByInstance"] == max(shares.values())
    assert 0.3 < max(shares.values()) <= 0.4


def test_functions_work_on_everything_that_comes() -> None:
    found = a_centre()

    per_shard = found.load.events / found.load.shards * found.agent_events.seconds
    assert found.agent_events.worked.records == pytest.approx(per_shard, rel=0.1)
    chains = found.load.events * 0.25 / found.partitions * found.contact_chains.seconds
    assert found.contact_chains.worked.records == pytest.approx(chains, rel=0.2)


def test_burst_is_refused_in_part_where_it_is_more_than_twice_the_peak() -> None:
    small, large = a_centre(100), a_centre(20_000)

    assert small.burst_on_new_stream.refused_bytes == 0
    assert large.burst_on_known_stream.refused_share == pytest.approx(1 - 2 * 1.5 / 10)


def test_burst_sends_no_shard_more_than_it_takes() -> None:
    found = a_centre(20_000)

    assert found.burst.worked.records / found.burst.seconds * BYTES <= 1_000_000 * 1.05


def test_backlog_that_grows_faster_than_it_is_worked_off_is_never_worked_off() -> None:
    slow = replace(measured().agent_events, cpu=Line(0, 10.0))
    load = Load.of(500, measured().sample)

    assert after_outage(load, AGENT_EVENTS, replace(measured(), agent_events=slow), seed=1) is None
    assert after_outage(load, AGENT_EVENTS, measured(), seed=1) is not None


def test_chain_is_linked_later_than_its_record_is_stored() -> None:
    found = a_centre()

    record = sorted(found.agent_events.worked.ages)
    chain = sorted(found.seconds_to_chain(gathered=False, seed=1))
    gathered = sorted(found.seconds_to_chain(gathered=True, seed=1))

    assert chain[len(chain) // 2] > record[len(record) // 2]
    assert chain[len(chain) // 2] < gathered[len(gathered) // 2]

"""The bill: every component by its own formula, each setting by what it leaves out or adds."""

from dataclasses import replace

import pytest

from infra.provisioned import READ_UNITS, STREAM_BYTES, WRITE_UNITS
from measurements.scale.alternatives import alternatives
from measurements.scale.bill import (
    ALARMS,
    ALARMS_OF_AN_INDEX,
    BYTES_PER_VERSION,
    EVENTS_PER_CONTACT,
    INDEXES,
    VERSIONS_PER_CONTACT,
    BillSettings,
    bill,
    by_component,
    dollars,
    floor,
)
from measurements.scale.centre import HOURS_AT_WORK, Centre, centre
from measurements.scale.prices import HOURS_PER_MONTH, Price
from tests.infra.synthesized import synthesize
from tests.measurements.scale.measured_by_hand import BYTES, RATE, measured

AGENTS = 1000
EVENTS = AGENTS * RATE * 3600 * HOURS_AT_WORK
GIGABYTE = 1_000_000_000


@pytest.fixture(scope="module")
def found() -> Centre:
    return centre(AGENTS, measured(), seed=1)


@pytest.fixture(scope="module")
def usual(found: Centre) -> dict[str, float]:
    return by_component(bill(found, measured()))


def test_storage_is_what_events_leave_over_two_years(usual: dict[str, float]) -> None:
    stored = EVENTS * 100 * 24 / GIGABYTE

    assert usual["records stored"] == pytest.approx(stored * 0.25)
    assert usual["backup of the tables"] == pytest.approx(stored * 0.20)


def test_stream_is_paid_by_the_hour_in_twice_out_and_kept_for_a_week(
    usual: dict[str, float],
) -> None:
    gigabytes = EVENTS * BYTES / GIGABYTE

    assert usual["Kinesis"] == pytest.approx(
        HOURS_PER_MONTH * 0.04 + gigabytes * (0.08 + 2 * 0.04 + 6 / (730 / 24) * 0.10)
    )


def test_units_are_paid_by_the_million(usual: dict[str, float]) -> None:
    assert usual["writes: ContactRecords, by agent_events"] == pytest.approx(
        1.5 * EVENTS / 1e6 * 0.625
    )
    assert usual["writes: AgentStates"] == pytest.approx(0.5 * EVENTS / 1e6 * 0.625)
    assert usual["reads"] == pytest.approx(0.5 * EVENTS / 1e6 * 0.125)


def test_archive_is_paid_in_steps_of_5_kb_and_as_it_is_zipped(usual: dict[str, float]) -> None:
    assert usual["archive: Firehose"] == pytest.approx(EVENTS * 5120 / GIGABYTE * 0.029)
    zipped = EVENTS * BYTES * 0.1 / GIGABYTE
    assert zipped * 24 * 0.004 < usual["archive: S3"] < zipped * 24 * 0.023


def test_indexes_are_paid_with_the_read_side_alone(found: Centre, usual: dict[str, float]) -> None:
    with_indexes = by_component(bill(found, measured(), BillSettings(has_read_side=True)))

    assert "writes: indexes" not in usual
    assert with_indexes["writes: indexes"] == pytest.approx(0.22 * EVENTS / 1e6 * 0.625)
    assert with_indexes["indexes stored"] == pytest.approx(EVENTS * 50 * 24 / GIGABYTE * 0.25)


@pytest.mark.parametrize(
    "chosen",
    [
        BillSettings(months_kept=6),
        BillSettings(days_on_stream=1),
        BillSettings(is_archived=False),
        BillSettings(is_backed_up=False),
        BillSettings(gathers=True),
    ],
)
def test_settings_that_are_said_to_save_lower_the_bill(found: Centre, chosen: BillSettings) -> None:
    assert dollars(bill(found, measured(), chosen)) < dollars(bill(found, measured()))


def test_history_costs_its_events_firehose_and_storage_whatever_the_table_keeps(
    found: Centre,
) -> None:
    usual = by_component(bill(found, measured()))
    items = by_component(bill(found, measured(), BillSettings(has_history=True)))
    forgets = by_component(bill(found, measured(), BillSettings(has_history=True, months_kept=6)))

    contacts = EVENTS * 0.1
    versions = contacts * VERSIONS_PER_CONTACT
    assert {name: items[name] for name in items if name not in usual} == {
        "events of records": pytest.approx(contacts * EVENTS_PER_CONTACT / 1e6),
        "history: Firehose": pytest.approx(versions * 5120 / GIGABYTE * (0.029 + 0.018)),
        "history: S3": pytest.approx(versions * BYTES_PER_VERSION / GIGABYTE * 24 * 0.023),
    }
    assert forgets["history: S3"] == items["history: S3"]
    assert forgets["records stored"] == pytest.approx(items["records stored"] / 4)


@pytest.mark.usefixtures("short_outage")
def test_provisioned_capacity_saves_where_there_is_much_to_save() -> None:
    large = centre(20_000, measured(), seed=1)

    provisioned = bill(large, measured(), BillSettings(is_provisioned=True))

    assert dollars(provisioned) < 0.8 * dollars(bill(large, measured()))


def test_provisioned_capacity_is_for_more_than_is_used_and_some_at_night(found: Centre) -> None:
    items = bill(found, measured(), BillSettings(is_provisioned=True))

    [states] = [each for each in items if each.component == "writes: AgentStates"]

    used = 0.5 * AGENTS * RATE * HOURS_AT_WORK
    assert states.price is Price.DYNAMODB_WCU_HOUR
    assert 1.4 * used < states.quantity < 2 * used


def test_shards_that_are_polled_without_a_pause_cost_an_invocation_for_each_event(
    found: Centre,
) -> None:
    at_once = by_component(bill(found, measured(), BillSettings(is_polled_at_once=True)))
    usual = by_component(bill(found, measured()))

    more = EVENTS * (1 - 1 / found.agent_events.records_per_batch)
    assert at_once["logs"] - usual["logs"] == pytest.approx(more * 1000 / GIGABYTE * 0.5)
    assert at_once["Lambda"] - usual["Lambda"] >= more / 1e6 * 0.20


def test_alarms_that_are_paid_are_those_of_the_templates() -> None:
    without, with_indexes = (
        synthesize(**context).resources("AWS::CloudWatch::Alarm")
        for context in ({}, {"readSide": "indexes-3"})
    )

    assert len(without) == ALARMS
    assert len(with_indexes) == ALARMS + 3 * ALARMS_OF_AN_INDEX
    assert len(synthesize().resources("AWS::CloudWatch::Dashboard")) == 1
    table = synthesize(readSide="on").properties("AWS::DynamoDB::Table", "ContactRecords")
    assert len(table["GlobalSecondaryIndexes"]) == INDEXES


def test_floor_is_below_the_bill_and_the_alternatives_cost_something(found: Centre) -> None:
    ours = dollars(bill(found, measured()))

    assert 0 < dollars(floor(found, measured())) < ours
    for each in alternatives(found, measured()):
        assert dollars(each.items) > 0


def test_alternatives_keep_no_second_reader_where_there_is_no_archive(found: Centre) -> None:
    firehose = next(
        each for each in alternatives(found, measured()) if each.name.startswith("Firehose")
    )
    ours = by_component(bill(found, measured()))

    assert by_component(firehose.items)["Kinesis"] < ours["Kinesis"]


def test_provisioned_capacity_has_a_figure_for_whatever_is_written() -> None:
    indexes = {f"index {name}" for name in measured().day.index_units}

    assert {each.removeprefix("index ") for each in indexes} <= WRITE_UNITS.keys()
    assert READ_UNITS.keys() <= WRITE_UNITS.keys()
    assert STREAM_BYTES.keys() == {"AgentEventStream", "ContactRecordStream"}


def test_nothing_stored_and_nothing_read_still_costs_the_hours_of_the_stream() -> None:
    idle = replace(measured(), metrics=0)

    sums = by_component(bill(centre(1, idle, seed=1), idle))

    assert sums["Kinesis"] >= HOURS_PER_MONTH * 0.04


def test_every_price_names_its_unit_and_its_list() -> None:
    for price in Price:
        assert price.dollars > 0
        assert price.unit
        assert price.source.endswith(("pricing", "on-demand", "provisioned"))

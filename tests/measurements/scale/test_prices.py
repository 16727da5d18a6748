"""The bill: every component by its own formula, and a sum."""

from dataclasses import replace

import pytest

from measurements.scale.prices import HOURS_PER_MONTH, Price, Usage, bill, dollars, monthly

NOTHING = Usage(
    bytes_in=0,
    consumers=0,
    days_kept=1,
    firehose_bytes=0,
    invocations=0,
    gigabyte_seconds=0,
    write_units={},
    read_units={},
    log_bytes=0,
)
GIGABYTE = 1_000_000_000


def test_nothing_used_costs_nothing() -> None:
    assert dollars(bill(NOTHING)) == 0


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (replace(NOTHING, bytes_in=5 * GIGABYTE), 5 * 0.08),
        (replace(NOTHING, bytes_in=5 * GIGABYTE, consumers=2), 5 * 0.08 + 2 * 5 * 0.04),
        (replace(NOTHING, bytes_in=GIGABYTE, days_kept=7), 0.08 + 6 / (730 / 24) * 0.10),
        (replace(NOTHING, firehose_bytes=GIGABYTE), 0.029),
        (replace(NOTHING, invocations=2_000_000), 0.40),
        (replace(NOTHING, gigabyte_seconds=1000), 0.0133334),
        (replace(NOTHING, write_units={"a": 1_000_000, "b": 2_000_000}), 3 * 0.625),
        (replace(NOTHING, read_units={"a": 4_000_000}), 0.5),
        (replace(NOTHING, log_bytes=GIGABYTE), 0.5),
    ],
)
def test_each_component_costs_its_quantity_times_its_price(usage: Usage, expected: float) -> None:
    assert dollars(bill(usage)) == pytest.approx(expected)


def test_month_adds_hours_of_the_stream_and_what_is_stored() -> None:
    usage = replace(NOTHING, invocations=1_000_000)

    assert monthly(million_events=10, usage=usage, stored_bytes=4 * GIGABYTE) == pytest.approx(
        10 * 0.20 + HOURS_PER_MONTH * 0.04 + 4 * 0.25
    )


def test_every_price_names_its_unit_and_its_list() -> None:
    for price in Price:
        assert price.dollars > 0
        assert price.unit
        assert price.source.endswith(("pricing", "on-demand"))

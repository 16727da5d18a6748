"""Ratios, targets and the document."""

import pytest

from emulator.dynamodb.capacity import CONTACT_RECORDS
from measurements.cost.day_capacity import Day, Pace, Usage
from measurements.cost.document import BEGIN, DOCUMENT, END, with_figures
from measurements.cost.emulator import CapacityAgreement
from measurements.cost.functions import AGENT_EVENTS, BASELINE
from measurements.cost.processes import ColdStart, Shipped
from measurements.cost.report import CostFigures, Target, markdown, table, targets
from measurements.cost.throughput import Comparison, Timed, ratio


def test_ratio_is_the_median_of_the_rounds() -> None:
    assert ratio([10, 30, 20], [1, 2, 10]) == 10


@pytest.mark.parametrize(
    ("is_least", "value", "is_reached"),
    [(True, 10, True), (True, 9.99, False), (False, 10, True), (False, 10.004, False)],
)
def test_target_is_reached_only_without_rounding(
    is_least: bool, value: float, is_reached: bool
) -> None:
    assert Target("wall", 10, is_least, value).is_reached is is_reached


def test_target_that_is_missed_says_so() -> None:
    assert Target("zip", 0.25, False, 0.31, "x").row() == [
        "zip",
        "0.31x",
        "<= 0.25x",
        "**not reached**",
    ]


def test_table_is_markdown() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_figures_replace_the_older_ones_and_nothing_else() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    assert with_figures(text, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_document_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        with_figures("nothing", "new")


def test_document_has_a_place_for_figures() -> None:
    assert "new" in with_figures(DOCUMENT.read_text("utf-8"), "new")


def a_day(caller: str = AGENT_EVENTS) -> Usage:
    """1000 events, 1500 write units, a fifth of the stream's records pass."""
    day = Usage(
        events=1000,
        batches=800,
        contacts=100,
        transitions=700,
        log_bytes=400_000,
        stream_records=1000,
        passed_records=200,
    )
    day.write_units[f"{caller} {CONTACT_RECORDS}"] = 1500
    day.index_units["Open"] = 300
    return day


def a_comparison(scenario: str, latency: int) -> Comparison:
    """60 calls to 600; 10 MB in 0.479 s, and 21 ms more for sockets."""
    return Comparison(
        scenario,
        latency,
        1000,
        500,
        10_000_000,
        2.0,
        2.0,
        ours=Timed(0.479, 0.2, 60),
        baseline=Timed(2.0, 1.0, 600),
    )


@pytest.fixture
def figures() -> CostFigures:
    return CostFigures(
        machine="Measured on a machine.",
        day=Day(60, 1.5, 7),
        compared=[a_comparison(name, ms) for name in ("real time", "catch-up") for ms in (0, 5)],
        days={(pace, has_all): a_day() for pace in Pace for has_all in (False, True)},
        baseline_day=a_day(BASELINE),
        bare_seconds=0.01,
        started=[ColdStart(AGENT_EVENTS, 0.2, 0.4, 50, 0.7, takes_an_event=True)],
        shipped=Shipped(ours=2, baseline=10),
        agreement=CapacityAgreement(200, 200, 300, 300),
    )


def test_targets_are_units_calls_and_bytes_before_what_depends_on_a_core(
    figures: CostFigures,
) -> None:
    found = {each.what: each.value for each in targets(figures)}

    assert found["WRU per 1000 agent events"] == 1500
    assert found["WRU per 1000 agent events, with the read side's indexes"] == 1800
    assert found["calls of Lambda 1 in real time, of the baseline's"] == pytest.approx(0.1)
    assert found["records of the table's stream that wake Lambda 2, agent events"] == 20
    assert found["bytes of logs per invocation of Lambda 1"] == 500
    assert found["zip, of the baseline's"] == pytest.approx(0.2)
    assert found["one invocation in catch-up, MB/s"] == pytest.approx(20)
    assert [each.of_core for each in targets(figures)] == sorted(
        each.of_core for each in targets(figures)
    )


def test_page_begins_with_the_cost_and_goes_on_with_the_speed(figures: CostFigures) -> None:
    headings = [line for line in markdown(figures).splitlines() if line.startswith("### ")]

    assert headings[:2] == ["### What it costs", "### How fast"]
    assert headings[-1] == "### What it was measured on"

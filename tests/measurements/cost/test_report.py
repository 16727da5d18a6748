"""Ratios, targets and the document."""

import pytest

from measurements.cost.document import BEGIN, DOCUMENT, END, with_figures
from measurements.cost.report import Target, table
from measurements.cost.throughput import ratio


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

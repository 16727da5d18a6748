"""What a batch costs: the line through what was measured, and the time that follows from it."""

import pytest

from measurements.cost.functions import CPU_SECONDS_OF_CONNECTION
from measurements.cost.logged import CountedLines
from measurements.scale.function_costs import (
    CALL_SECONDS,
    MEMORY_OF_ONE_CPU,
    FunctionCost,
    Line,
    line,
    measure,
)

NOTHING = Line(0, 0)


def test_line_goes_through_small_and_large_batches() -> None:
    assert line([(1, 3.0), (1, 5.0), (1, 4.0), (101, 104.0)]) == Line(fixed=3.0, each=1.0)


def test_batches_of_one_size_give_no_line() -> None:
    with pytest.raises(ValueError, match="one size"):
        line([(5, 1.0), (5, 2.0)])


def test_half_a_cpu_takes_twice_as_long() -> None:
    cost = FunctionCost(cpu=Line(0.1, 0.01), calls=NOTHING, rounds=NOTHING, log_bytes=NOTHING)

    assert cost.seconds(10, memory=MEMORY_OF_ONE_CPU) == pytest.approx(0.2)
    assert cost.seconds(10, memory=MEMORY_OF_ONE_CPU // 2) == pytest.approx(0.4, rel=0.01)
    assert cost.seconds(10, memory=10 * MEMORY_OF_ONE_CPU) == pytest.approx(0.2)


def test_calls_cost_cpu_each_and_rounds_of_them_waiting() -> None:
    cost = FunctionCost(cpu=NOTHING, calls=Line(0, 1), rounds=Line(2, 0), log_bytes=NOTHING)

    assert cost.seconds(17, memory=MEMORY_OF_ONE_CPU) == pytest.approx(
        17 * CPU_SECONDS_OF_CONNECTION + 2 * CALL_SECONDS
    )


@pytest.mark.usefixtures("own_functions")
def test_functions_are_measured_on_a_generated_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_AGENTS": 8, "_SINGLES": 40, "_LARGE": 40, "_LARGE_BATCHES": 2}.items():
        monkeypatch.setattr(f"measurements.scale.function_costs.{name}", value)
    logged = CountedLines()
    monkeypatch.setattr("sys.stdout", logged)

    first, second = measure(logged, seed=1)

    assert first.cpu.at(10) > 0
    assert first.calls.at(10) >= 1
    assert first.rounds.at(1) >= 2
    assert 100 < first.log_bytes.at(1) <= 700
    assert second.cpu.at(10) > 0

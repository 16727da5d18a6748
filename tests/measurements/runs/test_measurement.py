"""What `make soak` does with figures, and with what goes wrong on the way."""

from collections.abc import Callable

import pytest
from rich.console import Console

from emulator.errors import EmulatorError
from emulator.machine import ministack
from measurements.errors import MeasurementError
from measurements.runs import measurement, soak
from measurements.runs.measurement import Figures, carry_out

FIGURES = Figures(text="1 s", details="of 3 events")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is written into the document, by part."""
    parts: dict[str, str] = {}
    monkeypatch.setattr(measurement, "write_part", parts.__setitem__)
    return parts


def measure(figures: Figures) -> Callable[[Console], Figures]:
    return lambda _messages: figures


def test_figures_are_printed_with_details_and_written_without(
    written: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out("soak", measure(FIGURES), write=True) == 0

    assert capsys.readouterr().out == "of 3 events\n\n1 s\n"
    assert written == {"soak": "```\n1 s\n```"}


def test_figures_are_written_only_on_demand(written: dict[str, str]) -> None:
    assert carry_out("soak", measure(FIGURES), write=False) == 0

    assert written == {}


def test_figures_that_are_not_right_are_printed_and_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert carry_out("soak", measure(Figures(text="1 s", is_right=False)), write=False) == 1

    out, messages = capsys.readouterr()
    assert out == "1 s\n"
    assert "make soak failed: see what is wrong above." in messages


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (EmulatorError("no answer"), 1, "make soak failed. no answer"),
        (MeasurementError("not here"), 1, "make soak failed. not here"),
    ],
)
def test_failures_are_told_and_leave_no_trace_back(
    raised: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: object) -> None:
        raise raised

    monkeypatch.setattr(ministack, "running", fail)

    assert soak.main(["--agents", "2"]) == code
    assert said in capsys.readouterr().err

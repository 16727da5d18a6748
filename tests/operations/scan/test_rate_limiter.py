"""Bounded rates, without waiting for them."""

import pytest

from cli.messages import Progress
from operations.scan.rate_limiter import RateLimiter


class PausingClock:
    """A clock that only a pause, or the test, moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def test_rate_is_kept() -> None:
    clock = PausingClock()
    pace = RateLimiter(10, clock=clock, pause=clock.pause)

    for _ in range(5):
        pace.wait_for(20)

    assert clock.now == 100 + 4 * 2


def test_work_counts_as_waiting() -> None:
    clock = PausingClock()
    pace = RateLimiter(10, clock=clock, pause=clock.pause)

    pace.wait_for(20)
    clock.now += 1.5
    pace.wait_for(20)

    assert clock.now == 102


def test_time_lost_is_not_made_up_for() -> None:
    clock = PausingClock()
    pace = RateLimiter(10, clock=clock, pause=clock.pause)

    pace.wait_for(20)
    clock.now += 1000
    pace.wait_for(20)
    pace.wait_for(20)

    assert clock.now == 1100 + 2


def test_progress_is_told_once_in_a_while(capsys: pytest.CaptureFixture[str]) -> None:
    clock = PausingClock()
    progress = Progress(clock=clock)

    for number in range(12):
        clock.now += 1
        progress.report(f"{number}")

    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "1\n6\n11\n")

"""Fixtures: a deployment in memory, and the program run against it."""

from collections.abc import Iterator

import pytest

from cli.__main__ import main
from operations.scan.rate_limiter import RateLimiter
from tests.fakes.skipped_pauses import skip_pauses
from tests.operations.deployment_in_memory import NAMES, Operated, Ran, Run, operated_in_memory


@pytest.fixture
def operated(request: pytest.FixtureRequest) -> Iterator[Operated]:
    """On moto's tables for tests that are marked with ``tables_of_moto``."""
    is_marked = request.node.get_closest_marker("tables_of_moto") is not None
    with operated_in_memory(tables_of_moto=is_marked) as operated:
        yield operated


@pytest.fixture
def run(
    operated: Operated,  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Run a command on the deployment in memory, as fast as it can."""
    skip_pauses(monkeypatch, RateLimiter)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        names = [
            text
            for option, name in NAMES.items()
            if option not in arguments
            for text in (option, name)
        ]
        exit_code = main([*arguments, *names])
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run

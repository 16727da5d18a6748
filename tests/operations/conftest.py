"""Fixtures: a deployment in memory, and the program run against it."""

from collections.abc import Iterator

import pytest

from cli.__main__ import main
from tests.operations.operated import NAMES, Operated, Ran, Run, operated_in_memory


@pytest.fixture
def operated() -> Iterator[Operated]:
    with operated_in_memory() as operated:
        yield operated


@pytest.fixture
def run(operated: Operated, capsys: pytest.CaptureFixture[str]) -> Run:  # noqa: ARG001
    """Run a command on the deployment in memory."""

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

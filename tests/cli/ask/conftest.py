"""Fixtures: tables in memory, the API over them, and the program run against them."""

from collections.abc import Iterator

import pytest

from cli.__main__ import main
from tests.contact_queries.api_in_memory import AskedApi, api_over, indexed_aws
from tests.fakes.aws_in_memory import AGENT_STATES, TABLE
from tests.operations.deployment_in_memory import Ran, Run

NAMES = ("--table", TABLE, "--agent-states-table", AGENT_STATES)
"""Given to every command: moto's CloudFormation needs packages that are not installed."""


@pytest.fixture
def api() -> Iterator[AskedApi]:
    with indexed_aws() as aws:
        yield api_over(aws)


@pytest.fixture
def run(api: AskedApi, capsys: pytest.CaptureFixture[str]) -> Run:  # noqa: ARG001
    """Run a command on the tables in memory."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        exit_code = main([*arguments, *NAMES])
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run

"""Runs the doctor against a table of answers."""

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from cli.__main__ import main
from tests.fakes.answering_aws import answering_aws
from tests.operations.deployment_in_memory import Ran
from tests.operations.doctor.answers import REGION


class Doctor(Protocol):
    """Runs `contact-chains doctor` with these answers and arguments."""

    def __call__(self, answers: Mapping[str, Any], *arguments: str) -> Ran: ...


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Doctor:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def run(answers: Mapping[str, Any], *arguments: str) -> Ran:
        capsys.readouterr()
        with answering_aws(answers):
            exit_code = main(["doctor", "--region", REGION, *arguments])
        printed = capsys.readouterr()
        return Ran(exit_code, printed.out, printed.err)

    return run

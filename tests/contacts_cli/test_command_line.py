"""The program as its user meets it: help, exit codes, failures as messages.

How failures are said is shared with, and tested in full for, ``operations``.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contacts_cli.command_line import main

REPOSITORY = Path(__file__).resolve().parents[2]

AN_ID = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
COMMANDS = [[], ["show"], ["chain"], ["agent"], ["queue"], ["failed"], ["live"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main([*command, "--help"])

    assert exited.value.code == 0
    assert "usage: python -m contacts_cli" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_has_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])

    examples = capsys.readouterr().out.partition("examples:\n")[2]
    assert "  python -m contacts_cli " + " ".join(command) in examples


def test_it_runs_from_the_repository_without_any_path_set() -> None:
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "contacts_cli", "--help"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["show"],
        ["nonsense"],
        ["live", "tasks"],
        ["agent", "ada", "--limit", "0"],
        ["agent", "ada", "--from", "yesterday"],
        ["failed", "--outcome", "HANDLED"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_exit_with_2(command: list[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(command)

    assert exited.value.code == 2


def test_period_before_which_there_is_no_day_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code = main(["agent", AN_ID, "--to", "0001-01-01T05:00"])

    assert exit_code == 2
    assert capsys.readouterr().err.startswith("--to: ")


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user with neither credentials nor a region."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("stranger")
def test_missing_region_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["show", "contact-1"])

    captured = capsys.readouterr()
    assert (exit_code, captured.out) == (1, "")
    assert captured.err == "No AWS region: give --region, or set AWS_REGION.\n"

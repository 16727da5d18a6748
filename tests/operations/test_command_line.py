"""The program as its user meets it: help, exit codes, failures as messages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations.command_line import main
from tests.operations.operated import Run

REPOSITORY = Path(__file__).resolve().parents[2]

COMMANDS = [
    [],
    ["quarantine"],
    ["quarantine", "list"],
    ["quarantine", "show"],
    ["quarantine", "replay"],
    ["quarantine", "relink"],
    ["replay"],
    ["recompute"],
    ["agreement"],
    ["restore"],
    ["undelivered"],
    ["undelivered", "list"],
    ["undelivered", "show"],
    ["undelivered", "redeliver"],
    ["erase"],
    ["erase", "contact"],
    ["erase", "agent"],
    ["publish"],
]

GROUPS = [["quarantine"], ["undelivered"], ["erase"]]
"""Only their commands have examples."""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main([*command, "--help"])

    assert exited.value.code == 0
    assert "usage: python -m operations" in capsys.readouterr().out


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in GROUPS], ids=" ".join)
def test_every_help_has_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])

    examples = capsys.readouterr().out.partition("examples:\n")[2]
    assert "  python -m operations " + " ".join(command) in examples


def test_it_runs_from_the_repository_without_any_path_set() -> None:
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "operations", "--help"],
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
        ["quarantine"],
        ["nonsense"],
        ["recompute", "--rate", "0"],
        ["replay", "--from", "0001-01-01T00:00+14:00", "--to", "2026-03-09"],
        ["replay", "--from", "2026-03-09", "--to", "9999-12-31"],
        ["agreement", "--from", "0001-01-01", "--to", "2026-03-09"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_exit_with_2(command: list[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(command)

    assert exited.value.code == 2


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
    exit_code = main(["quarantine", "list"])

    captured = capsys.readouterr()
    assert (exit_code, captured.out) == (1, "")
    assert captured.err == "No AWS region: give --region, or set AWS_REGION.\n"


@pytest.mark.usefixtures("stranger")
def test_missing_credentials_are_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["quarantine", "list", "--region", "eu-central-1"])

    captured = capsys.readouterr()
    assert (exit_code, captured.out) == (1, "")
    assert captured.err == "No AWS credentials: sign in, or set AWS_PROFILE.\n"


@pytest.mark.usefixtures("stranger")
def test_endpoint_that_is_not_there_is_a_message(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("time.sleep", lambda _: None)

    exit_code = main(
        ["quarantine", "list", "--region", "eu-central-1", "--endpoint-url", "http://127.0.0.1:9"]
    )

    captured = capsys.readouterr()
    assert (exit_code, captured.out) == (1, "")
    assert captured.err.startswith("Failed. Could not connect to the endpoint URL")


def test_reader_that_goes_away_ends_the_command_quietly() -> None:
    """`python -m operations ... | head`, with a reader that is gone before the first line."""
    read_end, write_end = os.pipe()
    os.close(read_end)

    ran = subprocess.run(
        [sys.executable, "-c", PRINTS_A_LOT],
        cwd=REPOSITORY,
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)

    assert (ran.returncode, ran.stderr) == (1, "")


PRINTS_A_LOT = """
import sys
sys.path.insert(0, "lambdas")
from operations import command_line
class Parser:
    def parse_args(self, arguments):
        return self
    def run(self, options, deployed):
        print("x" * 100_000)
        return 0
command_line._parser = Parser
sys.exit(command_line.main())
"""


@pytest.mark.parametrize("end", ["2026-03-08", "2026-03-09"])
@pytest.mark.parametrize("command", ["agreement", "publish", "replay"])
def test_period_that_ends_before_it_begins_is_refused(run: Run, command: str, end: str) -> None:
    ran = run(command, "--from", "2026-03-09", "--to", end)

    assert (ran.exit_code, ran.out) == (2, "")
    assert "--to must be later than --from" in ran.err

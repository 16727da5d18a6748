"""The program as its user meets it: help, exit codes, failures as messages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.__main__ import main
from cli.examples import EXAMPLES

REPOSITORY = Path(__file__).resolve().parents[2]
LAMBDAS = str(REPOSITORY / "lambdas")

AN_ID = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
OF_GROUPS = [
    ["quarantine", "list"],
    ["quarantine", "show"],
    ["quarantine", "replay"],
    ["quarantine", "relink"],
    ["undelivered", "list"],
    ["undelivered", "show"],
    ["undelivered", "redeliver"],
    ["erase", "contact"],
    ["erase", "agent"],
]
COMMANDS = [[name] for name in EXAMPLES] + OF_GROUPS


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_examples(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--help"]) == 0

    printed = capsys.readouterr().out
    assert f"Usage: contact-chains {' '.join(command)}" in printed
    assert "  contact-chains " + " ".join(command) in printed.partition("Examples:\n")[2]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_options_stand_under_the_same_heading_in_every_help(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([*command, "--help"])

    assert "─ Parameters ─" not in capsys.readouterr().out


def test_help_of_list_names_every_outcome(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    main(["list", "--help"])

    assert "HANDLED, ERROR, MISSED, REJECTED, WITHDRAWN, ABANDONED." in capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    printed = capsys.readouterr().out
    for command in {command[0] for command in COMMANDS}:
        assert f"│ {command} " in printed


def test_no_command_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "Usage: contact-chains COMMAND" in capsys.readouterr().out


def test_it_runs_in_any_folder(tmp_path: Path) -> None:
    (tmp_path / "contacts.py").write_text("raise SystemExit('not this one')")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), LAMBDAS])}

    ran = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-m", "cli", "show", "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["nonsense"],
        ["live", "tasks"],
        ["agent", "ada", "--limit", "0"],
        ["agent", "ada", "--from", "some day"],
        ["agent", AN_ID, "--to", "0001-01-01T05:00"],
        ["list", "--tz", "Atlantis"],
        ["list", "--json", "--csv"],
        ["list", "--status", "ABANDONNED"],
        ["list", "--outcome", "FAILED"],
        ["show", AN_ID, AN_ID],
        ["failed", "--outcome", "HANDLED"],
        ["recompute", "--rate", "0"],
        ["replay", "--from", "0001-01-01T00:00+14:00", "--to", "2026-03-09"],
        ["replay", "--from", "2026-03-09", "--to", "9999-12-31"],
        ["agreement", "--from", "0001-01-01", "--to", "2026-03-09"],
        ["erase", "contact"],
        ["demo", "events.ndjson", "--agents", "3"],
        ["demo", "events.ndjson", "--score"],
        ["demo", "events.ndjson", "--port", "8000"],
        ["demo", "events.ndjson", "--kep"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_end_with_2_and_a_sentence(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_message_names_makes_variables_when_make_was_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKED_BY_MAKE", "1")

    assert main(["demo", "--agents", "0"]) == 2

    said = capsys.readouterr().err
    assert "for AGENTS" in said
    assert "--agents" not in said


@pytest.mark.parametrize("end", ["2026-03-08", "2026-03-09"])
@pytest.mark.parametrize("command", ["agreement", "publish", "replay"])
def test_period_that_ends_before_it_begins_is_refused(
    command: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--from", "2026-03-09", "--to", end]) == 2
    assert "--to must be later than --from" in capsys.readouterr().err


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
class TestFailures:
    """What can go wrong although the program is right is a sentence, never a traceback."""

    @pytest.mark.parametrize("command", [["quarantine", "list"], ["show", AN_ID], ["agents"]])
    def test_missing_region_is_said_in_a_sentence(
        self, command: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        exit_code = main(command)

        captured = capsys.readouterr()
        assert (exit_code, captured.out) == (1, "")
        assert captured.err == "No AWS region: give --region, or set AWS_REGION.\n"

    @pytest.mark.parametrize("command", [["quarantine", "list"], ["show", AN_ID], ["queues"]])
    def test_missing_credentials_are_said_in_a_sentence(
        self, command: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        exit_code = main([*command, "--region", "eu-central-1"])

        captured = capsys.readouterr()
        assert (exit_code, captured.out) == (1, "")
        assert captured.err == "No AWS credentials: sign in, or set AWS_PROFILE.\n"

    def test_endpoint_that_is_not_there(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setattr("time.sleep", lambda _: None)

        exit_code = main(
            ["agents", "--region", "eu-central-1", "--endpoint-url", "http://127.0.0.1:9"]
        )

        captured = capsys.readouterr()
        assert (exit_code, captured.out) == (1, "")
        assert captured.err.startswith("Failed. Could not connect to the endpoint URL")

    def test_interrupted_command_ends_with_130(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("operations.names.known_agents", interrupted)
        monkeypatch.setattr("cli.ask.agents_and_queues.known_agents", interrupted)

        assert main(["agents"]) == 130
        assert capsys.readouterr().err == "Stopped.\n"


def test_reader_that_goes_away_ends_the_command_quietly() -> None:
    """`contact-chains ... | head`, with a reader that is gone before the first line."""
    read_end, write_end = os.pipe()
    os.close(read_end)

    ran = subprocess.run(
        [sys.executable, "-c", PRINTS_A_LOT],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": LAMBDAS},
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)

    assert (ran.returncode, ran.stderr) == (1, "")


PRINTS_A_LOT = """
import sys
from cli.program import exit_code_of
sys.exit(exit_code_of(lambda: print("x" * 100_000)))
"""

"""Tables fit the terminal, ids stay whole, pipes get plain text."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from cli.ask.chain import tree_lines
from cli.ask.lists import columns_of_contacts, failed_offers
from cli.output import Id, OutputColumn, print_table
from cli.times import UTC_ZONE
from contact_queries.documents.records import ContactRecordDocument

REPOSITORY = Path(__file__).resolve().parents[2]
FIRST = "a09a8b61-e476-5250-b5bc-fc89c04140c9"
SECOND = "a09a8b61-f476-5250-b5bc-fc89c04140c9"
RECORD: ContactRecordDocument = {
    "ChainId": FIRST,
    "ContactId": FIRST,
    "StartTimestamp": "2026-03-09T08:01:22.123Z",
    "Channel": "VOICE",
    "InitiationMethod": "INBOUND",
    "Status": "COMPLETED",
    "QueueId": "q",
    "Queue": {"Name": "Billing", "Duration": 75},
    "AgentId": "a",
    "Agent": {
        "Username": "ada",
        "AgentInteractionDuration": 3725,
        "CustomerHoldDuration": 7,
        "AfterContactWorkDuration": 30,
    },
    "Attempts": [
        {"AgentId": "b", "Username": "ben", "Outcome": "MISSED"},
        {"AgentId": "a", "Username": "ada", "Outcome": "HANDLED"},
    ],
}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("cli.output.is_terminal", lambda: True)
    return monkeypatch


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (80, "Contact Start (UTC) How Queue Agent Status Failed offers"),
        (
            140,
            "Contact Start (UTC) Channel How Queue Agent Status Failed offers Queued Talk Hold ACW",
        ),
        (50, "Contact Start (UTC) Agent Status"),
    ],
)
def test_columns_drop_by_importance(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int, headings: str
) -> None:
    terminal.setenv("COLUMNS", str(width))

    print_table(columns_of_contacts([RECORD], UTC_ZONE), [RECORD], title="1 contact")

    lines = printed(capsys)
    assert " ".join(lines[1].split()) == headings
    assert lines[3].startswith("a09a8b61  2026-03-09 08:01:22")
    assert len(lines) == 4
    assert max(map(len, lines)) <= width


def test_ids_are_as_short_as_they_can_be_told_apart(
    terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("COLUMNS", "30")

    print_table(
        [OutputColumn("Id", Id), OutputColumn("Text", lambda _: "a long text that folds")],
        [FIRST, SECOND],
    )

    lines = printed(capsys)
    assert any(line.startswith("a09a8b61-e ") for line in lines)
    assert any(line.startswith("a09a8b61-f ") for line in lines)


def test_pipe_gets_everything_without_padding(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(columns_of_contacts([RECORD], UTC_ZONE), [RECORD], title="1 contact")

    assert capsys.readouterr().out.splitlines()[1].split("\t") == [
        FIRST,
        "2026-03-09 08:01:22",
        "VOICE",
        "INBOUND",
        "Billing",
        "ada",
        "COMPLETED",
        "MISSED by ben",
        "1:15",
        "1:02:05",
        "0:07",
        "0:30",
    ]


def test_failed_offers_say_who() -> None:
    assert failed_offers(RECORD["Attempts"]) == "MISSED by ben"
    twice = [*RECORD["Attempts"], RECORD["Attempts"][0]]
    assert failed_offers(twice) == "MISSED by ben (2 times)"


def test_trees_are_trees() -> None:
    assert [of_leg for of_leg, _ in tree_lines([0, 1, 2, 2, 1, 2])] == [
        "",
        "├── ",
        "│   ├── ",
        "│   └── ",
        "└── ",
        "    └── ",
    ]
    assert [below for _, below in tree_lines([0, 1, 2, 1])] == [
        "│   ",
        "│   │   ",
        "│           ",
        "        ",
    ]


PRINTS = f"""
from cli.output import OutputColumn, Id, print_table
print_table([OutputColumn("Id", Id), OutputColumn("Less", lambda _: "x" * 90, 1)], ["{FIRST}"])
"""


@pytest.mark.parametrize(("columns", "has_less"), [(80, False), (140, True)])
def test_width_is_that_of_the_terminal(columns: int, has_less: bool) -> None:
    """Under a pseudo-terminal, as a person has it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {
        name: text for name, text in os.environ.items() if name not in {"COLUMNS", "LINES"}
    }
    with subprocess.Popen(
        [sys.executable, "-c", PRINTS],
        cwd=REPOSITORY,
        env=environment | {"PYTHONPATH": str(REPOSITORY / "lambdas"), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b""
        # Linux reports an error when the other end is closed.
        with suppress(OSError):
            while chunk := os.read(ours, 4096):
                shown += chunk
    os.close(ours)

    assert b"a09a8b61" in shown
    assert (b"xxx" in shown) is has_less

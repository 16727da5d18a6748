"""Every command that asks fits the terminal it is shown on, and gives a pipe everything."""

import pytest

from tests.by_hand.agent_events_by_hand import item_of, leg, moment
from tests.contact_queries.api_in_memory import AskedApi
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.operations.deployment_in_memory import Run

FIRST = "a09a8b61-e476-5250-b5bc-fc89c04140c9"
SECOND = "29a21cdc-1c5f-5b5c-8c0e-3a1f6c1d2e3f"
PERIOD = ("--from", "2026-03-09", "--to", "2026-03-10")
COMMANDS = {
    "show": ["show", FIRST],
    "chain": ["chain", FIRST],
    "agent": ["agent", "ada", *PERIOD],
    "queue": ["queue", "sales", *PERIOD],
    "failed": ["failed", *PERIOD],
    "list": ["list", *PERIOD],
    "live agents": ["live", "agents"],
    "agents": ["agents"],
    "queues": ["queues"],
}


@pytest.fixture(autouse=True)
def day(api: AskedApi) -> None:
    """Two legs of a chain; the second was missed once."""
    first = leg(FIRST, (10, "ada", "CONNECTING"), (15, "ada", "CONNECTED"))
    second = leg(
        SECOND,
        (62, "ben", "CONNECTING"),
        (82, "ben", "MISSED"),
        (83, "ben", "CLEARED"),
        (84, "cleo", "CONNECTING"),
        (86, "cleo", "CONNECTED"),
        InitialContactId=FIRST,
        QueueTimestamp=moment(61),
    )
    api.store(
        item_of(first) | {"NextContactId": SECOND},
        item_of(second)
        | {"ChainId": FIRST, "PreviousContactId": FIRST, "TransferType": "TRANSFER"},
    )
    api.store_agents(stored_agent("ada"), stored_agent("ben"), stored_agent("cleo"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("width", [80, 140])
def test_no_line_is_wider_than_the_terminal_and_no_id_is_folded(
    command: str, width: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))

    ran = run(*COMMANDS[command])

    assert ran.exit_code == 0, ran.err
    assert max(len(line.rstrip()) for line in ran.out.splitlines()) <= width
    if command in {"show", "chain", "agent", "list"}:
        assert FIRST[:8] in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_pipe_gets_whole_ids_and_no_padding(command: str, run: Run) -> None:
    ran = run(*COMMANDS[command])

    assert ran.exit_code == 0, ran.err
    assert "  \t" not in ran.out
    assert "───" not in ran.out
    if command in {"show", "chain", "agent", "list"}:
        assert FIRST in ran.out

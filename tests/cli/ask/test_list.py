"""`list`: what happened between two times, with the read side and without."""

from collections.abc import Callable

import pytest

from tests.by_hand.agent_events_by_hand import JsonObject, arn, item_of, leg, moment
from tests.contact_queries.api_in_memory import AskedApi
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.operations.deployment_in_memory import Run

PERIOD = ("--from", "2026-03-09T09:00", "--to", "2026-03-09T09:10")


@pytest.fixture(autouse=True)
def evening(api: AskedApi) -> None:
    """Three contacts in the period and one before it, each of another kind."""
    chat = {"Channel": "CHAT", "Queue": {"ARN": arn("queue", "chats"), "Name": "Chats"}}
    missed = ((62, "ben", "CONNECTING"), (82, "ben", "MISSED"), (83, "ben", "CLEARED"))
    early = leg(
        "early",
        (-600, "ada", "CONNECTING"),
        (-590, "ada", "CONNECTED"),
        QueueTimestamp=moment(-610),
    )
    call = leg(
        "call", (10, "ada", "CONNECTING"), (15, "ada", "CONNECTED"), QueueTimestamp=moment(5)
    )
    passed_on = leg(
        "passed-on",
        *missed,
        (84, "cleo", "CONNECTING"),
        (86, "cleo", "CONNECTED"),
        InitialContactId="call",
        QueueTimestamp=moment(61),
    )
    text = leg(
        "text",
        (120, "ada", "CONNECTING"),
        (125, "ada", "CONNECTED"),
        (130, "ada", "ENDED"),
        (140, "ada", "CLEARED"),
        QueueTimestamp=moment(119),
        **chat,
    )
    api.store(
        item_of(early),
        item_of(call) | {"NextContactId": "passed-on"},
        item_of(passed_on) | {"PreviousContactId": "call"},
        item_of(text),
    )
    api.store_agents(stored_agent("ada"), stored_agent("ben"), stored_agent("cleo"))


@pytest.fixture(params=["with indexes", "without"])
def ids(
    request: pytest.FixtureRequest, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[str]]:
    """The ids that a list has, by either access path."""
    if request.param == "without":
        monkeypatch.setattr("operations.search.index_names", lambda _: set())

    def ids(command: str, *arguments: str) -> list[str]:
        ran = run(command, *arguments, *PERIOD, "--json")
        items: list[JsonObject] = ran.json["Items"]
        assert ran.exit_code == (0 if items else 1)
        return [each["ContactId"] for each in items]

    return ids


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["call", "passed-on", "text"]),
        (["--agent", "ada"], ["call", "text"]),
        (["--agent", "ben", "--outcome", "MISSED"], ["passed-on"]),
        (["--agent", "ben"], []),
        (["--queue", "Chats"], ["text"]),
        (["--queue", "chats", "--agent", "cleo"], []),
        (["--channel", "chat"], ["text"]),
        (["--status", "IN_PROGRESS"], ["call", "passed-on"]),
        (["--outcome", "handled"], ["text"]),
        (["--transferred"], ["call", "passed-on"]),
        (["--limit", "1"], ["call"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_list_has_what_began_in_the_period(
    ids: Callable[..., list[str]], arguments: list[str], expected: list[str]
) -> None:
    assert ids("list", *arguments) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["agent", "ada"], ["call", "text"]),
        (["queue", "Chats"], ["text"]),
        (["failed"], ["passed-on"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_other_lists_are_the_same_where_the_read_side_is_off(
    ids: Callable[..., list[str]], command: list[str], expected: list[str]
) -> None:
    assert ids(*command) == expected


def test_live_contacts_say_that_they_need_the_read_side(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.search.index_names", lambda _: set())

    ran = run("live", "contacts")

    assert (ran.exit_code, ran.out) == (1, "")
    assert "needs the read side" in ran.err


def test_bound_of_what_is_looked_at_is_told(run: Run) -> None:
    ran = run("list", *PERIOD, "--limit", "1")

    assert "There may be more than these 1" in ran.err

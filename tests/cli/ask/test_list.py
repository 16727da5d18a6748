"""`list`: what happened between two times, with the read side and without."""

import csv
from collections.abc import Callable

import pytest

from adapters.errors import UnavailableError
from tests.by_hand.agent_events_by_hand import JsonObject, arn, contact, item_of, leg, moment
from tests.contact_queries.api_in_memory import AskedApi
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.contact_queries.questions.test_live_contacts import waiting
from tests.operations.deployment_in_memory import Ran, Run

PERIOD = ("--from", "2026-03-09T09:00", "--to", "2026-03-09T09:10")
BEFORE_THE_OTHERS = ("--from", "2026-03-09T09:00", "--to", "2026-03-09T09:00:03")


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


class TestQueueThatARecordDoesNotName:
    """Contact events state a queue by its ARN only, so such a record has no name of its queue."""

    @pytest.fixture(autouse=True)
    def _waits_in_sales(self, api: AskedApi) -> None:
        api.store(
            waiting(
                "waiting",
                queueInfo={"queueArn": arn("queue", "sales"), "enqueueTimestamp": moment(2)},
            )
        )

    @pytest.mark.parametrize("command", [["list"], ["queue", "sales"]], ids=" ".join)
    def test_queue_is_named_as_another_contact_of_the_list_names_it(
        self, run: Run, command: list[str]
    ) -> None:
        ran = run(*command, *PERIOD)

        assert queue_of_waiting(ran) == "Sales"

    def test_queue_is_named_as_an_agents_contact_names_it(self, api: AskedApi, run: Run) -> None:
        api.store_agents(stored_agent("ada", contact("CONNECTED", 0)))

        assert queue_of_waiting(run("list", *BEFORE_THE_OTHERS)) == "Sales"

    def test_queue_that_nothing_names_is_shown_by_its_id(self, run: Run) -> None:
        assert queue_of_waiting(run("list", *BEFORE_THE_OTHERS)) == "sales"

    def test_queue_is_shown_by_its_id_while_the_agents_cannot_be_read(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unavailable(_: object) -> None:
            raise UnavailableError

        monkeypatch.setattr("cli.names.known_agents", unavailable)

        assert queue_of_waiting(run("list", *BEFORE_THE_OTHERS)) == "sales"

    def test_csv_has_the_name_beside_the_id(self, run: Run) -> None:
        ran = run("list", *PERIOD, "--csv", "--fields", "ContactId,QueueId,Queue.Name")

        assert "waiting,sales,Sales" in ran.lines

    def test_json_is_the_record_as_it_is_stored(self, run: Run) -> None:
        shown = {each["ContactId"]: each for each in run("list", *PERIOD, "--json").json["Items"]}

        assert shown["waiting"]["QueueId"] == "sales"
        assert "Name" not in shown["waiting"]["Queue"]


def queue_of_waiting(ran: Ran) -> str:
    """The queue that a table shows for the contact `waiting`."""
    rows = csv.DictReader(ran.out.splitlines(), delimiter="\t")
    return next(row["Queue"] for row in rows if row["Contact"] == "waiting")

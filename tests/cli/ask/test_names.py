"""Names are as good as ids; what is neither is refused with the nearest names."""

import pytest

from cli.ask import lists
from cli.output import Output
from tests.by_hand.agent_events_by_hand import arn, item_of, leg, moment
from tests.contact_queries.api_in_memory import AskedApi
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.operations.deployment_in_memory import Run

ADA = "5a328fab-2e8b-5ed9-b586-7bb211b3aa9d"
BEN = "5a328fac-2e8b-5ed9-b586-7bb211b3aa9d"
SALES = "0ee9ed70-e143-577a-a6d0-84c357d59b43"
CALL = "a09a8b61-e476-5250-b5bc-fc89c04140c9"
OTHER_CALL = "a09a8b62-e476-5250-b5bc-fc89c04140c9"
PERIOD = ("--from", "2026-03-09", "--to", "2026-03-10")


@pytest.fixture(autouse=True)
def centre(api: AskedApi) -> None:
    """Ada has answered two calls of the queue Sales; Ben is at work, too."""
    queue = {"ARN": arn("queue", SALES), "Name": "Sales"}
    for contact_id in (CALL, OTHER_CALL):
        api.store(
            item_of(leg(contact_id, (0, ADA, "CONNECTING"), (5, ADA, "CONNECTED"), Queue=queue))
        )
    api.store_agents(stored_agent(ADA, Username="ada"), stored_agent(BEN, Username="Ben.Ali"))


def ids_in(run: Run, *arguments: str) -> list[str]:
    return [each["ContactId"] for each in run(*arguments, "--json").json["Items"]]


@pytest.mark.parametrize("name", ["ada", "ADA", ADA, ADA[:8], arn("agent", ADA)])
def test_agent_is_named_as_people_do(run: Run, name: str) -> None:
    assert ids_in(run, "agent", name, *PERIOD) == [CALL, OTHER_CALL]


@pytest.mark.parametrize("name", ["Sales", "sales", SALES, SALES[:6], arn("queue", SALES)])
def test_queue_is_named_as_people_do(run: Run, name: str) -> None:
    assert ids_in(run, "queue", name, *PERIOD) == [CALL, OTHER_CALL]


@pytest.mark.parametrize("command", ["show", "chain"])
def test_contact_is_found_by_the_beginning_of_its_id(run: Run, command: str) -> None:
    assert run(command, CALL[:8], "--json").json["ContactId"] == CALL


def test_beginning_that_a_list_has_shown_is_found_without_reading_the_table(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as terminal:
        terminal.setattr("cli.output.is_terminal", lambda: True)
        run("agent", "ada", *PERIOD)

    def not_to_be_read(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("cli.names.contact_ids_beginning", not_to_be_read)

    assert run("show", CALL[:8], "--json").json["ContactId"] == CALL


def test_beginning_that_several_ids_have_is_refused(run: Run) -> None:
    ran = run("show", CALL[:7])

    assert (ran.exit_code, ran.out) == (2, "")
    assert CALL in ran.err
    assert OTHER_CALL in ran.err


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["agent", "ben.alli"], "No agent 'ben.alli' is known. Did you mean Ben.Ali?"),
        (["agent", "xyz"], "No agent 'xyz' is known. contact-chains agents lists all."),
        (["queue", "Sale"], "No queue 'Sale' is known. Did you mean Sales?"),
        (["list", "--agent", "adda"], "No agent 'adda' is known. Did you mean ada?"),
        (
            ["agent", "5a328fa"],
            f"'5a328fa' means more than one agent: {ADA}, {BEN}. Give the id of one.",
        ),
    ],
)
def test_unknown_name_is_refused_with_the_nearest(
    run: Run, command: list[str], message: str
) -> None:
    ran = run(*command, *PERIOD)

    assert (ran.exit_code, ran.out, ran.err) == (2, "", message + "\n")


def test_agents_and_queues_are_listed(run: Run) -> None:
    assert [each["Username"] for each in run("agents", "--json").json["Agents"]] == [
        "ada",
        "Ben.Ali",
    ]
    assert run("queues", "--json").json["Queues"] == [
        {"Name": "Sales", "QueueId": SALES, "Contacts": 2}
    ]


def test_nothing_to_list_ends_with_1(api: AskedApi, run: Run) -> None:
    for table in ("AgentStates", "ContactRecords"):
        for item in api.aws.dynamodb.scan(TableName=table)["Items"]:
            keys = ("InstanceId", "AgentId") if table == "AgentStates" else ("ChainId", "ContactId")
            api.aws.dynamodb.delete_item(TableName=table, Key={key: item[key] for key in keys})

    for command in ("agents", "queues"):
        ran = run(command)
        assert ran.exit_code == 1
        assert ran.err.startswith(f"No {command}")


class TestFormats:
    """--csv, --fields and --json of everything that lists."""

    def test_csv_has_attributes_as_records_have_them(self, run: Run) -> None:
        heading, *rows = run("agent", "ada", *PERIOD, "--csv").out.splitlines()

        assert heading == ",".join(lists.CSV_FIELDS)
        assert [row.split(",")[0] for row in rows] == [CALL, OTHER_CALL]

    def test_fields_choose_what_is_printed(self, run: Run) -> None:
        chosen = ("--fields", "ContactId,Queue.Name")

        assert run("agent", "ada", *PERIOD, "--csv", *chosen).out.splitlines() == [
            "ContactId,Queue.Name",
            f"{CALL},Sales",
            f"{OTHER_CALL},Sales",
        ]
        assert run("agent", "ada", *PERIOD, *chosen).out.splitlines()[1] == f"{CALL}\tSales"
        assert run("agent", "ada", *PERIOD, "--json", *chosen).json["Items"][0] == {
            "ContactId": CALL,
            "Queue.Name": "Sales",
        }

    def test_field_that_nothing_has_is_named(self, run: Run) -> None:
        ran = run("agent", "ada", *PERIOD, "--fields", "ContactId,QueueName")

        assert ran.exit_code == 0
        assert "None of these has QueueName: docs/table.md" in ran.err
        assert "ContactId" not in ran.err

    def test_fields_may_be_separated_by_spaces_too(self) -> None:
        assert Output(fields=" ContactId, Agent.Username ,").paths == [
            "ContactId",
            "Agent.Username",
        ]


def test_times_are_shown_in_the_zone_that_is_asked_for(run: Run) -> None:
    started = moment(-20)
    assert started == "2026-03-09T08:59:40.000Z"

    assert "2026-03-09 09:59:40" in run("agent", "ada", *PERIOD, "--tz", "Europe/Berlin").out

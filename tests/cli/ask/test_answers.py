"""What the program answers: tables for people, the documents of the API for programs."""

from datetime import datetime

import pytest

from cli import times
from cli.ask import lists, live
from tests.by_hand.agent_events_by_hand import JsonObject, arn, contact, item_of, leg, moment
from tests.contact_queries.api_in_memory import AskedApi
from tests.contact_queries.questions.test_live_agents import stored_agent
from tests.contact_queries.questions.test_live_contacts import recorded_callback, waiting
from tests.operations.deployment_in_memory import Run

ROOT = "contact-0"
PERIOD = ("--from", "2026-03-09", "--to", "2026-03-10")
API_PERIOD: JsonObject = {"from_": "2026-03-09", "to": "2026-03-10"}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "current_time", lambda: moment(125))
    monkeypatch.setattr(lists, "now", lambda: datetime.fromisoformat(moment(125)))


@pytest.fixture
def transfer(api: AskedApi) -> list[JsonObject]:
    """A call that Ada passed on to Cleo, after Ben had missed it."""
    first = leg(
        ROOT,
        (0, "ada", "CONNECTING"),
        (5, "ada", "CONNECTED"),
        (60, "ada", "CONNECTED_ONHOLD"),
        (90, "ada", "ENDED"),
        (100, "ada", "CLEARED"),
    )
    second = leg(
        "contact-1",
        (62, "ben", "CONNECTING"),
        (82, "ben", "MISSED"),
        (83, "ben", "CLEARED"),
        (84, "cleo", "CONNECTING"),
        (86, "cleo", "CONNECTED"),
        InitialContactId=ROOT,
        InitiationMethod="TRANSFER",
        QueueTimestamp=moment(61),
    )
    links = {"PreviousContactId": ROOT, "LinkEvidence": "INFERRED", "TransferType": "TRANSFER"}
    items = [item_of(first) | {"NextContactId": "contact-1"}, item_of(second) | links]
    api.store(*items)
    return items


@pytest.mark.usefixtures("transfer")
@pytest.mark.parametrize(
    ("command", "path", "parameters"),
    [
        (["show", "contact-1"], "/contacts/contact-1", {}),
        (["chain", "contact-1"], "/contacts/contact-1/chain", {}),
        (["agent", "ada", *PERIOD], "/agents/ada/contacts", API_PERIOD),
        (["agent", "cleo", *PERIOD], "/agents/cleo/contacts", API_PERIOD),
        (
            ["agent", "ben", "--outcome", "MISSED", *PERIOD],
            "/agents/ben/contacts",
            API_PERIOD | {"outcome": "MISSED"},
        ),
        (["queue", "sales", *PERIOD], "/queues/sales/contacts", API_PERIOD),
        (
            ["failed", *PERIOD],
            "/contacts/failed",
            API_PERIOD | {"outcome": "MISSED,REJECTED,ERROR"},
        ),
        (
            ["failed", *PERIOD, "--outcome", "ERROR", "--outcome", "REJECTED"],
            "/contacts/failed",
            API_PERIOD | {"outcome": "REJECTED,ERROR"},
        ),
        (
            ["list", "--agent", "ada", "--channel", "VOICE", *PERIOD],
            "/contacts",
            API_PERIOD | {"agent": "ada", "channel": "VOICE"},
        ),
        (["live"], "/live/agents", {}),
        (["live", "agents", "--search", "cle"], "/live/agents", {"search": "cle"}),
        (["live", "contacts"], "/live/contacts", {}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_json_is_what_the_api_answers(
    api: AskedApi, run: Run, command: list[str], path: str, parameters: JsonObject
) -> None:
    api.store_agents(
        stored_agent("ada"), stored_agent("ben"), stored_agent("cleo", contact("CONNECTED", 86))
    )

    ran = run(*command, "--json")

    found = {"Items": ["something"], **ran.json}["Items"]
    assert (ran.exit_code, ran.err) == ((0, "") if found else (1, "No contacts found.\n"))
    assert without_clock(ran.json) == without_clock(api.get(path, **parameters).json)


def test_queues_whose_arn_no_source_states_are_shown_without_an_id(api: AskedApi, run: Run) -> None:
    by_event = waiting("by event", queueInfo={"enqueueTimestamp": moment(2)})
    api.store(by_event, recorded_callback())
    api.store_agents(stored_agent("ada"))

    ran = run("live", "contacts")

    assert ran.exit_code == 0
    assert "contact-record-2 In queue 0:00 CallbackQueue CALLBACK" in ran.lines


def without_clock(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "Timestamp"}


@pytest.mark.usefixtures("transfer")
def test_contact_is_shown_attribute_by_attribute(run: Run) -> None:
    lines = run("show", "contact-1").lines

    assert "ContactId contact-1" in lines
    assert "Queue.EnqueueTimestamp 2026-03-09T09:01:01.000Z" in lines
    assert "ben MISSED 2026-03-09 09:01:02 2026-03-09 09:01:22 2026-03-09 09:01:23 0:20" in lines
    assert "2026-03-09 09:01:26 CONNECTED cleo" in lines


@pytest.mark.usefixtures("transfer")
def test_chain_is_shown_as_a_tree_with_times(run: Run) -> None:
    ran = run("chain", ROOT)

    assert ran.lines == [
        "Leg, and its states How Who From (UTC) To (UTC) Lasted",
        "contact-0 INBOUND Sales 2026-03-09 08:59:40 2026-03-09 09:01:40",
        "│ CONNECTING ada 2026-03-09 09:00:00 2026-03-09 09:00:05 0:05",
        "│ CONNECTED ada 2026-03-09 09:00:05 2026-03-09 09:01:00 0:55",
        "│ CONNECTED_ONHOLD ada 2026-03-09 09:01:00 2026-03-09 09:01:30 0:30",
        "│ ENDED ada 2026-03-09 09:01:30 2026-03-09 09:01:40 0:10",
        "└── contact-1 TRANSFER (INFERRED) Sales 2026-03-09 09:01:01",
        "CONNECTING ben 2026-03-09 09:01:02 2026-03-09 09:01:22 0:20",
        "MISSED ben 2026-03-09 09:01:22 2026-03-09 09:01:23 0:01",
        "CONNECTING cleo 2026-03-09 09:01:24 2026-03-09 09:01:26 0:02",
        "CONNECTED cleo 2026-03-09 09:01:26",
        "2 legs · 2 agents · 1 queue · 1 hop · 1 failed offer · end to end not over yet · "
        "talk 0:55 · hold 0:30 · queue 0:50 · after contact work 0:10",
    ]


def test_leg_that_nobody_has_seen_is_shown_as_that(api: AskedApi, run: Run) -> None:
    api.store(item_of(leg("contact-1", (0, "ada", "CONNECTING"), InitialContactId=ROOT)))

    assert "contact-0 not seen (yet)" in run("chain", "contact-1").lines


def test_own_queue_of_an_agent_is_named_by_the_agent(api: AskedApi, run: Run) -> None:
    own = {"ARN": arn("queue", "agent/ada"), "Name": None}
    api.store(item_of(leg(ROOT, (0, "ada", "CONNECTING"), Queue=own)))

    assert any("own queue of ada" in line for line in run("chain", ROOT).lines)


@pytest.mark.usefixtures("transfer")
def test_lists_are_tables_of_contacts(run: Run) -> None:
    ran = run("queue", "arn:aws:connect:eu-central-1:111122223333:instance/i/queue/sales", *PERIOD)

    assert ran.lines[1:] == [
        "contact-0 2026-03-09 08:59:40 VOICE INBOUND Sales ada COMPLETED 0:25 0:55 0:30 0:10",
        "contact-1 2026-03-09 09:01:01 VOICE TRANSFER Sales cleo IN_PROGRESS MISSED by ben "
        "0:25 0:00",
    ]


@pytest.mark.usefixtures("transfer")
def test_period_is_the_last_day_unless_given(run: Run) -> None:
    assert len(run("agent", "ada").lines) == 2
    nothing = run("agent", "ada", "--to", "2026-03-08")
    assert (nothing.exit_code, len(nothing.lines), nothing.err) == (1, 1, "No contacts found.\n")


def test_list_is_as_long_as_its_limit(api: AskedApi, run: Run) -> None:
    api.store(
        *(
            item_of(leg(f"contact-{number:03}", (0, "ada", "CONNECTING"), (1, "ada", "CONNECTED")))
            for number in range(130)
        )
    )

    whole, cut = run("agent", "ada", "--json"), run("agent", "ada", "--json", "--limit", "105")

    assert (len(whole.json["Items"]), whole.err) == (130, "")
    assert len(cut.json["Items"]) == 105
    assert whole.json["Items"][:105] == cut.json["Items"]
    assert "There may be more than these 105" in cut.err


def test_agents_at_work_are_a_table(api: AskedApi, run: Run) -> None:
    api.store_agents(
        stored_agent(
            "ada",
            contact("CONNECTED_ONHOLD", 20, connected=5),
            contact("ENDED", 60, contact_id="contact-2"),
        ),
        stored_agent("ben", at=-3600),
    )

    ran = run("live")

    assert ran.lines[1:] == [
        "ada On contact 2:00 On hold 1:45 Sales, After contact work 1:05 Sales Phones 2:05 ago",
        "ben Available 3:05 Phones 1:02:05 ago, silent",
        "On contact 1 · Available 1 · silent 1",
        "Sales: On hold 1, After contact work 1",
    ]


@pytest.mark.usefixtures("transfer")
def test_agent_may_be_named_by_arn(run: Run) -> None:
    assert len(run("agent", arn("agent", "ada")).lines) == 2


def test_clock_is_that_of_this_machine() -> None:
    first, second = times.current_time(), times.current_time()

    assert moment(0) < first <= second


@pytest.mark.usefixtures("transfer")
def test_contacts_in_progress_are_a_table(run: Run) -> None:
    ran = run("live", "contacts", "--instance", "instance-1")

    assert ran.lines[1:] == [
        "contact-1 Connected 0:39 Sales cleo VOICE TRANSFER",
        "Sales: Connected 1",
    ]


class TestInstanceOption:
    """The instance need be given only if there are several."""

    def test_instance_must_be_given_when_there_are_several(self, api: AskedApi, run: Run) -> None:
        api.store_agents(stored_agent("ada"), stored_agent("ben") | {"InstanceId": "instance-2"})

        ran = run("live")

        assert (ran.exit_code, ran.out) == (2, "")
        assert ran.err == "--instance: There are 2 instances. Give one of instance-1, instance-2.\n"
        assert run("live", "--instance", "instance-2").lines[1].startswith("ben ")

    def test_instance_must_be_given_when_no_agent_is_known(self, run: Run) -> None:
        assert run("live").err.startswith("--instance: No agent event has arrived.")


class TestUnanswerableQuestions:
    """What cannot be answered is said in a sentence."""

    @pytest.mark.parametrize("command", ["show", "chain"])
    def test_unknown_contact_ends_with_1(self, run: Run, command: str) -> None:
        ran = run(command, "nobody")

        assert (ran.exit_code, ran.out) == (1, "")
        assert ran.err.startswith("There is no record of this contact.")

    def test_period_that_is_too_long_ends_with_2(self, run: Run) -> None:
        ran = run("failed", "--from", "2026-01-01", "--to", "2026-03-01")

        assert ran.exit_code == 2
        assert ran.err.startswith("to: More than 31 days after from.")

    def test_table_that_is_not_there_ends_with_1(self, api: AskedApi, run: Run) -> None:
        api.aws.dynamodb.delete_table(TableName="ContactRecords")

        ran = run("show", "contact-1")

        assert ran.exit_code == 1
        assert ran.err.startswith("Failed. ")

    def test_what_would_move_the_cursor_is_not_printed(self, api: AskedApi, run: Run) -> None:
        api.store_agents(stored_agent("ada", Username="\x1b[2Jada [bold]\nben"))

        out = run("live").out

        assert "\x1b" not in out
        assert r"\u001b[2Jada [bold]\u000aben" in out

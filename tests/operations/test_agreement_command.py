"""`agreement`: the report of the table, as text and as a document; whole, empty, or cut short."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from adapters.errors import UnavailableError
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import HOLDS, NEXT_CONTACT, ROUTING_PROFILE, USERNAME
from contacts.item_parts import Item
from operations.records.agreement import Agreement
from operations.records.both_sources import COMPARED
from operations.scan import table_scan
from tests.by_hand.agent_events_by_hand import moment
from tests.fakes.aws_in_memory import TABLE
from tests.operations.both_sources_by_hand import (
    FIRST,
    SECOND,
    TASK,
    Altered,
    by_agent_events,
    by_both_sources,
    stored,
)
from tests.operations.deployment_in_memory import Operated, Ran, Run

DAY = ("--from", "2026-03-09", "--to", "2026-03-10", "--rate", "10000")
PHONES = '{"Id": "phones", "Name": "Phones"}'
FIELD_HEADING = "Field\tCompared\tAgree\tDisagree\tOnlyContactRecord\tOnlyAgentEvents\tShare"


def put(operated: Operated, contacts: Iterable[ContactFacts]) -> None:
    """Store contacts as the functions leave them."""
    for item in stored(contacts):
        put_item(operated, item)


def put_altered(operated: Operated, altered: Altered) -> None:
    put(operated, by_both_sources(altered))


def put_item(operated: Operated, item: Item) -> None:
    serialize = TypeSerializer().serialize
    operated.aws.dynamodb.put_item(
        TableName=TABLE, Item={name: serialize(value) for name, value in item.items()}
    )


def tables_of(ran: Ran) -> list[list[list[str]]]:
    """The rows of each table on standard output, headings included."""
    return [[line.split("\t") for line in table.splitlines()] for table in ran.out.split("\n\n")]


@pytest.fixture
def agreeing(operated: Operated) -> None:
    put_altered(operated, {})


@pytest.mark.usefixtures("agreeing")
def test_report_of_sources_that_agree(run: Run) -> None:
    ran = run("agreement", *DAY)

    contacts, links, fields = tables_of(ran)
    assert ran.exit_code == 0
    assert contacts == [
        ["Contacts", "Sources"],
        ["3", "Both"],
        ["0", "OnlyAgentEvents"],
        ["0", "OnlyContactRecord"],
        ["0", "OnlyContactEvents"],
    ]
    assert links == [["Contacts", "LinkEvidence"], ["1", "CONTACT_RECORD"]]
    assert fields[0] == FIELD_HEADING.split("\t")
    assert [row[0] for row in fields[1:]] == [".".join(path) for path in COMPARED]
    assert {tuple(row[3:]) for row in fields[1:]} == {("0", "0", "0", "100.00")}
    assert "3 contacts with both sources: 58 of 58 values agree (100.00 %)." in ran.err


def test_report_shows_examples_of_every_kind_of_difference(operated: Operated, run: Run) -> None:
    put_altered(
        operated,
        {
            (FIRST, NEXT_CONTACT): "an external leg",
            (SECOND, NEXT_CONTACT): "a callback",
            (SECOND, HOLDS): None,
            (TASK, ROUTING_PROFILE): {"Id": "chats"},
        },
    )

    ran = run("agreement", *DAY)

    _, _, fields, examples = tables_of(ran)
    assert ["NextContactId", "1", "0", "1", "1", "0", "0.00"] in fields
    assert examples == [
        ["Field", "AgentEvents", "ContactRecord", "ChainId", "ContactId"],
        ["NextContactId", SECOND, "an external leg", FIRST, FIRST],
        ["NextContactId", "", "a callback", FIRST, SECOND],
        [
            "Agent.RoutingProfile",
            '{"Id": "phones", "Name": "Phones"}',
            '{"Id": "chats"}',
            TASK,
            TASK,
        ],
        ["Agent.NumberOfHolds", "0", "", FIRST, SECOND],
    ]
    assert ran.exit_code == 0


def test_document_has_the_same(operated: Operated, run: Run) -> None:
    put_altered(operated, {(FIRST, HOLDS): 3, (TASK, HOLDS): 2})

    ran = run("agreement", *DAY, "--json", "--examples", "1")

    # Which one is the example depends on how the table is scanned, which is in no order.
    examples = [
        {"ChainId": FIRST, "ContactId": FIRST, "AgentEvents": 1, "ContactRecord": 3},
        {"ChainId": TASK, "ContactId": TASK, "AgentEvents": 0, "ContactRecord": 2},
    ]
    document = ran.json
    [example] = document["Fields"]["Agent.NumberOfHolds"].pop("Examples")
    assert example in examples
    assert document["From"] == "2026-03-09T00:00:00.000Z"
    assert document["To"] == "2026-03-10T00:00:00.000Z"
    assert document["Complete"] is True
    assert document["Contacts"]["Both"] == 3
    assert document["LinkEvidence"] == {"CONTACT_RECORD": 1}
    assert document["Fields"]["Agent.NumberOfHolds"] == {
        "Compared": 3,
        "Agree": 1,
        "Disagree": 2,
        "OnlyContactRecord": 0,
        "OnlyAgentEvents": 0,
        "Share": 33.33,
    }


def test_no_name_of_a_person_is_shown(operated: Operated, run: Run) -> None:
    put_altered(operated, {(FIRST, USERNAME): "ada.berg"})

    ran = run("agreement", *DAY)

    assert ["Agent.Username", "(a name)", "(a name)", FIRST, FIRST] in tables_of(ran)[-1]
    assert "ada" not in ran.out


@pytest.mark.usefixtures("agreeing")
def test_only_contacts_of_the_period_are_counted(run: Run) -> None:
    ran = run("agreement", "--from", moment(71), "--to", moment(81), "--rate", "10000", "--json")

    assert ran.json["Contacts"]["Both"] == 1
    assert ran.json["Fields"]["Agent.Id"]["Compared"] == 1


def test_contacts_that_amazon_says_nothing_of_are_counted_apart(
    operated: Operated, run: Run
) -> None:
    put(operated, by_agent_events().values())

    ran = run("agreement", *DAY, "--json")

    assert ran.json["Contacts"] == {
        "Both": 0,
        "OnlyAgentEvents": 3,
        "OnlyContactRecord": 0,
        "OnlyContactEvents": 0,
    }
    assert ran.json["LinkEvidence"] == {"INFERRED": 1}


def test_empty_table_gives_an_empty_report(run: Run) -> None:
    ran = run("agreement", *DAY)

    contacts, links, fields = tables_of(ran)
    assert ran.exit_code == 0
    assert [row[0] for row in contacts[1:]] == ["0", "0", "0", "0"]
    assert links == [["Contacts", "LinkEvidence"]]
    assert {tuple(row[1:]) for row in fields[1:]} == {("0", "0", "0", "0", "0", "")}
    assert ran.err == "0 items read, 0 contacts with both sources: 0 of 0 values agree.\n"


def test_share_that_nothing_was_compared_for_is_absent_in_the_document(run: Run) -> None:
    assert "Share" not in run("agreement", *DAY, "--json").json["Fields"]["Agent.Id"]


@pytest.mark.usefixtures("agreeing")
def test_chain_is_compared_whole_when_a_page_ends_within_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_scan, "MOST_ITEMS_PER_PAGE", 1)

    ran = run("agreement", *DAY, "--json")

    assert ran.json["Fields"]["PreviousContactId"]["Agree"] == 1
    assert ran.json["Fields"]["TransferType"]["Agree"] == 1


@pytest.mark.usefixtures("agreeing")
def test_nothing_is_written(operated: Operated, run: Run) -> None:
    before = operated.aws.items()

    run("agreement", *DAY)

    assert operated.aws.items() == before


@pytest.fixture
def stop_at_the_second_chain(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the scan end in an exception at its second chain."""

    def stop(error: BaseException) -> None:
        take = Agreement.take
        chains = 0

        def take_one(agreement: Agreement, items: Sequence[Item]) -> None:
            nonlocal chains
            chains += 1
            if chains == 2:
                raise error
            take(agreement, items)

        monkeypatch.setattr(Agreement, "take", take_one)

    return stop


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [(KeyboardInterrupt(), 130), (UnavailableError("throttled"), 1)],
)
@pytest.mark.usefixtures("agreeing")
def test_run_that_is_cut_short_reports_what_it_has_and_says_so(
    run: Run, stop_at_the_second_chain: Any, error: BaseException, exit_code: int
) -> None:
    stop_at_the_second_chain(error)

    ran = run("agreement", *DAY, "--json")

    assert ran.exit_code == exit_code
    assert ran.json["Complete"] is False
    assert ran.json["Contacts"]["Both"] in {1, 2}
    assert "This report is partial: the rest of the table has not been read." in ran.err


def test_run_that_has_read_nothing_reports_nothing(operated: Operated, run: Run) -> None:
    operated.aws.dynamodb.delete_table(TableName=TABLE)

    ran = run("agreement", *DAY)

    assert (ran.exit_code, ran.out) == (1, "")
    assert "Requested resource not found" in ran.err


@pytest.mark.usefixtures("agreeing")
def test_command_fails_if_a_chain_cannot_be_read(operated: Operated, run: Run) -> None:
    put_item(
        operated,
        {
            "ChainId": "a",
            "ContactId": "b",
            "Timeline": ["two words"],
            "LastUpdateTimestamp": moment(0),
        },
    )

    ran = run("agreement", *DAY, "--json")

    assert ran.exit_code == 1
    assert "Chain a cannot be compared: not as docs/table.md says: Timeline" in ran.err
    assert (ran.json["UnreadableChains"], ran.json["Contacts"]["Both"]) == (1, 3)

"""`quarantine relink`: links of chains whose change Lambda gave up."""

import pytest
from boto3.dynamodb.types import TypeSerializer

from contact_centre.small_day import contact_id
from contacts.item_parts import Item
from tests.fakes.aws_in_memory import TABLE
from tests.fakes.kinesis_batches import stream_record
from tests.operations.deployment_in_memory import Operated, Run
from tests.operations.stored_day import stored_day, without_counters

LINKS = ("PreviousContactId", "NextContactId", "LinkEvidence", "TransferType", "ChainVersion")
FIRST = contact_id("conference: first leg")


@pytest.fixture
def given_up(operated: Operated) -> str:
    """The legs of a conference are stored, but could not be linked; the key of what says so."""
    for key, item in stored_day().items():
        if key.chain_id == FIRST:
            put_item(operated, {name: item[name] for name in item if name not in LINKS})
    return operated.give_up(operated.table_changes())


def put_item(operated: Operated, item: Item) -> None:
    serialize = TypeSerializer().serialize
    operated.aws.dynamodb.put_item(
        TableName=TABLE, Item={name: serialize(value) for name, value in item.items()}
    )


def test_chain_is_linked_from_what_the_table_holds(
    operated: Operated, run: Run, given_up: str
) -> None:
    ran = run("quarantine", "relink", given_up, "--yes")

    assert ran.exit_code == 0
    assert without_counters(operated.aws.items()) == without_counters(
        {key: item for key, item in stored_day().items() if key.chain_id == FIRST}
    )


def test_dry_run_names_the_chain_and_writes_nothing(
    operated: Operated, run: Run, given_up: str
) -> None:
    before = operated.aws.items()

    ran = run("quarantine", "relink", "--all")

    assert ran.rows == [[given_up, FIRST]]
    assert "Dry run: 1 chain would be linked again" in ran.err
    assert operated.aws.items() == before
    assert operated.keys() == [given_up]


def test_what_was_relinked_is_noted(operated: Operated, run: Run, given_up: str) -> None:
    run("quarantine", "relink", given_up, "--yes")

    assert operated.keys() == [given_up, f"replayed/{given_up}"]


def test_stream_records_are_left_for_replay(operated: Operated, run: Run) -> None:
    key = operated.give_up([stream_record(b"{}")])

    ran = run("quarantine", "relink", key, "--yes")

    assert ran.exit_code == 1
    assert "they hold no changes of the table: see quarantine replay" in ran.err
    assert operated.keys() == [key]


def test_chain_that_cannot_be_linked_fails(operated: Operated, run: Run, given_up: str) -> None:
    ran = run("quarantine", "relink", given_up, "--yes", "--table", "no-such-table")

    assert ran.exit_code == 1
    assert f"1 chains could not be linked. {FIRST}" in ran.err
    assert operated.keys() == [given_up]

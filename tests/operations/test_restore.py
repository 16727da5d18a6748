"""`restore`: what a copy of the table knows comes back, and nothing newer is lost."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import Key
from adapters.errors import ItemTooLargeError, UnavailableError
from contacts.item_parts import Item
from operations.records.restoration import Restoration
from tests.fakes.aws_in_memory import TABLE
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption
from tests.operations.deployment_in_memory import Operated, Run
from tests.operations.kept_day import put_item
from tests.operations.stored_day import (
    Items,
    facts_of_day,
    fold_and_link,
    stored_day,
    table_of,
    without_counters,
)

COPY = "restored"
KEYS = sorted(stored_day())
QUICKLY = ("--source-table", COPY, "--rate", "100000")

some_keys = st.lists(st.sampled_from(KEYS), unique=True)


@pytest.fixture
def copied(operated: Operated) -> Operated:
    """A copy of the stored day, as a restore leaves it: a table of its own."""
    operated.aws.dynamodb.create_table(
        TableName=COPY,
        KeySchema=[
            {"AttributeName": "ChainId", "KeyType": "HASH"},
            {"AttributeName": "ContactId", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("ChainId", "ContactId")
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in stored_day().values():
        put_item(operated, COPY, item)
    return operated


def restore(table: FakeContactRecordsTable, copy: Items, *, dry_run: bool = False) -> Restoration:
    with ThreadPoolExecutor(1) as executor:
        restoration = Restoration(table, executor, dry_run=dry_run)
        items = list(copy.values())
        for start in range(0, len(items), 7):
            restoration.take(items[start : start + 7])
    return restoration


@given(lost=some_keys)
def test_whatever_is_lost_comes_back_as_it_was(lost: Sequence[Key]) -> None:
    table = table_of({key: item for key, item in stored_day().items() if key not in set(lost)})

    restore(table, stored_day())

    assert records_in(table.items) == records_in(stored_day())
    assert places_by_location_entry(table.items) == places_by_location_entry(stored_day())


@given(data=st.data())
def test_nothing_newer_is_lost(data: st.DataObject) -> None:
    """The copy is from the midst of the day, the table has gone on since, from nothing or more."""
    cut = data.draw(st.integers(0, len(facts_of_day())))
    copy, table = FakeContactRecordsTable(), FakeContactRecordsTable()
    fold_and_link(copy, facts_of_day()[:cut])
    fold_and_link(table, facts_of_day()[data.draw(st.integers(0, cut)) :])

    restore(table, copy.items)

    assert records_in(table.items) == records_in(stored_day())


def test_records_that_exist_are_not_written_again() -> None:
    table = table_of(stored_day())

    done = restore(table, stored_day()).done

    assert table.written == []
    assert (done.written, done.unchanged) == (0, len(records_in(stored_day())))


def test_dry_run_writes_nothing() -> None:
    table = table_of({})

    done = restore(table, stored_day(), dry_run=True).done

    assert table.written == []
    assert done.written == len(records_in(stored_day()))


def test_record_that_cannot_be_written_is_named() -> None:
    table = table_of({})
    failing = next(iter(records_in(stored_day())))
    table.interrupt(
        Interruption(
            method="read",
            happens=UnavailableError("throttled"),
            of=failing.contact_id,
            times=None,
        )
    )

    assert "throttled" in restore(table, stored_day()).done.problems[failing.contact_id]


def test_record_that_would_be_too_large_is_named() -> None:
    table = table_of({})
    full = next(iter(records_in(stored_day())))
    too_large = ItemTooLargeError("Item size to update has exceeded the maximum allowed size")
    table.interrupt(
        Interruption(method="write_each", happens=too_large, of=full.contact_id, times=None)
    )

    done = restore(table, stored_day()).done

    assert done.problems.keys() == {full.contact_id}
    assert "400 KB" in done.problems[full.contact_id]


def test_command_restores_a_lost_table(copied: Operated, run: Run) -> None:
    dry = run("restore", *QUICKLY)
    assert copied.aws.items() == {}
    done = run("restore", *QUICKLY, "--yes", "--json")

    count = len(records_in(stored_day()))
    assert f"Dry run: {count} records of {len(KEYS)} items would be restored" in dry.err
    assert (done.exit_code, done.json["RecordsWritten"]) == (0, count)
    assert records_in(copied.aws.items()) == records_in(stored_day())


def test_command_goes_on_where_it_was_stopped(
    copied: Operated, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "restore.json"
    take = Restoration.take
    taken = 0

    def stop_at_the_second_page(restoration: Restoration, items: Any) -> None:
        nonlocal taken
        taken += 1
        if taken == 2:
            raise KeyboardInterrupt
        take(restoration, items)

    monkeypatch.setattr(Restoration, "take", stop_at_the_second_page)
    arguments = ("restore", "--source-table", COPY, "--yes", "--state-file", str(state))
    stopped = run(*arguments, "--rate", "20")
    monkeypatch.undo()
    rest = run(*arguments, "--rate", "100000", "--json")

    assert stopped.exit_code == 130
    assert rest.json["Items"] == len(KEYS) - 20
    assert records_in(copied.aws.items()) == records_in(stored_day())


def test_copy_that_is_not_there_is_named(run: Run) -> None:
    ran = run("restore", "--source-table", "restored")

    assert ran.exit_code == 1
    assert "There is no table restored in this account and region." in ran.err


def test_table_in_use_is_no_copy_of_itself(run: Run) -> None:
    ran = run("restore", "--source-table", TABLE, "--yes")

    assert ran.exit_code == 2
    assert "is the table in use" in ran.err


def test_item_that_makes_no_sense_is_named_and_the_rest_goes_on(copied: Operated, run: Run) -> None:
    nonsense = {"Timeline": ["x"], "LastUpdateTimestamp": "x", "Status": "COMPLETED"}
    put_item(copied, COPY, {"ChainId": "a", "ContactId": "a", "ExpiresAt": 1} | nonsense)

    ran = run("restore", *QUICKLY, "--yes")

    assert ran.exit_code == 1
    problem = "not as docs/table.md says: LastUpdateTimestamp, Timeline"
    assert f"a cannot be restored: {problem}" in ran.err
    assert json.dumps(sorted(copied.aws.items())) == json.dumps(KEYS)


def places_by_location_entry(items: Mapping[Key, Item]) -> dict[Key, str]:
    """In which chain a later leg is, by the location entry under its own id."""
    return {key: item["MovedToChainId"] for key, item in items.items() if "MovedToChainId" in item}


def records_in(items: Mapping[Key, Item]) -> dict[Key, Item]:
    """The records: location entries have a time to live of their own."""
    return {
        key: item
        for key, item in without_counters(items).items()
        if "MovedToChainId" not in item and len(item) > 3
    }

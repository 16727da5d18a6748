"""`recompute`: what is derived follows from the facts again; nothing else is touched."""

import json
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import Key
from adapters.errors import LostRaceError
from contact_centre.small_day import contact_id
from contacts.item_parts import Changes
from operations.records.recomputation import Recomputation, Recomputed
from tests.by_hand.agent_events_by_hand import moment
from tests.fakes.aws_in_memory import TABLE
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption
from tests.operations.deployment_in_memory import Operated, Run
from tests.operations.stored_day import Items, stored_day, table_of, without_counters

KEYS = sorted(stored_day())
RECORDS = [key for key, item in stored_day().items() if "Timeline" in item]
CHAINS = {key.chain_id for key, item in stored_day().items() if "ChainVersion" in item}
PLAIN_CALL = Key(contact_id("plain call"), contact_id("plain call"))

DERIVED = (
    "State",
    "StateStartTimestamp",
    "Status",
    "AgentConnectionAttempts",
    "SomethingOfOldRules",
)
LINKS = ("PreviousContactId", "NextContactId", "LinkEvidence", "TransferType")
DERIVED_OF_AGENT = (
    "AgentInteractionDuration",
    "CustomerHoldDuration",
    "LongestHoldDuration",
    "NumberOfHolds",
    "AgentPauseDuration",
    "AfterContactWorkStartTimestamp",
    "AfterContactWorkEndTimestamp",
    "AfterContactWorkDuration",
)
DERIVED_OF_QUEUE = ("DequeueTimestamp", "Duration")
DERIVED_OF_ATTEMPT = (
    "OfferedTimestamp",
    "AnsweredTimestamp",
    "EndedTimestamp",
    "ClearedTimestamp",
    "RingDuration",
    "Outcome",
)

nonsense = st.sampled_from([None, "NONSENSE", Decimal(4711)])
"""None: the attribute is gone."""


@st.composite
def damaged_days(draw: st.DrawFn) -> Items:
    """The stored day, with anything wrong that follows from facts."""
    items: dict[Key, Any] = deepcopy(stored_day())
    for key in draw(st.lists(st.sampled_from(RECORDS), unique=True, max_size=5)):
        item = items[key]
        places: list[tuple[dict[str, Any], tuple[str, ...]]] = [(item, DERIVED)]
        if key.chain_id in CHAINS:
            places.append((item, LINKS))
        if "Agent" in item:
            places.append((item["Agent"], DERIVED_OF_AGENT))
        if "Queue" in item:
            places.append((item["Queue"], DERIVED_OF_QUEUE))
        places += [(attempt, DERIVED_OF_ATTEMPT) for attempt in item.get("Attempts", ())]
        for place, names in places:
            for name in draw(st.sets(st.sampled_from(names), max_size=3)):
                damage(place, name, draw(nonsense))
    return items


def damage(place: dict[str, Any], name: str, value: str | Decimal | None) -> None:
    place.pop(name, None)
    if value is not None:
        place[name] = value


def recompute(table: FakeContactRecordsTable, **others: Any) -> Recomputed:
    """Over everything in the table, in pages of seven."""
    with ThreadPoolExecutor(1) as executor:
        recomputation = recomputation_of(table, executor, **others)
        items = list(table.items.values())
        for start in range(0, len(items), 7):
            recomputation.take(items[start : start + 7])
        return recomputation.done


def recomputation_of(
    table: FakeContactRecordsTable,
    executor: Executor,
    *,
    dry_run: bool = False,
    record_ttl_days: int | None = None,
) -> Recomputation:
    return Recomputation(
        table,
        executor,
        dry_run=dry_run,
        record_ttl_days=record_ttl_days,
        pause=lambda _: None,
    )


@given(damaged_days())
def test_damaged_records_are_restored_exactly(damaged: Items) -> None:
    table = table_of(damaged)

    done = recompute(table)

    assert without_counters(table.items) == without_counters(stored_day())
    assert done.unreadable == {}


@given(damaged_days())
def test_second_recomputation_writes_nothing(damaged: Items) -> None:
    table = table_of(damaged)
    recompute(table)
    table.written.clear()

    done = recompute(table)

    assert table.written == []
    assert (done.records, done.links, done.attributes) == (0, 0, {})


@given(damaged_days())
def test_dry_run_finds_what_a_real_run_corrects_and_writes_nothing(damaged: Items) -> None:
    table = table_of(damaged)

    announced = recompute(table, dry_run=True)

    assert table.written == []
    assert table.items == table_of(damaged).items
    assert announced == recompute(table)


def test_sound_day_is_left_as_it_is() -> None:
    table = table_of(stored_day())

    done = recompute(table)

    assert table.written == []
    assert (done.items, done.left_alone) == (len(KEYS), len(KEYS) - len(RECORDS))


def test_time_to_live_is_kept() -> None:
    item = dict(stored_day()[PLAIN_CALL])
    table = FakeContactRecordsTable([item | {"ExpiresAt": item["ExpiresAt"] + 5 * 86_400}])

    recompute(table)

    assert table.written == []


def test_record_without_time_to_live_gets_none() -> None:
    item = {name: value for name, value in stored_day()[PLAIN_CALL].items() if name != "ExpiresAt"}
    table = FakeContactRecordsTable([item])

    recompute(table)

    assert table.written == []


def test_new_time_to_live_counts_from_the_last_update() -> None:
    table = table_of(stored_day())
    before = table.items[PLAIN_CALL]["ExpiresAt"]

    recompute(table, record_ttl_days=31)

    assert table.items[PLAIN_CALL]["ExpiresAt"] == before + 86_400


def test_last_update_is_that_of_the_newest_fact() -> None:
    item = dict(stored_day()[PLAIN_CALL]) | {"LastUpdateTimestamp": "2026-03-09T00:00:00.000Z"}
    table = FakeContactRecordsTable([item])

    recompute(table, record_ttl_days=30)

    assert without_counters(table.items) == without_counters({PLAIN_CALL: stored_day()[PLAIN_CALL]})


def test_record_that_moved_to_another_chain_is_left_alone() -> None:
    item = dict(stored_day()[PLAIN_CALL]) | {"MovedToChainId": "a chain", "State": "NONSENSE"}
    table = FakeContactRecordsTable([item])

    done = recompute(table)

    assert table.written == []
    assert done.left_alone == 1


def test_lost_race_is_run_again_on_what_is_there_now() -> None:
    table = FakeContactRecordsTable([damaged_call()])

    def somebody_else_writes() -> None:
        version = table.items[PLAIN_CALL]["Version"]
        changes = Changes({("Status",): "NONSENSE"}, ())
        table.write_record(PLAIN_CALL, changes, version=int(version))

    table.interrupt(Interruption(method="write_record", happens=somebody_else_writes))
    done = recompute(table)

    assert done.records == 1
    assert without_counters(table.items) == without_counters({PLAIN_CALL: stored_day()[PLAIN_CALL]})


def test_record_that_expires_meanwhile_is_not_brought_back() -> None:
    table = FakeContactRecordsTable([damaged_call()])

    table.interrupt(Interruption(method="write_record", happens=lambda: table.remove(PLAIN_CALL)))
    recompute(table)

    assert table.items == {}


def test_race_that_is_always_lost_is_reported() -> None:
    table = FakeContactRecordsTable([damaged_call()])

    table.interrupt(
        Interruption(method="write_record", happens=LostRaceError(PLAIN_CALL), times=None)
    )
    done = recompute(table)

    assert done.unreadable == {PLAIN_CALL: "lost the race 6 times"}


@pytest.mark.parametrize("timeline", [["two words"], [], ["x CONNECTED ada"]])
def test_item_that_makes_no_sense_is_reported_and_the_rest_goes_on(timeline: list[str]) -> None:
    broken = {
        "ChainId": "a",
        "ContactId": "a",
        "Timeline": timeline,
        "LastUpdateTimestamp": moment(0),
        "Version": Decimal(1),
    }
    table = FakeContactRecordsTable([broken, damaged_call()])

    done = recompute(table)

    assert list(done.unreadable) == [Key("a", "a")]
    assert done.records == 1


def test_leg_that_cannot_be_found_by_its_own_id_gets_its_mark() -> None:
    whole = stored_day()
    entries = {key for key, item in whole.items() if "MovedToChainId" in item}
    table = table_of({key: item for key, item in whole.items() if key not in entries})

    dry = recompute(table, dry_run=True)
    done = recompute(table)
    again = recompute(table)

    assert entries
    assert [each.location_entries for each in (dry, done, again)] == [len(entries), len(entries), 0]
    assert {key: table.items[key]["MovedToChainId"] for key in entries} == {
        key: whole[key]["MovedToChainId"] for key in entries
    }


def test_second_record_of_a_contact_is_taken_into_the_first() -> None:
    whole = stored_day()
    entry = next(key for key, item in whole.items() if "MovedToChainId" in item)
    leg = Key(whole[entry]["MovedToChainId"], entry.contact_id)
    # A first snapshot that named no chain, and nobody knew of the leg by its own id.
    stray = {name: value for name, value in whole[leg].items() if name != "InitialContactId"}
    table = table_of({**whole, entry: stray | {"ChainId": entry.chain_id}})

    recompute(table)

    assert "MovedToChainId" in table.items[entry]
    assert "Timeline" not in table.items[entry]
    assert table.items[leg]["Timeline"] == whole[leg]["Timeline"]


def damaged_call() -> dict[str, Any]:
    return dict(stored_day()[PLAIN_CALL]) | {"State": "NONSENSE"}


# The command


@pytest.fixture
def damaged(operated: Operated) -> None:
    """The stored day with every State wrong."""
    serialize = TypeSerializer().serialize
    for item in stored_day().values():
        wrong: Mapping[str, Any] = {**item, "State": "NONSENSE"} if "State" in item else item
        operated.aws.dynamodb.put_item(
            TableName=TABLE, Item={name: serialize(value) for name, value in wrong.items()}
        )


@pytest.mark.usefixtures("damaged")
def test_command_corrects_the_table(operated: Operated, run: Run) -> None:
    ran = run("recompute", "--yes", "--rate", "10000")

    assert ran.exit_code == 0
    assert f"Corrected: {len(RECORDS)} records, and the links of 0." in ran.err
    assert without_counters(operated.aws.items()) == without_counters(stored_day())


@pytest.mark.usefixtures("damaged")
def test_command_begins_with_a_dry_run(operated: Operated, run: Run) -> None:
    before = operated.aws.items()

    ran = run("recompute", "--rate", "10000")

    assert [row[:4] for row in ran.rows] == [
        [str(len(RECORDS)), "State", "NONSENSE", ran.rows[0][3]]
    ]
    assert f"Dry run: {len(RECORDS)} records, and the links of 0 would be corrected" in ran.err
    assert operated.aws.items() == before


@pytest.mark.usefixtures("damaged")
def test_command_goes_on_where_its_state_file_says(
    operated: Operated, run: Run, tmp_path: Path
) -> None:
    page = operated.aws.dynamodb.scan(TableName=TABLE, Limit=10)
    state = tmp_path / "state.json"
    state.write_text(
        json.dumps(
            {
                "Table": TABLE,
                "DryRun": False,
                "Of": "recompute",
                "Position": page["LastEvaluatedKey"],
            }
        )
    )

    ran = run("recompute", "--yes", "--rate", "10000", "--state-file", str(state), "--json")

    assert ran.json["Items"] == len(KEYS) - 10
    assert not state.exists()


@pytest.mark.usefixtures("damaged")
def test_command_notes_every_page_that_is_done(
    operated: Operated, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    take = Recomputation.take
    pages = 0

    def stop_at_the_second_page(recomputation: Recomputation, items: Any) -> None:
        nonlocal pages
        pages += 1
        if pages == 2:
            raise KeyboardInterrupt
        take(recomputation, items)

    monkeypatch.setattr(Recomputation, "take", stop_at_the_second_page)
    stopped = run("recompute", "--yes", "--rate", "20", "--state-file", str(state))
    monkeypatch.undo()
    rest = run("recompute", "--yes", "--rate", "10000", "--state-file", str(state), "--json")

    assert stopped.exit_code == 130
    assert rest.json["Items"] == len(KEYS) - 20
    assert without_counters(operated.aws.items()) == without_counters(stored_day())


@pytest.mark.usefixtures("damaged")
def test_real_run_does_not_go_on_where_a_dry_run_stopped(run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"Table": TABLE, "DryRun": True, "Position": {}}))

    ran = run("recompute", "--yes", "--state-file", str(state))

    assert ran.exit_code == 1
    assert "is of another run" in ran.err


@pytest.mark.parametrize("content", ["", "[]", "{}", "\x00"])
def test_anything_else_is_no_state_file(run: Run, tmp_path: Path, content: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(content)

    ran = run("recompute", "--state-file", str(state))

    assert ran.exit_code == 1
    assert str(state) in ran.err
    assert state.read_text("utf-8") == content


@pytest.mark.usefixtures("damaged")
def test_command_fails_if_an_item_cannot_be_recomputed(operated: Operated, run: Run) -> None:
    operated.aws.dynamodb.put_item(
        TableName=TABLE,
        Item={
            "ChainId": {"S": "a"},
            "ContactId": {"S": "b"},
            "Timeline": {"L": [{"S": "x"}]},
            "LastUpdateTimestamp": {"S": moment(0)},
        },
    )

    ran = run("recompute", "--yes", "--rate", "10000")

    assert ran.exit_code == 1
    assert "a b cannot be recomputed: TypeError" in ran.err
    assert f"Corrected: {len(RECORDS)} records" in ran.err


@pytest.mark.usefixtures("damaged")
def test_examples_are_given_with_json(run: Run) -> None:
    ran = run("recompute", "--rate", "10000", "--json")

    state = ran.json["Attributes"]["State"]
    assert state["Items"] == len(RECORDS)
    assert [example["before"] for example in state["Examples"]] == ["NONSENSE"] * 3

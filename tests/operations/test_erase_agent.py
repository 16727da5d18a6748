"""`erase agent`: the name is gone, ids and figures stay."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contact_centre.small_day import small_day
from contacts.item.contact_item import facts_of_item, holds_record
from contacts.item_parts import Item
from operations.erasure.records import RecordErasure
from operations.erasure.subject import ErasedName
from tests.by_hand.agent_events_by_hand import agent_event, encoded, snapshot
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    facts_by_event,
    facts_by_record,
    in_envelope,
)
from tests.fakes.aws_in_memory import TABLE
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption
from tests.fakes.kinesis_batches import stream_record
from tests.operations.deployment_in_memory import Operated, Run
from tests.operations.kept_day import (
    agent_states,
    archived_lines,
    everything,
    keep_day,
    put_item,
    quarantined_kinds,
)
from tests.operations.stored_day import (
    fold_and_link,
    stored_day,
    table_of,
    without_counters,
)

QUICKLY = ("--rate", "100000")
NAMES = ("FirstName", "LastName", "Username")


def cleo() -> dict[str, Any]:
    """The first event of the small day that describes her."""
    for event in small_day():
        described = (event["CurrentAgentSnapshot"] or {}).get("Configuration") or {}
        if described.get("Username") == "cleo":
            return event
    raise AssertionError


CLEO = cleo()["AgentARN"].rpartition("/")[2]
HER_NAMES = [cleo()["CurrentAgentSnapshot"]["Configuration"][name] for name in NAMES]


@pytest.fixture
def kept(operated: Operated) -> Operated:
    keep_day(operated)
    return operated


def named_in(operated: Operated) -> list[str]:
    """Where one of her names still stands."""
    return [
        where
        for where, text in everything(operated).items()
        if any(json.dumps(name)[:-1] in text for name in HER_NAMES)
    ]


@pytest.mark.parametrize("agent", [CLEO, cleo()["AgentARN"], "cleo"], ids=["id", "arn", "name"])
def test_her_names_are_erased_everywhere(kept: Operated, run: Run, agent: str) -> None:
    quarantined_kinds(kept, cleo())
    assert len(named_in(kept)) > 8

    ran = run("erase", "agent", agent, *QUICKLY, "--yes")

    assert ran.exit_code == 0
    assert named_in(kept) == []


def test_ids_and_figures_stay(kept: Operated, run: Run) -> None:
    run("erase", "agent", CLEO, *QUICKLY, "--yes")

    assert without_counters(kept.aws.items()) == without_counters(
        {key: without_her_name(item) for key, item in stored_day().items()}
    )


def test_version_grows_with_the_record_that_is_rewritten(kept: Operated, run: Run) -> None:
    run("erase", "agent", CLEO, *QUICKLY, "--yes")

    for key, item in kept.aws.items().items():
        before = stored_day()[key]
        grown = item.get("Version", 0) - before.get("Version", 0)
        assert grown == (without_her_name(before) != before)


def test_archived_events_lose_her_names_and_nothing_else(kept: Operated, run: Run) -> None:
    run("erase", "agent", CLEO, *QUICKLY, "--yes")

    left = [json.loads(line) for line in archived_lines(kept)]
    assert left == [
        without_names(event) if event["AgentARN"].endswith(CLEO) else event for event in small_day()
    ]


def test_second_run_finds_nothing(kept: Operated, run: Run) -> None:
    quarantined_kinds(kept, cleo())
    run("erase", "agent", CLEO, *QUICKLY, "--yes")
    before = everything(kept)

    again = run("erase", "agent", CLEO, *QUICKLY, "--yes", "--json")

    assert set(again.json["Erased"].values()) == {0}
    assert everything(kept) == before


def test_dry_run_writes_nothing(kept: Operated, run: Run) -> None:
    before = everything(kept)

    dry = run("erase", "agent", CLEO, *QUICKLY)

    assert dry.exit_code == 0
    assert "Dry run: " in dry.err
    assert "delete the user there first" in dry.err
    assert everything(kept) == before


def test_names_are_printed_nowhere(kept: Operated, run: Run) -> None:
    assert kept
    ran = run("erase", "agent", "cleo", *QUICKLY, "--yes")

    assert "cleo" not in ran.out + ran.err


def test_agent_state_keeps_what_it_shows(kept: Operated, run: Run) -> None:
    before = {each["AgentId"]: each for each in agent_states(kept)}
    run("erase", "agent", CLEO, *QUICKLY, "--yes")

    after = {each["AgentId"]: each for each in agent_states(kept)}
    assert before[CLEO].pop("Username") == "cleo"
    assert after == before


def test_erasure_goes_on_where_the_state_file_says(
    kept: Operated, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "erase.json"
    take = RecordErasure.take
    taken = 0

    def stop_at_the_second_page(erasure: RecordErasure, items: Any) -> None:
        nonlocal taken
        taken += 1
        if taken == 2:
            raise KeyboardInterrupt
        take(erasure, items)

    monkeypatch.setattr(RecordErasure, "take", stop_at_the_second_page)
    arguments = ("erase", "agent", CLEO, "--yes", "--state-file", str(state))
    stopped = run(*arguments, "--rate", "20")
    monkeypatch.undo()
    rest = run(*arguments, *QUICKLY, "--json")

    assert stopped.exit_code == 130
    assert rest.json["Read"]["Archive"] == 0
    assert rest.json["Read"]["ContactRecords"] == len(stored_day()) - 20
    assert named_in(kept) == []
    assert not state.exists()


def test_state_file_serves_one_erasure_only(kept: Operated, run: Run, tmp_path: Path) -> None:
    assert kept
    state = tmp_path / "erase.json"
    state.write_text(json.dumps({"Table": TABLE, "DryRun": False, "Of": "another", "Position": {}}))

    ran = run("erase", "agent", CLEO, "--yes", "--state-file", str(state))

    assert ran.exit_code == 1
    assert "is of another run" in ran.err


def test_item_that_makes_no_sense_is_reported_and_the_rest_goes_on(
    kept: Operated, run: Run
) -> None:
    key = {"ChainId": "a", "ContactId": "a"}
    nonsense = {"Timeline": ["x"], "LastUpdateTimestamp": "x", "Status": "COMPLETED"}
    put_item(kept, TABLE, key | nonsense)

    ran = run("erase", "agent", CLEO, *QUICKLY, "--yes")

    assert ran.exit_code == 1
    assert "ContactRecords: a a not as docs/table.md says: LastUpdateTimestamp, Timeline" in ran.err
    assert named_in(kept) == []


def test_other_agents_of_a_given_up_batch_keep_their_names(operated: Operated, run: Run) -> None:
    keep_day(operated)
    other = agent_event(1, current=snapshot(username="ben"), agent="ben")
    key = operated.give_up([stream_record(encoded(cleo()), 1), stream_record(encoded(other), 2)])

    run("erase", "agent", CLEO, *QUICKLY, "--yes")

    shown = run("quarantine", "show", key, "--record", "2", "--json").json["Records"][0]["Payload"]
    assert shown == other


def test_name_that_amazon_states_goes_and_what_else_is_stated_stays() -> None:
    """As by agent events it may be the shown one, another one, or another agent's altogether."""
    record = facts_by_record(amazon_contact_record(ContactId="contact-2"))
    event = facts_by_event(in_envelope(contact_event_detail()))
    table = FakeContactRecordsTable()
    fold_and_link(table, [record.merge(event)])
    [before] = [item for item in table.items.values() if holds_record(item)]

    erase(table, "ada")

    [after] = [item for item in table.items.values() if holds_record(item)]
    assert before["Agent"]["Username"] == "ada"
    assert "Username" not in after["Agent"]
    stated = facts_of_item(after).contact_record
    assert stated == {
        path: value
        for path, value in facts_of_item(before).contact_record.items()
        if path[-1] != "Username"
    }


def test_name_that_comes_at_the_same_moment_is_erased_as_well() -> None:
    """Whoever loses the race reads again: what the other has written stays, but for the name."""
    table = table_of(stored_day())
    key = next(key for key, item in table.items.items() if "cleo" in json.dumps(item, default=str))

    def overtake() -> None:
        table.put({**table.items[key], "Version": table.items[key]["Version"] + 1})

    table.interrupt(Interruption(method="write_record", happens=overtake, of=key.contact_id))
    erase(table, "cleo")

    assert "cleo" not in json.dumps(list(table.items.values()), default=str)
    assert table.items[key]["Version"] == stored_day()[key]["Version"] + 2


def test_name_of_another_agent_in_the_same_record_stays() -> None:
    facts = facts_by_record(amazon_contact_record())

    assert ErasedName("ben").redacted_facts(facts, shown_agent="ada") == facts


def erase(table: FakeContactRecordsTable, agent: str) -> None:
    erasure = RecordErasure(
        table, ErasedName(agent), delete=deletes_nothing, dry_run=False, pause=lambda _: None
    )
    erasure.take(table.items.values())
    assert erasure.done.problems == {}


def deletes_nothing(item: Item) -> None:
    raise AssertionError(item)


def without_names(event: Any) -> Any:
    match event:
        case dict():
            return {
                name: without_names(value) for name, value in event.items() if name not in NAMES
            }
        case list():
            return [without_names(each) for each in event]
        case _:
            return event


def without_her_name(item: Mapping[str, Any]) -> dict[str, Any]:
    """An offer names its agent, and AgentId says whom `Agent` describes."""
    left = _without_username(item)
    if "Agent" in item and item.get("AgentId") == CLEO:
        left["Agent"] = {name: item["Agent"][name] for name in item["Agent"] if name != "Username"}
    if "Attempts" in item:
        left["Attempts"] = [_without_username(attempt) for attempt in item["Attempts"]]
    return left


def _without_username(item: Mapping[str, Any]) -> dict[str, Any]:
    hers = item.get("AgentId") == CLEO
    return {name: item[name] for name in item if not (hers and name == "Username")}

"""`erase contact`: nothing names the contact any more, and nothing else is touched."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.contact_records_table import Key
from contact_centre.small_day import contact_id
from contacts.item_parts import Item
from operations.erasure.records import RecordErasure
from operations.erasure.subject import ErasedContacts
from operations.erasure.versioned_objects import VersionedObjects
from tests.by_hand.agent_events_by_hand import agent_event, contact, contacts_of, snapshot
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    facts_by_event,
    facts_by_record,
    in_envelope,
)
from tests.fakes.aws_in_memory import BUCKET, TABLE
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.operations.deployment_in_memory import ARCHIVE, Operated, Run
from tests.operations.kept_day import (
    FIRST_OBJECT,
    archived_lines,
    everything,
    keep_day,
    put_item,
    quarantined_kinds,
    versions,
)
from tests.operations.stored_day import Items, fold_and_link, stored_day, table_of, without_counters

LONG_GONE = "8d4a1c5e-2b7f-4f0e-9a63-5c1de0b7a912"
PLAIN_CALL = contact_id("plain call")
CHAIN = [contact_id(f"consult, then transfer: {leg} leg") for leg in ("first", "second", "third")]
FIRST, SECOND, THIRD = CHAIN
QUICKLY = ("--rate", "100000")


@pytest.fixture
def kept(operated: Operated) -> Operated:
    keep_day(operated)
    return operated


def named_in(operated: Operated, *ids: str) -> list[str]:
    """Where one of these still stands."""
    return [where for where, text in everything(operated).items() if any(i in text for i in ids)]


def test_no_trace_is_left_anywhere(kept: Operated, run: Run) -> None:
    quarantined_kinds(kept, event_that_shows(PLAIN_CALL))
    assert len(named_in(kept, PLAIN_CALL)) == 8

    ran = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")

    assert ran.exit_code == 0
    assert named_in(kept, PLAIN_CALL) == []


def test_nothing_else_is_touched(kept: Operated, run: Run) -> None:
    before = everything(kept)
    naming = set(named_in(kept, PLAIN_CALL))

    run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")

    after = everything(kept)
    assert {where: before[where] for where in before if where not in naming} == {
        where: text for where, text in after.items() if where not in naming
    }


def test_other_contacts_of_a_rewritten_event_stay(kept: Operated, run: Run) -> None:
    both = agent_event(
        5,
        current=snapshot(
            contact("CONNECTED", 1, connected=1, contact_id=PLAIN_CALL),
            contact("CONNECTED", 2, connected=2, contact_id="other"),
        ),
    )
    kept.archive("agent_events/2026/03/10/delivery-3.gz", [both])

    run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")

    [shown] = [each for each in archived_events(kept) if each["EventId"] == "event-1"]
    assert [each["ContactId"] for each in shown["CurrentAgentSnapshot"]["Contacts"]] == ["other"]
    del shown["CurrentAgentSnapshot"], both["CurrentAgentSnapshot"]
    assert shown == both


def test_second_run_finds_nothing(kept: Operated, run: Run) -> None:
    run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")
    before = everything(kept)

    again = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes", "--json")

    assert set(again.json["Erased"].values()) == {0}
    assert everything(kept) == before


def test_dry_run_says_what_would_be_erased_and_writes_nothing(kept: Operated, run: Run) -> None:
    before = everything(kept)

    dry = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--json")
    done = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--json", "--yes")

    # What is not reached says until when, to the minute.
    assert dry.json | {"DryRun": False, "NotReached": done.json["NotReached"]} == done.json
    assert "Dry run: " in dry.err
    assert before != everything(kept)
    assert sum(done.json["Erased"].values()) == len(
        [where for where in before if PLAIN_CALL in before[where]]
    )


def test_dry_run_writes_nothing(kept: Operated, run: Run) -> None:
    before = everything(kept)

    run("erase", "contact", *CHAIN, *QUICKLY, "--chain")

    assert everything(kept) == before


def test_contact_with_other_legs_is_not_erased_before_one_has_chosen(
    kept: Operated, run: Run
) -> None:
    before = everything(kept)

    ran = run("erase", "contact", SECOND, *QUICKLY, "--yes")

    assert ran.exit_code == 1
    assert "2 other legs of the same chain" in ran.err
    assert FIRST in ran.err
    assert THIRD in ran.err
    assert everything(kept) == before


@pytest.mark.tables_of_moto
def test_chain_is_erased_whole_by_any_of_its_legs(kept: Operated, run: Run) -> None:
    ran = run("erase", "contact", SECOND, "--chain", *QUICKLY, "--yes")

    assert ran.exit_code == 0
    said = ran.err.partition("\n")[0].removeprefix("To be erased: ").split()
    assert (sorted(said), said[-1]) == (sorted(CHAIN), SECOND)
    assert named_in(kept, *CHAIN) == []


def test_first_contact_alone_is_refused_because_its_id_is_the_key_of_its_chain(
    kept: Operated, run: Run
) -> None:
    ran = run("erase", "contact", FIRST, "--leg", *QUICKLY, "--yes")

    assert ran.exit_code == 1
    assert "is the first contact of its chain" in ran.err
    assert named_in(kept, FIRST)


def test_rest_of_a_chain_is_linked_as_if_the_leg_had_never_been(kept: Operated, run: Run) -> None:
    ran = run("erase", "contact", THIRD, "--leg", *QUICKLY, "--yes")

    assert ran.exit_code == 0
    assert named_in(kept, THIRD) == []
    chain = {key: item for key, item in kept.aws.items().items() if key.chain_id == FIRST}
    assert without_counters(chain) == without_counters(
        {key: item for key, item in refolded(kept).items() if key.chain_id == FIRST}
    )
    assert chain[Key(FIRST, FIRST)]["NextContactId"] == SECOND


@pytest.mark.parametrize(
    "erased", [[PLAIN_CALL], [SECOND, "--leg"], [FIRST, "--chain"]], ids=["one", "leg", "chain"]
)
def test_replay_of_the_rewritten_archive_gives_the_table_as_it_is(
    kept: Operated, run: Run, erased: list[str]
) -> None:
    run("erase", "contact", *erased, *QUICKLY, "--yes")

    assert without_counters(refolded(kept)) == without_counters(kept.aws.items())


def test_ids_that_amazon_states_in_links_are_taken_out_of_other_records(
    operated: Operated, run: Run
) -> None:
    """Were only the links removed, linking would write them again from what is stated."""
    stated = stated_chain()
    keep_day(operated)
    for item in stated.items.values():
        put_item(operated, TABLE, item)
    naming = [where for where in named_in(operated, "leg-2") if "contact_id='leg-2'" not in where]
    assert len(naming) == 3

    ran = run("erase", "contact", "leg-2", "--leg", *QUICKLY, "--yes")

    assert ran.exit_code == 0
    assert named_in(operated, "leg-2") == []


def test_marks_that_moves_have_left_are_gone(kept: Operated, run: Run) -> None:
    mark = {"ExpiresAt": 2_000_000_000, "Version": 2}
    for chain_id, moved, moved_to in (
        ("a wrong chain", PLAIN_CALL, PLAIN_CALL),
        (PLAIN_CALL, "that was a leg once", "another chain"),
    ):
        item = {"ChainId": chain_id, "ContactId": moved, "MovedToChainId": moved_to}
        put_item(kept, TABLE, item | mark)

    run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")

    assert named_in(kept, PLAIN_CALL) == []


def test_contact_that_only_its_legs_have_named_is_erased_with_them(
    kept: Operated, run: Run
) -> None:
    kept.aws.dynamodb.delete_item(
        TableName=TABLE, Key={"ChainId": {"S": FIRST}, "ContactId": {"S": FIRST}}
    )

    run("erase", "contact", SECOND, "--chain", *QUICKLY, "--yes")

    assert named_in(kept, *CHAIN) == []


def test_leg_that_came_meanwhile_is_reported_and_left() -> None:
    """Its chain was looked up before it was there, and its record cannot be moved elsewhere."""
    table = table_of(stored_day())
    erasure = RecordErasure(
        table, ErasedContacts(frozenset({FIRST, SECOND})), delete=deletes_nothing, dry_run=False
    )

    erasure.take([table.items[Key(FIRST, THIRD)]])

    assert erasure.done.problems == {
        Key(FIRST, THIRD): "is a leg of a chain that is to be erased: name it, too, or use --chain"
    }
    assert table.written == []


def test_older_versions_are_gone_where_the_archive_keeps_versions(
    operated: Operated, run: Run
) -> None:
    operated.aws.s3.put_bucket_versioning(
        Bucket=ARCHIVE, VersioningConfiguration={"Status": "Enabled"}
    )
    keep_day(operated)
    keep_day_again = list(versions(operated, ARCHIVE))
    operated.archive_raw(FIRST_OBJECT, keep_day_again[0][2])

    run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")

    assert named_in(operated, PLAIN_CALL) == []
    assert {key for key, _, _ in versions(operated, ARCHIVE)} == {
        key for key, _, _ in keep_day_again
    }


def test_archive_is_read_from_the_day_before_the_contact_began(kept: Operated, run: Run) -> None:
    kept.archive("agent_events/2026/03/07/too-early.gz", [event_that_shows(PLAIN_CALL)])

    by_itself = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--json").json["Read"]["Archive"]
    from_then = run(
        "erase", "contact", PLAIN_CALL, "--from", "2026-03-07", *QUICKLY, "--json"
    ).json["Read"]["Archive"]

    assert (by_itself, from_then) == (2, 3)


def test_whole_archive_is_read_for_a_contact_that_the_table_does_not_have(
    kept: Operated, run: Run
) -> None:
    kept.archive("agent_events/2024/01/01/long-ago.gz", [event_that_shows(LONG_GONE)])

    ran = run("erase", "contact", LONG_GONE, *QUICKLY, "--yes", "--json")

    assert ran.json["Erased"]["Archive"] == 1
    assert named_in(kept, LONG_GONE) == []


def test_archive_can_be_left_out(kept: Operated, run: Run) -> None:
    ran = run("erase", "contact", PLAIN_CALL, "--no-archive", *QUICKLY, "--yes", "--json")

    assert ran.json["Read"]["Archive"] == 0
    assert {where.partition(" ")[0] for where in named_in(kept, PLAIN_CALL)} == {ARCHIVE}


def test_broken_object_is_reported_and_left(kept: Operated, run: Run) -> None:
    kept.archive_raw("agent_events/2026/03/09/half.gz", b"\x1f\x8b\x08")

    ran = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes", "--json")

    assert ran.exit_code == 1
    assert [each.partition(" is broken")[0] for each in ran.json["Problems"]] == [
        "Archive: agent_events/2026/03/09/half.gz"
    ]
    assert ran.json["Erased"]["ContactRecords"] == 1


def test_stopped_run_is_finished_by_the_same_command(
    kept: Operated, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was done first: an older version may be left, or half of a chain."""
    quarantined_kinds(kept, event_that_shows(SECOND))
    calls = kept.aws.s3.meta.events
    stops = 0
    for after in (0, 1, 2, 3, 5):
        stop = Stop(after)
        for call in ("DeleteObject", "PutObject"):
            calls.register(f"before-call.s3.{call}", stop)
        kept.aws.dynamodb.meta.events.register("before-call.dynamodb.DeleteItem", stop)
        monkeypatch.setattr("operations.deployed.Deployed.s3", kept.aws.s3)
        monkeypatch.setattr("operations.deployed.Deployed.dynamodb", kept.aws.dynamodb)
        stops += run("erase", "contact", SECOND, "--chain", *QUICKLY, "--yes").exit_code == 130
        for call in ("DeleteObject", "PutObject"):
            calls.unregister(f"before-call.s3.{call}", stop)
        kept.aws.dynamodb.meta.events.unregister("before-call.dynamodb.DeleteItem", stop)

    run("erase", "contact", SECOND, "--chain", *QUICKLY, "--yes")

    assert stops == 5
    assert named_in(kept, *CHAIN) == []


class Stop:
    """Ctrl-C before a call, once so many have passed."""

    def __init__(self, after: int) -> None:
        self._left = after

    def __call__(self, **_: Any) -> None:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1


def test_archive_is_gone_on_with_where_the_state_file_says(
    kept: Operated, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "erase.json"
    rewrite = VersionedObjects.rewrite

    def stop_at_the_second(self: Any, each: Any, *others: Any, **named: Any) -> Any:
        if each.key.endswith("delivery-2.gz"):
            raise KeyboardInterrupt
        return rewrite(self, each, *others, **named)

    monkeypatch.setattr(VersionedObjects, "rewrite", stop_at_the_second)
    arguments = ("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes", "--state-file", str(state))
    stopped = run(*arguments)
    monkeypatch.undo()
    assert PLAIN_CALL not in state.read_text("utf-8")
    rest = run(*arguments, "--json")

    assert (stopped.exit_code, rest.exit_code) == (130, 0)
    assert rest.json["Read"]["Archive"] == 1
    assert named_in(kept, PLAIN_CALL) == []
    assert not state.exists()


def test_unreached_places_are_always_named(kept: Operated, run: Run) -> None:
    dry = run("erase", "contact", PLAIN_CALL, *QUICKLY)
    done = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes", "--json")

    assert kept
    for ran in (dry, done):
        assert "keeps records for 24 hours" in ran.err
        assert "Run this command once more then" in ran.err
        assert "point-in-time recovery" in ran.err
    assert len(done.json["NotReached"]) == 9


def test_contact_in_progress_is_said_to_come_back(kept: Operated, run: Run) -> None:
    item = {**stored_day()[Key(PLAIN_CALL, PLAIN_CALL)], "Status": "IN_PROGRESS"}
    put_item(kept, TABLE, item)

    assert "In progress" in run("erase", "contact", PLAIN_CALL, *QUICKLY).err


def test_object_in_quarantine_that_cannot_be_read_is_reported(kept: Operated, run: Run) -> None:
    kept.keep("agent_events/strange.json", b"[]")

    ran = run("erase", "contact", PLAIN_CALL, *QUICKLY, "--yes")

    assert ran.exit_code == 1
    assert "Quarantine: agent_events/strange.json cannot be read" in ran.err
    assert kept.aws.s3.get_object(Bucket=BUCKET, Key="agent_events/strange.json")


def deletes_nothing(item: Item) -> None:
    raise AssertionError(item)


def event_that_shows(shown: str) -> dict[str, Any]:
    return agent_event(5, current=snapshot(contact("CONNECTED", 1, connected=1, contact_id=shown)))


def archived_events(operated: Operated) -> list[Any]:
    return [json.loads(line) for line in archived_lines(operated)]


def refolded(operated: Operated) -> Items:
    """The table that the archive would give."""
    table = FakeContactRecordsTable()
    fold_and_link(table, contacts_of(archived_events(operated)).values())
    return table.items


def stated_chain() -> FakeContactRecordsTable:
    """A chain of three whose other legs name the one in the middle, and a task about that one."""
    links = [("leg-1", None, None, "leg-2"), ("leg-2", "leg-1", "leg-1", "leg-3")]
    records = [
        amazon_contact_record(
            ContactId=leg, InitialContactId=initial, PreviousContactId=previous, NextContactId=then
        )
        for leg, initial, previous, then in [*links, ("leg-3", "leg-1", "leg-2", None)]
    ]
    task = contact_event_detail(
        contactId="task", initialContactId=None, previousContactId=None, relatedContactId="leg-2"
    )
    table = FakeContactRecordsTable()
    fold_and_link(table, [*map(facts_by_record, records), facts_by_event(in_envelope(task))])
    return table

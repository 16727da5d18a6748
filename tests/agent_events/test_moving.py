"""One contact has one record, in the chain that the strongest evidence names, however it comes.

Agent events, contact events and contact records may name different chains, or none, in any order.
"""

from collections import Counter
from collections.abc import Callable
from copy import replace
from itertools import permutations, repeat
from typing import Final

import pytest

from adapters.errors import LostRaceError, UnavailableError
from agent_events.saving import Saved
from contacts.facts.contact_facts import ContactFacts
from contacts.item_parts import Changes
from tests.agent_events.moving_contact import (
    CALL,
    CONTACT,
    END,
    GONE,
    IN_ONE,
    IN_OTHER,
    LOCATION_ENTRY,
    ONE,
    OTHER,
    OWN,
    RECORD_TTL_DAYS,
    RING,
    TALK,
    THIRD,
    WatchedCalls,
    assert_one_record,
    everything,
    expected_record,
    inferred,
    recorded,
    records,
    save_into,
    seen,
    told,
)
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption

MOST_ROUNDS = 6

type Save = Callable[..., Saved]


@pytest.fixture
def table() -> FakeContactRecordsTable:
    return FakeContactRecordsTable()


@pytest.fixture
def save(table: FakeContactRecordsTable) -> Save:
    """What saving did; where sources disagree, which they do here all the time, is left out.

    So are lost races: it costs one to find a location entry where none was expected.
    """
    return lambda *contacts: replace(
        save_into(table, *contacts), disagreements=Counter(), conflicts=0
    )


# A record moves


def test_record_moves_into_the_chain_that_becomes_known(
    table: FakeContactRecordsTable, save: Save
) -> None:
    # Trap 34
    save(seen(RING, TALK))

    saved = save(seen(END, GONE, initial=ONE))

    assert saved == Saved(written=1, moved=1)
    assert table.items.keys() == {OWN, IN_ONE}
    assert_one_record(table, seen(RING, TALK), seen(END, GONE, initial=ONE))


def test_facts_that_name_no_chain_are_taken_to_the_record(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(TALK, initial=ONE))

    saved = save(seen(END))

    assert saved == Saved(written=1)
    assert_one_record(table, seen(TALK, initial=ONE), seen(END))


def test_stronger_evidence_moves_the_record_into_another_chain(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(*CALL, initial=ONE))

    saved = save(recorded(OTHER))

    assert saved == Saved(written=1, moved=1)
    assert table.items.keys() == {OWN, IN_ONE, IN_OTHER}
    assert table.items[OWN]["MovedToChainId"] == OTHER
    assert_one_record(table, seen(*CALL, initial=ONE), recorded(OTHER))


def test_weaker_evidence_is_taken_to_the_record_in_another_chain(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(recorded(OTHER))

    for step in CALL:
        assert save(seen(step, initial=ONE)) == Saved(written=1)
    assert save(told(THIRD)) == Saved(written=1)

    assert table.items.keys() == {OWN, IN_OTHER}
    assert_one_record(table, recorded(OTHER), seen(*CALL, initial=ONE), told(THIRD))


def test_record_moves_back_when_the_contact_record_is_corrected(
    table: FakeContactRecordsTable, save: Save
) -> None:
    corrections = [recorded(ONE, at=1), recorded(OTHER, at=2), recorded(ONE, at=3)]

    assert [save(each).moved for each in corrections] == [0, 1, 1]

    assert table.items[IN_OTHER].keys() - {"LinksDue"} == LOCATION_ENTRY
    assert_one_record(table, *corrections)


def test_record_becomes_a_first_contact_when_no_source_names_another(
    table: FakeContactRecordsTable, save: Save
) -> None:
    corrections = [recorded(ONE, at=1), recorded(None, at=2)]

    assert [save(each).moved for each in corrections] == [0, 1]

    assert "MovedToChainId" not in table.items[OWN]
    assert_one_record(table, *corrections)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_place_does_not_depend_on_the_order_of_the_sources(
    order: tuple[int, ...], table: FakeContactRecordsTable, save: Save
) -> None:
    evidence = [seen(RING), seen(TALK, END, initial=THIRD), told(ONE), recorded(OTHER)]

    for position in order:
        assert save(evidence[position]).failures == {}

    assert_one_record(table, *evidence)


def test_known_facts_of_a_moved_record_cost_no_write(
    table: FakeContactRecordsTable, save: Save
) -> None:
    evidence = [seen(RING), seen(TALK, initial=ONE), recorded(OTHER)]
    for each in evidence:
        save(each)
    written = len(table.written)

    assert [save(each) for each in evidence] == [Saved(unchanged=1)] * 3

    assert len(table.written) == written


def test_what_is_only_inferred_of_an_unknown_contact_leaves_no_location_entry(
    table: FakeContactRecordsTable, save: Save
) -> None:
    assert save(inferred()) == Saved(unchanged=1)
    assert save(inferred(ONE)) == Saved(unchanged=1)

    assert table.items == {}


def test_what_is_only_inferred_is_taken_to_the_record(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(RING, TALK))
    save(recorded(ONE))

    assert save(inferred()) == Saved(written=1, inferred=1)

    assert_one_record(table, seen(RING, TALK), recorded(ONE), inferred())


# What it costs


def test_first_contact_costs_one_read_and_one_write(
    table: FakeContactRecordsTable, save: Save
) -> None:
    for step in CALL:
        save(seen(step))

    assert [method for method, _ in table.calls] == ["read", "write_each"] * len(CALL)
    assert table.items.keys() == {OWN}


def test_first_sight_of_another_leg_costs_a_small_write_more(
    table: FakeContactRecordsTable, save: Save
) -> None:
    for step in CALL:
        save(seen(step, initial=ONE))

    assert [method for method, _ in table.calls] == [
        *["read", "write_each", "write_each"],
        *["read", "write_each"] * (len(CALL) - 1),
    ]
    entry, *in_chain = table.written
    assert entry.keys() - {"LinksDue"} == LOCATION_ENTRY
    assert {item["ChainId"] for item in in_chain} == {ONE}


def test_known_facts_cost_one_read(table: FakeContactRecordsTable, save: Save) -> None:
    save(seen(*CALL, initial=ONE), replace(seen(*CALL), contact_id="other"))
    table.calls.clear()

    saved = save(seen(*CALL, initial=ONE), replace(seen(*CALL), contact_id="other"))

    assert saved == Saved(unchanged=2)
    assert [method for method, _ in table.calls] == ["read"]


def test_known_facts_leave_a_record_of_other_rules_as_it_is(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(*CALL))
    table.put({**table.items[OWN], "Status": "AS_IT_ONCE_WAS"})

    assert save(seen(*CALL)) == Saved(unchanged=1)

    assert table.items[OWN]["Status"] == "AS_IT_ONCE_WAS"


def test_facts_that_follow_a_mark_cost_one_more_read(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(RING, initial=ONE))
    table.calls.clear()

    save(seen(TALK))

    assert [method for method, _ in table.calls] == ["read", "read", "write_each"]


def test_move_is_one_transaction(table: FakeContactRecordsTable, save: Save) -> None:
    save(seen(*CALL, initial=ONE))
    table.calls.clear()

    save(recorded(OTHER))

    # Of the other chain nothing was known: a location entry was tried first, and refused.
    assert [method for method, _ in table.calls] == [
        *["read", "write_each"],
        *["read", "read", "write_records"],
    ]


# A location entry that is there after all


THERE: Final[dict[str, tuple[ContactFacts, ...]]] = {
    "the record of a first contact": (seen(RING),),
    "a location entry of another chain": (seen(RING, initial=OTHER),),
    "a location entry of a chain by stronger evidence": (recorded(OTHER),),
}


@pytest.mark.parametrize("there", THERE.values(), ids=THERE)
def test_location_entry_that_is_there_after_all_refuses_another_and_is_followed(
    there: tuple[ContactFacts, ...], table: FakeContactRecordsTable
) -> None:
    save_into(table, *there)

    saved = save_into(table, seen(TALK, initial=ONE))

    assert (saved.written, saved.conflicts, saved.failures) == (1, 1, {})
    assert_one_record(table, *there, seen(TALK, initial=ONE))


def test_location_entry_without_its_record_refuses_another_and_leads_to_where_it_is_made(
    table: FakeContactRecordsTable,
) -> None:
    """The record has expired, or the invocation was killed between the two."""
    save_into(table, seen(RING, initial=ONE))
    table.remove(IN_ONE)

    saved = save_into(table, seen(TALK, initial=ONE))

    assert saved == Saved(written=1, conflicts=1)
    assert_one_record(table, seen(TALK, initial=ONE))


def test_refused_location_entry_leaves_what_is_there_as_it_was(
    table: FakeContactRecordsTable,
) -> None:
    save_into(table, seen(RING))
    before = table.items
    table.interrupt(Interruption(method="read", happens=UnavailableError("time-out"), skip=1))

    saved = save_into(table, seen(TALK, initial=ONE))

    assert saved == Saved(conflicts=1, failures={CONTACT: "time-out"})
    assert table.items == before


@pytest.mark.parametrize("place", [None, ONE, OTHER])
@pytest.mark.parametrize("claimed", [None, ONE, THIRD])
def test_what_is_only_inferred_finds_the_record_though_reads_are_outdated(
    place: str | None, claimed: str | None, table: FakeContactRecordsTable
) -> None:
    """It writes nothing of a contact that seems unknown, so no lost race would tell."""
    there = seen(RING, TALK), recorded(place)
    save_into(table, everything(*there))

    saved = save_into(WatchedCalls(table, lags=repeat(99)), inferred(claimed))

    assert (saved.inferred, saved.conflicts) == (1, 0)
    assert_one_record(table, *there, inferred(claimed))


# Location entries


def test_mark_holds_nothing_of_the_record(table: FakeContactRecordsTable, save: Save) -> None:
    save(seen(*CALL, initial=ONE))
    linked = Changes(
        {
            ("PreviousContactId",): ONE,
            ("NextContactId",): "next",
            ("LinkEvidence",): "INFERRED",
            ("TransferType",): "CONSULT",
            ("LinkDisagreements",): {"TransferType": "TRANSFER"},
            ("Agent", "AgentInteractionDuration"): 0,
        },
        (),
    )

    def link() -> None:
        table.write_links(IN_ONE, linked, version=1, chain_version=1)

    # The linking writes after the record was read: its Version stays as it was.
    table.interrupt(Interruption(method="write_records", happens=link))
    save(recorded(OTHER))

    assert table.items[IN_ONE].keys() - {"LinksDue"} == LOCATION_ENTRY | {"ChainVersion"}
    assert "PreviousContactId" not in table.items[IN_OTHER]


def test_mark_lives_twice_as_long_as_the_record(table: FakeContactRecordsTable, save: Save) -> None:
    save(seen(*CALL, initial=ONE))
    record_expiry = table.items[IN_ONE]["ExpiresAt"]

    save(told(OTHER))

    days_to_live = RECORD_TTL_DAYS * 86_400
    assert table.items[OWN]["ExpiresAt"] - record_expiry >= days_to_live
    assert table.items[IN_ONE]["ExpiresAt"] - record_expiry >= days_to_live
    assert table.items[IN_OTHER]["ExpiresAt"] - record_expiry < days_to_live


def test_contact_known_by_name_only_gets_its_location_entry(table: FakeContactRecordsTable) -> None:
    """Its own legs have named it; now it turns out to be a leg of another contact's chain."""
    table.put({"ChainId": CONTACT, "ContactId": CONTACT, "ChainVersion": 3, "ExpiresAt": 9})

    assert save_into(table, seen(RING, initial=ONE)) == Saved(written=1)

    assert table.items[OWN].keys() - {"LinksDue"} == LOCATION_ENTRY | {"ChainVersion"}
    assert records(table) == expected_record(seen(RING, initial=ONE))


def test_record_that_expired_before_its_location_entry_is_made_anew(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(RING, initial=ONE))
    table.remove(IN_ONE)

    save(seen(TALK))

    assert_one_record(table, seen(TALK))
    save(seen(END, initial=ONE))
    assert_one_record(table, seen(TALK), seen(END, initial=ONE))


def test_leg_that_has_no_location_entry_gets_one_when_it_moves(
    table: FakeContactRecordsTable, save: Save
) -> None:
    """The other chain is named already, but overruled until the contact record takes that back."""
    before = everything(told(OTHER), recorded(ONE, at=1))
    taken_back = everything(seen(RING, initial=ONE), recorded(None, at=2))
    save(before)
    table.remove(OWN)

    assert save(taken_back) == Saved(written=1, moved=1)

    assert_one_record(table, before, taken_back)


def test_two_records_of_one_contact_become_one(table: FakeContactRecordsTable, save: Save) -> None:
    """As they may be there when a location entry expired before the record."""
    before = everything(told(OTHER), recorded(ONE, at=1))
    taken_back = everything(seen(RING, initial=ONE), recorded(None, at=2))
    save(before)
    table.remove(OWN)
    save(seen(TALK))
    assert len(records(table)) == 2

    assert save(taken_back) == Saved(written=1, moved=1)

    assert_one_record(table, before, taken_back, seen(TALK))


def test_record_that_is_marked_as_moved_is_taken_along(
    table: FakeContactRecordsTable, save: Save
) -> None:
    """Records that moved were left behind whole, once."""
    save(seen(RING))
    left_behind = table.items[OWN]
    save(seen(TALK, initial=ONE))
    table.put({**left_behind, "MovedToChainId": ONE})

    assert save(seen(END)) == Saved(written=1, moved=1)

    assert_one_record(table, seen(RING, END), seen(TALK, initial=ONE))


@pytest.mark.parametrize("facts", [seen(RING), seen(RING, initial=ONE), recorded(OTHER)])
def test_marks_that_lead_in_a_circle_are_put_right(
    facts: ContactFacts, table: FakeContactRecordsTable, save: Save
) -> None:
    # Trap 42
    for key, moved_to in ((OWN, ONE), (IN_ONE, OTHER), (IN_OTHER, CONTACT)):
        entry = {"MovedToChainId": moved_to, "ExpiresAt": 9, "Version": 1}
        table.put({"ChainId": key.chain_id, "ContactId": CONTACT} | entry)

    assert save(facts) == Saved(written=1)

    assert_one_record(table, facts)


# When AWS fails


@pytest.mark.parametrize(
    ("trouble", "times"), [(LostRaceError(), MOST_ROUNDS), (UnavailableError("throttled"), 1)]
)
def test_move_that_fails_changes_nothing(
    trouble: Exception, times: int, table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(RING, initial=ONE))
    before = table.items
    table.interrupt(Interruption(method="write_records", happens=trouble, times=times))

    assert save(recorded(OTHER)).failures.keys() == {CONTACT}
    assert table.items == before

    assert save(recorded(OTHER)) == Saved(written=1, moved=1)
    assert_one_record(table, seen(RING, initial=ONE), recorded(OTHER))


def test_contact_whose_record_cannot_be_searched_for_fails(
    table: FakeContactRecordsTable, save: Save
) -> None:
    save(seen(RING, initial=ONE))
    table.interrupt(Interruption(method="read", happens=UnavailableError("time-out"), skip=1))

    assert save(seen(TALK)) == Saved(failures={CONTACT: "time-out"})


def test_overtaken_move_searches_again(table: FakeContactRecordsTable, save: Save) -> None:
    save(seen(RING, initial=ONE))
    table.interrupt(
        Interruption(
            method="write_records",
            happens=lambda: save_into(table, seen(TALK, initial=ONE)),
        )
    )

    assert save(recorded(OTHER)) == Saved(written=1, moved=1)

    assert table.calls_of("write_records") == 2
    assert_one_record(table, seen(RING, TALK, initial=ONE), recorded(OTHER))

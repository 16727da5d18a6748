"""One contact has one record, whoever else writes it, is killed, or reads what is outdated."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import replace
from itertools import product, repeat
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import UnavailableError
from agent_events.saving import Saved
from contacts.facts.contact_facts import ContactFacts
from tests.agent_events.moving_contact import (
    CALL,
    END,
    GONE,
    ONE,
    OTHER,
    RING,
    TALK,
    THIRD,
    Killing,
    WatchedCalls,
    assert_one_record,
    everything,
    inferred,
    recorded,
    records,
    save_into,
    seen,
    told,
)
from tests.contact_chains.interleaving import WaitForTurn, schedules, take_turns
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.fakes.killed import KilledError

EVIDENCE: Final = {
    "none, one": (seen(RING, TALK), seen(END, initial=ONE)),
    "one, none": (seen(RING, initial=ONE), seen(END)),
    "one, other": (seen(RING, initial=ONE), told(OTHER)),
    "other, one": (recorded(OTHER), told(ONE)),
    "one, none again": (recorded(ONE, at=1), recorded(None, at=2)),
    "one, other, one": (
        everything(seen(RING, initial=ONE), recorded(OTHER, at=1)),
        recorded(ONE, at=2),
    ),
}
conflicts = pytest.mark.parametrize("evidence", EVIDENCE.values(), ids=EVIDENCE)


@pytest.mark.parametrize("done", [False, True], ids=["before the call", "after the call"])
@conflicts
def test_invocation_killed_at_any_call_is_made_up_for(
    evidence: tuple[ContactFacts, ContactFacts], done: bool
) -> None:
    """Either delivery is killed, and comes again before or after the other one."""
    for at, killed, again_at_once in product(range(1, 8), range(2), (True, False)):
        table = FakeContactRecordsTable()
        for number, facts in enumerate(evidence):
            if number == killed:
                kill(table, facts, at, done=done)
            if number != killed or again_at_once:
                assert save_into(table, facts).failures == {}
            assert len(records(table)) <= 1
        if not again_at_once:
            assert save_into(table, evidence[killed]).failures == {}

        assert_one_record(table, *evidence)


def kill(table: FakeContactRecordsTable, facts: ContactFacts, at: int, *, done: bool) -> None:
    killing = Killing(at, done=done)
    watched = WatchedCalls(table, before=killing.before, after=killing.after)
    with suppress(KilledError):
        save_into(watched, facts)


@conflicts
def test_outdated_reads_cost_no_more_than_one_lost_race(
    evidence: tuple[ContactFacts, ContactFacts],
) -> None:
    """Reads that need not be consistent do not show the contact at all."""
    table = FakeContactRecordsTable()
    save_into(table, evidence[0])

    saved = save_into(WatchedCalls(table, lags=repeat(99)), evidence[1])

    assert saved.failures == {}
    assert saved.conflicts <= 1
    assert_one_record(table, *evidence)


# Two invocations at once


@conflicts
@pytest.mark.parametrize("begun", range(3), ids=["nothing", "the first", "both, none moved"])
def test_two_invocations_in_every_order_of_their_calls_leave_one_record(
    evidence: tuple[ContactFacts, ContactFacts], begun: int
) -> None:
    there = [(), (evidence[0],), (seen(GONE, initial=THIRD),)][begun]
    for schedule in schedules(2, steps=7):
        table = FakeContactRecordsTable()
        for facts in there:
            save_into(table, facts)

        take_turns([saving(table, facts) for facts in evidence], schedule)

        assert_one_record(table, *there, *evidence)


def saving(
    table: FakeContactRecordsTable, facts: ContactFacts, lags: Iterable[int] = ()
) -> Callable[[WaitForTurn], None]:
    def activity(wait: WaitForTurn) -> None:
        assert save_into(WatchedCalls(table, before=wait, lags=lags), facts).failures == {}

    return activity


# Anything at once


PIECES: Final = (
    *(seen(step) for step in CALL),
    *(seen(step, initial=ONE) for step in CALL[:2]),
    inferred(),
    inferred(ONE),
    *(told(initial) for initial in (None, ONE, OTHER)),
    *(recorded(initial, at=at) for at, initial in enumerate((THIRD, None, OTHER, ONE), start=1)),
)
DELIVERIES: Final = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(
    lambda pieces: everything(*pieces)
)
LAGS: Final = st.lists(st.integers(0, 6), max_size=4)
SCHEDULES: Final = st.lists(st.sampled_from((0, 1, 2)), max_size=30)


class Trouble:
    """What comes between the calls of an invocation: others' turns, throttling, its end."""

    def __init__(self, wait: WaitForTurn, killing: Killing, throttled_at: int) -> None:
        self._wait = wait
        self._killing = killing
        self._throttled_at = throttled_at
        self._calls = 0

    def before(self) -> None:
        self._wait()
        self._calls += 1
        if self._calls == self._throttled_at:
            raise UnavailableError("throttled")
        self._killing.before()

    def after(self) -> None:
        self._killing.after()


@st.composite
def troubled_savings(
    draw: st.DrawFn, facts: ContactFacts
) -> Callable[[FakeContactRecordsTable], Callable[[WaitForTurn], None]]:
    """An invocation that saves ``facts``, unless it is killed or throttled before."""
    killed_at, done, throttled_at = draw(
        st.tuples(st.integers(0, 7), st.booleans(), st.integers(0, 7))
    )
    lags = draw(LAGS)

    def on_table(table: FakeContactRecordsTable) -> Callable[[WaitForTurn], None]:
        def activity(wait: WaitForTurn) -> None:
            trouble = Trouble(wait, Killing(killed_at, done=done), throttled_at)
            watched = WatchedCalls(table, before=trouble.before, after=trouble.after, lags=lags)
            with suppress(KilledError):
                save_into(watched, facts)

        return activity

    return on_table


@given(st.lists(st.lists(DELIVERIES, min_size=1, max_size=3), min_size=1, max_size=3), st.data())
def test_there_is_one_record_whatever_happens(
    rounds: list[list[ContactFacts]], data: st.DataObject
) -> None:
    """Up to three invocations at once, three times; then all is delivered again in any order.

    Again twice, since what is only inferred is dropped while the contact is not known.
    """
    table = FakeContactRecordsTable()
    for deliveries in rounds:
        savings = [data.draw(troubled_savings(facts)) for facts in deliveries]
        schedule = [turn for turn in data.draw(SCHEDULES) if turn < len(savings)]
        take_turns([saving_on(table) for saving_on in savings], schedule)
        assert len(records(table)) <= 1

    again = data.draw(st.permutations([facts for deliveries in rounds for facts in deliveries]))
    for facts in (*again, *again):
        assert save_into(table, facts).failures == {}

    known = everything(*again)
    if known.is_known:
        assert_one_record(table, known)
    else:
        assert table.items == {}
    written = len(table.written)
    for facts in again:
        # Weaker evidence may name a chain where the contact never was: that is one refused write.
        saved = save_into(table, facts)
        assert replace(saved, conflicts=0) == Saved(unchanged=1)
        assert saved.conflicts <= 1
    assert len(table.written) == written

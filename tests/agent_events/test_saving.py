"""Saving facts: lost races, unchanged records, an unavailable table."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from adapters.contact_records_table import Key
from adapters.errors import LostRaceError, UnavailableError
from agent_events.saving import FactSaver, Saved
from contacts.facts.contact_facts import ContactFacts
from tests.by_hand.agent_events_by_hand import JsonObject, Step, contacts_of, events_of_steps
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption

RING, TALK, END, GONE = (
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (65, "ada", "ENDED"),
    (70, "ada", "CLEARED"),
)
CALL = (RING, TALK, END, GONE)
MOST_ROUNDS = 6

type Save = Callable[..., Saved]


@pytest.fixture
def table() -> FakeContactRecordsTable:
    return FakeContactRecordsTable()


@pytest.fixture
def executor() -> Iterator[Executor]:
    """One thread: the order of calls is the order of contacts."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def save(table: FakeContactRecordsTable, executor: Executor, pauses: list[float]) -> Save:
    saver = FactSaver(table, executor, record_ttl_days=30, pause=pauses.append)
    return lambda *contacts: saver.save(contacts)


def facts(*steps: Step, contact_id: str = "call", initial: str | None = None) -> ContactFacts:
    """What the events of these steps of the call assert; each shows the step before, too."""
    events = events_of_steps(*CALL, contact_id=contact_id, InitialContactId=initial)
    of_steps = [event for step, event in zip(CALL, events, strict=True) if step in steps]
    (contact,) = contacts_of(of_steps).values()
    return contact


def contents(table: FakeContactRecordsTable) -> dict[Key, JsonObject]:
    """All items but for the count of writes."""
    return {
        key: {name: value for name, value in item.items() if name not in {"Version", "LinksDue"}}
        for key, item in table.items.items()
    }


def saved_at_once(*contacts: ContactFacts) -> dict[Key, JsonObject]:
    """What the table holds when nothing ever came between."""
    table = FakeContactRecordsTable()
    with ThreadPoolExecutor(1) as executor:
        saved = FactSaver(table, executor, record_ttl_days=30).save(contacts)
    assert saved.failures == {}
    return contents(table)


CALL_KEY = Key("call", "call")


def test_record_is_written_with_its_first_version(
    table: FakeContactRecordsTable, save: Save
) -> None:
    saved = save(facts(RING))

    assert saved == Saved(written=1)
    assert table.items[CALL_KEY]["Version"] == 1
    assert table.items[CALL_KEY]["State"] == "CONNECTING"


def test_later_facts_are_folded_into_the_record(table: FakeContactRecordsTable, save: Save) -> None:
    for step in CALL:
        assert save(facts(step)).written == 1

    assert table.items[CALL_KEY]["Version"] == len(CALL)
    assert contents(table) == saved_at_once(facts(*CALL))


def test_facts_of_one_contact_are_saved_together(
    table: FakeContactRecordsTable, save: Save
) -> None:
    assert save(facts(RING), facts(END, GONE), facts(TALK)) == Saved(written=1)

    assert contents(table) == saved_at_once(facts(*CALL))


def test_write_that_changes_no_input_of_the_links_takes_the_mark_away(
    table: FakeContactRecordsTable, save: Save
) -> None:
    """Lambda 2 gets the stream record of the write before: of this one it would learn nothing."""
    save(facts(RING, TALK, END))
    assert "LinksDue" in table.items[CALL_KEY]

    save(facts(GONE))

    assert table.items[CALL_KEY]["Version"] == 2
    assert "LinksDue" not in table.items[CALL_KEY]


def test_write_that_changes_an_input_of_the_links_leaves_the_mark(
    table: FakeContactRecordsTable, save: Save
) -> None:
    for step in (RING, TALK, END):
        save(facts(step))

        assert "LinksDue" in table.items[CALL_KEY]


def test_known_facts_cost_no_write(table: FakeContactRecordsTable, save: Save) -> None:
    save(facts(*CALL))

    saved = save(facts(*CALL))

    assert saved == Saved(unchanged=1)
    assert table.calls_of("write_each") == 1


def test_nothing_to_save_reads_nothing(table: FakeContactRecordsTable, save: Save) -> None:
    assert save() == Saved()

    assert table.calls == []


def test_contacts_are_read_a_hundred_at_a_time(table: FakeContactRecordsTable, save: Save) -> None:
    saved = save(*(facts(RING, contact_id=f"call {number}") for number in range(201)))

    assert saved.written == 201
    sizes = [len(concerning) for method, concerning in table.calls if method == "read"]
    assert sizes == [100, 100, 1]


def test_contacts_are_written_25_at_a_time(table: FakeContactRecordsTable, save: Save) -> None:
    saved = save(*(facts(RING, contact_id=f"call {number}") for number in range(60)))

    assert saved.written == 60
    sizes = [len(concerning) for method, concerning in table.calls if method == "write_each"]
    assert sizes == [25, 25, 10]


def test_directories_share_a_call_with_what_needs_none(
    table: FakeContactRecordsTable, save: Save
) -> None:
    legs = [facts(RING, contact_id=f"leg {number}", initial="root") for number in range(3)]

    assert save(facts(RING), *legs).written == 4

    written = [concerning for method, concerning in table.calls if method == "write_each"]
    assert written == [("call", "leg 0", "leg 1", "leg 2"), ("leg 0", "leg 1", "leg 2")]


@pytest.mark.parametrize("trouble", [LostRaceError(), UnavailableError("throttled")])
def test_record_of_a_new_leg_is_not_made_before_its_location_entry(
    trouble: Exception, table: FakeContactRecordsTable, save: Save
) -> None:
    table.interrupt(Interruption(method="write_each", happens=trouble, of="leg", times=MOST_ROUNDS))

    saved = save(facts(RING, contact_id="leg", initial="root"), facts(RING))

    assert saved.failures.keys() == {"leg"}
    assert table.items.keys() == {CALL_KEY}


def test_new_leg_whose_record_fails_keeps_its_location_entry_until_it_comes_again(
    table: FakeContactRecordsTable, save: Save
) -> None:
    leg = facts(RING, contact_id="leg", initial="root")
    table.interrupt(Interruption(method="write_each", happens=UnavailableError("no"), skip=1))

    assert save(leg).failures == {"leg": "no"}
    assert table.items[Key("leg", "leg")]["MovedToChainId"] == "root"
    assert Key("root", "leg") not in table.items

    assert save(leg) == Saved(written=1, conflicts=1)
    assert contents(table) == saved_at_once(leg)


# Lost races


def test_overtaken_write_reads_and_folds_again(
    table: FakeContactRecordsTable, save: Save, pauses: list[float]
) -> None:
    def somebody_else() -> None:
        with ThreadPoolExecutor(1) as executor:
            FactSaver(table, executor, record_ttl_days=30).save([facts(RING)])

    table.interrupt(Interruption(method="write_each", happens=somebody_else))

    saved = save(facts(TALK))

    assert saved == Saved(written=1, conflicts=1)
    assert table.items[CALL_KEY]["Version"] == 2
    assert contents(table) == saved_at_once(facts(RING, TALK))
    assert len(pauses) == 1


def test_overtaken_write_that_has_nothing_to_add_is_left_out(
    table: FakeContactRecordsTable, save: Save
) -> None:
    def somebody_else() -> None:
        with ThreadPoolExecutor(1) as executor:
            FactSaver(table, executor, record_ttl_days=30).save([facts(RING)])

    table.interrupt(Interruption(method="write_each", happens=somebody_else))

    assert save(facts(RING)) == Saved(unchanged=1, conflicts=1)


def test_races_lost_for_ever_are_given_up(
    table: FakeContactRecordsTable, save: Save, pauses: list[float]
) -> None:
    table.interrupt(
        Interruption(method="write_each", happens=LostRaceError(), of="call", times=None)
    )

    saved = save(facts(*CALL), facts(*CALL, contact_id="other"))

    assert saved.written == 1
    assert saved.conflicts == MOST_ROUNDS
    assert saved.failures == {"call": "lost the race 6 times"}
    assert table.items.keys() == {Key("other", "other")}
    assert len(pauses) == MOST_ROUNDS - 1
    assert sum(pauses) < 2


def test_only_the_loser_is_tried_again(table: FakeContactRecordsTable, save: Save) -> None:
    table.interrupt(Interruption(method="write_each", happens=LostRaceError(), of="call"))

    save(facts(*CALL), facts(*CALL, contact_id="other"))

    written = [concerning for method, concerning in table.calls if method == "write_each"]
    assert written == [("call", "other"), ("call",)]


# The table is unavailable


def test_unwritten_contact_fails_alone(table: FakeContactRecordsTable, save: Save) -> None:
    table.interrupt(
        Interruption(method="write_each", happens=UnavailableError("throttled"), of="call")
    )

    saved = save(facts(*CALL), facts(*CALL, contact_id="other"))

    assert saved == Saved(written=1, failures={"call": "throttled"})
    assert table.items.keys() == {Key("other", "other")}


def test_unread_contacts_fail_and_others_are_saved(
    table: FakeContactRecordsTable, save: Save
) -> None:
    contacts = [facts(RING, contact_id=f"call {number}") for number in range(101)]
    table.interrupt(
        Interruption(method="read", happens=UnavailableError("time-out"), of="call 100")
    )

    saved = save(*contacts)

    assert saved == Saved(written=100, failures={"call 100": "time-out"})


# Reading ahead


@pytest.fixture
def saver(table: FakeContactRecordsTable, executor: Executor) -> FactSaver:
    return FactSaver(table, executor, record_ttl_days=30, pause=lambda _: None)


def test_records_that_were_read_ahead_are_not_read_again(
    table: FakeContactRecordsTable, saver: FactSaver
) -> None:
    saver.read_ahead([facts(RING)])

    assert saver.save([facts(RING, TALK), facts(RING, contact_id="other")]) == Saved(written=2)

    reads = [concerning for method, concerning in table.calls if method == "read"]
    assert reads == [("call",), ("other",)]


def test_contact_whose_chain_became_known_since_is_read_there(
    table: FakeContactRecordsTable, saver: FactSaver
) -> None:
    saver.save([facts(RING, initial="root")])
    saver.read_ahead([facts(TALK)])

    assert saver.save([facts(TALK, initial="root")]) == Saved(written=1)

    in_chain = Key("root", "call")
    at_once = saved_at_once(facts(RING, TALK, initial="root"))
    assert contents(table)[in_chain] == at_once[in_chain]


def test_record_that_was_written_after_it_was_read_ahead_loses_nothing(
    table: FakeContactRecordsTable, saver: FactSaver, save: Save
) -> None:
    save(facts(RING))
    saver.read_ahead([facts(END)])
    save(facts(TALK))

    assert saver.save([facts(END)]) == Saved(written=1, conflicts=1)

    assert contents(table) == saved_at_once(facts(RING, TALK, END))


def test_contact_whose_record_could_not_be_read_ahead_fails(
    table: FakeContactRecordsTable, saver: FactSaver
) -> None:
    table.interrupt(Interruption(method="read", happens=UnavailableError("time-out")))
    saver.read_ahead([facts(RING)])

    assert saver.save([facts(RING)]) == Saved(failures={"call": "time-out"})
    assert saver.save([facts(RING)]) == Saved(written=1)

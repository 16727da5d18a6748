"""Agents' snapshots in a batch: stored after the records, up to the first record that failed."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.agent_states_table import AgentKey, StateWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.errors import UnavailableError
from agent_events.agent_states import AgentStates
from agent_events.batch import BatchReport, process_batch
from agent_events.saving import Saved
from contacts.facts.agent_state import AgentState
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    contact,
    events_of_steps,
    moment,
    snapshot,
)
from tests.by_hand.contact_scripts import Script, days, play
from tests.fakes.fake_agent_states_table import FakeAgentStatesTable
from tests.fakes.kinesis_batches import batch

ADA = AgentKey("instance-1", "ada")
BEN = AgentKey("instance-1", "ben")
IDLE = snapshot()
RING, TALK, END, GONE = events_of_steps(
    (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (65, "ada", "ENDED"), (70, "ada", "CLEARED")
)
CALL_OF_BEN = events_of_steps((1, "ben", "CONNECTING"), contact_id="of ben")
LATER = agent_event(190, previous=IDLE, current=IDLE, event_type="HEART_BEAT")


class States(FakeAgentStatesTable):
    """Agents may be unreadable or unwritable; what is asked is noted in ``diary``."""

    def __init__(self, diary: list[str] | None = None) -> None:
        super().__init__()
        self.unreadable: set[AgentKey] = set()
        self.unwritable: set[AgentKey] = set()
        self.diary = [] if diary is None else diary

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        self.diary.append("states read")
        _fail(self.unreadable.intersection(keys))
        return super().read(keys)

    def write_each(self, writes: Sequence[StateWrite]) -> dict[int, Unwritten]:
        self.diary += ["state written"] * len(writes)
        unwritable = {
            position: UnavailableError("throttled")
            for position, (state, _) in enumerate(writes)
            if AgentKey(state.instance_id, state.agent_id) in self.unwritable
        }
        positions = [position for position in range(len(writes)) if position not in unwritable]
        unwritten = super().write_each([writes[position] for position in positions])
        return unwritable | {positions[number]: error for number, error in unwritten.items()}

    def timestamp_of(self, key: AgentKey) -> str | None:
        return self.states[key].event_timestamp if key in self.states else None


def _fail(keys: set[AgentKey]) -> None:
    if keys:
        message = "throttled"
        raise UnavailableError(message)


class Records:
    """Takes the place of saving: notes it, and fails the contacts that it is told to."""

    def __init__(self, *failing: str, diary: list[str] | None = None) -> None:
        self.read: list[ContactFacts] = []
        self.saved: list[ContactFacts] = []
        self._failing = failing
        self._diary = [] if diary is None else diary

    def read_ahead(self, contacts: Iterable[ContactFacts]) -> None:
        self._diary.append("records read")
        self.read = list(contacts)

    def save(self, contacts: Iterable[ContactFacts]) -> Saved:
        self._diary.append("records saved")
        contacts = list(contacts)
        self.saved += [each for each in contacts if each.contact_id not in self._failing]
        failing = {each.contact_id for each in contacts}.intersection(self._failing)
        return Saved(failures=dict.fromkeys(failing, "records throttled"))


def process(
    states: States, *contents: JsonObject | bytes, records: Records | None = None
) -> BatchReport:
    with ThreadPoolExecutor(1) as executor:
        return process_batch(
            batch(contents)["Records"],
            kept=KeptFields(),
            agent_states=AgentStates(states, executor),
            contacts=records or Records(),
            keep=lambda unusable: {each.position: "S3 throttled" for each in unusable},
        )


# When states are stored


def test_states_are_stored_after_the_records() -> None:
    diary: list[str] = []

    process(States(diary), RING, records=Records(diary=diary))

    assert sorted(diary[:2]) == ["records read", "states read"]
    assert diary[2:] == ["records saved", "state written"]


def test_records_are_read_while_the_states_are() -> None:
    records_are_read = Event()

    class SlowStates(States):
        def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
            assert records_are_read.wait(timeout=60)
            return super().read(keys)

    class NotedRecords(Records):
        def read_ahead(self, contacts: Iterable[ContactFacts]) -> None:
            super().read_ahead(contacts)
            records_are_read.set()

    records = NotedRecords()

    report = process(SlowStates(), RING, *CALL_OF_BEN, records=records)

    assert report.failures == {}
    assert {each.contact_id for each in records.read} == {"contact-1", "of ben"}


def test_contact_that_only_a_state_shows_is_saved_though_it_was_not_read_ahead() -> None:
    states, records = States(), Records()
    process(states, RING, TALK)

    process(states, LATER, records=records)

    assert records.read == []
    assert [each.contact_id for each in records.saved] == ["contact-1"]


def test_function_killed_between_records_and_states_repairs_again() -> None:
    states = States()
    process(states, RING, TALK)
    killed, again = Records(), Records()
    states.unwritable = {ADA}
    process(states, LATER, records=killed)
    states.unwritable = set()

    process(states, LATER, records=again)

    assert any(facts.inferred for facts in again.saved)
    assert again.saved == killed.saved != []


def test_each_agent_is_stored_once_as_the_batch_leaves_the_snapshot() -> None:
    states = States()

    report = process(states, RING, *CALL_OF_BEN, TALK, END, GONE)

    assert report.states_written == 2
    assert states.diary.count("state written") == 2
    assert (states.timestamp_of(ADA), states.timestamp_of(BEN)) == (moment(70), moment(1))


def test_batch_that_only_confirms_stores_nothing() -> None:
    states = States()
    process(states, GONE)

    report = process(states, LATER)

    assert report.states_written == 0
    assert states.timestamp_of(ADA) == moment(70)


def test_batch_that_is_delivered_again_stores_nothing() -> None:
    states = States()
    process(states, RING, TALK, END, GONE)

    report = process(states, RING, TALK, END, GONE)

    assert report.states_written == 0
    assert states.timestamp_of(ADA) == moment(70)


# When something fails


@pytest.mark.parametrize("failing", ["record", "quarantine"])
def test_states_are_stored_as_they_were_before_the_first_failure(failing: str) -> None:
    states = States()
    trouble = CALL_OF_BEN[0] if failing == "record" else b"not JSON"

    report = process(states, RING, TALK, trouble, END, GONE, records=Records("of ben"))

    assert min(report.failures) == 2
    assert (states.timestamp_of(ADA), states.timestamp_of(BEN)) == (moment(5), None)


def test_no_repair_is_lost_when_the_batch_is_taken_up_again_after_a_failure() -> None:
    states = States()
    process(states, RING, TALK)
    contents = (*CALL_OF_BEN, LATER)
    process(states, *contents, records=Records("of ben", "contact-1"))
    again = Records()

    process(states, *contents, records=again)

    (closed,) = (each for each in again.saved if each.contact_id == "contact-1")
    assert [guess.state for guess in closed.inferred] == ["CLEARED"]


def test_events_of_agents_whose_states_cannot_be_read_are_saved_and_come_again() -> None:
    """What they say by themselves is true; what they prove of others can only be told later."""
    states, records = States(), Records()
    states.unreadable = {BEN}
    others = [
        agent_event(0, agent=f"agent {number:03}", current=IDLE, previous=None)
        for number in range(100)
    ]

    report = process(states, *others, *CALL_OF_BEN, records=records)

    # A hundred agents are read at a time, in order of their keys: Ben is the 101st.
    assert report.failures == {100: "throttled"}
    assert [each.contact_id for each in records.saved] == ["of ben"]
    assert len(states.states) == 100


def test_every_event_of_an_agent_whose_state_cannot_be_read_comes_again() -> None:
    states, records = States(), Records()
    states.unreadable = {AgentKey("instance-1", "zoe")}
    others = [
        agent_event(
            0, agent=f"agent {number:03}", current=snapshot(contact("CONNECTING", 0)), previous=None
        )
        for number in range(100)
    ]
    of_zoe = events_of_steps((0, "zoe", "CONNECTING"), (3, "zoe", "MISSED"), contact_id="of zoe")

    report = process(states, of_zoe[0], *others, of_zoe[1], records=records)

    assert report.failures == {0: "throttled", 101: "throttled"}
    assert {each.contact_id for each in records.saved} == {"of zoe", "contact-1"}
    assert states.states == {}


def test_state_that_cannot_be_written_is_delivered_again_from_its_first_change() -> None:
    """Later events alone would be compared with the state before the batch, and prove less."""
    states = States()
    states.unwritable = {ADA}

    report = process(states, *CALL_OF_BEN, LATER | {"EventTimestamp": moment(-9)}, RING, TALK)

    assert report.failures == {1: "throttled"}
    assert states.timestamp_of(BEN) == moment(1)
    assert report.states_written == 1


def test_event_that_names_no_instance_is_saved_without_a_state() -> None:
    states, records = States(), Records()
    event = agent_event(
        0, current=snapshot(contact("CONNECTING", 0)), AgentARN="just an id", InstanceARN=None
    )

    report = process(states, event, records=records)

    assert report.failures == {}
    assert len(records.saved) == 1
    assert states.states == {}


def test_repair_that_an_unread_state_would_have_proven_is_made_when_the_event_comes_again() -> None:
    states, records, again = States(), Records(), Records()
    process(states, RING, TALK)
    states.unreadable = {ADA}

    report = process(states, LATER, records=records)
    states.unreadable = set()
    process(states, LATER, records=again)

    assert report.failures == {0: "throttled"}
    assert records.saved == []
    assert [guess.state for each in again.saved for guess in each.inferred] == ["CLEARED"]


# However the stream is cut into batches


@given(days(), st.data())
def test_cuts_between_batches_change_neither_states_nor_repairs(
    day: list[Script], data: st.DataObject
) -> None:
    events = play(day)
    lost = data.draw(st.sets(st.integers(0, len(events) - 1)))
    kept = [event for position, event in enumerate(events) if position not in lost]
    cuts = data.draw(st.sets(st.integers(0, len(kept)), max_size=8)) | {0, len(kept)}

    in_one, in_parts = Followed([kept]), Followed(kept[a:b] for a, b in pairwise(sorted(cuts)))

    assert in_parts.states == in_one.states
    assert in_parts.guesses == in_one.guesses


class Followed:
    """What is stored of the agents after some batches, and all that was inferred meanwhile."""

    def __init__(self, batches: Iterable[Sequence[JsonObject]]) -> None:
        states, records = States(), Records()
        for each in batches:
            process(states, *each, records=records)
        self.states = states.states
        known: dict[str, ContactFacts] = {}
        for facts in records.saved:
            before = known.get(facts.contact_id)
            known[facts.contact_id] = before.merge(facts) if before else facts
        self.guesses = {contact_id: facts.inferred for contact_id, facts in known.items()}

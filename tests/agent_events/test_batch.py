"""A batch: each record answers for itself; facts are put together per contact before saving."""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adapters.agent_states_table import AgentKey, StateWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.errors import UnavailableError
from agent_events.agent_states import AgentStates
from agent_events.batch import UNUSABLE, BatchReport, process_batch
from agent_events.saving import FULL, Saved
from agent_events.unusable_records import UnusableRecords
from contacts.facts.agent_state import AgentState
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.statement import INITIATION, LAST_UPDATE
from contacts.incoming.stream_record import RecordKind
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    contact,
    events_of_steps,
    moment,
    snapshot,
)
from tests.fakes.kinesis_batches import batch, sequence_number

CALL = events_of_steps(
    (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (65, "ada", "ENDED"), (70, "ada", "CLEARED")
)
NOT_JSON = b"not JSON"


class Saving:
    """Takes the place of saving: keeps what it is given, fails what it is told to."""

    def __init__(
        self,
        failures: Mapping[str, str] | None = None,
        impossible: Mapping[str, str] | None = None,
    ) -> None:
        self.contacts: list[ContactFacts] = []
        self._failures = dict(failures or {})
        self._impossible = dict(impossible or {})

    def read_ahead(self, contacts: Iterable[ContactFacts]) -> None:
        """Nothing is stored."""

    def save(self, contacts: Iterable[ContactFacts]) -> Saved:
        self.contacts += contacts
        return Saved(failures=self._failures, impossible=self._impossible)


class MemoryStates:
    """Agent states in memory; it can be unavailable."""

    def __init__(self) -> None:
        self.states: dict[AgentKey, AgentState] = {}
        self.readable = True
        self.writable = True

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        if not self.readable:
            message = "states cannot be read"
            raise UnavailableError(message)
        return {key: self.states[key] for key in keys if key in self.states}

    def write_each(self, writes: Sequence[StateWrite]) -> dict[int, Unwritten]:
        if not self.writable:
            error = UnavailableError("states cannot be written")
            return dict.fromkeys(range(len(writes)), error)
        for state, _ in writes:
            self.states[AgentKey(state.instance_id, state.agent_id)] = state
        return {}


class MemoryQuarantine:
    """A quarantine without S3; it can be unavailable."""

    def __init__(self, *, available: bool = True) -> None:
        self.kept: dict[str, str] = {}
        self._available = available

    def keep(self, record: Mapping[str, Any], reason: str) -> None:
        if not self._available:
            message = "SlowDown"
            raise UnavailableError(message)
        self.kept[record["kinesis"]["sequenceNumber"]] = reason


def process(
    *contents: JsonObject | bytes,
    saving: Saving | None = None,
    quarantine: MemoryQuarantine | None = None,
    states: MemoryStates | None = None,
) -> BatchReport:
    with ThreadPoolExecutor(1) as executor:
        return process_batch(
            batch(contents)["Records"],
            kept=KeptFields(),
            agent_states=AgentStates(states or MemoryStates(), executor),
            contacts=saving or Saving(),
            keep=UnusableRecords(quarantine or MemoryQuarantine(), executor).keep,
        )


def test_empty_batch_saves_nothing() -> None:
    saving = Saving()

    report = process(saving=saving)

    assert report == BatchReport()
    assert saving.contacts == []


def test_facts_of_a_contact_are_saved_once_for_the_whole_batch() -> None:
    saving = Saving()

    report = process(*CALL, saving=saving)

    (contact_facts,) = saving.contacts
    assert len(contact_facts.timeline) == 4
    assert report.facts == 4
    assert report.kinds == {RecordKind.AGENT_EVENT: 4}


def test_doubled_records_add_no_fact() -> None:
    once, twice = Saving(), Saving()

    process(*CALL, saving=once)
    report = process(*CALL, *CALL, saving=twice)

    assert twice.contacts == once.contacts
    assert report.facts == 4


def test_every_contact_of_a_snapshot_is_saved() -> None:
    saving = Saving()
    names = [f"chat {number}" for number in range(50)]
    chats = [contact("CONNECTING", 0, contact_id=name) for name in names]

    process(agent_event(0, current=snapshot(*chats)), saving=saving)

    assert {each.contact_id for each in saving.contacts} == {
        f"chat {number}" for number in range(50)
    }


def test_unusable_record_is_kept_and_the_others_are_saved() -> None:
    saving, quarantine = Saving(), MemoryQuarantine()

    report = process(CALL[0], NOT_JSON, CALL[1], saving=saving, quarantine=quarantine)

    assert quarantine.kept.keys() == {sequence_number(1)}
    assert report.kinds == {RecordKind.AGENT_EVENT: 2, UNUSABLE: 1}
    assert report.quarantined.total() == 1
    assert report.failures == {}
    assert len(saving.contacts[0].timeline) == 2


def test_record_that_cannot_be_kept_is_delivered_again() -> None:
    saving = Saving()

    report = process(
        CALL[0], NOT_JSON, CALL[1], saving=saving, quarantine=MemoryQuarantine(available=False)
    )

    assert report.failures == {1: "quarantine: SlowDown"}
    assert report.quarantined.total() == 0
    assert len(saving.contacts[0].timeline) == 2


def test_records_of_a_contact_whose_item_is_full_are_kept_and_not_delivered_again() -> None:
    other = events_of_steps((0, "ben", "CONNECTING"), contact_id="other")
    quarantine = MemoryQuarantine()

    report = process(
        *other, *CALL, saving=Saving(impossible={"contact-1": FULL}), quarantine=quarantine
    )

    assert quarantine.kept == dict.fromkeys(map(sequence_number, range(1, 5)), FULL)
    assert report.quarantined == {FULL: 4}
    assert report.failures == {}


def test_unsaved_contact_fails_at_the_first_record_that_shows_it() -> None:
    other = events_of_steps((0, "ben", "CONNECTING"), contact_id="other")

    report = process(*other, *CALL, saving=Saving({"contact-1": "throttled"}))

    assert report.failures == {1: "throttled"}


def test_contact_event_and_contact_record_join_the_facts_of_their_contact() -> None:
    saving = Saving()
    contact_event = {"eventType": "INITIATED", "contactId": "contact-1"} | {
        "initiationTimestamp": moment(-30)
    }
    contact_record = {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": "contact-1",
        "LastUpdateTimestamp": "2026-03-09T10:00:00Z",
    }

    report = process(contact_event, *CALL, contact_record, saving=saving)

    (contact_facts,) = saving.contacts
    assert report.kinds == {
        RecordKind.CONTACT_EVENT: 1,
        RecordKind.AGENT_EVENT: len(CALL),
        RecordKind.CONTACT_RECORD: 1,
    }
    assert contact_facts.contact_events == {INITIATION: moment(-30)}
    assert contact_facts.contact_record == {LAST_UPDATE: "2026-03-09T10:00:00.000Z"}
    assert contact_facts.timeline


@pytest.mark.parametrize("position", [0, 2])
def test_unsaved_contact_fails_at_the_first_record_of_any_source(position: int) -> None:
    contact_event = {"eventType": "INITIATED", "contactId": "contact-1"} | {
        "initiationTimestamp": moment(-30)
    }
    records = [*CALL]
    records.insert(position, contact_event)

    report = process(*records, saving=Saving({"contact-1": "throttled"}))

    assert report.failures == {0: "throttled"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_contact_whose_chain_becomes_known_in_the_batch_is_saved_once(
    order: tuple[int, int],
) -> None:
    saving = Saving()
    events = [
        *events_of_steps((0, "ada", "CONNECTING")),
        *events_of_steps((5, "ada", "CONNECTED"), InitialContactId="root"),
    ]

    report = process(*(events[position] for position in order), saving=saving)

    (contact_facts,) = saving.contacts
    assert contact_facts.chain_id == "root"
    assert len(contact_facts.timeline) == report.facts


def test_chain_that_becomes_known_within_one_event_is_the_contacts_chain() -> None:
    saving = Saving()
    before = snapshot(contact("CONNECTING", 0))
    after = snapshot(contact("CONNECTED", 5, connected=5, InitialContactId="root"))

    process(agent_event(5, previous=before, current=after), saving=saving)

    assert [each.chain_id for each in saving.contacts] == ["root"]


def test_event_of_a_megabyte_is_as_good_as_any() -> None:
    saving = Saving()
    padded = {**CALL[0], "SomethingNew": "x" * 1_000_000}
    assert len(json.dumps(padded)) > 1_000_000

    report = process(padded, saving=saving)

    assert report.failures == {}
    assert len(saving.contacts) == 1

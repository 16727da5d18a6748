"""When a record moves, the chain that it leaves and the one that it joins are both linked anew."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from adapters.contact_records_table import Key
from contact_chains.linking import ChainLinker, leg_changes
from contacts.facts.contact_facts import ContactFacts
from contacts.item_parts import is_to_be_linked
from tests.agent_events.moving_contact import (
    CONTACT,
    IN_OTHER,
    ONE,
    OTHER,
    OWN,
    WatchedCalls,
    records,
    save_into,
)
from tests.by_hand.agent_events_by_hand import JsonObject, Step, events_of_steps, facts_from, moment
from tests.by_hand.stated_by_hand import amazon_contact_record, facts_by_record, whole
from tests.contact_chains.interleaving import Activity, WaitForTurn, schedules, take_turns
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.faults.execution_environments import OneAfterTheOther

STEPS = 5


def leg(
    contact_id: str, begin: int, agent: str, initial: str | None = None, *, steps: int = STEPS
) -> ContactFacts:
    """A leg that was connected to ``agent`` for a minute and held its customer in the middle."""
    all_steps: tuple[Step, ...] = (
        (begin, agent, "CONNECTING"),
        (begin + 2, agent, "CONNECTED"),
        (begin + 30, agent, "CONNECTED_ONHOLD"),
        (begin + 62, agent, "ENDED"),
        (begin + 70, agent, "CLEARED"),
    )
    events = events_of_steps(
        *all_steps[:steps],
        contact_id=contact_id,
        InitialContactId=initial,
        InitiationMethod="TRANSFER" if initial else "INBOUND",
        QueueTimestamp=moment(begin - 1),
    )
    return facts_from(*events)


def recorded(initial: str | None, *, at: int = 200) -> ContactFacts:
    """A contact record that states the chain of the contact, and nothing of who invited whom."""
    silent = (
        *("Agent", "Queue", "AgentConnectionAttempts", "PreviousContactId", "NextContactId"),
        *("InitiationTimestamp", "ConnectedToSystemTimestamp", "DisconnectTimestamp"),
        *("DisconnectReason", "InitiationMethod", "ExternalThirdParty", "RelatedContactId"),
        *("TransferCompletedTimestamp", "TransferredToEndpoint"),
    )
    record = amazon_contact_record(
        **dict.fromkeys(silent),
        ContactId=CONTACT,
        InitialContactId=initial,
        LastUpdateTimestamp=whole(at),
    )
    return facts_by_record(record)


FIRST_OF_ONE = leg(ONE, 0, "ada")
FIRST_OF_OTHER = leg(OTHER, 1, "ben")
MOVING = leg(CONTACT, 31, "cleo", ONE)
MOVES = recorded(OTHER)
LAST_OF_ONE = leg("last of one", 62, "dora", ONE)
DAY = (FIRST_OF_ONE, FIRST_OF_OTHER, MOVING, MOVES, LAST_OF_ONE)


class LinkedTable:
    """A table, and how far the linking has read its stream."""

    def __init__(self) -> None:
        self.table = FakeContactRecordsTable()
        self._read_up_to = 0

    def save(self, *contacts: ContactFacts) -> None:
        for facts in contacts:
            self._save(self.table, facts)

    def _save(self, table: Any, facts: ContactFacts) -> None:
        assert save_into(table, facts).failures == {}

    def saving(self, facts: ContactFacts) -> Activity:
        return lambda wait: self._save(WatchedCalls(self.table, before=wait), facts)

    def linking(self, wait: WaitForTurn) -> None:
        """An invocation of Lambda 2 for all chains, whatever has come of its stream so far."""
        linker = ChainLinker(
            WatchedCalls(self.table, before=wait), OneAfterTheOther(1), pause=lambda _: None
        )
        assert linker.link([ONE, OTHER, CONTACT]).failures == {}

    def drain(self) -> None:
        """Link record by record until nothing is left."""
        while self._read_up_to < len(self.table.written):
            image = self.table.written[self._read_up_to]
            self._read_up_to += 1
            if is_to_be_linked(image):
                linker = ChainLinker(self.table, OneAfterTheOther(1), pause=lambda _: None)
                assert linker.link([image["ChainId"]]).failures == {}


def linked_records(table: FakeContactRecordsTable) -> dict[Key, JsonObject]:
    return {
        key: {name: record[name] for name in record if name not in {"ChainVersion", "LinksDue"}}
        for key, record in records(table).items()
    }


def linked_at_once(*contacts: ContactFacts) -> dict[Key, JsonObject]:
    """What is stored when everything is known before anything is linked, and nothing moves."""
    pipeline = LinkedTable()
    together: dict[str, ContactFacts] = {}
    for facts in contacts:
        known = together.get(facts.contact_id)
        together[facts.contact_id] = known.merge(facts) if known else facts
    pipeline.save(*together.values())
    pipeline.drain()
    return linked_records(pipeline.table)


def links_left(table: FakeContactRecordsTable) -> list[Any]:
    chains = {key.chain_id for key in table.items}
    return [change for chain in chains for change in leg_changes(chain, table.read_chain(chain))]


def test_day_has_links_that_the_move_changes() -> None:
    """Else the tests below would prove little."""
    before = linked_at_once(FIRST_OF_ONE, FIRST_OF_OTHER, MOVING, LAST_OF_ONE)
    after = linked_at_once(*DAY)

    last = Key(ONE, "last of one")
    assert before[last]["PreviousContactId"] == CONTACT
    assert before[Key(ONE, ONE)]["NextContactId"] == CONTACT
    assert after[last]["PreviousContactId"] == ONE
    assert after[Key(ONE, ONE)]["NextContactId"] == "last of one"
    assert after[Key(OTHER, OTHER)]["NextContactId"] == CONTACT
    assert after[IN_OTHER]["PreviousContactId"] == OTHER


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at the end"])
@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_both_chains_are_linked_rightly_in_any_order_of_arrival(
    order: tuple[int, ...], at_once: bool
) -> None:
    pipeline = LinkedTable()
    for position in order:
        pipeline.save(DAY[position])
        if not at_once:
            pipeline.drain()
    pipeline.drain()

    assert linked_records(pipeline.table) == linked_at_once(*DAY)
    assert links_left(pipeline.table) == []


@pytest.mark.parametrize("chain", [(FIRST_OF_ONE,), (LAST_OF_ONE,), ()], ids=len)
def test_chain_that_loses_its_last_transfer_has_no_link_left(
    chain: tuple[ContactFacts, ...],
) -> None:
    pipeline = LinkedTable()
    pipeline.save(*chain, MOVING)
    pipeline.drain()

    pipeline.save(MOVES)
    pipeline.drain()

    assert linked_records(pipeline.table) == linked_at_once(*chain, MOVING, MOVES)
    assert links_left(pipeline.table) == []


def test_record_that_comes_back_as_a_first_contact_is_linked_with_its_own_legs() -> None:
    """A leg of its own has named it while it was somewhere else."""
    own_leg = leg("own leg", 62, "dora", CONTACT)
    moving = leg(CONTACT, 31, "cleo")
    to_one, back = (recorded(initial, at=at) for initial, at in ((ONE, 200), (None, 201)))
    pipeline = LinkedTable()
    for facts in (moving, to_one, own_leg, back):
        pipeline.save(facts)
        pipeline.drain()

    assert pipeline.table.items[OWN]["NextContactId"] == "own leg"
    assert linked_records(pipeline.table) == linked_at_once(moving, to_one, own_leg, back)


@pytest.mark.parametrize("linked", [True, False], ids=["linked", "not linked yet"])
@pytest.mark.parametrize(
    "there",
    [
        (FIRST_OF_ONE, FIRST_OF_OTHER, leg(CONTACT, 31, "cleo", ONE, steps=2)),
        (leg(CONTACT, 31, "cleo", ONE, steps=2),),
        (FIRST_OF_ONE, leg(CONTACT, 31, "cleo", steps=2)),
    ],
    ids=["from one chain to the other", "without first contacts", "from a chain of its own"],
)
def test_record_that_moves_while_its_chain_is_linked_leaves_no_wrong_link(
    there: Sequence[ContactFacts], linked: bool
) -> None:
    """Lambda 1 moves the record while an invocation of Lambda 2 reads and writes."""
    coming = (MOVING, LAST_OF_ONE, leg("own leg", 70, "hugo", CONTACT))
    expected = linked_at_once(*there, *coming, MOVES)
    for schedule in schedules(2, steps=7):
        pipeline = LinkedTable()
        pipeline.save(*there)
        if linked:
            pipeline.drain()
        pipeline.save(*coming)

        take_turns([pipeline.linking, pipeline.saving(MOVES)], schedule)
        pipeline.drain()

        assert linked_records(pipeline.table) == expected, schedule
        assert links_left(pipeline.table) == []

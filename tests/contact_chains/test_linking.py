"""Linking a chain: any order of arrival, lost races, stale invocations, unseen first contacts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from copy import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import Key, RecordWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.errors import ItemTooLargeError, LostRaceError, UnavailableError
from agent_events.saving import FactSaver
from contact_chains.linking import ChainLinker, Linked, chain_version, leg_changes
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import (
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    INITIAL_CONTACT,
    INITIATION,
    INTERACTION,
    LAST_UPDATE,
    NEXT_CONTACT,
    PREVIOUS_CONTACT,
    Statement,
)
from contacts.item_parts import Changes, Item, is_to_be_linked
from tests.by_hand.agent_events_by_hand import JsonObject, Step, events_of_steps, facts_from, moment
from tests.by_hand.calls_by_hand import Call, stated_facts
from tests.contact_chains.interleaving import Activity, WaitForTurn, schedules, take_turns
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable, Interruption
from tests.strategies.statement_strategies import facts_of_any_source

CHAIN = "first"
FIRST = Key(CHAIN, CHAIN)
SECOND = Key(CHAIN, "second")
THIRD = Key(CHAIN, "third")
ANOTHER = "another"
MOST_ROUNDS = 6

FIRST_STEPS: tuple[Step, ...] = (
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (60, "ada", "CONNECTED_ONHOLD"),
    (90, "ada", "ENDED"),
    (99, "ada", "CLEARED"),
)
SECOND_STEPS: tuple[Step, ...] = (
    (62, "ben", "CONNECTING"),
    (65, "ben", "CONNECTED"),
    (150, "ben", "CONNECTED_ONHOLD"),
    (180, "ben", "ENDED"),
    (188, "ben", "CLEARED"),
)
THIRD_STEPS: tuple[Step, ...] = (
    (152, "cleo", "CONNECTING"),
    (155, "cleo", "CONNECTED"),
    (240, "cleo", "ENDED"),
    (250, "cleo", "CLEARED"),
)
ON_SCREEN = 3
"""So many steps of a leg, and the agents are still in conversation."""

type Link = Callable[..., Linked]


@pytest.fixture
def table() -> FakeContactRecordsTable:
    return FakeContactRecordsTable()


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def link(table: FakeContactRecordsTable, executor: Executor, pauses: list[float]) -> Link:
    linker = ChainLinker(table, executor, pause=pauses.append)
    return lambda *chain_ids: linker.link(chain_ids or [CHAIN])


def first(steps: int = len(FIRST_STEPS)) -> ContactFacts:
    return facts_from(*events_of_steps(*FIRST_STEPS[:steps], contact_id=CHAIN))


def second(steps: int = len(SECOND_STEPS)) -> ContactFacts:
    return _invited("second", SECOND_STEPS[:steps], CHAIN, queued=61)


def leg_of_another_chain() -> ContactFacts:
    return _invited("other", SECOND_STEPS, ANOTHER, queued=61)


def stated(
    contact_id: str,
    method: str,
    *,
    record: Statement | None = None,
    events: Statement | None = None,
) -> ContactFacts:
    """What a contact record or contact events say of a contact, and when."""
    usual: Statement = {INITIATION: moment(55), LAST_UPDATE: moment(300)}
    return stated_facts(
        Call(contact_id=contact_id, method=method),
        contact_events={INITIATION: moment(55), **events} if events else {},
        contact_record={**usual, **record} if record else {},
    )


def first_recorded() -> ContactFacts:
    """The contact record of the first contact, which says whom it invited last."""
    return stated(CHAIN, "INBOUND", record={NEXT_CONTACT: "third"})


def second_recorded() -> ContactFacts:
    return _recorded_leg("second")


def third_recorded() -> ContactFacts:
    """By the times "third" follows "second", and its agent had the customer for longer."""
    return _recorded_leg("third", {INTERACTION: 80})


def external() -> ContactFacts:
    """An external party that "second" rang during its hold, known by contact events only."""
    events: Statement = {
        INITIAL_CONTACT: CHAIN,
        PREVIOUS_CONTACT: "second",
        INITIATION: moment(155),
        CONNECTED_TO_SYSTEM: moment(160),
        DISCONNECT: moment(170),
    }
    return stated("external", "EXTERNAL_OUTBOUND", events=events)


def second_of_another_chain() -> ContactFacts:
    """The contact record of "second" names another initial contact than agent events did."""
    return stated("second", "TRANSFER", record={INITIAL_CONTACT: ANOTHER})


def _recorded_leg(contact_id: str, others: Statement | None = None) -> ContactFacts:
    links: Statement = {INITIAL_CONTACT: CHAIN, PREVIOUS_CONTACT: CHAIN}
    return stated(contact_id, "TRANSFER", record={**links, **(others or {})})


def third(steps: int = len(THIRD_STEPS)) -> ContactFacts:
    return _invited("third", THIRD_STEPS[:steps], CHAIN, queued=151)


def _invited(
    contact_id: str, steps: Sequence[Step], chain_id: str, *, queued: float
) -> ContactFacts:
    return facts_from(
        *events_of_steps(
            *steps,
            contact_id=contact_id,
            InitialContactId=chain_id,
            InitiationMethod="TRANSFER",
            QueueTimestamp=moment(queued),
        )
    )


def save(table: Any, *contacts: ContactFacts) -> None:
    """As Lambda 1 does it."""
    saver = FactSaver(table, RightHere(), record_ttl_days=30, pause=lambda _: None)
    assert saver.save(contacts).failures == {}


def contents(table: FakeContactRecordsTable) -> dict[Key, JsonObject]:
    """All items of the chain but for the counts of writes."""
    counters = {"Version", "ChainVersion", "LinksDue"}
    return {
        key: {name: value for name, value in item.items() if name not in counters}
        for key, item in table.items.items()
        if key.chain_id == CHAIN
    }


def linked_at_once(*contacts: ContactFacts) -> dict[Key, JsonObject]:
    """What the table holds when all legs are there before anything is linked."""
    table = FakeContactRecordsTable()
    save(table, *contacts)
    ChainLinker(table, RightHere()).link([CHAIN])
    return contents(table)


def previous_of(table: FakeContactRecordsTable, key: Key) -> Any:
    return table.items[key].get("PreviousContactId")


class RightHere(Executor):
    """Does at once, in the caller's thread, what it is given."""

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  the future is what raises it
            future.set_exception(error)
        return future


# Orders of arrival


@pytest.mark.parametrize(
    "order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
)
def test_links_do_not_depend_on_the_order_in_which_legs_arrive(
    order: tuple[int, ...], table: FakeContactRecordsTable, link: Link
) -> None:
    legs = (first(), second(), third())

    for position in order:
        save(table, legs[position])
        link()

    assert contents(table) == linked_at_once(*legs)
    assert previous_of(table, SECOND) == CHAIN
    assert previous_of(table, THIRD) == "second"
    assert table.items[FIRST]["NextContactId"] == "second"
    assert table.items[SECOND]["NextContactId"] == "third"
    assert table.items[SECOND]["TransferType"] == "TRANSFER"


def test_every_state_of_a_chain_may_be_linked_on_the_way(
    table: FakeContactRecordsTable, link: Link
) -> None:
    for steps in range(1, 6):
        save(table, second(steps))
        link()
        save(table, first(steps))
        link()

    assert contents(table) == linked_at_once(first(), second())


def test_leg_without_room_for_its_links_does_not_keep_the_others_from_theirs(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), second(), third())
    full = ItemTooLargeError("Item size to update has exceeded the maximum allowed size")
    table.interrupt(Interruption(method="write_links", happens=full, of="second", times=None))

    linked = link()

    assert (linked.full, linked.written, linked.failures) == (1, 2, {})
    assert previous_of(table, THIRD) == "second"


def test_linked_chain_costs_one_read_and_no_write(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), second(), third())
    link()
    before = table.items
    table.calls.clear()

    linked = link()

    assert linked == Linked(legs=[3])
    assert table.calls == [("read_chain", (CHAIN,))]
    assert table.items == before


def test_only_legs_that_differ_are_written(table: FakeContactRecordsTable, link: Link) -> None:
    save(table, first(), second(ON_SCREEN))
    link()
    table.calls.clear()

    save(table, second())
    link()

    assert [call for call in table.calls if call[0] == "write_links"] == [
        ("write_links", ("second",))
    ]


def test_lonely_first_contact_is_left_alone(table: FakeContactRecordsTable, link: Link) -> None:
    save(table, first())
    before = table.items

    assert link() == Linked(legs=[1])

    assert table.items == before


def test_chain_that_is_gone_is_left_alone(table: FakeContactRecordsTable, link: Link) -> None:
    assert link() == Linked(legs=[0])

    assert table.items == {}


def test_links_of_several_chains_are_independent(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second())
    save(table, leg_of_another_chain())
    table.interrupt(
        Interruption(method="read_chain", happens=UnavailableError("throttled"), of="another")
    )

    linked = link(CHAIN, "another")

    assert linked.failures == {"another": "throttled"}
    assert previous_of(table, SECOND) == CHAIN
    assert previous_of(table, Key("another", "other")) is None


# Three sources


ALL_TOLD = (first(), second(), third(), first_recorded(), third_recorded(), external())


@given(st.permutations(ALL_TOLD))
def test_links_do_not_depend_on_the_order_in_which_sources_speak(told: list[ContactFacts]) -> None:
    table = FakeContactRecordsTable()

    for facts in told:
        save(table, facts)
        ChainLinker(table, RightHere()).link([CHAIN])

    assert contents(table) == linked_at_once(*ALL_TOLD)
    assert links_left(table) == []


def test_legs_are_linked_by_the_strongest_evidence(
    table: FakeContactRecordsTable, link: Link
) -> None:
    for told in ALL_TOLD:
        save(table, told)

    link()

    assert table.items[FIRST]["NextContactId"] == "third"
    assert table.items[FIRST]["LinkDisagreements"] == {"NextContactId": "second"}
    assert table.items[SECOND]["LinkEvidence"] == "INFERRED"
    assert table.items[SECOND]["NextContactId"] == "external"
    assert table.items[THIRD]["LinkEvidence"] == "CONTACT_RECORD"
    assert previous_of(table, THIRD) == CHAIN
    assert table.items[THIRD]["Agent"]["AgentInteractionDuration"] == 80
    assert table.items[THIRD]["LinkDisagreements"] == {
        "PreviousContactId": "second",
        "AgentInteractionDuration": 60,
    }
    external_leg = table.items[Key(CHAIN, "external")]
    assert external_leg["LinkEvidence"] == "CONTACT_EVENT"
    assert external_leg["TransferType"] == "CONSULT"


def test_lonely_first_contact_gets_what_its_contact_record_states(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), first_recorded())

    assert is_to_be_linked(table.written[-1])
    assert link().written == 1

    assert table.items[FIRST]["NextContactId"] == "third"
    assert link() == Linked(legs=[1])


def test_written_links_are_counted_by_their_evidence(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), second(), external())

    assert link().evidence == {"INFERRED": 1, "CONTACT_EVENT": 1}

    save(table, second_recorded())
    assert link().evidence == {"CONTACT_RECORD": 1}
    assert link().evidence == {}


def test_disagreement_is_counted_once(table: FakeContactRecordsTable, link: Link) -> None:
    save(table, first(), second(), third())
    assert link().disagreements == {}

    save(table, third_recorded())
    assert link().disagreements == {
        "PreviousContactId": 1,
        "AgentInteractionDuration": 1,
        "NextContactId": 2,
    }

    save(table, first_recorded(), second_recorded())
    assert link().disagreements == {}


def test_disagreement_that_is_settled_goes(table: FakeContactRecordsTable, link: Link) -> None:
    """Agent events of a leg in between come late."""
    save(table, first(), third(), stated("third", "TRANSFER", record={PREVIOUS_CONTACT: "second"}))
    link()
    assert table.items[THIRD]["LinkDisagreements"] == {"PreviousContactId": CHAIN}

    save(table, second())
    link()

    assert "LinkDisagreements" not in table.items[THIRD]


# Records that move to another chain


def test_leg_that_moved_away_leaves_no_link_behind(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), second(), third())
    link()

    save(table, second_of_another_chain())
    link(CHAIN, ANOTHER)

    assert previous_of(table, THIRD) == CHAIN
    assert table.items[FIRST]["NextContactId"] == "third"
    assert previous_of(table, Key(ANOTHER, "second")) == ANOTHER
    assert table.items[SECOND]["MovedToChainId"] == ANOTHER
    assert "PreviousContactId" not in table.items[SECOND]


def test_first_contact_whose_only_leg_moved_away_is_alone_again(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), second())
    link()
    assert table.items[FIRST]["NextContactId"] == "second"

    save(table, second_of_another_chain())
    link()

    assert "NextContactId" not in table.items[FIRST]
    assert link() == Linked(legs=[1])


def test_chain_of_which_everything_moved_away_is_left_alone(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second(), second_of_another_chain())
    before = table.items

    assert link() == Linked(legs=[0])

    assert table.items == before


def test_chain_version_does_not_shrink_when_a_leg_moves_away(
    table: FakeContactRecordsTable, link: Link
) -> None:
    for steps in range(1, 6):
        save(table, first(steps), second(steps))
        link()
    before = chain_version(table.read_chain(CHAIN))

    save(table, second_of_another_chain())

    assert chain_version(table.read_chain(CHAIN)) > before


# A first contact that was not seen yet


def test_unseen_first_contact_gets_key_mark_and_expiry_only(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second())

    link()

    assert table.items[FIRST].keys() == {"ChainId", "ContactId", "ChainVersion", "ExpiresAt"}
    assert previous_of(table, SECOND) == CHAIN


def test_first_contact_that_comes_last_passes_the_filter(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second())
    link()

    save(table, first())

    assert is_to_be_linked(table.written[-1])
    assert "InitialContactId" not in table.written[-1]
    link()
    assert contents(table) == linked_at_once(first(), second())


def test_every_later_write_of_a_linked_first_contact_passes_the_filter(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(ON_SCREEN), second(ON_SCREEN))
    link()

    save(table, first())

    assert is_to_be_linked(table.written[-1])


def test_first_contact_that_invites_nobody_known_is_marked_all_the_same(
    table: FakeContactRecordsTable, link: Link
) -> None:
    """A MONITOR leg, say, that names it: what comes later must still lead here."""
    monitor = facts_from(
        *events_of_steps(
            (30, "hugo", "CONNECTED"),
            contact_id="second",
            InitialContactId=CHAIN,
            InitiationMethod="MONITOR",
        )
    )
    save(table, first(), monitor)

    link()

    assert "ChainVersion" in table.items[FIRST]
    assert "NextContactId" not in table.items[FIRST]
    assert link().written == 0


def test_mark_expires_at_the_end_of_the_day_of_the_last_leg_that_names_it(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second(1))
    link()

    save(table, second())
    link()

    mark, leg = table.items[FIRST]["ExpiresAt"], table.items[SECOND]["ExpiresAt"]
    assert mark % 86_400 == 0
    assert 0 <= mark - leg < 86_400


def first_of_another_chain() -> ContactFacts:
    """What legs call their initial contact is itself a leg of another chain."""
    record: Statement = {INITIAL_CONTACT: ANOTHER}
    return stated(CHAIN, "TRANSFER", record=record)


def test_mark_is_written_where_the_record_of_the_contact_is_looked_up(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first_of_another_chain(), second())
    assert table.items[FIRST]["MovedToChainId"] == ANOTHER
    assert "Version" in table.items[FIRST]

    assert link().conflicts == 0

    assert "ChainVersion" in table.items[FIRST]
    assert previous_of(table, SECOND) == CHAIN
    assert table.items[FIRST]["MovedToChainId"] == ANOTHER
    assert links_left(table) == []


def test_mark_does_not_shorten_the_life_of_where_a_contact_is_looked_up(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first_of_another_chain(), second(1))
    before = table.items[FIRST]["ExpiresAt"]
    assert before > table.items[SECOND]["ExpiresAt"] + 86_400

    link()

    assert table.items[FIRST]["ExpiresAt"] == before


def test_mark_lengthens_the_life_of_where_a_contact_is_looked_up(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first_of_another_chain(), second())
    table.put({**table.items[FIRST], "ExpiresAt": 7})

    link()

    assert table.items[FIRST]["ExpiresAt"] >= table.items[SECOND]["ExpiresAt"]


def test_mark_that_is_overtaken_by_where_a_contact_is_looked_up_is_written_again(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second())
    happens = lambda: save(table, first_of_another_chain())  # noqa: E731
    table.interrupt(Interruption(method="write_links", happens=happens, of=CHAIN))

    assert link().conflicts == 1

    assert "ChainVersion" in table.items[FIRST]
    assert table.items[FIRST]["MovedToChainId"] == ANOTHER
    assert links_left(table) == []


# Lost races


def test_overtaken_invocation_reads_the_chain_again(
    table: FakeContactRecordsTable, link: Link, pauses: list[float]
) -> None:
    save(table, first(ON_SCREEN), second(ON_SCREEN))
    table.interrupt(
        Interruption(method="write_links", happens=lambda: save(table, first(), second()))
    )

    linked = link()

    assert linked.conflicts == 1
    assert linked.failures == {}
    assert len(pauses) == 1
    assert contents(table) == linked_at_once(first(), second())


def test_first_contact_that_comes_just_before_its_mark_is_linked(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, second())
    table.interrupt(
        Interruption(method="write_links", happens=lambda: save(table, first()), of=CHAIN)
    )

    assert link().conflicts == 1

    assert contents(table) == linked_at_once(first(), second())


def test_races_lost_for_ever_are_given_up(
    table: FakeContactRecordsTable, link: Link, pauses: list[float]
) -> None:
    save(table, first(), second())
    save(table, leg_of_another_chain())
    table.interrupt(
        Interruption(method="write_links", happens=LostRaceError(FIRST), of=CHAIN, times=None)
    )

    linked = link(CHAIN, "another")

    assert linked.failures.keys() == {CHAIN}
    assert linked.legs == [1]
    # The other chain is read once more after it was written.
    assert table.calls_of("read_chain") == MOST_ROUNDS + 2
    assert len(pauses) == MOST_ROUNDS - 1
    assert sum(pauses) < 2


def test_chain_whose_links_cannot_be_written_fails(
    table: FakeContactRecordsTable, link: Link
) -> None:
    save(table, first(), second())
    table.interrupt(
        Interruption(method="write_links", happens=UnavailableError("throttled"), skip=1)
    )

    assert link().failures == {CHAIN: "throttled"}

    assert link().failures == {}
    assert contents(table) == linked_at_once(first(), second())


@pytest.mark.parametrize("later", [first(), second()], ids=["first", "second"])
def test_stale_invocation_does_not_undo_a_newer_one(
    later: ContactFacts, table: FakeContactRecordsTable, link: Link
) -> None:
    """It has read the chain; before it writes, the chain goes on and is linked by another."""
    save(table, first(ON_SCREEN), second(ON_SCREEN))

    def newer_invocation() -> None:
        save(table, later)
        ChainLinker(table, RightHere()).link([CHAIN])

    table.interrupt(Interruption(method="write_links", happens=newer_invocation))

    linked = link()

    assert linked.failures == {}
    assert links_left(table) == []


# Time to live


def test_chain_version_grows_with_every_write_of_a_leg(
    table: FakeContactRecordsTable, link: Link
) -> None:
    seen = [0]
    for steps in range(1, 6):
        for leg in (first(steps), second(steps)):
            save(table, leg)
            seen.append(chain_version(table.read_chain(CHAIN)))
            link()

    assert seen == sorted(set(seen))


def test_chain_version_is_never_below_a_mark(table: FakeContactRecordsTable, link: Link) -> None:
    """Else the marked leg could not be linked any more."""
    for steps in range(1, 6):
        save(table, first(steps))
        save(table, second(steps))
        link()
    save(table, third())
    link()

    for expired in (THIRD, FIRST):
        table.remove(expired)
        legs = table.read_chain(CHAIN)
        assert chain_version(legs) >= max(leg["ChainVersion"] for leg in legs)


def test_expired_leg_does_not_keep_the_others_from_being_linked(
    table: FakeContactRecordsTable, link: Link
) -> None:
    for steps in range(1, 6):
        save(table, first(steps))
        save(table, second(steps))
        link()
    table.remove(SECOND)

    save(table, third())
    linked = link()

    assert linked.conflicts == 0
    assert linked.failures == {}
    assert previous_of(table, THIRD) == CHAIN
    assert links_left(table) == []


def test_expired_first_contact_is_marked_again(table: FakeContactRecordsTable, link: Link) -> None:
    save(table, first(), second(ON_SCREEN))
    link()
    table.remove(FIRST)

    save(table, second())
    assert link().failures == {}

    assert table.items[FIRST].keys() == {"ChainId", "ContactId", "ChainVersion", "ExpiresAt"}
    assert links_left(table) == []


# Invocations side by side, in every order of their steps


class InTurn:
    """The table as one of several activities sees it: before each call it waits for its turn."""

    def __init__(self, table: FakeContactRecordsTable, wait: WaitForTurn) -> None:
        self._table = table
        self._wait = wait

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        self._wait()
        return self._table.read(keys, consistent=consistent)

    def read_chain(self, chain_id: str) -> list[Item]:
        self._wait()
        return self._table.read_chain(chain_id)

    def write_each(self, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]:
        self._wait()
        return self._table.write_each(writes)

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        self._wait()
        self._table.write_records(writes)

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        self._wait()
        self._table.write_links(key, changes, version=version, chain_version=chain_version)


class Invocations:
    """Activities on one table, and how far its stream has been read by those that link."""

    def __init__(self, table: FakeContactRecordsTable) -> None:
        self._table = table
        self._read_up_to = 0

    def linking(self, wait: WaitForTurn) -> None:
        self._read_up_to = max(self._read_up_to, len(self._table.written))
        linker = ChainLinker(InTurn(self._table, wait), RightHere(), pause=lambda _: None)
        assert linker.link([CHAIN, ANOTHER]).failures == {}

    def saving(self, *contacts: ContactFacts) -> Activity:
        return lambda wait: save(InTurn(self._table, wait), *contacts)

    def drain(self) -> None:
        """Read the rest of the stream, record by record."""
        while self._read_up_to < len(self._table.written):
            record = self._table.written[self._read_up_to]
            self._read_up_to += 1
            if is_to_be_linked(record):
                linker = ChainLinker(self._table, RightHere(), pause=lambda _: None)
                linker.link([record["ChainId"]])


def links_left(table: FakeContactRecordsTable) -> list[Any]:
    return list(leg_changes(CHAIN, table.read_chain(CHAIN)))


@pytest.mark.parametrize(
    "there", [(first(), second()), (second(),), (first(), second(), third())], ids=len
)
def test_two_invocations_side_by_side_link_the_chain(there: tuple[ContactFacts, ...]) -> None:
    expected = linked_at_once(*there)
    for schedule in schedules(2, steps=8, alike=(0, 1)):
        table = FakeContactRecordsTable()
        save(table, *there)
        invocations = Invocations(table)

        take_turns([invocations.linking, invocations.linking], schedule)
        invocations.drain()

        assert contents(table) == expected, schedule


@pytest.mark.parametrize(
    ("there", "coming"),
    [
        ((first(ON_SCREEN), second(ON_SCREEN)), (first(), second())),
        ((second(ON_SCREEN),), (first(),)),
        ((first(),), (second(),)),
        ((first(), second(ON_SCREEN)), (second(), third())),
        ((first(), second(), third()), (third_recorded(),)),
        ((first(),), (first_recorded(),)),
        ((first(), second()), (second_of_another_chain(),)),
        ((second(),), (first_of_another_chain(),)),
    ],
    ids=[
        "both end",
        "first comes last",
        "second comes",
        "third comes",
        "third is recorded",
        "first is recorded",
        "second moves away",
        "first is elsewhere",
    ],
)
def test_invocations_overtaken_by_new_facts_leave_no_wrong_link(
    there: tuple[ContactFacts, ...], coming: tuple[ContactFacts, ...]
) -> None:
    """Lambda 1 writes while two invocations of Lambda 2 read and write, and the rest is drained."""
    complete = FakeContactRecordsTable()
    save(complete, *there)
    save(complete, *coming)
    ChainLinker(complete, RightHere()).link([CHAIN])
    expected = contents(complete)
    for schedule in schedules(3, steps=6, alike=(0, 1)):
        table = FakeContactRecordsTable()
        save(table, *there)
        invocations = Invocations(table)

        take_turns(
            [invocations.linking, invocations.linking, invocations.saving(*coming)], schedule
        )
        invocations.drain()

        assert without_expiry_of_marks(contents(table)) == without_expiry_of_marks(expected), (
            schedule
        )


def without_expiry_of_marks(items: dict[Key, JsonObject]) -> dict[Key, JsonObject]:
    return {
        key: {name: item[name] for name in item if name != "ExpiresAt" or "Timeline" in item}
        for key, item in items.items()
    }


# When the filter lets Lambda 2 look


@given(facts_of_any_source(), st.sampled_from(("first", "second", "third")), st.booleans())
def test_chain_is_linked_whenever_nothing_more_passes_the_filter(
    known: list[ContactFacts], contact_id: str, is_first_late: bool
) -> None:
    """Lambda 1 marks what changes the links, whatever source tells of whichever leg."""
    table = FakeContactRecordsTable()
    legs = [leg for leg in (first(), second(), third()) if leg.contact_id != contact_id]
    told = [_of_the_chain(facts, contact_id) for facts in known]
    linker = ChainLinker(table, RightHere(), pause=lambda _: None)

    for facts in (*told, *legs) if is_first_late else (*legs, *told):
        before = len(table.written)
        save(table, facts)
        due = {each["ChainId"] for each in table.written[before:] if is_to_be_linked(each)}
        assert not linker.link(sorted(due)).failures

        assert [change for change in links_left(table) if change.changes] == []


def _of_the_chain(facts: ContactFacts, contact_id: str) -> ContactFacts:
    return replace(
        facts,
        contact_id=contact_id,
        initial_contact_id=None if contact_id == CHAIN else CHAIN,
    )

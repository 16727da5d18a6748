"""A contact whose sources name different chains, and the table as those who save it reach it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import replace
from functools import reduce
from typing import Any, Final

from adapters.contact_records_table import Key, RecordWrite
from adapters.dynamodb.batch_write import Unwritten
from agent_events.saving import FactSaver, Saved
from contacts.facts.contact_facts import ContactFacts, InferredFact
from contacts.item.contact_item import holds_record
from contacts.item_parts import Changes, Item
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    Step,
    contacts_of,
    events_of_steps,
    moment,
)
from tests.by_hand.stated_by_hand import (
    amazon_contact_record,
    contact_event_detail,
    facts_by_event,
    facts_by_record,
    whole,
)
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.fakes.killed import KilledError
from tests.faults.execution_environments import OneAfterTheOther

RING, TALK, END, GONE = CALL = (
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (65, "ada", "ENDED"),
    (70, "ada", "CLEARED"),
)
CONTACT: Final = "call"
ONE, OTHER, THIRD = "one root", "other root", "third root"
OWN, IN_ONE, IN_OTHER = (Key(chain_id, CONTACT) for chain_id in (CONTACT, ONE, OTHER))
LOCATION_ENTRY: Final = {"ChainId", "ContactId", "MovedToChainId", "ExpiresAt", "Version"}
RECORD_TTL_DAYS: Final = 30

# What is asserted of the contact, by evidence of growing strength


def seen(*steps: Step, initial: str | None = None) -> ContactFacts:
    """What the agent events of these steps assert; each shows the step before, too."""
    events = events_of_steps(*CALL, contact_id=CONTACT, InitialContactId=initial)
    of_steps = [event for step, event in zip(CALL, events, strict=True) if step in steps]
    (facts,) = contacts_of(of_steps).values()
    return facts


def told(initial: str | None) -> ContactFacts:
    """What a contact event states."""
    return facts_by_event(contact_event_detail(contactId=CONTACT, initialContactId=initial))


def recorded(initial: str | None, *, at: int = 130) -> ContactFacts:
    """What a contact record states, as last updated ``at`` that second."""
    return facts_by_record(
        amazon_contact_record(
            ContactId=CONTACT, InitialContactId=initial, LastUpdateTimestamp=whole(at)
        )
    )


def inferred(initial: str | None = None) -> ContactFacts:
    """What only follows from lost events: the contact was gone by then."""
    guess = InferredFact(moment(80), "CLEARED", moment(60), "ada")
    nothing = seen(RING, initial=initial)
    return replace(
        nothing, timeline=frozenset(), usernames={}, queue=None, inferred=frozenset({guess})
    )


def everything(*facts: ContactFacts) -> ContactFacts:
    return reduce(ContactFacts.merge, facts)


# Saving, and what is stored


def save_into(table: Any, *contacts: ContactFacts) -> Saved:
    saver = FactSaver(
        table, OneAfterTheOther(1), record_ttl_days=RECORD_TTL_DAYS, pause=lambda _: None
    )
    return saver.save(contacts)


def contents(table: FakeContactRecordsTable) -> dict[Key, JsonObject]:
    """All items but for what depends on the writes."""
    return {
        key: {name: item[name] for name in item if name not in {"Version", "LinksDue"}}
        for key, item in table.items.items()
    }


def expected_record(*facts: ContactFacts) -> dict[Key, JsonObject]:
    """The record when all was known at once, in a table that was empty."""
    table = FakeContactRecordsTable()
    known = everything(*facts)
    assert save_into(table, known).failures == {}
    key = Key(known.chain_id, CONTACT)
    return {key: contents(table)[key]}


def records(table: FakeContactRecordsTable) -> dict[Key, JsonObject]:
    return {key: item for key, item in contents(table).items() if holds_record(item)}


def assert_one_record(table: FakeContactRecordsTable, *facts: ContactFacts) -> None:
    """It is in its place, complete, and every other item of the contact leads there."""
    expected = expected_record(*facts)
    assert records(table) == expected
    ((place, _),) = expected
    items = table.items
    assert OWN in items
    for key, item in items.items():
        if key.chain_id != place:
            assert item.keys() - {"LinksDue"} == LOCATION_ENTRY
            assert followed(items, key).chain_id == place


def followed(items: dict[Key, Item], key: Key) -> Key:
    steps = 0
    while "MovedToChainId" in items[key]:
        key = Key(items[key]["MovedToChainId"], key.contact_id)
        steps += 1
        assert steps <= len(items)
    return key


# Invocations in trouble


class WatchedCalls:
    """The table as one invocation reaches it: something may happen around each of its calls.

    Where a read need not be consistent, each item is shown as it was some writes ago (``lags``).
    """

    def __init__(
        self,
        table: FakeContactRecordsTable,
        *,
        before: Callable[[], None] = lambda: None,
        after: Callable[[], None] = lambda: None,
        lags: Iterable[int] = (),
    ) -> None:
        self._table = table
        self._before = before
        self._after = after
        self._lags = iter(lags)

    def _call[Result](self, does: Callable[[], Result]) -> Result:
        self._before()
        result = does()
        self._after()
        return result

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        if consistent:
            return self._call(lambda: self._table.read(keys, consistent=True))
        return self._call(lambda: dict(self._outdated(keys)))

    def read_chain(self, chain_id: str) -> list[Item]:
        return self._call(lambda: self._table.read_chain(chain_id))

    def write_each(self, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]:
        return self._call(lambda: self._table.write_each(writes))

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        self._call(lambda: self._table.write_records(writes))

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        self._call(
            lambda: self._table.write_links(
                key, changes, version=version, chain_version=chain_version
            )
        )

    def _outdated(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Item]]:
        written = self._table.written
        for key in keys:
            shown = written[: max(0, len(written) - next(self._lags, 0))]
            images = [image for image in shown if Key(image["ChainId"], image["ContactId"]) == key]
            if images:
                yield key, images[-1]


class Killing:
    """Kills an invocation at its call number ``at``, before it is made or when it is done."""

    def __init__(self, at: int, *, done: bool) -> None:
        self._at = at
        self._done = done
        self._calls = 0

    def before(self) -> None:
        self._calls += 1
        if self._calls == self._at and not self._done:
            raise KilledError

    def after(self) -> None:
        if self._calls == self._at and self._done:
            raise KilledError

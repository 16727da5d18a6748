"""Whatever happens to the table, and however events arrive: consumers end up with its records."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from adapters.contact_records_table import Key
from contact_chains.linking import ChainLinker
from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import holds_record
from contacts.item_parts import MOVED_TO_CHAIN_ID, Item
from contacts.views.published_events import (
    LINKS,
    RECORD_COMPLETED,
    PublishedEvent,
    finished_record,
    is_finished,
)
from tests.agent_events.moving_contact import CALL, ONE, OTHER, recorded, save_into, seen, told
from tests.by_hand.agent_events_by_hand import contacts_of, events_of_steps
from tests.fakes.fake_contact_records_table import FakeContactRecordsTable
from tests.faults.execution_environments import OneAfterTheOther
from tests.oracles.record_event_consumer import (
    OF_THE_ENVELOPE,
    Consumer,
    ages_grow,
    events_of_images,
)

LINK: Final = "link"
CHAINS: Final = ("call", ONE, OTHER)


def facts_of_call_to(contact_id: str) -> list[ContactFacts]:
    """What each agent event of a call says that Ben took before the contact came into its chain."""
    steps = [(-40, "ben", "CONNECTING"), (-30, "ben", "CONNECTED"), (40, "ben", "ENDED")]
    events = events_of_steps(*steps, (45, "ben", "CLEARED"), contact_id=contact_id)
    return [facts for event in events for facts in contacts_of([event]).values()]


PIECES: Final = (
    *(seen(step) for step in CALL),
    *(seen(step, initial=ONE) for step in CALL),
    *(told(initial) for initial in (None, ONE, OTHER)),
    *(recorded(initial, at=at) for at, initial in enumerate((None, OTHER, ONE), start=1)),
    *facts_of_call_to(ONE),
    *facts_of_call_to(OTHER),
)
STEPS: Final = st.lists(st.sampled_from([*PIECES, LINK, LINK, LINK]), min_size=1, max_size=14)


def table_after(steps: Sequence[ContactFacts | str]) -> FakeContactRecordsTable:
    """Folding and linking in this order; the linking comes last, as it does when all is quiet."""
    table = FakeContactRecordsTable()
    linker = ChainLinker(table, OneAfterTheOther(1), pause=lambda _: None)
    for step in [*steps, LINK]:
        if isinstance(step, ContactFacts):
            assert save_into(table, step).failures == {}
        else:
            assert linker.link(CHAINS).failures == {}
    return table


def shown(item: Item) -> dict[str, Any]:
    detail = finished_record(RECORD_COMPLETED, item).detail
    return {name: value for name, value in detail.items() if name not in OF_THE_ENVELOPE}


def finished_records(table: FakeContactRecordsTable) -> dict[Key, dict[str, Any]]:
    return {key: shown(item) for key, item in table.items.items() if is_finished(item)}


def open_records(table: FakeContactRecordsTable) -> set[Key]:
    return {
        key for key, item in table.items.items() if holds_record(item) and not is_finished(item)
    }


def links(table: FakeContactRecordsTable) -> dict[Key, dict[str, str]]:
    linked = {
        key: {name: item[name] for name in LINKS if name in item}
        for key, item in table.items.items()
        if MOVED_TO_CHAIN_ID not in item
    }
    return {key: each for key, each in linked.items() if each}


@st.composite
def arrivals(draw: st.DrawFn, events: Sequence[PublishedEvent]) -> list[PublishedEvent]:
    """In any order, some of them again: EventBridge promises no more."""
    again = draw(st.lists(st.sampled_from(events), max_size=3)) if events else []
    return draw(st.permutations([*events, *again]))


@given(STEPS, st.data())
def test_consumer_ends_up_with_the_finished_records_and_links_of_the_table(
    steps: list[ContactFacts | str], data: st.DataObject
) -> None:
    """A record that is open again is the only one that a consumer knows otherwise."""
    table = table_after(steps)
    events = events_of_images(table.written)

    consumer = Consumer().take(data.draw(arrivals(events)))

    still_finished = {
        key: record for key, record in consumer.records.items() if key not in open_records(table)
    }
    assert still_finished == finished_records(table)
    assert consumer.links == links(table)


@given(STEPS)
def test_last_event_of_a_record_says_what_the_table_says(steps: list[ContactFacts | str]) -> None:
    table = table_after(steps)
    last: dict[Key, PublishedEvent] = {}

    for event in events_of_images(table.written):
        if "Status" in event.detail:
            last[Key(event.detail["ChainId"], event.detail["ContactId"])] = event

    for key, record in finished_records(table).items():
        assert {
            name: value for name, value in last[key].detail.items() if name not in OF_THE_ENVELOPE
        } == record


@given(STEPS)
def test_versions_tell_the_order_of_the_events_of_a_contact_in_a_chain(
    steps: list[ContactFacts | str],
) -> None:
    assert ages_grow(events_of_images(table_after(steps).written))


@given(STEPS)
def test_each_event_has_a_key_of_its_own(steps: list[ContactFacts | str]) -> None:
    """The stream shows each write once; whatever is published twice was delivered twice."""
    events = events_of_images(table_after(steps).written)

    keys = [event.detail["IdempotencyKey"] for event in events]

    assert len(set(keys)) == len(keys)


@given(STEPS)
def test_change_delivered_again_gives_the_same_events(steps: list[ContactFacts | str]) -> None:
    written = table_after(steps).written

    assert events_of_images(written) == events_of_images(written)

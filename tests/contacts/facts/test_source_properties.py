"""Three sources, one fold: whatever states something of a contact, in whatever order."""

from collections.abc import Sequence
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.statement import Statement, merged_contact_events, newer_contact_record
from contacts.item.contact_item import facts_of_item, record_attributes, record_changes
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import JsonObject
from tests.oracles.stored_records import applied, as_read_back, text_of
from tests.strategies.statement_strategies import (
    CONTACT,
    contact_event_statements,
    contact_record_statements,
    facts_of_any_source,
)

EVENTS = contact_event_statements()
RECORDS = contact_record_statements()


def item_after(known: Sequence[ContactFacts]) -> JsonObject:
    """The item after each of ``known`` was folded into what was stored before."""
    item: JsonObject = {"ContactId": CONTACT}
    for facts in known:
        so_far = facts_of_item(item).merge(facts) if len(item) > 1 else facts
        if so_far.is_known:
            attributes = record_attributes(contact_record(so_far), record_ttl_days=1)
            item = applied(record_changes(item, attributes), item)
    return item


def orders() -> st.SearchStrategy[tuple[list[ContactFacts], list[ContactFacts]]]:
    return facts_of_any_source().flatmap(
        lambda known: st.tuples(st.just(known), st.permutations([*known, *known[:2]]).map(list))
    )


@given(EVENTS, EVENTS, EVENTS)
def test_merge_of_contact_events_is_a_semilattice(
    one: Statement, two: Statement, three: Statement
) -> None:
    merge = merged_contact_events

    assert merge(one, one) == one
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(RECORDS, RECORDS, RECORDS)
def test_choice_of_the_newer_contact_record_is_a_semilattice(
    one: Statement, two: Statement, three: Statement
) -> None:
    newer = newer_contact_record

    assert newer(one, one) == one
    assert newer(one, two) == newer(two, one)
    assert newer(newer(one, two), three) == newer(one, newer(two, three))


@given(orders())
def test_item_does_not_depend_on_the_order_of_sources_or_on_repetition(
    delivery: tuple[list[ContactFacts], list[ContactFacts]],
) -> None:
    known, in_another_order = delivery
    at_once = reduce(ContactFacts.merge, known)

    assert text_of({CONTACT: item_after(in_another_order)}) == text_of(
        {CONTACT: item_after([at_once])}
    )


@given(facts_of_any_source())
def test_item_gives_back_what_each_source_stated(known: list[ContactFacts]) -> None:
    facts = reduce(ContactFacts.merge, known)

    again = facts_of_item(as_read_back(item_after([facts])))

    assert again.contact_events == facts.contact_events
    assert again.contact_record == facts.contact_record
    assert again.initial_contact_id == facts.initial_contact_id
    assert again.queue == facts.queue
    assert again.answering_agent == facts.answering_agent


@given(facts_of_any_source())
def test_known_facts_write_nothing(known: list[ContactFacts]) -> None:
    item = item_after(known)

    for facts in known:
        so_far = facts_of_item(item).merge(facts)
        attributes = record_attributes(contact_record(so_far), record_ttl_days=1)

        assert not record_changes(item, attributes)

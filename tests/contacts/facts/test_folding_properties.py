"""The heart of the product: a record is a function of the set of events, however they arrive.

The events of the first half need not make sense; a contact's InitiationMethod and InitialContactId
alone are taken to be the same in all of them. The days of the second half are played by a simulated
contact centre, and an independent oracle knows what their records must say.
"""

from collections.abc import Iterable
from functools import reduce
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contacts.facts.contact_facts import ContactFacts
from contacts.item.contact_item import facts_of_item, record_attributes
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    attributes_of,
    contact,
    contacts_of,
    snapshot,
)
from tests.by_hand.contact_scripts import Script, days, play, scripts
from tests.oracles.oracle import expected_record
from tests.oracles.stored_records import (
    Items,
    as_read_back,
    fold_into,
    link_stored,
    stored_after,
    text_of,
)
from tests.strategies.contact_strategies import (
    CHAIN,
    deliveries,
    event_lists,
    interleavings,
    with_unknown_fields,
)

EVENTS = event_lists()
SOME_EVENTS = event_lists(min_size=1)
NOT_IN_THE_SCRIPT = {
    "ChainId",
    "Channel",
    "ContactId",
    "ExpiresAt",
    "InitiationMethod",
    "InstanceId",
    "Timeline",
    "Version",
    "Bucket",
    "FailedOfferTimestamp",
    "Open",
    "QueueId",
    "StartTimestamp",
}


def facts_of_one_contact() -> st.SearchStrategy[list[ContactFacts]]:
    """What several events assert of the same contact."""
    return SOME_EVENTS.map(
        lambda events: [facts for event in events for facts in contacts_of([event]).values()]
    ).map(lambda known: [facts for facts in known if facts.contact_id == known[0].contact_id])


def orders_and_splits() -> st.SearchStrategy[tuple[list[JsonObject], list[list[JsonObject]]]]:
    return EVENTS.flatmap(lambda events: st.tuples(st.just(events), deliveries(events)))


# Any events


@given(facts_of_one_contact())
def test_merge_is_commutative(known: list[ContactFacts]) -> None:
    for first in known:
        for second in known:
            assert first.merge(second) == second.merge(first)


@given(facts_of_one_contact())
def test_merge_is_associative(known: list[ContactFacts]) -> None:
    for first, second, third in zip(known, known[1:], known[2:], strict=False):
        assert first.merge(second).merge(third) == first.merge(second.merge(third))


@given(facts_of_one_contact())
def test_merge_is_idempotent(known: list[ContactFacts]) -> None:
    for facts in known:
        assert facts.merge(facts) == facts


@given(facts_of_one_contact())
def test_merge_takes_in_nothing_that_is_known_already(known: list[ContactFacts]) -> None:
    for facts in known:
        together = reduce(ContactFacts.merge, known)

        assert together.merge(facts) == together


@given(orders_and_splits())
def test_stored_records_do_not_depend_on_order_duplicates_or_batches(
    delivery: tuple[list[JsonObject], list[list[JsonObject]]],
) -> None:
    events, batches = delivery

    assert text_of(stored_after(batches)) == text_of(stored_after([events]))


@given(EVENTS)
def test_events_one_by_one_are_stored_as_all_at_once(events: list[JsonObject]) -> None:
    assert text_of(stored_after([event] for event in events)) == text_of(stored_after([events]))


@given(orders_and_splits())
def test_redelivery_of_everything_writes_nothing(
    delivery: tuple[list[JsonObject], list[list[JsonObject]]],
) -> None:
    events, batches = delivery
    items = stored_after([events])

    written = [fold_into(items, batch) for batch in batches]

    assert sum(written) == 0


@given(EVENTS)
def test_item_gives_back_the_facts_that_it_shows(events: list[JsonObject]) -> None:
    for facts in contacts_of(events).values():
        item = {"ContactId": facts.contact_id} | attributes_of(contact_record(facts))

        assert attributes_of(contact_record(facts_of_item(as_read_back(item)))) == attributes_of(
            contact_record(facts)
        )


@given(SOME_EVENTS, st.data())
def test_unknown_fields_anywhere_change_nothing(
    events: list[JsonObject], data: st.DataObject
) -> None:
    # Trap 2
    extended = data.draw(with_unknown_fields(events))

    assert text_of(stored_after([extended])) == text_of(stored_after([events]))


@given(EVENTS)
def test_no_figure_is_ever_negative(events: list[JsonObject]) -> None:
    items = stored_after([events])
    chain = {contact_id: items[contact_id] for contact_id in items.keys() & set(CHAIN)}
    link_stored(chain)

    assert [figure for figure in figures_in(items | chain) if figure < 0] == []


@given(EVENTS)
def test_attribute_that_is_not_known_is_absent(events: list[JsonObject]) -> None:
    assert [
        value for value in values_in(stored_after([events])) if value in (None, "", [], {})
    ] == []


def test_supervisors_who_take_turns_are_stored_alike_one_by_one_and_at_once() -> None:
    """Listening in is no attempt: nothing in the item names a supervisor before the last one."""
    first, second, first_again = (
        agent_event(
            at,
            agent=agent,
            current=snapshot(
                contact("CONNECTED", at, connected=at, InitiationMethod="MONITOR"),
                username=username,
            ),
        )
        for at, agent, username in ((0, "ada", "ada"), (5, "ben", "ben"), (9, "ada", ""))
    )

    one_by_one = stored_after([[first], [second], [first_again]])

    assert text_of(one_by_one) == text_of(stored_after([[first, second, first_again]]))


def test_contradicted_method_costs_no_more_than_the_names_of_earlier_supervisors() -> None:
    """What docs/operations.md does not promise; Connect never contradicts itself so."""
    events = [
        agent_event(
            at,
            agent=agent,
            current=snapshot(
                contact("CONNECTED", at, connected=at, InitiationMethod=method), username=agent
            ),
        )
        for at, agent, method in (
            (0, "ada", "MONITOR"),
            (5, "ben", "MONITOR"),
            (9, "cleo", "INBOUND"),
        )
    ]
    at_once = stored_after([events])

    for order in permutations(events):
        one_by_one = stored_after([event] for event in order)
        assert text_of(without_usernames(one_by_one)) == text_of(without_usernames(at_once))


def without_usernames(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_usernames(each) for key, each in value.items() if key != "Username"}
    return [without_usernames(each) for each in value] if isinstance(value, list) else value


# Realistic days


@given(days().flatmap(lambda day: interleavings(play(day)).map(lambda batches: (day, batches))))
def test_day_is_stored_alike_however_shards_interleave(
    delivery: tuple[list[Script], list[list[JsonObject]]],
) -> None:
    # Traps 13 and 15
    day, batches = delivery

    assert text_of(stored_after(batches)) == text_of(stored_after([play(day)]))


@given(days())
def test_both_behaviours_on_hold_give_the_same_records(day: list[Script]) -> None:
    # Trap 17
    moving = stored_after([play(day, hold_moves_state_start=True)])
    standing = stored_after([play(day, hold_moves_state_start=False)])

    assert text_of(standing) == text_of(moving)


@given(scripts(), st.booleans())
def test_record_says_what_the_script_says(script: Script, hold_moves_state_start: bool) -> None:
    events = play([script], hold_moves_state_start=hold_moves_state_start)

    (facts,) = contacts_of(events).values()

    attributes = attributes_of(contact_record(facts))
    assert comparable(attributes) == comparable(expected_record(script))


@given(days())
def test_contacts_of_a_busy_snapshot_do_not_touch_each_other(day: list[Script]) -> None:
    # Trap 7
    contacts = contacts_of(play(day))

    assert {
        script.contact_id: comparable(attributes_of(contact_record(contacts[script.contact_id])))
        for script in day
    } == {script.contact_id: comparable(expected_record(script)) for script in day}


@given(scripts(), st.data())
def test_record_at_any_moment_says_what_has_happened_so_far(
    script: Script, data: st.DataObject
) -> None:
    """One event after the other through the stored item, with everything so far again."""
    events = play([script])
    so_far = events[: data.draw(st.integers(0, len(events)))]

    items = stored_after([*([event] for event in so_far), so_far, events])

    record = dict(items[script.contact_id])
    assert comparable(record) == comparable(expected_record(script))


@given(scripts(), st.integers(1, 365))
def test_record_expires_after_its_days_to_live(script: Script, days_to_live: int) -> None:
    (facts,) = contacts_of(play([script])).values()

    record = contact_record(facts)

    first, second = (
        record_attributes(record, record_ttl_days=days)["ExpiresAt"]
        for days in (days_to_live, days_to_live + 1)
    )
    assert second - first == 86_400


def comparable(attributes: JsonObject) -> JsonObject:
    """The attributes that the oracle has an opinion of."""
    compared = {name: attributes[name] for name in attributes.keys() - NOT_IN_THE_SCRIPT}
    for name, left_out in (("Agent", {"RoutingProfile"}), ("Queue", {"Name"})):
        members = compared.pop(name, {}).items()
        compared |= {f"{name}.{key}": value for key, value in members if key not in left_out}
    return compared


def values_in(value: Any) -> Iterable[Any]:
    """Every value in nested dictionaries and lists."""
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = value.values()
    if isinstance(value, list):
        inner = value
    for each in inner:
        yield each
        yield from values_in(each)


def figures_in(items: Items) -> Iterable[Any]:
    return (value for value in values_in(items) if not isinstance(value, str | dict | list))

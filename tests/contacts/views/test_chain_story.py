"""A chain's story: the order of its legs, what each went through, what it comes to."""

from copy import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contact_centre.small_day import small_day
from contacts.facts.contact_facts import InferredFact
from contacts.facts.statement import DISCONNECT, Statement
from contacts.record.contact_record import contact_record
from contacts.views.chain_story import ChainStory, Segment, StoryLeg, chain_story
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    Step,
    contacts_of,
    events_of_steps,
    facts_from,
    item_of,
    leg,
    moment,
)
from tests.by_hand.stated_by_hand import amazon_contact_record, facts_by_record, whole
from tests.oracles.stored_records import Items, link_stored, stored_after
from tests.strategies.contact_strategies import event_lists

ROOT = "contact-0"
FIRST_STEPS: tuple[Step, ...] = (
    (0, "ada", "CONNECTING"),
    (5, "ada", "CONNECTED"),
    (60, "ada", "CONNECTED_ONHOLD"),
    (90, "ada", "ENDED"),
    (100, "ada", "CLEARED"),
)
SECOND_STEPS: tuple[Step, ...] = (
    (62, "ben", "CONNECTING"),
    (82, "ben", "MISSED"),
    (83, "ben", "CLEARED"),
    (84, "cleo", "CONNECTING"),
    (86, "cleo", "CONNECTED"),
    (200, "cleo", "ENDED"),
    (230, "cleo", "CLEARED"),
)


def first(*steps: Step) -> JsonObject:
    return item_of(leg(ROOT, *(steps or FIRST_STEPS)))


def second(*steps: Step, contact_id: str = "contact-1", **others: Any) -> JsonObject:
    """A leg that others invited; ``others`` are attributes as Lambda 2 writes them."""
    record = leg(
        contact_id,
        *(steps or SECOND_STEPS),
        InitialContactId=ROOT,
        InitiationMethod="TRANSFER",
        QueueTimestamp=moment(61),
    )
    links = {"PreviousContactId": ROOT, "LinkEvidence": "INFERRED", "TransferType": "TRANSFER"}
    return item_of(record) | links | others


def linked(items: Items) -> Items:
    """The items of several chains, each chain linked as Lambda 2 does it."""
    chains: dict[str, Items] = {}
    for contact_id, item in items.items():
        chains.setdefault(item["ChainId"], {})[contact_id] = item
    for chain in chains.values():
        link_stored(chain)
    return {contact_id: item for chain in chains.values() for contact_id, item in chain.items()}


def story_of(*items: JsonObject) -> ChainStory:
    story = chain_story(ROOT, items)
    assert story
    return story


def tree_of(story: ChainStory) -> list[tuple[str, int]]:
    return [(each.contact_id, each.depth) for each in story.legs]


def by_contact_id(story: ChainStory) -> dict[str, StoryLeg]:
    return {each.contact_id: each for each in story.legs}


def test_transferred_call_is_told_leg_by_leg() -> None:
    story = story_of(second(), first())

    assert tree_of(story) == [(ROOT, 0), ("contact-1", 1)]
    assert story.legs[0].segments == (
        Segment("CONNECTING", moment(0), moment(5), "ada"),
        Segment("CONNECTED", moment(5), moment(60), "ada"),
        Segment("CONNECTED_ONHOLD", moment(60), moment(90), "ada"),
        Segment("ENDED", moment(90), moment(100), "ada"),
    )
    assert story.legs[1].segments == (
        Segment("CONNECTING", moment(62), moment(82), "ben"),
        Segment("MISSED", moment(82), moment(83), "ben"),
        Segment("CONNECTING", moment(84), moment(86), "cleo"),
        Segment("CONNECTED", moment(86), moment(200), "cleo"),
        Segment("ENDED", moment(200), moment(230), "cleo"),
    )


def test_totals_of_a_transferred_call() -> None:
    totals = story_of(
        first(), second(Agent=second()["Agent"] | {"AgentInteractionDuration": 110})
    ).totals

    assert (totals.legs, totals.agents, totals.queues, totals.hops) == (2, 2, 1, 1)
    assert totals.failed_offers == 1
    assert (totals.start, totals.end) == (moment(-20), moment(200))
    assert totals.end_to_end_duration == 220
    assert totals.agent_interaction_duration == 55 + 110
    assert totals.customer_hold_duration == 30
    assert totals.queue_duration == 25 + 25
    assert totals.after_contact_work_duration == 10 + 30


def test_consulted_colleague_is_a_leg_but_no_hop() -> None:
    totals = story_of(first(), second(TransferType="CONSULT")).totals

    assert (totals.legs, totals.hops) == (2, 0)


def test_own_queue_of_an_agent_is_no_queue() -> None:
    to_agent = second(Queue={"Id": "agent/cleo", "EnqueueTimestamp": moment(61)})

    assert story_of(first(), to_agent).totals.queues == 1


def test_end_is_unknown_while_the_customer_is_on_the_line() -> None:
    totals = story_of(first(), second((62, "ben", "CONNECTING"), (70, "ben", "CONNECTED"))).totals

    assert totals.end is None
    assert totals.end_to_end_duration is None
    assert totals.start == moment(-20)


def test_end_that_is_only_inferred_is_unknown_though_the_chain_is_over() -> None:
    """The call had left the snapshot when the next event came, ten minutes later."""
    steps = (*FIRST_STEPS[:2], (600, "ada", "CLEARED"))
    seen = facts_from(*events_of_steps(*steps[:2], contact_id=ROOT))
    gone = InferredFact(moment(600), "CLEARED", moment(10), "ada")
    vague = item_of(contact_record(replace(seen, inferred=frozenset({gone}))))

    for item, finished in ((first(*steps), moment(600)), (vague, None)):
        story = story_of(item)

        assert story.legs[0].finished == finished
        assert story.totals.end == finished


def test_end_that_is_stated_is_the_end_of_a_leg_whose_snapshot_shows_none() -> None:
    seen = facts_from(*events_of_steps(*FIRST_STEPS[:2], contact_id=ROOT))
    left: Statement = {DISCONNECT: moment(90)}

    story = story_of(item_of(contact_record(replace(seen, contact_events=left))))

    assert story.legs[0].finished == moment(90)


def test_conversation_of_unknown_length_is_counted_unless_it_was_listening_in() -> None:
    """Lambda 2 has not written how long the second leg had the customer."""
    assert story_of(first(), second()).totals.unknown_interactions == 1
    assert story_of(first(), second(InitiationMethod="MONITOR")).totals.unknown_interactions == 0
    assert story_of(first(), second(Status="IN_PROGRESS")).totals.unknown_interactions == 0


def test_after_contact_work_goes_on_when_the_customer_has_gone() -> None:
    story = story_of(first(*FIRST_STEPS[:-1]))

    assert story.legs[0].segments[-1] == Segment("ENDED", moment(90), None, "ada")
    assert story.totals.end == moment(90)


def test_legs_stand_below_who_invited_them_in_the_order_in_which_they_began() -> None:
    early, late = ((20, "ben", "CONNECTING"),), ((40, "ben", "CONNECTING"),)
    items = [
        second(*late, contact_id="star-2"),
        second(*early, contact_id="star-1-1", PreviousContactId="star-1"),
        second(*early, contact_id="star-1"),
        second(*late, contact_id="star-1-2", PreviousContactId="star-1"),
        first(),
    ]

    assert tree_of(story_of(*items)) == [
        (ROOT, 0),
        ("star-1", 1),
        ("star-1-1", 2),
        ("star-1-2", 2),
        ("star-2", 1),
    ]


def test_first_contact_that_nobody_has_seen_is_a_leg() -> None:
    mark = {"ChainId": ROOT, "ContactId": ROOT, "ChainVersion": 3, "ExpiresAt": 1}

    for story in (story_of(second()), story_of(mark, second())):
        assert tree_of(story) == [(ROOT, 0), ("contact-1", 1)]
        assert story.legs[0] == StoryLeg(ROOT, None, (), None, None)
        assert story.totals.legs == 2


def test_leg_that_only_another_names_is_a_leg() -> None:
    story = story_of(first(), second(PreviousContactId="external"))

    assert tree_of(story) == [(ROOT, 0), ("external", 1), ("contact-1", 2)]
    assert by_contact_id(story)["external"].item is None


def test_leg_that_is_not_linked_yet_hangs_on_the_first_contact() -> None:
    unlinked = second()
    del unlinked["PreviousContactId"]

    assert tree_of(story_of(unlinked, first())) == [(ROOT, 0), ("contact-1", 1)]


def test_record_that_has_moved_is_no_leg() -> None:
    moved = {"ChainId": ROOT, "ContactId": "contact-2", "MovedToChainId": "contact-9"}

    assert tree_of(story_of(first(), moved)) == [(ROOT, 0)]
    assert chain_story(ROOT, [moved]) is None
    assert chain_story(ROOT, []) is None


def test_leg_without_an_agent_was_with_nobody() -> None:
    facts = facts_by_record(
        amazon_contact_record(ContactId=ROOT, InitialContactId=None, Agent=None)
    )
    (story_leg,) = story_of(item_of(contact_record(facts))).legs[:1]

    assert story_leg.segments == (Segment("NO_AGENT", moment(0), moment(61), None),)
    assert story_leg.finished == moment(61)


def test_agent_whom_no_event_showed_is_dated_by_the_contact_record() -> None:
    facts = facts_by_record(amazon_contact_record(ContactId=ROOT, InitialContactId=None))
    story = story_of(item_of(contact_record(facts)))

    assert by_contact_id(story)[ROOT].segments == (
        Segment("CONNECTED", moment(10), moment(61), "ada"),
        Segment("ENDED", moment(61), moment(71), "ada"),
    )
    assert story.totals.agents == 1


def test_disconnected_contact_without_more_known_times_has_an_open_segment() -> None:
    record = amazon_contact_record(
        ContactId=ROOT,
        InitialContactId=None,
        Agent=None,
        InitiationTimestamp=None,
        DisconnectTimestamp=None,
        Queue={"ARN": None, "EnqueueTimestamp": whole(2)},
    )
    story = story_of(item_of(contact_record(facts_by_record(record))))

    assert by_contact_id(story)[ROOT].segments == (Segment("NO_AGENT", moment(2), None, None),)
    assert story.totals.end is None


@given(
    st.permutations(
        [first(), second(), second(contact_id="contact-2", PreviousContactId="contact-1")]
    )
)
def test_order_of_items_makes_no_difference(items: list[JsonObject]) -> None:
    assert story_of(*items) == story_of(*sorted(items, key=lambda item: item["ContactId"]))


@given(
    st.dictionaries(
        st.sampled_from(["contact-1", "contact-2", "contact-3", "contact-4"]),
        st.sampled_from(
            [ROOT, "contact-1", "contact-2", "contact-3", "contact-4", "external", None]
        ),
        max_size=4,
    )
)
def test_every_leg_stands_there_once_wherever_links_lead(links: dict[str, str | None]) -> None:
    items = [second(contact_id=each, PreviousContactId=links[each]) for each in links]
    for item in items:
        if item["PreviousContactId"] is None:
            del item["PreviousContactId"]

    story = story_of(first(), *items)

    named = {previous for previous in links.values() if previous}
    contact_ids = [contact_id for contact_id, _ in tree_of(story)]
    assert sorted(contact_ids) == sorted({ROOT, *links, *named})
    assert tree_of(story)[0] == (ROOT, 0)
    depths = [depth for _, depth in tree_of(story)]
    assert all(depth <= before + 1 for before, depth in pairwise(depths))


@given(event_lists((ROOT,), min_size=1))
def test_segments_follow_one_another_in_each_snapshot(events: list[JsonObject]) -> None:
    """Whatever the events: nothing begins before what was there has ended, nothing lasts less than
    no time."""
    items = stored_after([events])
    for item in items.values():
        (story_leg,) = story_of(item).legs
        for before, after in pairwise(story_leg.segments):
            if before.agent_id == after.agent_id and before.end and after.start:
                assert before.end <= after.start
        assert all(each.start and each.start <= (each.end or "~") for each in story_leg.segments)


def test_small_day_has_a_story_of_every_chain() -> None:
    items = linked(stored_after([small_day()]))
    chains = {item["ChainId"] for item in items.values()}

    for chain_id in chains:
        of_chain = [item for item in items.values() if item["ChainId"] == chain_id]
        story = chain_story(chain_id, of_chain)

        assert story
        assert {each.contact_id for each in story.legs if each.item} == {
            item["ContactId"] for item in of_chain
        }
        assert sum(each.depth == 0 for each in story.legs) == 1
        depths = by_contact_id(story)
        for item in of_chain:
            if "PreviousContactId" in item:
                inviter = depths[item["PreviousContactId"]]
                assert depths[item["ContactId"]].depth == inviter.depth + 1


# Chains that name each other


def in_two_chains() -> Items:
    """Of each of two chains Amazon states that its legs were invited by legs of the other."""
    steps: tuple[Step, ...] = (
        (0, "ada", "CONNECTING"),
        (5, "ada", "CONNECTED"),
        (60, "ada", "ENDED"),
    )
    items: Items = {}
    for chain, other in (("one", "two"), ("two", "one")):
        for contact_id, previous in ((chain, other), (f"{chain}-b", f"{other}-b")):
            initial = None if contact_id == chain else chain
            stated = facts_by_record(
                amazon_contact_record(
                    ContactId=contact_id,
                    InitialContactId=initial,
                    PreviousContactId=previous,
                    NextContactId=None,
                )
            )
            (seen,) = contacts_of(
                events_of_steps(
                    *steps,
                    contact_id=contact_id,
                    InitialContactId=initial,
                    InitiationMethod="TRANSFER" if initial else "INBOUND",
                )
            ).values()
            items[contact_id] = item_of(contact_record(seen.merge(stated)))
    return items


def test_previous_in_another_chain_is_shown_and_the_second_linking_writes_nothing() -> None:
    items = linked(in_two_chains())

    assert {contact_id: item["PreviousContactId"] for contact_id, item in items.items()} == {
        "one": "two",
        "one-b": "two-b",
        "two": "one",
        "two-b": "one-b",
    }
    for chain in ("one", "two"):
        assert link_stored({each: items[each] for each in (chain, f"{chain}-b")}) == 0


def test_previous_of_a_first_contact_is_no_leg_of_its_chain() -> None:
    items = linked(in_two_chains())

    story = chain_story("one", [items["one"]])

    assert story
    assert tree_of(story) == [("one", 0)]
    assert (story.totals.legs, story.totals.hops) == (1, 0)


def test_story_of_chains_that_name_each_other_tells_every_leg_once() -> None:
    items = linked(in_two_chains())

    for chain, other in (("one", "two"), ("two", "one")):
        story = chain_story(chain, [items[chain], items[f"{chain}-b"]])
        assert story
        told = [each.contact_id for each in story.legs]
        assert sorted(told) == sorted([chain, f"{chain}-b", f"{other}-b"])
        assert told[0] == chain

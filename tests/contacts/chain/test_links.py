"""Who invited whom, what came of it, and how long an agent had the customer to talk to."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.chain.inviters import invitations_in
from contacts.chain.legs import leg_of
from contacts.chain.links import Links, link_chain
from contacts.record.contact_record import ContactRecord
from tests.by_hand.agent_events_by_hand import JsonObject, Step, arn, leg, moment
from tests.oracles.naive_inviters import inferred_invitations
from tests.oracles.stored_records import Items, fold_into, link_stored, stored_after, text_of
from tests.strategies.contact_strategies import CHAIN, event_lists

type Hold = tuple[float, float | None]


def steps_of(
    agent: str,
    *,
    offered: float | None = None,
    connected: float | None = None,
    holds: Sequence[Hold] = (),
    ended: float | None = None,
) -> list[Step]:
    """A turn of one agent; cleared 10 s after it ended."""
    steps: list[tuple[float | None, str, str]] = [
        (offered, agent, "CONNECTING"),
        (connected, agent, "CONNECTED"),
    ]
    for start, end in holds:
        steps += [(start, agent, "CONNECTED_ONHOLD"), (end, agent, "CONNECTED")]
    steps.append((ended, agent, "ENDED"))
    steps.append((None if ended is None else ended + 10, agent, "CLEARED"))
    return [(at, agent, state) for at, agent, state in steps if at is not None]


def first(
    *,
    contact_id: str = "first",
    agent: str = "ada",
    connected: float | None = 5,
    holds: Sequence[Hold] = (),
    ended: float | None = None,
    **others: Any,
) -> ContactRecord:
    """A first contact, offered at second 0."""
    steps = steps_of(agent, offered=0, connected=connected, holds=holds, ended=ended)
    return leg(contact_id, *steps, **{"InitiationMethod": "INBOUND"} | others)


def invited(
    contact_id: str,
    queued: float,
    *,
    agent: str = "ben",
    connected: float | None = None,
    holds: Sequence[Hold] = (),
    ended: float | None = None,
    method: str = "TRANSFER",
    offered: float | None = None,
    **others: Any,
) -> ContactRecord:
    """A later leg of the chain ``first``, offered a second after it was queued."""
    offer = queued + 1 if offered is None else offered
    steps = steps_of(agent, offered=offer, connected=connected, holds=holds, ended=ended)
    fields = {
        "InitialContactId": "first",
        "InitiationMethod": method,
        "QueueTimestamp": moment(queued),
    }
    return leg(contact_id, *steps, **fields | others)


def previous_of(*legs: ContactRecord) -> dict[str, str | None]:
    return {key: links.previous_contact_id for key, links in link_chain(legs).items()}


def next_of(*legs: ContactRecord) -> dict[str, str | None]:
    return {key: links.next_contact_id for key, links in link_chain(legs).items()}


def links_of(contact_id: str, *legs: ContactRecord) -> Links:
    return link_chain(legs)[contact_id]


# Kinds of transfer (domain of identify-conferences-transfers)


def test_lonely_contact_has_no_links() -> None:
    assert link_chain([first(ended=60)]) == {"first": Links()}


def test_cold_transfer_to_a_queue_is_a_transfer() -> None:
    # The inviting agent is gone for long when somebody takes the call.
    inviter = first(holds=[(60, None)], ended=63)
    second = invited("second", 61, offered=120, connected=125, ended=185)

    assert link_chain([inviter, second]) == {
        "first": Links(next_contact_id="second"),
        "second": Links(
            previous_contact_id="first",
            link_evidence="INFERRED",
            transfer_type="TRANSFER",
            agent_interaction_duration=60,
        ),
    }


def test_cold_transfer_to_an_agent_is_a_transfer() -> None:
    queue = {"ARN": arn("queue", "agent/ben"), "Name": None}
    inviter = first(ended=60)
    second = invited("second", 60.5, connected=65, ended=125, Queue=queue)

    assert links_of("second", inviter, second).transfer_type == "TRANSFER"
    assert links_of("second", inviter, second).agent_interaction_duration == 60


def test_chat_that_is_queued_six_seconds_after_its_transfer_is_linked() -> None:
    # The one published real chain: initiated at 16:34:35.885, queued at 16:34:41.885.
    inviter = first(ended=60, Channel="CHAT", InitiationMethod="API")
    second = invited("second", 66, connected=70, ended=130, Channel="CHAT")

    assert links_of("second", inviter, second).previous_contact_id == "first"


def test_warm_transfer_is_a_transfer_whose_consultation_does_not_count() -> None:
    # 30 s between the agents while the customer is on hold, 60 s with the customer.
    inviter = first(holds=[(60, None)], ended=100)
    second = invited("second", 61, connected=70, ended=160)

    assert links_of("second", inviter, second) == Links(
        previous_contact_id="first",
        link_evidence="INFERRED",
        transfer_type="TRANSFER",
        agent_interaction_duration=60,
    )


def test_consulted_agent_has_talked_to_nobody() -> None:
    # Trap 38
    inviter = first(holds=[(60, 111)], ended=160)
    second = invited("second", 61, connected=70, ended=110)

    assert links_of("second", inviter, second).transfer_type == "CONSULT"
    assert links_of("second", inviter, second).agent_interaction_duration == 0


def test_conference_is_a_consultation_that_the_customer_joined() -> None:
    inviter = first(holds=[(60, 90)], ended=200)
    second = invited("second", 61, connected=70, ended=150)

    assert links_of("second", inviter, second).transfer_type == "CONFERENCE"
    assert links_of("second", inviter, second).agent_interaction_duration == 60


@pytest.mark.parametrize(
    ("resumed", "transfer_type"),
    [(108, "CONSULT"), (107.999, "CONFERENCE"), (109, "CONSULT"), (106, "CONFERENCE")],
)
def test_up_to_two_seconds_with_the_customer_are_none(resumed: float, transfer_type: str) -> None:
    inviter = first(holds=[(60, resumed)], ended=200)
    second = invited("second", 61, connected=70, ended=110)

    assert links_of("second", inviter, second).transfer_type == transfer_type


def test_transfer_out_of_a_conference_is_a_transfer() -> None:
    inviter = first(holds=[(60, 90)], ended=120)
    second = invited("second", 61, connected=70, ended=150)

    assert links_of("second", inviter, second).transfer_type == "TRANSFER"
    assert links_of("second", inviter, second).agent_interaction_duration == 60


def test_invited_leg_that_nobody_answered_is_a_consultation() -> None:
    # Trap 40: the call returns to the inviter, whose talk goes on.
    inviter = first(holds=[(60, 85)], ended=160)
    second = leg(
        "second",
        (62, "ben", "CONNECTING"),
        (82, "ben", "MISSED"),
        (84, "ben", "CLEARED"),
        InitialContactId="first",
        InitiationMethod="TRANSFER",
        QueueTimestamp=moment(61),
    )

    assert links_of("second", inviter, second) == Links(
        previous_contact_id="first", link_evidence="INFERRED", transfer_type="CONSULT"
    )
    assert links_of("first", inviter, second).next_contact_id == "second"


def test_kind_of_transfer_cannot_be_told_while_both_talk() -> None:
    inviter = first(holds=[(60, None)])
    second = invited("second", 61, connected=70)

    links = links_of("second", inviter, second)

    assert links.transfer_type is None
    assert links.previous_contact_id == "first"
    assert links.agent_interaction_duration is None


def test_kind_of_transfer_is_told_as_soon_as_the_inviter_has_gone() -> None:
    inviter = first(holds=[(60, None)], ended=100)
    second = invited("second", 61, connected=70)

    assert links_of("second", inviter, second).transfer_type == "TRANSFER"
    assert links_of("second", inviter, second).agent_interaction_duration is None


def test_kind_is_told_by_times_whatever_the_receiver_thinks_it_is() -> None:
    # Trap 37: a transferred outbound call looks inbound to the receiver.
    inviter = first(holds=[(60, None)], ended=100, InitiationMethod="OUTBOUND")
    second = invited("second", 61, connected=70, ended=160, method="INBOUND")

    assert links_of("second", inviter, second).transfer_type == "TRANSFER"


def test_transferred_task_is_a_transfer() -> None:
    inviter = first(ended=60, Channel="TASKS", InitiationMethod="API")
    second = invited("second", 60, connected=65, ended=125, Channel="TASKS")

    assert links_of("second", inviter, second).transfer_type == "TRANSFER"


# Legs that no agent invited


@pytest.mark.parametrize(
    "method", ["CALLBACK", "QUEUE_TRANSFER", "DISCONNECT", "API", "A_NEW_METHOD"]
)
def test_leg_that_no_agent_invited_carries_its_method(method: str) -> None:
    # Trap 41: the label is taken as it comes.
    inviter = first(ended=60)
    second = invited("second", 61, connected=70, ended=100, method=method)

    assert links_of("second", inviter, second).transfer_type == method


def test_callback_of_a_call_that_nobody_saw_follows_the_initial_contact() -> None:
    # Trap 33
    callback = invited("callback", 300, connected=310, ended=400, method="CALLBACK")

    assert link_chain([callback]) == {
        "callback": Links(
            previous_contact_id="first",
            link_evidence="INFERRED",
            transfer_type="CALLBACK",
            dial_outcome="BRIDGED",
            agent_interaction_duration=90,
        )
    }


def test_callback_follows_the_last_leg_that_ended_before_it() -> None:
    # about-contact-states: inbound with agent 1, transfer to agent 2, callback with agent 3.
    one = first(holds=[(60, None)], ended=80)
    two = invited("second", 61, connected=70, ended=120)
    three = invited("third", 900, agent="cleo", connected=910, ended=960, method="CALLBACK")

    assert previous_of(one, two, three) == {"first": None, "second": "first", "third": "second"}


def test_callback_follows_no_leg_that_is_still_going_on() -> None:
    one = first(ended=60)
    two = invited("second", 61, connected=70)
    three = invited("third", 90, agent="cleo", connected=95, ended=99, method="CALLBACK")

    assert previous_of(one, two, three)["third"] == "first"


def test_callback_follows_no_leg_that_its_snapshots_show_to_end_just_after_it() -> None:
    one = first(ended=60)
    two = invited("second", 61, connected=70, ended=91)
    three = invited("third", 90, agent="cleo", connected=95, ended=99, method="CALLBACK")

    assert previous_of(one, two, three)["third"] == "first"


def test_disconnect_flow_follows_the_conversation_that_ended() -> None:
    one = first(ended=60)
    two = invited("second", 90, connected=95, ended=99, method="DISCONNECT")

    assert links_of("second", one, two).previous_contact_id == "first"


def test_queue_transfer_follows_the_contact_that_waited_unanswered() -> None:
    one = leg("first", (0, "ada", "CONNECTING"), (20, "ada", "MISSED"), (25, "ada", "CLEARED"))
    two = invited("second", 90, connected=95, ended=99, method="QUEUE_TRANSFER")

    assert links_of("second", one, two).previous_contact_id == "first"
    assert links_of("second", one, two).transfer_type == "QUEUE_TRANSFER"


def test_queue_transfer_after_a_transfer_follows_the_leg_that_waited() -> None:
    one = first(ended=60)
    two = leg(
        "second",
        (62, "ben", "CONNECTING"),
        (82, "ben", "MISSED"),
        (84, "ben", "CLEARED"),
        InitialContactId="first",
        InitiationMethod="TRANSFER",
        QueueTimestamp=moment(61),
    )
    three = invited("third", 200, agent="cleo", connected=205, method="QUEUE_TRANSFER")

    assert previous_of(one, two, three)["third"] == "second"


def test_monitor_stands_alone() -> None:
    # Trap 36, even if it names an initial contact.
    one = first(holds=[(60, None)], ended=100)
    watch = leg(
        "watch",
        (70, "hugo", "CONNECTED"),
        (90, "hugo", "ENDED"),
        InitialContactId="first",
        InitiationMethod="MONITOR",
        Queue=None,
        QueueTimestamp=None,
    )

    links = link_chain([one, watch])

    assert links["watch"].previous_contact_id is None
    assert links["watch"].transfer_type is None
    assert links["first"].next_contact_id is None


def test_monitor_invites_nobody() -> None:
    # Trap 36
    watch = leg("first", (0, "hugo", "CONNECTED"), InitiationMethod="MONITOR")
    second = invited("second", 10, connected=20, InitialContactId="another")

    assert links_of("second", watch, second).previous_contact_id == "another"


# Trees (trap 35)


def test_transfer_of_a_transfer_is_a_chain() -> None:
    one = first(holds=[(60, None)], ended=70)
    two = invited("second", 61, connected=65, holds=[(120, None)], ended=140)
    three = invited("third", 121, agent="cleo", connected=125, ended=200)

    assert previous_of(one, two, three) == {"first": None, "second": "first", "third": "second"}
    assert next_of(one, two, three) == {"first": "second", "second": "third", "third": None}
    assert links_of("third", one, two, three).agent_interaction_duration == 60


def test_three_consultations_of_one_agent_are_a_star() -> None:
    # Trap 35: each Previous is the inviter, whose Next is the last invited only.
    one = first(holds=[(60, 90), (100, 130), (140, 170)], ended=300)
    others = [
        invited("second", 61, connected=65, ended=89),
        invited("third", 101, agent="cleo", connected=105, ended=129),
        invited("fourth", 141, agent="dora", connected=145, ended=169),
    ]

    assert previous_of(one, *others) == {
        "first": None,
        "second": "first",
        "third": "first",
        "fourth": "first",
    }
    assert next_of(one, *others) == {
        "first": "fourth",
        "second": None,
        "third": None,
        "fourth": None,
    }


def test_consultation_then_transfer_to_somebody_else_is_told_apart() -> None:
    one = first(holds=[(60, 90), (100, None)], ended=130)
    two = invited("second", 61, connected=65, ended=89)
    three = invited("third", 101, agent="cleo", connected=105, ended=200)

    links = link_chain([one, two, three])

    assert links["second"].transfer_type == "CONSULT"
    assert links["third"].transfer_type == "TRANSFER"
    assert links["third"].agent_interaction_duration == 70


def test_live_leg_that_last_held_its_customer_invited() -> None:
    one = first(holds=[(60, 90)])
    two = invited("second", 61, connected=65, holds=[(120, 150)])
    three = invited("third", 121, agent="cleo", connected=125)
    four = invited("fourth", 161, agent="dora", connected=165)

    assert previous_of(one, two, three)["third"] == "second"
    assert previous_of(one, two, four)["fourth"] == "second"


def test_hold_that_is_stamped_just_after_the_new_leg_counts() -> None:
    one = first(holds=[(62.5, 90)])
    two = invited("second", 30, connected=35, holds=[(50, 55)])
    three = invited("third", 61, agent="cleo", connected=70)

    assert previous_of(one, two, three)["third"] == "first"


def test_hold_long_after_the_new_leg_does_not_count() -> None:
    one = first(holds=[(64, 90)])
    two = invited("second", 30, connected=35, holds=[(50, 55)])
    three = invited("third", 61, agent="cleo", connected=70)

    assert previous_of(one, two, three)["third"] == "second"


def test_live_leg_that_began_last_invited_if_none_held() -> None:
    one = first()
    two = invited("second", 30, connected=35)
    three = invited("third", 61, agent="cleo", connected=70)

    assert previous_of(one, two, three)["third"] == "second"


def test_id_decides_between_live_legs_that_are_alike() -> None:
    one = first()
    twins = [invited(name, 30, agent=name, connected=35, holds=[(60, None)]) for name in ("x", "y")]
    three = invited("third", 61, agent="cleo", connected=70)

    assert previous_of(one, *twins, three)["third"] == "y"
    assert previous_of(three, *reversed(twins), one)["third"] == "y"


def test_leg_after_everybody_had_gone_follows_the_initial_contact() -> None:
    one = first(ended=60)
    two = invited("second", 61, connected=65, ended=100)
    three = invited("third", 500, agent="cleo", connected=505)

    assert previous_of(one, two, three)["third"] == "first"


def test_transfer_whose_first_leg_nobody_saw_follows_the_initial_contact() -> None:
    # Trap 33
    second = invited("second", 61, connected=70, ended=100)

    assert links_of("second", second) == Links(
        previous_contact_id="first",
        link_evidence="INFERRED",
        agent_interaction_duration=30,
    )


def test_parent_that_arrives_last_gets_its_next_contact() -> None:
    # Trap 15
    inviter, second = first(ended=60), invited("second", 60, connected=65, ended=99)

    assert link_chain([second, inviter]) == link_chain([inviter, second])
    assert link_chain([second, inviter])["first"].next_contact_id == "second"


# The customer's time


def test_holds_of_both_agents_are_counted_once_where_they_overlap() -> None:
    # With both: 70..200. Away: 60..90 (inviter), 80..100 (invited), 150..160 (both).
    inviter = first(holds=[(60, 90), (150, 160)], ended=300)
    second = invited("second", 61, connected=70, holds=[(80, 100), (150, 160)], ended=200)

    assert links_of("second", inviter, second).agent_interaction_duration == 200 - 100 - 10


def test_hold_of_the_inviter_outside_the_conversation_does_not_count() -> None:
    inviter = first(holds=[(20, 50), (60, 90), (300, 310)], ended=400)
    second = invited("second", 61, connected=70, ended=200)

    assert links_of("second", inviter, second).agent_interaction_duration == 110


def test_hold_that_never_ended_keeps_the_customer_away_to_the_end() -> None:
    inviter = first(holds=[(60, None)])
    second = invited("second", 61, connected=70, ended=200)

    assert links_of("second", inviter, second).agent_interaction_duration == 0
    assert links_of("second", inviter, second).transfer_type == "CONSULT"


def test_customer_time_is_rounded_down_once() -> None:
    inviter = first(holds=[(60, 80.4)], ended=100)
    second = invited("second", 61, connected=70.5, holds=[(90, 90.7)], ended=110)

    # 39.5 s less 9.9 s less 0.7 s
    assert links_of("second", inviter, second).agent_interaction_duration == 28


def test_hold_of_somebody_who_did_not_invite_does_not_count() -> None:
    one = first(holds=[(60, 65)], ended=70)
    two = invited("second", 61, connected=64, holds=[(100, 101)], ended=110)
    three = invited("third", 101, agent="cleo", connected=105, ended=200)

    assert links_of("third", one, two, three).agent_interaction_duration == 95


# Any legs


@pytest.mark.parametrize(
    ("again", "kind", "seconds", "joined"), [(18, "CONFERENCE", 50, 30), (70, None, None, None)]
)
def test_consult_and_conference_are_not_told_apart_where_a_hold_may_be_unseen(
    again: int, kind: str | None, seconds: int | None, joined: int | None
) -> None:
    """Ada is connected once more than 10 s later: she may have held the customer in between."""
    ada = leg(
        "first",
        *steps_of("ada", offered=0, connected=10, ended=100),
        (again, "ada", "CONNECTED"),
        InitiationMethod="INBOUND",
    )

    links = link_chain([ada, invited("second", 20, connected=30, ended=80)])["second"]

    assert links.transfer_type == kind
    assert links.agent_interaction_duration == seconds
    assert links.conference_joined_timestamp == (None if joined is None else moment(joined))


@st.composite
def any_legs(draw: st.DrawFn) -> list[ContactRecord]:
    """Legs of one chain whose times collide; with or without the first contact."""
    moments = st.sampled_from((0.0, 1.0, 2.0, 2.5, 5.0, 9.0, 30.0))
    states = st.sampled_from(
        ("CONNECTING", "CONNECTED", "CONNECTED_ONHOLD", "ENDED", "MISSED", "CLEARED")
    )
    methods = st.sampled_from(
        (
            "TRANSFER",
            "CALLBACK",
            "CALLBACK_CUSTOMER_FIRST_DIALED",
            "QUEUE_TRANSFER",
            "DISCONNECT",
            "MONITOR",
            "API",
            None,
        )
    )
    names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True))
    legs = []
    for name in draw(st.sampled_from(([*names, "first"], names))):
        times = sorted(draw(st.lists(moments, min_size=1, max_size=5)))
        steps = [(at, draw(st.sampled_from(("ada", "ben"))), draw(states)) for at in times]
        legs.append(
            leg(
                name,
                (times[0], steps[0][1], "CONNECTING"),
                *steps,
                InitialContactId=None if name == "first" else "first",
                InitiationMethod=draw(methods),
                QueueTimestamp=draw(st.none() | moments.map(moment)),
            )
        )
    return legs


@given(any_legs(), st.randoms(use_true_random=False))
def test_links_do_not_depend_on_the_order_of_legs(legs: list[ContactRecord], random: Any) -> None:
    # Trap 15
    shuffled = list(legs)
    random.shuffle(shuffled)

    assert link_chain(shuffled) == link_chain(legs)


@given(any_legs())
def test_inferred_inviters_are_those_that_looking_at_every_leg_finds(
    legs: list[ContactRecord],
) -> None:
    by_id = {leg.contact_id: leg for leg in map(leg_of, legs)}

    assert {key: each.inviter for key, each in invitations_in(by_id).items()} == (
        inferred_invitations(by_id)
    )


@given(any_legs())
def test_links_form_a_tree(legs: list[ContactRecord]) -> None:
    # Traps 35 and 42: whoever follows Previous comes to the initial contact.
    previous = previous_of(*legs)

    for contact_id in previous:
        seen = [contact_id]
        while previous.get(seen[-1]):
            seen.append(str(previous[seen[-1]]))
            assert len(seen) == len(set(seen))


@given(any_legs())
def test_next_is_one_that_names_this_leg_as_its_previous(legs: list[ContactRecord]) -> None:
    # Trap 35
    previous = previous_of(*legs)

    for contact_id, following in next_of(*legs).items():
        children: list[str | None] = [
            child for child, parent in previous.items() if parent == contact_id
        ]
        assert following in (children or [None])


@given(any_legs())
def test_every_leg_that_an_agent_can_have_invited_has_a_previous(legs: list[ContactRecord]) -> None:
    linked = {key for key, previous in previous_of(*legs).items() if previous}

    assert linked == {
        leg.facts.contact_id
        for leg in legs
        if not leg.is_first_contact
        and not leg.is_monitor
        and leg.facts.initiation_method != "CALLBACK_CUSTOMER_FIRST_DIALED"
    }


@given(event_lists(CHAIN, min_size=1))
def test_second_linking_of_what_is_stored_writes_nothing(events: list[JsonObject]) -> None:
    """Links do not feed back: they are worked out from the facts, whatever was linked before."""
    items = stored_after([events])
    link_stored(items)
    once = text_of(items)

    written = link_stored(items)

    assert written == 0
    assert text_of(items) == once


@given(
    event_lists(CHAIN, min_size=1).flatmap(
        lambda events: st.tuples(st.just(events), st.permutations(events))
    )
)
def test_links_made_on_the_way_leave_no_trace(
    delivery: tuple[list[JsonObject], list[JsonObject]],
) -> None:
    """Linked after every event, in any order, or once at the end: the same items."""
    events, in_any_order = delivery
    at_the_end = stored_after([events])
    link_stored(at_the_end)
    on_the_way: Items = {}

    for event in in_any_order:
        fold_into(on_the_way, [event])
        link_stored(on_the_way)

    assert text_of(on_the_way) == text_of(at_the_end)


def test_wide_star_is_linked() -> None:
    # Trap 42
    one = first(holds=[(60, None)])
    star = [
        invited(f"leg-{number:03}", 61 + number / 100, agent=f"agent-{number}", connected=70)
        for number in range(200)
    ]

    previous = previous_of(one, *star)

    assert [previous[record.facts.contact_id] for record in star] == ["first"] * 200
    assert next_of(one, *star)["first"] == "leg-199"


def test_leg_that_names_itself_is_a_first_contact() -> None:
    # Trap 42
    assert previous_of(leg("contact-1", (0, "ada", "CONNECTED"), InitialContactId="contact-1")) == {
        "contact-1": None
    }

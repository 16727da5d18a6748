"""Links by the strongest evidence: contact records, contact events, inference; and what differs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.chain.inviters import invitations_in
from contacts.chain.legs import by_agent_events_alone, leg_of
from contacts.chain.links import Links, link_chain
from contacts.facts.statement import (
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    CUSTOMER_HOLD,
    DISCONNECT,
    EXTERNAL_INTERACTION,
    INITIAL_CONTACT,
    INITIATION,
    INTERACTION,
    NEXT_CONTACT,
    PREVIOUS_CONTACT,
    WORK_START,
    Path,
    Statement,
)
from contacts.record.contact_record import ContactRecord, contact_record
from tests.by_hand.agent_events_by_hand import Step, leg, moment
from tests.by_hand.calls_by_hand import (
    AGENT_EVENTS,
    CONTACT_EVENTS,
    CONTACT_RECORDS,
    FIRST,
    Call,
    chain_known_by,
    stated_facts,
)
from tests.oracles.naive_inviters import inferred_invitations

STRENGTH = {None: 0, "INFERRED": 1, "CONTACT_EVENT": 2, "CONTACT_RECORD": 3}


def stated_leg(
    contact_id: str,
    begun: float = 0,
    *,
    record: Statement | None = None,
    events: Statement | None = None,
    method: str = "TRANSFER",
    initial: str | None = FIRST,
) -> ContactRecord:
    """A leg that no agent event shows. Both sources, where given, state when it began."""
    usual: Statement = {
        INITIATION: moment(begun),
        **({INITIAL_CONTACT: initial} if initial else {}),
    }
    is_told_by_events = events is not None or record is None
    return contact_record(
        stated_facts(
            Call(contact_id=contact_id, method=method),
            contact_events={**usual, **(events or {})} if is_told_by_events else {},
            contact_record={} if record is None else {**usual, **record},
        )
    )


def first_contact(**others: Any) -> ContactRecord:
    return stated_leg(FIRST, -30, method="INBOUND", initial=None, **others)


def seen_leg(
    contact_id: str,
    *steps: Step,
    record: Statement | None = None,
    events: Statement | None = None,
    **others: Any,
) -> ContactRecord:
    """A leg that agent events show, and that other sources state something of."""
    initial = {} if contact_id == FIRST else {"InitialContactId": FIRST}
    usual = {"InitiationMethod": "TRANSFER", "QueueTimestamp": None} | initial
    seen = leg(contact_id, *steps, **usual | others).facts
    call = Call(contact_id=contact_id, method=str(seen.initiation_method))
    stated = stated_facts(call, contact_events=events or {}, contact_record=record or {})
    return contact_record(seen.merge(stated))


def talk(agent: str, connected: float, ended: float, *holds: tuple[float, float]) -> list[Step]:
    """A conversation of one agent, offered 4 s before."""
    steps: list[Step] = [(connected - 4, agent, "CONNECTING"), (connected, agent, "CONNECTED")]
    for start, end in holds:
        steps += [(start, agent, "CONNECTED_ONHOLD"), (end, agent, "CONNECTED")]
    return [*steps, (ended, agent, "ENDED"), (ended + 10, agent, "CLEARED")]


def previous_of(*legs: ContactRecord) -> dict[str, str | None]:
    return {key: links.previous_contact_id for key, links in link_chain(legs).items()}


def next_of(*legs: ContactRecord) -> dict[str, str | None]:
    return {key: links.next_contact_id for key, links in link_chain(legs).items()}


def links_of(contact_id: str, *legs: ContactRecord) -> Links:
    return link_chain(legs)[contact_id]


# PreviousContactId


def test_contact_record_stands_before_contact_events_and_these_before_inference() -> None:
    steps = talk("ben", 70, 110)
    by_events: Statement = {PREVIOUS_CONTACT: "by events"}
    by_record: Statement = {PREVIOUS_CONTACT: "by record"}

    inferred = links_of("a", seen_leg("a", *steps))
    told_by_events = links_of("a", seen_leg("a", *steps, events=by_events))
    told_by_both = links_of("a", seen_leg("a", *steps, events=by_events, record=by_record))

    assert (inferred.previous_contact_id, inferred.link_evidence) == (FIRST, "INFERRED")
    assert told_by_events.previous_contact_id == "by events"
    assert told_by_events.link_evidence == "CONTACT_EVENT"
    assert told_by_both.previous_contact_id == "by record"
    assert told_by_both.link_evidence == "CONTACT_RECORD"


def test_contact_record_of_the_inviter_stands_before_the_legs_own_contact_events() -> None:
    inviter = stated_leg("a", 0, record={NEXT_CONTACT: "b"})
    invited = stated_leg("b", 60, events={PREVIOUS_CONTACT: FIRST})

    links = links_of("b", inviter, invited)

    assert (links.previous_contact_id, links.link_evidence) == ("a", "CONTACT_RECORD")


def test_own_contact_record_stands_before_that_of_another_leg() -> None:
    other = stated_leg("a", 0, record={NEXT_CONTACT: "b"})
    invited = stated_leg("b", 60, record={PREVIOUS_CONTACT: FIRST})

    assert previous_of(other, invited)["b"] == FIRST


def test_contact_record_that_names_no_inviter_leaves_it_to_inference() -> None:
    first = seen_leg(FIRST, *talk("ada", 5, 100, (58, 90)), InitiationMethod="INBOUND")
    second = seen_leg("b", *talk("ben", 64, 90), record={DISCONNECT: moment(90)})

    assert links_of("b", first, second).link_evidence == "INFERRED"
    assert links_of("b", first, second).previous_contact_id == FIRST


def test_inviter_that_is_not_there_is_kept() -> None:
    invited = stated_leg("b", record={PREVIOUS_CONTACT: "never seen"})

    assert previous_of(first_contact(), invited) == {FIRST: None, "b": "never seen"}


def test_first_contact_may_follow_a_contact_of_another_chain() -> None:
    links = links_of(FIRST, first_contact(record={PREVIOUS_CONTACT: "another chain's"}))

    assert links == Links(previous_contact_id="another chain's", link_evidence="CONTACT_RECORD")


def test_first_contact_follows_no_leg_of_its_own_chain() -> None:
    # Trap 42
    first = first_contact(record={PREVIOUS_CONTACT: "b"})
    second = stated_leg("b", 60, events={PREVIOUS_CONTACT: FIRST})

    assert previous_of(first, second) == {FIRST: None, "b": FIRST}


def test_monitor_is_invited_by_nobody_whatever_is_stated() -> None:
    # Trap 36
    watch = stated_leg("watch", 10, method="MONITOR", record={PREVIOUS_CONTACT: FIRST})

    assert previous_of(first_contact(), watch)["watch"] is None


# NextContactId


def test_next_contact_is_what_the_contact_record_states_though_it_never_comes() -> None:
    # The last invited was external, and its own contact record is missing.
    first = first_contact(record={NEXT_CONTACT: "external"})
    second = stated_leg("b", 60, record={PREVIOUS_CONTACT: FIRST})

    assert next_of(first, second)[FIRST] == "external"


def test_next_contact_of_a_lonely_first_contact_is_linked() -> None:
    assert link_chain([first_contact(record={NEXT_CONTACT: "b"})]) == {
        FIRST: Links(next_contact_id="b")
    }


def test_without_a_contact_record_next_is_the_last_that_names_this_leg() -> None:
    # Trap 35
    invited = [
        stated_leg(name, begun, events={PREVIOUS_CONTACT: FIRST})
        for name, begun in (("b", 60), ("d", 120), ("c", 90))
    ]

    assert next_of(first_contact(), *invited)[FIRST] == "d"


@pytest.mark.parametrize("circular", [FIRST, "a", "b"])
def test_next_contact_that_leads_back_is_left_out(circular: str) -> None:
    # Trap 42
    a = stated_leg("a", 30, record={PREVIOUS_CONTACT: FIRST})
    b = stated_leg("b", 60, record={PREVIOUS_CONTACT: "a", NEXT_CONTACT: circular})
    c = stated_leg("c", 90, record={PREVIOUS_CONTACT: "b"})

    assert next_of(first_contact(), a, b, c)["b"] == "c"


# Circles (trap 42)


def test_leg_that_names_itself_is_inferred() -> None:
    itself = stated_leg("b", 60, record={PREVIOUS_CONTACT: "b", NEXT_CONTACT: "b"})

    assert links_of("b", first_contact(), itself).previous_contact_id == FIRST
    assert links_of("b", first_contact(), itself).link_evidence == "INFERRED"


def test_circle_loses_its_weakest_link() -> None:
    a = stated_leg("a", 60, record={PREVIOUS_CONTACT: "b"})
    b = stated_leg("b", 30, record={PREVIOUS_CONTACT: "c"})
    c = stated_leg("c", 90, events={PREVIOUS_CONTACT: "a"})

    assert previous_of(a, b, c) == {"a": "b", "b": "c", "c": FIRST}


def test_circle_of_equal_links_loses_that_of_the_earliest_leg() -> None:
    a = stated_leg("a", 60, record={PREVIOUS_CONTACT: "b"})
    b = stated_leg("b", 30, record={PREVIOUS_CONTACT: "a"})

    assert previous_of(a, b) == previous_of(b, a) == {"a": "b", "b": FIRST}


def test_inviter_is_not_inferred_among_those_that_the_leg_led_to() -> None:
    # By the times alone "a" could have invited "b", but it is known to be the other way round.
    steps = talk("ada", 5, 300)
    a = seen_leg("a", *steps, events={PREVIOUS_CONTACT: "b"})
    b = seen_leg("b", *talk("ben", 64, 200))

    assert previous_of(a, b) == {"a": "b", "b": FIRST}


def test_legs_that_call_each_other_the_initial_contact_are_no_circle() -> None:
    a = stated_leg("a", 30, initial="b")
    b = stated_leg("b", 60, initial="a")

    assert previous_of(a, b) == previous_of(b, a) == {"a": "b", "b": None}


# Inference of legs that agents never saw


def test_external_leg_follows_who_last_put_the_customer_on_hold() -> None:
    # The contact event of its initiation was lost, and the hold is stamped by another clock.
    first = seen_leg(FIRST, *talk("ada", 5, 300, (40, 80)), InitiationMethod="INBOUND")
    second = seen_leg("b", *talk("ben", 50, 300, (103, 150)))
    external = stated_leg("c", 100, method="EXTERNAL_OUTBOUND")

    assert previous_of(first, second, external)["c"] == "b"


def test_external_party_invites_nobody() -> None:
    first = seen_leg(FIRST, *talk("ada", 5, 300), InitiationMethod="INBOUND")
    external = stated_leg("b", 50, method="EXTERNAL_OUTBOUND", events={PREVIOUS_CONTACT: FIRST})
    third = seen_leg("c", *talk("cleo", 100, 200))

    assert previous_of(first, external, third)["c"] == FIRST


def test_callback_follows_the_last_wait_that_ended() -> None:
    waiting = stated_leg("b", 60, events={DISCONNECT: moment(120), PREVIOUS_CONTACT: FIRST})
    later = stated_leg("c", 150, events={PREVIOUS_CONTACT: FIRST})
    callback = seen_leg(
        "d", *talk("dora", 200, 300), InitiationMethod="CALLBACK", QueueTimestamp=moment(160)
    )

    assert previous_of(waiting, later, callback)["d"] == "b"


def test_what_follows_an_end_may_be_stamped_before_it_by_another_clock() -> None:
    # Trap 23: the survey began as soon as the agent had gone, at 60.4.
    first = seen_leg(FIRST, *talk("ada", 5, 60.4), InitiationMethod="INBOUND")
    second = seen_leg("b", *talk("ben", 20, 40))
    survey = stated_leg("c", 60, method="DISCONNECT")

    assert previous_of(first, second, survey)["c"] == FIRST


def test_leg_that_was_moved_from_a_queue_follows_the_one_that_waited_there() -> None:
    first = seen_leg(FIRST, *talk("ada", 5, 60), InitiationMethod="INBOUND")
    waiting = stated_leg("b", 60, events={PREVIOUS_CONTACT: FIRST})
    moved = seen_leg(
        "c", *talk("cleo", 200, 300), InitiationMethod="QUEUE_TRANSFER", QueueTimestamp=moment(150)
    )

    assert previous_of(first, waiting, moved)["c"] == "b"


# Types


def typed(inviter: ContactRecord, invited: ContactRecord) -> str | None:
    return links_of("b", inviter, invited).transfer_type


def recorded(
    inviter_worked: float, worked: float, talked: int
) -> tuple[ContactRecord, ContactRecord]:
    """Two agents' legs by contact records alone."""
    inviter = first_contact(
        record={CONNECTED_TO_AGENT: moment(5), WORK_START: moment(inviter_worked)}
    )
    return inviter, stated_leg(
        "b",
        60,
        record={
            PREVIOUS_CONTACT: FIRST,
            CONNECTED_TO_AGENT: moment(70),
            WORK_START: moment(worked),
            INTERACTION: talked,
        },
    )


@pytest.mark.parametrize(
    ("inviter_worked", "worked", "talked", "transfer_type"),
    [
        (100, 160, 60, "TRANSFER"),
        (100, 101, 0, "TRANSFER"),
        (160, 110, 0, "CONSULT"),
        (160, 110, 2, "CONSULT"),
        (160, 110, 3, "CONFERENCE"),
        (160, 160, 3, "CONFERENCE"),
        (160, 160, 2, "CONSULT"),
    ],
)
def test_two_contact_records_are_compared_as_amazon_does(
    inviter_worked: float, worked: float, talked: int, transfer_type: str
) -> None:
    assert typed(*recorded(inviter_worked, worked, talked)) == transfer_type


@pytest.mark.parametrize("method", ["TRANSFER", "EXTERNAL_OUTBOUND"])
def test_consultation_or_conference_is_open_when_nothing_says_who_had_the_customer(
    method: str,
) -> None:
    inviter = first_contact(record={CONNECTED_TO_AGENT: moment(5), WORK_START: moment(160)})
    connected = CONNECTED_TO_SYSTEM if method == "EXTERNAL_OUTBOUND" else CONNECTED_TO_AGENT
    record: Statement = {connected: moment(70), DISCONNECT: moment(110), WORK_START: moment(110)}
    invited = stated_leg("b", 60, method=method, record={PREVIOUS_CONTACT: FIRST, **record})

    assert typed(inviter, invited) is None


def test_when_contact_records_end_in_one_second_the_agent_events_tell() -> None:
    # The inviting agent left half a second before the invited one; they had not yet spoken.
    inviter = seen_leg(
        FIRST,
        *talk("ada", 5, 100.2, (58, 100.1)),
        InitiationMethod="INBOUND",
        record={WORK_START: moment(100)},
    )
    invited = seen_leg(
        "b", *talk("ben", 64, 100.7), record={PREVIOUS_CONTACT: FIRST, WORK_START: moment(100)}
    )

    assert typed(inviter, invited) == "TRANSFER"


@pytest.mark.parametrize("ended", [100.4, 100.8])
def test_hang_up_on_a_conference_is_one_whether_or_not_a_second_begins_meanwhile(
    ended: float,
) -> None:
    inviter = seen_leg(
        FIRST,
        *talk("ada", 5, ended, (58, 70)),
        InitiationMethod="INBOUND",
        record={WORK_START: moment(100)},
    )
    invited = seen_leg(
        "b",
        *talk("ben", 64, ended + 0.3),
        record={PREVIOUS_CONTACT: FIRST, WORK_START: moment(int(ended + 0.3)), INTERACTION: 30},
    )

    assert typed(inviter, invited) == "CONFERENCE"


def test_contact_records_stand_before_agent_events() -> None:
    """Agent events show a hang-up of all at once; to Amazon the inviter left before."""
    inviter = seen_leg(
        FIRST,
        *talk("ada", 5, 100.8, (58, 70)),
        InitiationMethod="INBOUND",
        record={WORK_START: moment(99)},
    )
    invited = seen_leg(
        "b", *talk("ben", 64, 101.1), record={PREVIOUS_CONTACT: FIRST, WORK_START: moment(101)}
    )

    links = links_of("b", inviter, invited)

    assert links.transfer_type == "TRANSFER"
    assert links.disagreements == {"TransferType": "CONFERENCE"}


@pytest.mark.parametrize(
    ("held", "talked", "transfer_type"),
    [(40, 39, "CONSULT"), (40, 40, "CONSULT"), (40, 41, "CONFERENCE"), (0, 0, "CONSULT")],
)
def test_external_party_joined_if_it_was_there_longer_than_the_customer_was_away(
    held: int, talked: int, transfer_type: str
) -> None:
    inviter = first_contact(
        record={
            CONNECTED_TO_AGENT: moment(5),
            WORK_START: moment(200),
            CUSTOMER_HOLD: held,
        }
    )
    external = stated_leg(
        "b",
        60,
        method="EXTERNAL_OUTBOUND",
        record={
            PREVIOUS_CONTACT: FIRST,
            DISCONNECT: moment(200),
            EXTERNAL_INTERACTION: talked,
        },
    )

    assert typed(inviter, external) == transfer_type


def test_holds_that_have_nothing_to_do_with_the_external_party_keep_the_customer_from_nobody() -> (
    None
):
    # Amazon's sums say consultation: 100 s on hold in all, 90 s with the external party.
    record: Statement = {WORK_START: moment(300), CUSTOMER_HOLD: 100}
    steps = talk("ada", 5, 300, (10, 100), (150, 160))
    inviter = seen_leg(FIRST, *steps, InitiationMethod="INBOUND", record=record)
    external = stated_leg(
        "b",
        151,
        method="EXTERNAL_OUTBOUND",
        record={
            PREVIOUS_CONTACT: FIRST,
            CONNECTED_TO_SYSTEM: moment(155),
            DISCONNECT: moment(245),
            EXTERNAL_INTERACTION: 90,
        },
    )

    assert typed(inviter, external) == "CONFERENCE"


def test_external_party_that_stays_when_the_agent_has_gone_was_transferred_to() -> None:
    inviter = first_contact(record={CONNECTED_TO_AGENT: moment(5), WORK_START: moment(100)})
    external = stated_leg(
        "b",
        60,
        method="EXTERNAL_OUTBOUND",
        record={PREVIOUS_CONTACT: FIRST, DISCONNECT: moment(101)},
    )

    assert typed(inviter, external) == "TRANSFER"


def test_external_leg_that_no_agent_invited_carries_its_method() -> None:
    # A flow dialled out.
    flow = first_contact(record={DISCONNECT: moment(60)})
    external = stated_leg("b", 60, method="EXTERNAL_OUTBOUND", record={PREVIOUS_CONTACT: FIRST})

    assert typed(flow, external) == "EXTERNAL_OUTBOUND"


def test_leg_after_one_that_may_still_get_an_agent_has_no_type_yet() -> None:
    waiting = first_contact(events={})
    second = stated_leg("b", 60, events={PREVIOUS_CONTACT: FIRST})

    assert typed(waiting, second) is None


def test_leg_whose_customer_left_the_queue_after_a_missed_offer_was_a_transfer() -> None:
    """Agent events show only that the offer ended before the inviter left."""
    inviter = seen_leg(FIRST, *talk("ada", 5, 100), InitiationMethod="INBOUND")
    steps: list[Step] = [(64, "ben", "CONNECTING"), (84, "ben", "MISSED"), (86, "ben", "CLEARED")]
    offered = seen_leg("b", *steps)
    abandoned = seen_leg("b", *steps, events={DISCONNECT: moment(180)})

    assert typed(inviter, offered) == "CONSULT"
    assert typed(inviter, abandoned) == "TRANSFER"


def test_end_that_a_snapshot_shows_is_not_dated_by_another_clock() -> None:
    """The customer hung up while ringing, 2.2 s after the inviter had left."""
    inviter = seen_leg(FIRST, *talk("ada", 5, 100.03, (95, 100.03)), InitiationMethod="INBOUND")
    offered = seen_leg(
        "b",
        (97, "ben", "CONNECTING"),
        (102.2, "ben", "CLEARED"),
        record={PREVIOUS_CONTACT: FIRST, DISCONNECT: moment(102)},
    )

    assert typed(inviter, offered) == "TRANSFER"


@pytest.mark.parametrize(("left", "transfer_type"), [(161.5, "CONSULT"), (163, "TRANSFER")])
def test_ends_by_two_clocks_are_ordered_by_more_than_the_clocks_may_differ(
    left: float, transfer_type: str
) -> None:
    # Trap 23: the customer hung up while an external party was rung, for both at once.
    inviter = seen_leg(FIRST, *talk("ada", 5, 160.4), InitiationMethod="INBOUND")
    external = stated_leg(
        "b",
        150,
        method="EXTERNAL_OUTBOUND",
        events={PREVIOUS_CONTACT: FIRST, DISCONNECT: moment(left)},
    )

    assert typed(inviter, external) == transfer_type


def test_end_that_no_agent_event_shows_is_taken_from_what_is_stated() -> None:
    lost = talk("ada", 5, 100)[:2]
    inviter = seen_leg(FIRST, *lost, InitiationMethod="INBOUND", events={DISCONNECT: moment(100)})
    invited = seen_leg("b", *talk("ben", 64, 200))

    assert typed(inviter, invited) == "TRANSFER"


def test_connection_that_no_agent_event_shows_is_taken_from_what_is_stated() -> None:
    lost: list[Step] = [(1, "ada", "CONNECTING")]
    inviter = seen_leg(
        FIRST,
        *lost,
        InitiationMethod="INBOUND",
        events={CONNECTED_TO_AGENT: moment(5), WORK_START: moment(100)},
    )
    invited = seen_leg("b", *talk("ben", 64, 200))

    assert links_of("b", inviter, invited).previous_contact_id == FIRST
    assert typed(inviter, invited) == "TRANSFER"


def test_consultation_of_an_agent_whose_holds_are_not_dated() -> None:
    """Only the contact record of the inviter is there, and only agent events of the invited."""
    talked: Statement = {CONNECTED_TO_AGENT: moment(5), WORK_START: moment(200)}
    invited = seen_leg("b", *talk("ben", 64, 104))

    consulting = first_contact(record={**talked, CUSTOMER_HOLD: 50})
    conferencing = first_contact(record={**talked, CUSTOMER_HOLD: 10})

    assert links_of("b", consulting, invited).transfer_type == "CONSULT"
    assert links_of("b", consulting, invited).agent_interaction_duration == 0
    assert links_of("b", conferencing, invited).transfer_type == "CONFERENCE"
    assert links_of("b", conferencing, invited).agent_interaction_duration == 30


def test_end_at_one_time_tells_nothing_when_holds_are_unknown() -> None:
    inviter = first_contact(events={CONNECTED_TO_AGENT: moment(5), WORK_START: moment(100)})
    invited = stated_leg(
        "b",
        60,
        events={
            PREVIOUS_CONTACT: FIRST,
            CONNECTED_TO_AGENT: moment(70),
            WORK_START: moment(101),
        },
    )

    assert typed(inviter, invited) is None


# AgentInteractionDuration


@pytest.mark.parametrize(("recorded_seconds", "shown"), [(59, 60), (61, 60), (58, 58), (62, 62)])
def test_contact_record_corrects_the_time_with_the_customer(
    recorded_seconds: int, shown: int
) -> None:
    inviter = seen_leg(FIRST, *talk("ada", 5, 64), InitiationMethod="INBOUND")
    invited = seen_leg("b", *talk("ben", 64, 124.9), record={INTERACTION: recorded_seconds})

    links = links_of("b", inviter, invited)

    assert links.agent_interaction_duration == shown
    assert links.disagreements == ({} if shown == 60 else {"AgentInteractionDuration": 60})


def test_time_with_the_customer_of_a_leg_that_agent_events_do_not_show() -> None:
    assert links_of("b", *recorded(100, 160, 60)).agent_interaction_duration == 60


# Disagreements


def test_leg_that_no_agent_saw_disagrees_with_nobody() -> None:
    first = seen_leg(FIRST, *talk("ada", 5, 60), InitiationMethod="INBOUND")
    queued = stated_leg("b", 60, record={PREVIOUS_CONTACT: "another"})

    assert links_of("b", first, queued).disagreements == {}


def test_inference_that_another_one_replaces_is_no_disagreement() -> None:
    first = seen_leg(FIRST, *talk("ada", 5, 60), InitiationMethod="INBOUND")
    waiting = stated_leg("b", 62, events={})
    moved = seen_leg("c", *talk("cleo", 70, 99), InitiationMethod="QUEUE_TRANSFER")

    assert previous_of(first, moved)["c"] == FIRST
    assert links_of("c", first, waiting, moved) == Links(
        previous_contact_id="b",
        link_evidence="INFERRED",
        transfer_type="QUEUE_TRANSFER",
        agent_interaction_duration=29,
    )


def test_contradicted_links_are_remembered_as_agent_events_gave_them() -> None:
    one = seen_leg(FIRST, *talk("ada", 5, 300, (58, 80)), InitiationMethod="INBOUND")
    two = seen_leg("b", *talk("ben", 64, 200, (98, 150)), record={PREVIOUS_CONTACT: FIRST})
    three = seen_leg("c", *talk("cleo", 104, 180), record={PREVIOUS_CONTACT: FIRST})

    links = link_chain([one, two, three])

    assert links["c"].previous_contact_id == FIRST
    assert links["c"].disagreements == {
        "PreviousContactId": "b",
        "AgentInteractionDuration": 30,
    }
    assert links["b"].next_contact_id is None
    assert links["b"].disagreements == {"NextContactId": "c"}
    assert links[FIRST].next_contact_id == "c"
    assert links[FIRST].disagreements == {"NextContactId": "b"}


# Any statements about any legs


NAMES = ("a", "b", "c", "d", "e")


@st.composite
def any_statements(draw: st.DrawFn) -> dict[Path, Any]:
    """Links to anywhere, also to nowhere and in circles; times that collide."""
    times = st.sampled_from((0, 1, 2, 30, 60)).map(moment)
    named = st.sampled_from((*NAMES, FIRST, "elsewhere"))
    return draw(
        st.fixed_dictionaries(
            {INITIATION: times},
            optional={
                PREVIOUS_CONTACT: named,
                NEXT_CONTACT: named,
                CONNECTED_TO_AGENT: times,
                WORK_START: times,
                DISCONNECT: times,
                INTERACTION: st.integers(0, 5),
                CUSTOMER_HOLD: st.integers(0, 5),
                EXTERNAL_INTERACTION: st.integers(0, 5),
            },
        )
    )


@st.composite
def any_chain(draw: st.DrawFn) -> list[ContactRecord]:
    """Legs that agents saw or not, with or without the first contact."""
    methods = st.sampled_from(
        ("TRANSFER", "CALLBACK", "QUEUE_TRANSFER", "DISCONNECT", "MONITOR", "EXTERNAL_OUTBOUND")
    )
    names = draw(st.lists(st.sampled_from((*NAMES, FIRST)), min_size=1, unique=True))
    legs = []
    for name in names:
        call = Call(contact_id=name, method=draw(methods))
        initial = {} if name == FIRST else {INITIAL_CONTACT: FIRST}
        facts = stated_facts(
            call,
            contact_events=draw(st.just({}) | any_statements().map(lambda each: each | initial)),  # noqa: B023
            contact_record=draw(any_statements()) | initial,
        )
        if draw(st.booleans()):
            times = sorted(draw(st.lists(st.sampled_from((0.0, 1.5, 2.0, 30.0, 59.5)), min_size=1)))
            states = st.sampled_from(("CONNECTED", "CONNECTED_ONHOLD", "ENDED", "MISSED"))
            steps = [(at, "ada", draw(states)) for at in times]
            others = {"InitialContactId": FIRST} if initial else {}
            seen = leg(name, *steps, InitiationMethod=call.method, **others)
            facts = seen.facts.merge(facts)
        legs.append(contact_record(facts))
    return legs


@given(any_chain(), st.randoms(use_true_random=False))
def test_links_do_not_depend_on_the_order_of_legs(legs: list[ContactRecord], random: Any) -> None:
    # Trap 15
    shuffled = list(legs)
    random.shuffle(shuffled)

    assert link_chain(shuffled) == link_chain(legs)


@given(any_chain())
def test_links_form_a_tree_whatever_is_stated(legs: list[ContactRecord]) -> None:
    # Trap 42: whoever follows Previous comes to an end, and Next leads on from there.
    links = link_chain(legs)

    for contact_id, own in links.items():
        above = [contact_id]
        while previous := links.get(above[-1], Links()).previous_contact_id:
            assert previous not in above
            above.append(previous)
        assert own.next_contact_id not in above


@given(any_chain())
def test_disagreements_are_what_agent_events_alone_give(legs: list[ContactRecord]) -> None:
    seen = [each for each in legs if each.turns]
    alone = link_chain(map(by_agent_events_alone, seen))

    for contact_id, links in link_chain(legs).items():
        given_alone = alone.get(contact_id, Links())
        by_name = {
            "PreviousContactId": given_alone.previous_contact_id,
            "NextContactId": given_alone.next_contact_id,
            "TransferType": given_alone.transfer_type,
            "AgentInteractionDuration": given_alone.agent_interaction_duration,
        }
        assert links.disagreements.items() <= by_name.items()
        assert alone.get(contact_id, Links()).disagreements == {}


@st.composite
def true_chain(draw: st.DrawFn) -> list[Call]:
    """A chain as it may be: every leg was invited by an earlier one."""
    calls = [Call(connected=5, ended=draw(st.sampled_from((60, 300))))]
    for position, name in enumerate(NAMES[: draw(st.integers(0, 5))], start=1):
        begun = 30 * position
        is_answered = draw(st.booleans())
        calls.append(
            Call(
                contact_id=name,
                method=draw(st.sampled_from(("TRANSFER", "EXTERNAL_OUTBOUND", "CALLBACK"))),
                agent=f"agent {name}" if is_answered else None,
                begun=begun,
                queued=begun,
                connected=begun + 10 if is_answered else None,
                ended=begun + draw(st.sampled_from((20, 100, 300))),
                previous=draw(st.sampled_from(calls)).contact_id,
            )
        )
    return calls


ANY_SOURCES = st.frozensets(st.sampled_from((AGENT_EVENTS, CONTACT_EVENTS, CONTACT_RECORDS)))


@given(true_chain(), st.lists(ANY_SOURCES, min_size=6, max_size=6), st.integers(0, 5))
def test_more_sources_never_weaken_what_is_known(
    calls: list[Call], sources: list[frozenset[str]], position: int
) -> None:
    told = dict(zip((call.contact_id for call in calls), sources, strict=False))
    learnt = calls[position % len(calls)].contact_id
    more = told | {learnt: told[learnt] | {CONTACT_RECORDS}}

    before = link_chain(
        record for call in calls if (record := call.known_by(told[call.contact_id]))
    )
    after = link_chain(record for call in calls if (record := call.known_by(more[call.contact_id])))

    for contact_id, links in before.items():
        assert STRENGTH[after[contact_id].link_evidence] >= STRENGTH[links.link_evidence]
        if links.link_evidence in {"CONTACT_EVENT", "CONTACT_RECORD"}:
            assert after[contact_id].previous_contact_id == links.previous_contact_id


@given(true_chain(), st.lists(ANY_SOURCES, min_size=6, max_size=6))
def test_inferred_inviters_are_those_that_looking_at_every_leg_finds(
    calls: list[Call], sources: list[frozenset[str]]
) -> None:
    told = [call.known_by(each) for call, each in zip(calls, sources, strict=False)]
    legs = {leg.contact_id: leg for leg in (leg_of(record) for record in told if record)}

    inferred = {key: each for key, each in invitations_in(legs).items() if not each.stated_by}

    assert {key: each.inviter for key, each in inferred.items()} == inferred_invitations(legs)


@given(true_chain())
def test_with_all_contact_records_every_link_is_true(calls: list[Call]) -> None:
    links = link_chain(chain_known_by((AGENT_EVENTS, CONTACT_RECORDS), calls))

    assert {key: each.previous_contact_id for key, each in links.items()} == {
        call.contact_id: call.previous for call in calls
    }


@given(true_chain())
def test_agent_events_alone_never_disagree(calls: list[Call]) -> None:
    links = link_chain(chain_known_by((AGENT_EVENTS,), calls))

    assert all(not each.disagreements for each in links.values())

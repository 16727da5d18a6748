"""Lost events: noticed by what the agent was last seen doing, and forgiven when they come late."""

from collections.abc import Sequence
from copy import deepcopy
from functools import reduce
from itertools import permutations
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contact_centre.small_day import small_day
from contacts.facts.agent_state import AgentState, AgentStatus, advance, repairs
from contacts.facts.contact_facts import ContactFacts, Fact, InferredFact
from contacts.item.agent_state_item import agent_state_of_item
from contacts.timestamps import epoch_milliseconds
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    arn,
    contact,
    contacts_of,
    decoded,
    moment,
    snapshot,
)
from tests.by_hand.contact_scripts import Script, days, play
from tests.by_hand.folded_agent_events import (
    FoldedAgentEvents,
    contacts_in_snapshots,
    fold,
    heart_beats_after,
    heart_beats_at_the_end,
    stored_state,
)
from tests.oracles.stored_records import Items, text_of
from tests.strategies.contact_strategies import AGENTS, STATES, agent_events, event_lists

CALL: Final = "contact-1"
TEN_MINUTES: Final = 600
END_OF_THE_DAY: Final = "2026-03-09T21:00:00.000Z"

IDLE = snapshot()
RINGING = snapshot(contact("CONNECTING", 0))
TALKING = snapshot(contact("CONNECTED", 5, connected=5))
HOLDING = snapshot(contact("CONNECTED_ONHOLD", 20, connected=5))
TALKING_AGAIN = snapshot(contact("CONNECTED", 30, connected=5))
AFTER_WORK = snapshot(contact("ENDED", 65, connected=5))
STILL_HOLDING = snapshot(contact("CONNECTED_ONHOLD", 5, connected=5))
"""A hold that leaves StateStartTimestamp as it was."""

QUIET_CALL = (
    agent_event(-60, previous=None, current=IDLE),
    agent_event(0, previous=IDLE, current=RINGING),
    agent_event(5, previous=RINGING, current=TALKING),
    agent_event(65, previous=TALKING, current=AFTER_WORK),
    agent_event(70, previous=AFTER_WORK, current=IDLE),
)
QUIET_HOLD = (
    *QUIET_CALL[:3],
    agent_event(20, previous=TALKING, current=STILL_HOLDING),
    agent_event(40, previous=STILL_HOLDING, current=TALKING),
    agent_event(65, previous=TALKING, current=AFTER_WORK),
    agent_event(70, previous=AFTER_WORK, current=IDLE),
)


def heart_beat(at: float, shown: JsonObject | None) -> JsonObject:
    return agent_event(at, previous=shown, current=shown, event_type="HEART_BEAT")


def without_snapshot(at: float, previous: JsonObject | None = None) -> JsonObject:
    return agent_event(at, previous=previous, current=None, event_type="LOGOUT")


def state_after(*events: JsonObject) -> AgentState | None:
    state: AgentState | None = None
    for event in events:
        state = advance(state, decoded(event))
    return state


def shown(state: AgentState | None) -> list[tuple[str, str]]:
    assert state
    return [(each.contact_id, each.state) for each in state.contacts]


def repairs_of(known: AgentState | None, event: JsonObject) -> list[InferredFact]:
    proven = list(repairs(known, decoded(event)))
    assert all(not facts.timeline for facts in proven)
    return [guess for facts in proven for guess in facts.inferred]


# What is known of an agent


def test_agent_seen_for_the_first_time_in_mid_call_is_known_from_then_on() -> None:
    followed = FoldedAgentEvents([heart_beat(50, TALKING)])

    followed.follow([heart_beat(170, IDLE)])

    assert followed.items[CALL]["Status"] == "COMPLETED"
    assert followed.items[CALL]["State"] == "CLEARED"


def test_first_event_of_an_agent_proves_nothing_beyond_itself() -> None:
    assert repairs_of(None, heart_beat(50, TALKING)) == []


def test_agent_who_signed_out_without_a_snapshot_is_offline_and_keeps_contacts() -> None:
    state = state_after(heart_beat(50, TALKING), without_snapshot(60, TALKING))

    assert state
    assert state.status == AgentStatus("Offline", "OFFLINE", moment(60))
    assert shown(state) == [(CALL, "CONNECTED")]


def test_agent_who_signed_out_and_shows_a_status_has_that_status() -> None:
    state = state_after(agent_event(60, previous=TALKING, current=IDLE, event_type="LOGOUT"))

    assert state
    assert state.status
    assert state.status.name == "Available"


def test_newest_event_is_what_is_known() -> None:
    state = state_after(*QUIET_CALL[:4])

    assert state
    assert shown(state) == [(CALL, "ENDED")]
    assert state.event_timestamp == moment(65)
    assert state.status
    assert (state.status.name, state.username) == ("Available", "ada")


def test_older_event_moves_nothing_back() -> None:
    known = state_after(*QUIET_CALL)

    assert advance(known, decoded(QUIET_CALL[2])) is known
    assert repairs_of(known, QUIET_CALL[4]) == []


def test_older_event_still_adds_its_facts() -> None:
    followed = FoldedAgentEvents(QUIET_CALL[3:])

    followed.follow(QUIET_CALL[:3])

    assert followed.state("ada").event_timestamp == moment(70)
    assert text_of(followed.items) == text_of(FoldedAgentEvents(QUIET_CALL).items)


@pytest.mark.parametrize("current", [None, {**IDLE, "Contacts": None}], ids=["null", "no contacts"])
def test_null_snapshot_is_unknown_and_not_empty(current: JsonObject | None) -> None:
    known = state_after(*QUIET_CALL[:3])
    event = agent_event(50, previous=None, current=current)

    assert advance(known, decoded(event)) is known
    assert repairs_of(known, event) == []


def test_duplicate_changes_nothing_and_proves_nothing() -> None:
    known = state_after(*QUIET_CALL[:3])

    assert advance(known, decoded(QUIET_CALL[2])) is known
    assert repairs_of(known, QUIET_CALL[2]) == []


def test_heart_beats_that_confirm_what_is_known_count_once_in_ten_minutes() -> None:
    known = state_after(*QUIET_CALL[:3])

    beats = [decoded(heart_beat(5 + after, TALKING)) for after in range(120, 1_320, 120)]
    states = [known]
    for beat in beats:
        states.append(advance(states[-1], beat))

    assert [state.event_timestamp for state in dict.fromkeys(states) if state] == [
        moment(5),
        moment(5 + TEN_MINUTES),
        moment(5 + 2 * TEN_MINUTES),
    ]


def test_confirmation_comes_no_earlier_than_after_ten_minutes() -> None:
    known = state_after(*QUIET_CALL[:3])

    assert advance(known, decoded(heart_beat(4.999 + TEN_MINUTES, TALKING))) is known
    assert advance(known, decoded(heart_beat(5 + TEN_MINUTES, TALKING))) is not known


@pytest.mark.parametrize("after", [1, 60, 117.999, 122.001, 180, 357.999])
def test_heart_beat_out_of_time_counts_at_once(after: float) -> None:
    """It comes two minutes after an event, which was lost (agent-event-streams)."""
    known = state_after(*QUIET_CALL[:3])

    assert advance(known, decoded(heart_beat(5 + after, TALKING))) is not known


@pytest.mark.parametrize("after", [118, 120, 122, 238, 482])
def test_heart_beat_in_time_is_forgotten(after: float) -> None:
    known = state_after(*QUIET_CALL[:3])

    assert advance(known, decoded(heart_beat(5 + after, TALKING))) is known


def test_other_event_that_confirms_what_is_known_counts_at_once() -> None:
    """What comes late may have happened before it, and must then be found older."""
    known = state_after(*QUIET_CALL[:3])
    confirming = agent_event(125, previous=TALKING, current=TALKING)

    assert advance(known, decoded(confirming)) is not known


@pytest.mark.parametrize(
    "shown",
    [
        HOLDING,
        IDLE,
        snapshot(*TALKING["Contacts"], contact("CONNECTING", 10, contact_id="another")),
        {**TALKING, "AgentStatus": {"Name": "Lunch", "StartTimestamp": moment(10)}},
        snapshot(*TALKING["Contacts"], RoutingProfile={"ARN": "another", "Name": "Another"}),
    ],
    ids=["state", "contact gone", "contact added", "status", "routing profile"],
)
def test_change_is_known_at_once(shown: JsonObject) -> None:
    known = state_after(*QUIET_CALL[:3])

    state = advance(known, decoded(agent_event(10, previous=TALKING, current=shown)))

    assert state
    assert state.event_timestamp == moment(10)


def test_event_that_names_no_instance_leaves_no_state() -> None:
    event = decoded(agent_event(0, current=RINGING, AgentARN="just an id", InstanceARN=None))

    assert advance(None, event) is None


@given(agent_events())
def test_state_is_read_from_its_item_as_it_was(event: JsonObject) -> None:
    state = advance(None, decoded(event))

    if state:
        item = stored_state(state)
        assert agent_state_of_item(item) == state
        assert not [name for name, value in item.items() if value in (None, "", [], {})]


# A contact that vanished


@pytest.mark.parametrize(
    "next_event",
    [
        heart_beat(190, IDLE),
        agent_event(
            190, previous=IDLE, current={**IDLE, "AgentStatus": {"Name": "Lunch"}}, agent="ada"
        ),
        agent_event(
            190, previous=IDLE, current=snapshot(contact("CONNECTING", 190, contact_id="another"))
        ),
        agent_event(190, previous=None, current=IDLE),
    ],
    ids=["heartbeat", "change of status", "next contact", "first after a log-in"],
)
def test_contact_that_vanished_is_closed_at_the_next_event(next_event: JsonObject) -> None:
    followed = FoldedAgentEvents(QUIET_CALL[:3])

    followed.follow([next_event])

    item = followed.items[CALL]
    assert (item["State"], item["Status"]) == ("CLEARED", "COMPLETED")
    assert item["StateStartTimestamp"] == item["LastUpdateTimestamp"] == moment(190)
    assert followed.repaired == 1


def test_end_that_was_not_seen_is_marked() -> None:
    item = FoldedAgentEvents([*QUIET_CALL[:3], heart_beat(190, IDLE)]).items[CALL]

    assert item["InferredTimeline"] == [f"{moment(190)} CLEARED {moment(5)} ada"]
    (attempt,) = item["Attempts"]
    assert attempt["ClearedEvidence"] == "INFERRED"
    assert attempt["ClearedTimestamp"] == moment(190)


def test_end_that_was_seen_bears_no_mark() -> None:
    item = FoldedAgentEvents([*QUIET_CALL, heart_beat(190, IDLE)]).items[CALL]

    assert "InferredTimeline" not in item
    assert "ClearedEvidence" not in item["Attempts"][0]


@pytest.mark.parametrize("lost", [(2,), (3, 4), (2, 3, 4)])
def test_inferred_end_gives_way_to_the_real_one_whatever_the_order(lost: Sequence[int]) -> None:
    day = [*QUIET_CALL, heart_beat(190, IDLE)]
    quiet = text_of(FoldedAgentEvents(day).items)
    kept = [event for position, event in enumerate(day) if position not in lost]

    for late in permutations([day[position] for position in lost]):
        assert text_of(FoldedAgentEvents([*kept, *late]).items) == quiet
        assert text_of(FoldedAgentEvents([*kept, *late, *kept]).items) == quiet


def test_contact_that_came_back_after_its_end_was_lost_is_open_again() -> None:
    again = snapshot(contact("CONNECTING", 300))
    followed = FoldedAgentEvents([*QUIET_CALL[:3], heart_beat(190, IDLE)])

    followed.follow([agent_event(300, previous=IDLE, current=again)])

    item = followed.items[CALL]
    assert (item["State"], item["Status"]) == ("CONNECTING", "IN_PROGRESS")
    assert [attempt.get("ClearedEvidence") for attempt in item["Attempts"]] == ["INFERRED", None]


def test_contact_that_left_behind_a_null_snapshot_is_closed() -> None:
    followed = FoldedAgentEvents([*QUIET_CALL[:4], without_snapshot(80, AFTER_WORK)])
    assert followed.items[CALL]["State"] == "ENDED"

    followed.follow([agent_event(200, previous=None, current=IDLE)])

    assert followed.items[CALL]["State"] == "CLEARED"


def test_contact_that_only_a_previous_snapshot_showed_is_closed() -> None:
    followed = FoldedAgentEvents([QUIET_CALL[0], without_snapshot(50, TALKING)])

    followed.follow([agent_event(200, previous=None, current=IDLE)])

    assert followed.items[CALL]["State"] == "CLEARED"


def test_older_event_leaves_no_contact_open_that_the_snapshot_has_not_shown_since() -> None:
    """Replayed alone, as an operator may do it; what ended the contact is lost for good."""
    followed = FoldedAgentEvents([QUIET_CALL[0], heart_beat(1_000, IDLE)])

    followed.follow([QUIET_CALL[2]])

    item = followed.items[CALL]
    assert item["State"] == "CLEARED"
    assert item["InferredTimeline"] == [f"{moment(1_000)} CLEARED {moment(5)} ada"]


def test_heart_beats_leave_no_contact_open_that_is_shown_late() -> None:
    """What ended the call is lost for good."""
    empty, shown_late = QUIET_CALL[0], QUIET_CALL[2]
    beats = [heart_beat(190, IDLE), heart_beat(310, IDLE)]
    in_order = FoldedAgentEvents([empty, shown_late, *beats])

    late = FoldedAgentEvents([empty, *beats, shown_late])
    again = FoldedAgentEvents([empty, *beats, shown_late, *beats, shown_late, empty])

    assert in_order.items[CALL]["InferredTimeline"] == [f"{moment(190)} CLEARED {moment(5)} ada"]
    assert text_of(late.items) == text_of(again.items) == text_of(in_order.items)


@pytest.mark.parametrize(("beats", "ended"), [((190, 310), 190), ((190, 310, 790), 790)])
def test_end_of_a_contact_that_comes_late_is_dated_by_the_newest_event_that_counts(
    beats: Sequence[float], ended: float
) -> None:
    """What docs/operations.md does not promise: in order it would always be the first."""
    followed = FoldedAgentEvents([QUIET_CALL[0], *(heart_beat(at, IDLE) for at in beats)])

    followed.follow([QUIET_CALL[2]])

    item = followed.items[CALL]
    assert (item["State"], item["StateStartTimestamp"]) == ("CLEARED", moment(ended))


# Events of the same millisecond


SAME_TIME = (
    agent_event(0, previous=IDLE, current=RINGING),
    agent_event(0, previous=RINGING, current=IDLE),
)


@pytest.mark.parametrize("order", list(permutations([*SAME_TIME, SAME_TIME[0]])))
def test_offer_that_is_withdrawn_in_its_millisecond_is_over_in_any_order(
    order: Sequence[JsonObject],
) -> None:
    followed = FoldedAgentEvents([agent_event(-60, previous=None, current=IDLE), *order])

    followed.follow([heart_beat(120, IDLE)])

    item = followed.items[CALL]
    assert (item["State"], item["StateStartTimestamp"]) == ("CLEARED", moment(0))
    assert "InferredTimeline" not in item


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_events_of_a_millisecond_show_the_same_in_any_order(order: Sequence[int]) -> None:
    lunch = {"Name": "Lunch", "StartTimestamp": moment(0)}
    at_lunch = {**IDLE, "AgentStatus": lunch}
    ringing = {**RINGING, "AgentStatus": lunch}
    another = snapshot(contact("CONNECTING", 0), contact("CONNECTING", 0, contact_id="another"))
    both = {**another, "AgentStatus": lunch}
    same_time = [
        agent_event(0, previous=IDLE, current=at_lunch),
        agent_event(0, previous=at_lunch, current=ringing),
        agent_event(0, previous=ringing, current=both),
    ]

    state = state_after(*(same_time[position] for position in order))

    assert shown(state) == [("another", "CONNECTING"), (CALL, "CONNECTING")]
    assert state
    assert state.status
    assert state.status.name == "Lunch"


def test_events_of_one_millisecond_are_counted() -> None:
    """What is written depends on it: without the count a later write would look like a repeat."""
    same_time = [
        agent_event(0, previous=IDLE, current=snapshot(*shown))
        for shown in (
            [],
            [contact("CONNECTING", 0)],
            [contact("CONNECTING", 0), contact("CONNECTING", 0, contact_id="another")],
        )
    ]

    counts = [state_after(*same_time[:count]) for count in (1, 2, 3)]

    assert [state and state.ordinal for state in counts] == [0, 1, 2]


@pytest.mark.parametrize("unknown", [{}, {"Username": None, "RoutingProfile": None}])
def test_of_two_descriptions_in_one_millisecond_the_greater_counts_in_any_order(
    unknown: JsonObject,
) -> None:
    described: list[JsonObject] = [
        {
            "Username": username,
            "RoutingProfile": {"ARN": arn("routing-profile", name), "Name": name},
            "AgentHierarchyGroups": {"Level1": {"ARN": arn("agent-group", name), "Name": name}},
        }
        for username, name in (("ada", "a"), ("ida", "b"))
    ]
    first = agent_event(0, previous=None, current=snapshot(**described[0] | unknown))
    second = agent_event(0, previous=None, current=snapshot(**described[1]))

    for state in (state_after(first, second), state_after(second, first)):
        assert state
        assert state.username == "ida"
        assert state.routing_profile
        assert state.routing_profile.name == "b"
        assert [group.name for group in state.hierarchy_groups] == ["b"]


def test_contact_that_came_in_the_millisecond_of_another_event_is_known() -> None:
    lunch = {**IDLE, "AgentStatus": {"Name": "Lunch"}}
    followed = FoldedAgentEvents(
        [
            agent_event(0, previous=IDLE, current=lunch),
            agent_event(0, previous=lunch, current=RINGING),
        ]
    )

    followed.follow([heart_beat(190, IDLE)])

    assert followed.items[CALL]["State"] == "CLEARED"


def test_contact_that_went_in_the_millisecond_of_another_event_needs_no_repair() -> None:
    lunch = {**AFTER_WORK, "AgentStatus": {"Name": "Lunch"}}
    followed = FoldedAgentEvents(
        [
            *QUIET_CALL[:4],
            agent_event(70, previous=AFTER_WORK, current=lunch),
            agent_event(70, previous=lunch, current=IDLE),
        ]
    )

    followed.follow([heart_beat(190, IDLE)])

    assert followed.repaired == 0


def test_event_of_the_same_millisecond_delivered_again_closes_nothing() -> None:
    same_time = [
        agent_event(0, previous=IDLE, current=IDLE),
        agent_event(0, previous=IDLE, current=RINGING),
    ]
    followed = FoldedAgentEvents([*same_time, same_time[0]])

    assert followed.items[CALL]["State"] == "CONNECTING"


def test_first_event_of_a_millisecond_delivered_again_moves_nothing_back() -> None:
    lunch = {**IDLE, "AgentStatus": {"Name": "Lunch"}}
    same_time = [
        agent_event(0, previous=IDLE, current=lunch),
        agent_event(0, previous=lunch, current={**RINGING, "AgentStatus": {"Name": "Lunch"}}),
    ]

    followed = FoldedAgentEvents([*same_time, same_time[0]])

    assert shown(followed.state("ada")) == [(CALL, "CONNECTING")]


# A state that nothing dates


def test_hold_that_was_lost_is_known_from_the_next_heart_beat() -> None:
    followed = FoldedAgentEvents(QUIET_HOLD[:3])

    followed.follow([heart_beat(30, STILL_HOLDING)])

    item = followed.items[CALL]
    assert (item["State"], item["StateStartTimestamp"]) == ("CONNECTED_ONHOLD", moment(30))
    assert item["InferredTimeline"] == [f"{moment(30)} CONNECTED_ONHOLD {moment(5)} ada"]
    assert item["Agent"]["NumberOfHolds"] == 1


def test_resumption_that_was_lost_is_known_from_the_next_heart_beat() -> None:
    followed = FoldedAgentEvents(QUIET_HOLD[:4])

    followed.follow([heart_beat(50, TALKING)])

    item = followed.items[CALL]
    assert (item["State"], item["StateStartTimestamp"]) == ("CONNECTED", moment(50))
    assert item["InferredTimeline"] == [f"{moment(50)} CONNECTED {moment(20)} ada"]
    # The hold ended within these 30 s: a duration that is known no better is not stated.
    assert "CustomerHoldDuration" not in item["Agent"]
    assert item["Agent"]["NumberOfHolds"] == 1


@pytest.mark.parametrize("lost", [(3,), (4,), (3, 4), (2, 3, 4, 5)])
def test_inferred_hold_gives_way_to_the_real_one_whatever_the_order(lost: Sequence[int]) -> None:
    beats = [heart_beat(30, STILL_HOLDING), heart_beat(50, TALKING)]
    day = sorted([*QUIET_HOLD, *beats], key=lambda event: str(event["EventTimestamp"]))
    quiet = text_of(FoldedAgentEvents(day).items)
    kept = [event for event in day if event not in [QUIET_HOLD[position] for position in lost]]

    for late in permutations([QUIET_HOLD[position] for position in lost]):
        assert text_of(FoldedAgentEvents([*kept, *late]).items) == quiet


def test_hold_that_was_seen_is_no_repair() -> None:
    assert FoldedAgentEvents([*QUIET_HOLD, heart_beat(190, IDLE)]).repaired == 0


def test_state_that_is_dated_needs_no_repair() -> None:
    assert repairs_of(state_after(*QUIET_CALL[:3]), heart_beat(30, HOLDING)) == []


def test_change_dated_before_the_last_look_gives_way_to_its_event() -> None:
    """The clock of StateStartTimestamp may be a little behind that of the events."""
    lunch = {**RINGING, "AgentStatus": {"Name": "Lunch"}}
    talking = snapshot(contact("CONNECTED", 10.48, connected=10.48))
    day = [
        agent_event(0, previous=IDLE, current=RINGING),
        agent_event(10.5, previous=RINGING, current=lunch),
        agent_event(10.6, previous=lunch, current=talking),
        heart_beat(130, talking),
    ]

    late = FoldedAgentEvents([*day[:2], day[3], day[2]])

    assert text_of(late.items) == text_of(FoldedAgentEvents(day).items)
    assert "InferredTimeline" not in late.items[CALL]


# What lies in between


def guess(timestamp: float, last_seen: float, state: str = "CLEARED") -> ContactFacts:
    return facts(InferredFact(moment(timestamp), state, moment(last_seen), "ada"))


def facts(*each: Fact | InferredFact) -> ContactFacts:
    return ContactFacts(
        contact_id=CALL,
        initial_contact_id=None,
        instance_id=None,
        channel=None,
        initiation_method=None,
        queue=None,
        timeline=frozenset(fact for fact in each if isinstance(fact, Fact)),
        usernames={},
        answering_agent=None,
        inferred=frozenset(fact for fact in each if isinstance(fact, InferredFact)),
    )


def test_narrower_of_two_guesses_stands() -> None:
    """The same closing, compared with an older state of the agent: it says nothing new."""
    narrow, wide = guess(60, 50), guess(70, 40)

    assert narrow.merge(wide) == wide.merge(narrow) == narrow


@given(st.data())
def test_facts_and_guesses_merge_to_the_same_in_any_grouping(data: st.DataObject) -> None:
    known = data.draw(st.lists(some_facts(), min_size=1, max_size=6))
    shuffled = data.draw(st.permutations([*known, *data.draw(st.lists(st.sampled_from(known)))]))
    cut = data.draw(st.integers(1, len(shuffled)))
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]

    in_parts = reduce(ContactFacts.merge, (reduce(ContactFacts.merge, part) for part in parts))

    # Merged with itself, since a single one may hold what it explains itself.
    together = reduce(ContactFacts.merge, [*known, known[0]])
    assert in_parts.merge(in_parts) == together
    assert together.merge(together) == together


@given(st.data())
def test_facts_and_guesses_are_stored_alike_in_any_order(data: st.DataObject) -> None:
    (first, *_) = contacts_of([QUIET_CALL[1]]).values()
    known = data.draw(st.lists(some_facts(), max_size=6))
    at_once: Items = {}
    one_by_one: Items = {}
    fold(at_once, reduce(ContactFacts.merge, known, first))

    for each in (first, *data.draw(st.permutations(known))):
        fold(one_by_one, each)

    assert text_of(one_by_one) == text_of(at_once)


def some_facts() -> st.SearchStrategy[ContactFacts]:
    times = st.sampled_from((0, 1, 2, 3, 5, 8)).map(moment)
    states = st.sampled_from(("CONNECTED", "CONNECTED_ONHOLD", "CLEARED", *STATES[:3]))
    agents = st.sampled_from(AGENTS[:2])
    facts_seen = st.builds(Fact, times, states, agents)
    guesses = st.builds(InferredFact, times, states, times, agents).filter(
        lambda guess: guess.last_seen < guess.timestamp
    )
    return st.one_of(facts_seen, guesses).map(facts)


# Quiet days


@pytest.mark.parametrize("hold_moves_state_start", [True, False])
def test_small_day_needs_no_repair(hold_moves_state_start: bool) -> None:
    events = small_day(hold_moves_state_start=hold_moves_state_start)

    assert FoldedAgentEvents(events).repaired == 0


@given(days(), st.booleans())
def test_quiet_day_needs_no_repair(day: list[Script], hold_moves_state_start: bool) -> None:
    events = with_heart_beats(play(day, hold_moves_state_start=hold_moves_state_start))

    followed = FoldedAgentEvents(events)

    assert followed.repaired == 0
    assert not [item for item in followed.items.values() if "InferredTimeline" in item]


# Days on which events are lost


@given(days(), st.booleans(), st.data())
def test_events_that_come_after_all_leave_no_trace_of_their_loss(
    day: list[Script], hold_moves_state_start: bool, data: st.DataObject
) -> None:
    events = with_heart_beats(play(day, hold_moves_state_start=hold_moves_state_start))
    lost = data.draw(positions_of(events))
    late = data.draw(st.permutations(sorted(lost)))
    followed = FoldedAgentEvents(rest(events, lost))

    followed.follow(events[position] for position in late)

    assert text_of(followed.items) == text_of(FoldedAgentEvents(events).items)


@given(days(), st.booleans(), st.data())
def test_no_record_stays_open_whatever_is_lost(
    day: list[Script], hold_moves_state_start: bool, data: st.DataObject
) -> None:
    events = play(day, hold_moves_state_start=hold_moves_state_start)
    lost = data.draw(positions_of(events))

    followed = FoldedAgentEvents([*rest(events, lost), *last_heart_beats(events)])

    assert open_records(followed) <= contacts_in_snapshots(events)


@given(days(), st.booleans(), st.data())
def test_no_record_stays_open_whatever_comes_late(
    day: list[Script], hold_moves_state_start: bool, data: st.DataObject
) -> None:
    """Some of what was lost comes after all, some never."""
    events = play(day, hold_moves_state_start=hold_moves_state_start)
    lost = data.draw(positions_of(events))
    late = data.draw(st.permutations(sorted(lost)))[: data.draw(st.integers(0, len(lost)))]
    followed = FoldedAgentEvents([*rest(events, lost), *last_heart_beats(events)])

    followed.follow(events[position] for position in late)

    assert open_records(followed) <= contacts_in_snapshots(events)


@given(days(), st.booleans(), st.integers(1, 6), st.data())
def test_next_heart_beat_closes_whatever_came_late(
    day: list[Script], hold_moves_state_start: bool, beats: int, data: st.DataObject
) -> None:
    """Heartbeats that only confirm may be forgotten; the next one closes what is shown late."""
    events = play(day, hold_moves_state_start=hold_moves_state_start)
    lost = data.draw(positions_of(events))
    late = data.draw(st.permutations(sorted(lost)))[: data.draw(st.integers(0, len(lost)))]
    *before, last = batched_by_number(heart_beats_after(events, count=beats), beats)
    followed = FoldedAgentEvents([*rest(events, lost), *(beat for some in before for beat in some)])

    followed.follow([*(events[position] for position in late), *last])

    assert open_records(followed) <= contacts_in_snapshots(events)


@given(days(), st.booleans(), st.integers(1, 6), st.data())
def test_no_record_stays_open_whatever_comes_later_than_heart_beats(
    day: list[Script], hold_moves_state_start: bool, beats: int, data: st.DataObject
) -> None:
    """Nothing comes after it; but the heartbeats tell by their times that something was lost."""
    events = play(day, hold_moves_state_start=hold_moves_state_start)
    lost = data.draw(positions_of(events))
    late = data.draw(st.permutations(sorted(lost)))[: data.draw(st.integers(0, len(lost)))]
    kept = [*rest(events, lost), *heart_beats_after(events, count=beats)]
    assume(not any(is_in_time(kept, events[position]) for position in lost))
    followed = FoldedAgentEvents(kept)

    followed.follow(events[position] for position in late)

    assert open_records(followed) <= contacts_in_snapshots(events)


@given(days(), st.data())
def test_events_of_one_millisecond_delivered_again_change_nothing(
    day: list[Script], data: st.DataObject
) -> None:
    events = data.draw(with_equal_times(play(day)))
    again = data.draw(st.lists(st.sampled_from(events), max_size=6))
    beats = heart_beats_after(events, count=2)

    followed = FoldedAgentEvents([*events, *again, *beats])

    assert text_of(followed.items) == text_of(FoldedAgentEvents([*events, *beats]).items)


@given(days(), st.data())
def test_events_of_one_millisecond_give_the_same_records_in_any_order(
    day: list[Script], data: st.DataObject
) -> None:
    events = data.draw(with_equal_times(play(day)))
    shuffled = data.draw(st.permutations(events))
    disordered = sorted(shuffled, key=lambda event: str(event["EventTimestamp"]))
    beats = heart_beats_after(events, count=2)

    followed = FoldedAgentEvents([*disordered, *beats])

    assert text_of(followed.items) == text_of(FoldedAgentEvents([*events, *beats]).items)


def batched_by_number(beats: list[JsonObject], count: int) -> list[list[JsonObject]]:
    """The first heartbeat of every agent, the second of every agent, and so on."""
    of_agent: dict[str, list[JsonObject]] = {}
    for beat in beats:
        of_agent.setdefault(beat["AgentARN"], []).append(beat)
    return [[each[number] for each in of_agent.values()] for number in range(count)]


def is_in_time(kept: Sequence[JsonObject], lost: JsonObject) -> bool:
    """Whether a heartbeat after the lost event comes in time after an event before it."""
    same_agent = [event for event in kept if event["AgentARN"] == lost["AgentARN"]]
    at = epoch_milliseconds(lost["EventTimestamp"])
    times = [(epoch_milliseconds(event["EventTimestamp"]), event) for event in same_agent]
    return any(
        before <= at <= after
        and event["EventType"] == "HEART_BEAT"
        and (after - before + 2_000) % 120_000 <= 4_000
        for before, _ in times
        for after, event in times
    )


@st.composite
def with_equal_times(draw: st.DrawFn, events: list[JsonObject]) -> list[JsonObject]:
    """Some events happen in the millisecond of the one before them in the same snapshot."""
    squeezed: list[JsonObject] = []
    last: dict[str, str] = {}
    for event in events:
        before = last.get(event["AgentARN"])
        at = before if before and draw(st.booleans()) else event["EventTimestamp"]
        last[event["AgentARN"]] = at
        squeezed.append({**event, "EventTimestamp": at})
    return squeezed


@given(days(), st.booleans(), st.data())
def test_no_figure_is_negative_whatever_is_lost(
    day: list[Script], hold_moves_state_start: bool, data: st.DataObject
) -> None:
    events = play(day, hold_moves_state_start=hold_moves_state_start)
    lost = data.draw(positions_of(events))

    followed = FoldedAgentEvents([*rest(events, lost), *last_heart_beats(events)])

    assert [figure for figure in figures_in(followed.items) if figure < 0] == []


@given(event_lists(min_size=1))
def test_no_figure_is_negative_whatever_the_events_say(events: list[JsonObject]) -> None:
    assert [figure for figure in figures_in(FoldedAgentEvents(events).items) if figure < 0] == []


def positions_of(events: Sequence[JsonObject]) -> st.SearchStrategy[set[int]]:
    """Single events, or all of a stretch: as when a batch is given up."""
    numbers = st.integers(0, len(events) - 1)
    stretches = st.tuples(numbers, numbers).map(lambda ends: set(range(min(ends), max(ends) + 1)))
    return st.sets(numbers) | stretches


def rest(events: Sequence[JsonObject], lost: set[int]) -> list[JsonObject]:
    return [event for position, event in enumerate(events) if position not in lost]


def with_heart_beats(events: list[JsonObject]) -> list[JsonObject]:
    return [*events, *last_heart_beats(events)]


def last_heart_beats(events: list[JsonObject]) -> list[JsonObject]:
    return heart_beats_at_the_end(events, at=END_OF_THE_DAY)


def open_records(followed: FoldedAgentEvents) -> set[str]:
    return {
        contact_id
        for contact_id, item in followed.items.items()
        if item["Status"] == "IN_PROGRESS" or item["State"] != "CLEARED"
    }


def figures_in(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [figure for each in value for figure in figures_in(each)]
    return [] if isinstance(value, str) else [value]


def test_heart_beat_at_the_end_leaves_the_events_alone() -> None:
    events = deepcopy(list(QUIET_CALL))

    last_heart_beats(events)

    assert events == list(QUIET_CALL)

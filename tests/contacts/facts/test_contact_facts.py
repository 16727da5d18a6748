"""What agent events assert of a contact: which states, since when, and what else is known."""

from copy import replace

import pytest
from hypothesis import given

from contacts.facts.contact_facts import ContactFacts, Fact
from contacts.facts.normalised import agent_id_of, contacts_by_id
from contacts.facts.of_agent_events import facts_of
from contacts.incoming.agent_event import AgentEvent, AgentSnapshot, SnapshotContact
from contacts.record.contact_record import contact_record
from contacts.resources import ContactQueue, HierarchyGroup, Resource
from contacts.states import CLEARED
from tests.by_hand.agent_events_by_hand import (
    JsonObject,
    agent_event,
    arn,
    attributes_of,
    contact,
    contacts_of,
    decoded,
    documented_events,
    events_of_steps,
    facts_from,
    moment,
    snapshot,
    timeline_of,
)
from tests.strategies.contact_strategies import agent_events


def test_contact_in_the_snapshot_has_been_in_its_state_since_state_start() -> None:
    facts = facts_from(agent_event(7, current=snapshot(contact("CONNECTING", 3))))

    assert timeline_of(facts) == ["09:00:03.000 CONNECTING ada"]


def test_contact_that_has_left_the_snapshot_is_cleared_at_the_event() -> None:
    event = agent_event(9, current=snapshot(), previous=snapshot(contact("ENDED", 4)))

    assert timeline_of(facts_from(event)) == ["09:00:04.000 ENDED ada", "09:00:09.000 CLEARED ada"]


def test_after_contact_work_of_the_documented_call_lasts_five_seconds() -> None:
    # determine-acw-time: the events of the page, newest first as it prints them.
    events = documented_events("determine-acw-time-2019.agent-events.ndjson")

    agent = attributes_of(contact_record(facts_from(*reversed(events))))["Agent"]

    assert agent["AfterContactWorkDuration"] == 5
    assert agent["AfterContactWorkStartTimestamp"] == "2019-05-25T18:55:27.017Z"
    assert agent["AfterContactWorkEndTimestamp"] == "2019-05-25T18:55:32.022Z"


def test_original_of_the_documented_call_lasts_five_seconds_too() -> None:
    # Trap 12: its decimals repeat the seconds.
    events = documented_events("determine-acw-time-2018.agent-events.ndjson")

    agent = attributes_of(contact_record(facts_from(*events)))["Agent"]

    assert agent["AfterContactWorkDuration"] == 5


def test_documented_heart_beat_asserts_nothing() -> None:
    assert (
        contacts_of(documented_events("sample-agent-event-stream-2019.agent-events.ndjson")) == {}
    )


# Shape


@pytest.mark.parametrize("event_type", ["LOGIN", "LOGOUT", "STATE_CHANGE"])
def test_null_snapshots_assert_nothing(event_type: str) -> None:
    # Trap 1
    assert contacts_of([agent_event(5, current=None, event_type=event_type)]) == {}


def test_null_current_snapshot_clears_nothing() -> None:
    # Trap 1: null is unknown, not empty.
    event = agent_event(9, current=None, previous=snapshot(contact("CONNECTED", 4)))

    assert timeline_of(facts_from(event)) == ["09:00:04.000 CONNECTED ada"]


@pytest.mark.parametrize("current", [{}, {"Contacts": None}])
def test_snapshot_that_says_nothing_of_contacts_clears_nothing(current: dict[str, None]) -> None:
    event = agent_event(9, current=current, previous=snapshot(contact("CONNECTED", 4)))

    assert timeline_of(facts_from(event)) == ["09:00:04.000 CONNECTED ada"]


def test_each_of_several_contacts_is_told_apart() -> None:
    # Trap 7
    first, second, third, fourth = (
        contact("CONNECTED", second, contact_id=f"contact-{second}") for second in (1, 2, 3, 4)
    )
    ended = second | {"State": "ENDED", "StateStartTimestamp": moment(9)}
    event = agent_event(
        9, previous=snapshot(first, second, third), current=snapshot(fourth, third, ended)
    )

    timelines = {key: timeline_of(facts) for key, facts in contacts_of([event]).items()}

    assert timelines == {
        "contact-1": ["09:00:01.000 CONNECTED ada", "09:00:09.000 CLEARED ada"],
        "contact-2": ["09:00:02.000 CONNECTED ada", "09:00:09.000 ENDED ada"],
        "contact-3": ["09:00:03.000 CONNECTED ada"],
        "contact-4": ["09:00:04.000 CONNECTED ada"],
    }


def test_contact_listed_twice_in_one_snapshot_is_one_contact() -> None:
    shown = (contact("CONNECTING", 1), contact("CONNECTED", 3, connected=3))

    (facts,) = facts_of(decoded(agent_event(3, current=snapshot(*shown))))

    assert facts.contact_id == "contact-1"
    assert "09:00:03.000 CONNECTED ada" in timeline_of(facts)


@pytest.mark.parametrize(
    ("wire", "stored"),
    [("TASKS", "TASK"), ("TASK", "TASK"), ("EMAIL", "EMAIL"), ("New", "New"), (None, None)],
)
def test_channel_is_kept_except_that_tasks_become_task(wire: str | None, stored: str) -> None:
    # Trap 3
    facts = facts_from(agent_event(5, current=snapshot(contact("CONNECTED", 5, Channel=wire))))

    assert facts.channel == stored


def test_queue_is_known_by_id_and_name() -> None:
    facts = facts_from(agent_event(5, current=snapshot(contact("CONNECTED", 5))))

    assert facts.queue == ContactQueue("sales", "Sales", moment(-20))


@pytest.mark.parametrize("name", [None, ""])
def test_own_queue_of_an_agent_keeps_its_prefix_and_has_no_name(name: str | None) -> None:
    # Trap 5
    queue = {"ARN": arn("queue", "agent/ben"), "Name": name}

    facts = facts_from(agent_event(5, current=snapshot(contact("CONNECTED", 5, Queue=queue))))

    assert facts.queue == ContactQueue("agent/ben", None, moment(-20))


def test_queue_of_an_outbound_contact_has_no_time() -> None:
    # Trap 6
    ended, _ = documented_events("determine-acw-time-2019.agent-events.ndjson")

    facts = facts_from(ended)

    assert facts.queue == ContactQueue("queue-ARN-for-BasicQueue", "BasicQueue", None)
    assert attributes_of(contact_record(facts))["QueueId"] == "queue-ARN-for-BasicQueue"
    assert attributes_of(contact_record(facts))["Queue"] == {"Name": "BasicQueue"}


@pytest.mark.parametrize(
    ("arn_of_agent", "agent_id"),
    [
        ("arn:aws:connect:eu-central-1:1:instance/i/agent/ada", "ada"),
        # Trap 45
        ("arn:aws::connect:eu-central-1:1:instance/i/agent/ada", "ada"),
        ("ada", "ada"),
    ],
)
def test_agent_id_is_what_follows_the_last_slash(arn_of_agent: str, agent_id: str) -> None:
    event = agent_event(5, current=snapshot(contact("ENDED", 5))) | {"AgentARN": arn_of_agent}

    assert {fact.agent_id for fact in facts_from(event).timeline} == {agent_id}


def test_instance_is_known_from_the_agent_where_it_is_not_named() -> None:
    event = agent_event(5, current=snapshot(contact("ENDED", 5)), InstanceARN=None)

    assert facts_from(event).instance_id == "instance-1"


# Which chain (trap 32)


@pytest.mark.parametrize("initial", [None, "null", "contact-1"])
def test_every_encoding_of_a_first_contact_is_one_chain(initial: str | None) -> None:
    # Traps 10 and 32
    shown = contact("CONNECTED", 5, InitialContactId=initial)

    facts = facts_from(agent_event(5, current=snapshot(shown)))

    assert facts.initial_contact_id is None
    assert facts.chain_id == "contact-1"


def test_first_contact_may_leave_the_initial_contact_out() -> None:
    # Trap 32
    shown = contact("CONNECTED", 5)
    del shown["InitialContactId"]

    assert facts_from(agent_event(5, current=snapshot(shown))).chain_id == "contact-1"


def test_chain_is_named_after_an_initial_contact_that_nobody_saw() -> None:
    # Trap 33
    shown = contact("CONNECTED", 5, InitialContactId="contact-0")

    assert facts_from(agent_event(5, current=snapshot(shown))).chain_id == "contact-0"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_initial_contact_that_is_named_late_counts(order: tuple[int, int]) -> None:
    # Trap 34
    events = [
        agent_event(5, current=snapshot(contact("CONNECTING", 5))),
        agent_event(7, current=snapshot(contact("CONNECTED", 7, InitialContactId="contact-0"))),
    ]

    facts = facts_from(*(events[position] for position in order))

    assert facts.chain_id == "contact-0"


# Delivery


def test_duplicate_asserts_the_same_again() -> None:
    # Trap 13
    events = events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))

    assert facts_from(*events, *events) == facts_from(*events)


def test_nothing_rests_on_the_event_id() -> None:
    # Trap 14: events_of_steps gives every event the same one.
    events = events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))

    assert len({event["EventId"] for event in events}) == 1
    assert facts_from(
        *(event | {"EventId": str(n)} for n, event in enumerate(events))
    ) == facts_from(*events)


def test_lost_event_is_repaired_by_the_next_previous_snapshot() -> None:
    # Trap 16
    steps = [(0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (9, "ada", "CONNECTED_ONHOLD")]
    offered, _lost, held = events_of_steps(*steps)

    assert facts_from(offered, held).timeline == facts_from(offered, _lost, held).timeline


def test_lost_event_is_repaired_by_the_next_heart_beat() -> None:
    # Trap 16
    shown = contact("ENDED", 60, connected=5)
    beat = agent_event(
        180, current=snapshot(shown), previous=snapshot(shown), event_type="HEART_BEAT"
    )

    assert timeline_of(facts_from(beat)) == ["09:00:05.000 CONNECTED ada", "09:01:00.000 ENDED ada"]


# Time


@pytest.mark.parametrize("state", ["CONNECTED_ONHOLD", "PAUSED"])
def test_suspension_starts_with_its_state_start_where_that_moves(state: str) -> None:
    # Trap 17, the first behaviour
    events = [
        agent_event(5, current=snapshot(contact("CONNECTED", 5, connected=5))),
        agent_event(
            60,
            previous=snapshot(contact("CONNECTED", 5, connected=5)),
            current=snapshot(contact(state, 60, connected=5)),
        ),
        agent_event(
            90,
            previous=snapshot(contact(state, 60, connected=5)),
            current=snapshot(contact("CONNECTED", 90, connected=5)),
        ),
    ]

    assert timeline_of(facts_from(*events)) == [
        "09:00:05.000 CONNECTED ada",
        f"09:01:00.000 {state} ada",
        "09:01:30.000 CONNECTED ada",
    ]


@pytest.mark.parametrize("state", ["CONNECTED_ONHOLD", "PAUSED"])
def test_suspension_starts_with_the_event_where_the_state_start_stands_still(state: str) -> None:
    # Trap 17, the second behaviour
    connected = snapshot(contact("CONNECTED", 5, connected=5))
    suspended = snapshot(contact(state, 5, connected=5))
    events = [
        agent_event(5, current=connected),
        agent_event(60, previous=connected, current=suspended),
        agent_event(90, previous=suspended, current=connected),
    ]

    assert timeline_of(facts_from(*events)) == [
        "09:00:05.000 CONNECTED ada",
        f"09:01:00.000 {state} ada",
        "09:01:30.000 CONNECTED ada",
    ]


def test_heart_beat_in_a_hold_that_did_not_move_state_start_dates_nothing() -> None:
    # Trap 17
    held = snapshot(contact("CONNECTED_ONHOLD", 5, connected=5))
    beat = agent_event(180, current=held, previous=held, event_type="HEART_BEAT")

    assert timeline_of(facts_from(beat)) == ["09:00:05.000 CONNECTED ada"]


def test_state_start_that_stood_still_once_does_not_end_the_talk_early() -> None:
    # Trap 17: the next snapshot repeats the same state start beside another state.
    held = contact("CONNECTED_ONHOLD", 5, connected=5)
    ended = contact("ENDED", 120, connected=5)
    event = agent_event(120, previous=snapshot(held), current=snapshot(ended))

    assert timeline_of(facts_from(event)) == [
        "09:00:05.000 CONNECTED ada",
        "09:02:00.000 ENDED ada",
    ]


def test_time_of_connection_proves_that_the_contact_was_connected() -> None:
    # Trap 18
    facts = facts_from(agent_event(60, current=snapshot(contact("ENDED", 60, connected=5))))

    assert timeline_of(facts) == ["09:00:05.000 CONNECTED ada", "09:01:00.000 ENDED ada"]


def test_contact_that_is_connected_out_of_nothing_is_answered() -> None:
    # Trap 18
    shown = contact("CONNECTED", 5, connected=5)
    facts = facts_from(agent_event(5, previous=snapshot(), current=snapshot(shown)))

    assert facts.answering_agent
    assert facts.answering_agent.connected_to_agent_timestamp == moment(5)


def test_heart_beat_after_log_off_asserts_nothing_new() -> None:
    # Trap 19
    events = events_of_steps(
        (0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (60, "ada", "ENDED")
    )
    shown = snapshot(contact("ENDED", 60, connected=5))
    cleared = agent_event(70, previous=shown, current=snapshot(), event_type="LOGOUT")
    beat = agent_event(190, previous=shown, current=shown, event_type="HEART_BEAT")

    assert facts_from(*events, cleared, beat) == facts_from(*events, cleared)


def test_change_of_configuration_asserts_no_new_state() -> None:
    # Trap 20
    events = events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))
    shown = contact("CONNECTED", 5, connected=5)
    profile = {"ARN": arn("routing-profile", "other"), "Name": "Other"}
    changed = agent_event(
        60, previous=snapshot(shown), current=snapshot(shown, RoutingProfile=profile)
    )

    assert facts_from(*events, changed) == facts_from(*events)


@pytest.mark.parametrize("state", ["CONNECTING", "CONNECTED", "CONNECTED_ONHOLD", "INCOMING"])
def test_contact_that_vanishes_is_cleared_whatever_its_state(state: str) -> None:
    # Trap 26
    event = agent_event(9, previous=snapshot(contact(state, 4)), current=snapshot())

    assert timeline_of(facts_from(event)) == [
        f"09:00:04.000 {state} ada",
        "09:00:09.000 CLEARED ada",
    ]


def test_status_of_the_agent_says_nothing_of_contacts() -> None:
    # Trap 30
    shown = contact("CONNECTED", 5, connected=5)
    error = {"ARN": "a", "Name": "Error", "StartTimestamp": moment(8), "Type": "CUSTOM"}
    event = agent_event(
        8, previous=snapshot(shown), current=snapshot(shown) | {"AgentStatus": error}
    )

    assert timeline_of(facts_from(event)) == ["09:00:05.000 CONNECTED ada"]


# Who answered


def test_answering_agent_is_described_as_at_connect() -> None:
    events = events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))
    later = agent_event(
        60,
        current=snapshot(
            contact("CONNECTED", 5, connected=5), AgentHierarchyGroups=None, RoutingProfile=None
        ),
    )

    agent = facts_from(later, *events).answering_agent

    assert agent
    assert agent.agent_id == "ada"
    assert agent.event_timestamp == moment(5)
    assert agent.routing_profile == Resource("phones", "Phones")
    assert agent.hierarchy_groups == (HierarchyGroup("Level1", "europe", "Europe"),)


def test_agent_who_only_missed_the_contact_has_not_answered() -> None:
    events = events_of_steps((0, "ada", "CONNECTING"), (20, "ada", "MISSED"))

    assert facts_from(*events).answering_agent is None


def test_usernames_are_kept_by_agent() -> None:
    # Trap 11
    events = events_of_steps(
        (0, "ada", "CONNECTING"), (20, "ada", "MISSED"), (21, "Zoë", "CONNECTING")
    )

    assert facts_from(*events).usernames == {"ada": "ada", "Zoë": "Zoë"}


# Both snapshots together


@given(agent_events())
def test_both_snapshots_assert_what_each_asserts_alone(json: JsonObject) -> None:
    event = decoded(json)
    current = contacts_by_id(event.current_agent_snapshot)
    previous = contacts_by_id(event.previous_agent_snapshot)
    left = Fact(event.event_timestamp, CLEARED, agent_id_of(event))
    alone = asserted_alone(event)

    together = {facts.contact_id: facts for facts in facts_of(event)}

    assert together.keys() == alone.keys() == current.keys() | previous.keys()
    for contact_id, facts in together.items():
        if not stood_still(previous.get(contact_id), current.get(contact_id)):
            assert replace(facts, timeline=facts.timeline - {left}) == alone[contact_id]


def stood_still(before: SnapshotContact | None, now: SnapshotContact | None) -> bool:
    """What dates the change is then the event."""
    return bool(
        before
        and now
        and before.state != now.state
        and before.state_start_timestamp == now.state_start_timestamp
    )


def asserted_alone(event: AgentEvent) -> dict[str, ContactFacts]:
    """What each snapshot asserts without the other, the agent described as the current one does."""
    current, previous = event.current_agent_snapshot, event.previous_agent_snapshot
    shown_now = contacts_by_id(current)
    by_current = facts_of(replace(event, previous_agent_snapshot=None))
    asserted = {facts.contact_id: facts for facts in by_current}
    for contact_id, shown in contacts_by_id(previous).items():
        describing = current if contact_id in shown_now else previous
        assert describing
        before = AgentSnapshot(configuration=describing.configuration, contacts=(shown,))
        (facts,) = facts_of(
            replace(event, current_agent_snapshot=None, previous_agent_snapshot=before)
        )
        known = asserted.get(contact_id)
        asserted[contact_id] = known.merge(facts) if known else facts
    return asserted

"""What a record says of the contact as a whole: status, state, who answered, durations."""

from typing import Any

import pytest

from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    CLEARED,
    CONNECTED,
    ENDED,
    MISSED,
    OFFERED,
    Step,
    agent_event,
    attributes_of,
    contact,
    facts_from,
    leg,
    moment,
    record_of,
    snapshot,
)


def agent_of(*steps: Step, **others: Any) -> dict[str, Any]:
    """The stored attribute ``Agent``."""
    agent: dict[str, Any] = attributes_of(record_of(*steps, **others))["Agent"]
    return agent


# Status and state


@pytest.mark.parametrize(
    ("steps", "status", "state", "since"),
    [
        ((OFFERED,), "IN_PROGRESS", "CONNECTING", 0),
        ((OFFERED, CONNECTED), "IN_PROGRESS", "CONNECTED", 5),
        ((OFFERED, CONNECTED, ENDED), "IN_PROGRESS", "ENDED", 65),
        ((OFFERED, CONNECTED, ENDED, CLEARED), "COMPLETED", "CLEARED", 70),
        ((OFFERED, CONNECTED, CLEARED), "COMPLETED", "CLEARED", 70),
        ((OFFERED, MISSED), "IN_PROGRESS", "MISSED", 20),
        ((OFFERED, MISSED, CLEARED), "UNANSWERED", "CLEARED", 70),
        ((OFFERED, CLEARED), "UNANSWERED", "CLEARED", 70),
        ((OFFERED, MISSED, CLEARED, (80, "ben", "CONNECTING")), "IN_PROGRESS", "CONNECTING", 80),
    ],
)
def test_status_and_state_follow_the_newest_turn(
    steps: tuple[Step, ...], status: str, state: str, since: float
) -> None:
    record = record_of(*steps)

    assert (record.status, record.state) == (status, state)
    assert record.state_start_timestamp == moment(since)


def test_late_clearing_of_a_miss_does_not_complete_the_contact() -> None:
    # Trap 28
    record = record_of(
        OFFERED, MISSED, (22, "ben", "CONNECTING"), (25, "ben", "CONNECTED"), (30, "ada", "CLEARED")
    )

    assert (record.status, record.state) == ("IN_PROGRESS", "CONNECTED")
    assert record.state_start_timestamp == moment(25)


def test_miss_that_is_never_cleared_does_not_keep_the_contact_open() -> None:
    # Trap 28
    record = record_of(
        OFFERED,
        MISSED,
        (22, "ben", "CONNECTING"),
        (25, "ben", "CONNECTED"),
        (40, "ben", "ENDED"),
        (50, "ben", "CLEARED"),
    )

    assert (record.status, record.state) == ("COMPLETED", "CLEARED")
    assert record.state_start_timestamp == moment(50)


def test_clearing_of_a_miss_after_the_end_is_the_newest_fact_yet_no_newer_state() -> None:
    # Trap 28
    record = record_of(
        OFFERED,
        MISSED,
        (22, "ben", "CONNECTING"),
        (25, "ben", "CONNECTED"),
        (40, "ben", "ENDED"),
        (50, "ben", "CLEARED"),
        (90, "ada", "CLEARED"),
    )

    assert record.state_start_timestamp == moment(50)
    assert record.last_update_timestamp == moment(90)


def test_after_contact_work_has_no_time_out() -> None:
    # Trap 21
    days_later = 3 * 86_400
    shown = snapshot(contact("ENDED", 65, connected=5))
    beat = agent_event(days_later, current=shown, previous=shown, event_type="HEART_BEAT")

    record = contact_record(facts_from(beat))

    assert (record.status, record.state) == ("IN_PROGRESS", "ENDED")
    assert "AfterContactWorkDuration" not in attributes_of(record)["Agent"]


def test_status_of_the_agent_that_clears_the_snapshot_ends_after_contact_work() -> None:
    # Trap 22: the end is the disappearance, whatever made the contact disappear.
    shown = snapshot(contact("ENDED", 65, connected=5))
    offline = {"ARN": "a", "Name": "Offline", "StartTimestamp": moment(68), "Type": "OFFLINE"}
    cut = agent_event(68, current=snapshot() | {"AgentStatus": offline}, previous=shown)

    agent = attributes_of(contact_record(facts_from(cut)))["Agent"]

    assert agent["AfterContactWorkDuration"] == 3


def test_next_status_leaves_after_contact_work_open() -> None:
    # Trap 22
    shown = snapshot(contact("ENDED", 65, connected=5))
    lunch = {"ARN": "a", "Name": "Lunch", "EnqueuedTimestamp": moment(68)}
    event = agent_event(68, current=shown | {"NextAgentStatus": lunch}, previous=shown)

    assert contact_record(facts_from(event)).state == "ENDED"


# Attempts and who answered


def test_agent_who_answered_is_the_agent_of_the_record() -> None:
    record = record_of(OFFERED, MISSED, (22, "ben", "CONNECTING"), (25, "ben", "CONNECTED"))

    assert attributes_of(record)["AgentConnectionAttempts"] == 2
    assert attributes_of(record)["AgentId"] == "ben"
    assert attributes_of(record)["Agent"]["ConnectedToAgentTimestamp"] == moment(25)


def test_record_that_nobody_answered_has_no_agent() -> None:
    assert "Agent" not in attributes_of(record_of(OFFERED, MISSED, CLEARED))


def test_last_of_two_answers_is_the_answer() -> None:
    record = record_of(
        OFFERED, CONNECTED, ENDED, CLEARED, (80, "ben", "CONNECTING"), (85, "ben", "CONNECTED")
    )

    assert record.answer
    assert record.answer.agent_id == "ben"
    assert record.status == "IN_PROGRESS"


def test_second_answer_of_the_same_agent_is_the_answer() -> None:
    record = record_of(
        OFFERED, CONNECTED, ENDED, CLEARED, (80, "ada", "CONNECTING"), (85, "ada", "CONNECTED")
    )

    assert record.answer
    assert record.answer.connected == moment(85)


def test_monitoring_is_no_attempt() -> None:
    # Trap 36
    record = record_of(CONNECTED, ENDED, CLEARED, InitiationMethod="MONITOR")

    attributes = attributes_of(record)
    assert record.is_monitor
    assert attributes["AgentConnectionAttempts"] == 0
    assert "Attempts" not in attributes
    assert attributes["AgentId"] == "ada"
    assert attributes["Status"] == "COMPLETED"


def test_dialled_contact_is_one_attempt() -> None:
    record = record_of(OFFERED, (20, "ada", "ERROR"), CLEARED, InitiationMethod="OUTBOUND")

    assert attributes_of(record)["AgentConnectionAttempts"] == 1
    assert attributes_of(record)["Attempts"][0]["Outcome"] == "ERROR"


# Durations


def test_talk_is_the_time_connected_less_holds() -> None:
    agent = agent_of(
        OFFERED, CONNECTED, (20, "ada", "CONNECTED_ONHOLD"), (30, "ada", "CONNECTED"), ENDED
    )

    assert agent["AgentInteractionDuration"] == 50
    assert agent["CustomerHoldDuration"] == agent["LongestHoldDuration"] == 10
    assert agent["NumberOfHolds"] == 1


def test_talk_is_the_time_connected_less_pauses() -> None:
    agent = agent_of(
        OFFERED, CONNECTED, (20, "ada", "PAUSED"), (30, "ada", "CONNECTED"), ENDED, Channel="TASKS"
    )

    assert agent["AgentInteractionDuration"] == 50
    assert agent["AgentPauseDuration"] == 10
    assert agent["NumberOfHolds"] == 0


def test_holds_are_summed_before_they_are_rounded_down() -> None:
    agent = agent_of(
        OFFERED,
        CONNECTED,
        (20, "ada", "CONNECTED_ONHOLD"),
        (21.7, "ada", "CONNECTED"),
        (30, "ada", "CONNECTED_ONHOLD"),
        (31.6, "ada", "CONNECTED"),
        ENDED,
    )

    assert agent["CustomerHoldDuration"] == 3
    assert agent["LongestHoldDuration"] == 1
    assert agent["AgentInteractionDuration"] == 56
    assert agent["NumberOfHolds"] == 2


@pytest.mark.parametrize(("end", "talk"), [(65.004, 59), (65.005, 60), (65.006, 60)])
def test_talk_is_rounded_down_once(end: float, talk: int) -> None:
    agent = agent_of(OFFERED, (5.005, "ada", "CONNECTED"), (end, "ada", "ENDED"))

    assert agent["AgentInteractionDuration"] == talk


def test_answered_contact_without_holds_says_so() -> None:
    agent = agent_of(OFFERED, CONNECTED)

    assert agent["NumberOfHolds"] == 0
    assert agent["CustomerHoldDuration"] == agent["LongestHoldDuration"] == 0
    assert "AgentInteractionDuration" not in agent


@pytest.mark.parametrize(("channel", "pause"), [("TASKS", 0), ("TASK", 0), ("VOICE", None)])
def test_pauses_are_told_where_a_contact_can_be_paused(channel: str, pause: int | None) -> None:
    agent = agent_of(OFFERED, CONNECTED, ENDED, Channel=channel)

    assert agent.get("AgentPauseDuration") == pause


def test_after_contact_work_lasts_from_ended_to_cleared() -> None:
    agent = agent_of(OFFERED, CONNECTED, ENDED, CLEARED)

    assert agent["AfterContactWorkStartTimestamp"] == moment(65)
    assert agent["AfterContactWorkEndTimestamp"] == moment(70)
    assert agent["AfterContactWorkDuration"] == 5


def test_conversation_that_vanishes_has_no_after_contact_work() -> None:
    # Trap 26
    agent = agent_of(OFFERED, CONNECTED, CLEARED)

    assert agent["AgentInteractionDuration"] == 65
    assert not any(name.startswith("AfterContactWork") for name in agent)


def test_talk_of_a_transferred_leg_is_left_to_the_chain() -> None:
    agent = agent_of(OFFERED, CONNECTED, ENDED, InitialContactId="contact-0")

    assert "AgentInteractionDuration" not in agent
    assert agent["NumberOfHolds"] == 0


# Queue


def test_customer_waits_until_the_agent_connects() -> None:
    queue = attributes_of(record_of(OFFERED, CONNECTED))["Queue"]

    assert queue["EnqueueTimestamp"] == moment(-20)
    assert queue["DequeueTimestamp"] == moment(5)
    assert queue["Duration"] == 25


def test_customer_waits_for_a_callback_until_the_agent_accepts() -> None:
    # Trap 29; the times of queued-callback-example.
    record = record_of(
        (0, "ada", "INCOMING"),
        (1, "ada", "CONNECTING"),
        (25, "ada", "CONNECTED"),
        InitiationMethod="CALLBACK",
        QueueTimestamp=moment(-20),
    )

    attributes = attributes_of(record)
    assert attributes["Queue"]["DequeueTimestamp"] == moment(1)
    assert attributes["Queue"]["Duration"] == 21
    assert attributes["Agent"]["ConnectedToAgentTimestamp"] == moment(25)
    assert attributes["Attempts"][0]["RingDuration"] == 1


def test_customer_who_is_still_queued_has_not_left_the_queue() -> None:
    queue = attributes_of(record_of(OFFERED, MISSED, CLEARED))["Queue"]

    assert queue["EnqueueTimestamp"] == moment(-20)
    assert not {"DequeueTimestamp", "Duration"} & queue.keys()


def test_contact_that_never_waited_has_no_queue_time() -> None:
    # Trap 6
    record = record_of(OFFERED, CONNECTED, InitiationMethod="OUTBOUND", QueueTimestamp=None)

    assert attributes_of(record)["Queue"] == {"Name": "Sales"}


def test_queue_entered_after_it_was_left_has_no_duration() -> None:
    # Trap 23: times of different clocks are not subtracted below nought.
    queue = attributes_of(record_of(OFFERED, CONNECTED, QueueTimestamp=moment(9)))["Queue"]

    assert "Duration" not in queue


def test_leg_knows_whether_it_began_its_chain() -> None:
    assert leg("contact-1", OFFERED).is_first_contact
    assert not leg("contact-1", OFFERED, InitialContactId="contact-0").is_first_contact


def test_attempts_of_everybody_are_listed_in_order() -> None:
    # Trap 28
    record = record_of(
        OFFERED,
        MISSED,
        (21, "ada", "CLEARED"),
        (22, "ben", "CONNECTING"),
        (25.5, "ben", "CONNECTED"),
        (40, "ben", "ENDED"),
        (50, "ben", "CLEARED"),
    )

    assert attributes_of(record)["Attempts"] == [
        {
            "AgentId": "ada",
            "Username": "ada",
            "OfferedTimestamp": moment(0),
            "EndedTimestamp": moment(20),
            "ClearedTimestamp": moment(21),
            "RingDuration": 20,
            "Outcome": "MISSED",
        },
        {
            "AgentId": "ben",
            "Username": "ben",
            "OfferedTimestamp": moment(22),
            "AnsweredTimestamp": moment(25.5),
            "EndedTimestamp": moment(40),
            "ClearedTimestamp": moment(50),
            "RingDuration": 3,
            "Outcome": "HANDLED",
        },
    ]

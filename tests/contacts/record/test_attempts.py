"""One agent's turn after the other: offered, answered or not, ended, cleared."""

from itertools import permutations

import pytest

from contacts.facts.contact_facts import Fact, InferredFact
from contacts.record.attempts import Attempt, Interval, attempts_of
from tests.by_hand.agent_events_by_hand import Step, moment


def attempts(*steps: Step, method: str = "INBOUND") -> tuple[Attempt, ...]:
    timeline = [Fact(moment(second), state, agent) for second, agent, state in steps]
    return attempts_of(timeline, method)


def one_attempt(*steps: Step, method: str = "INBOUND") -> Attempt:
    (attempt,) = attempts(*steps, method=method)
    return attempt


def summary(attempt: Attempt) -> tuple[str, str, str]:
    """Who, from when, with which outcome."""
    return attempt.agent_id, attempt.first[17:19], attempt.outcome


ANSWERED = ((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))


# One turn


def test_answered_attempt_is_offered_then_connected_then_ended_then_cleared() -> None:
    attempt = one_attempt(*ANSWERED, (30, "ada", "ENDED"), (40, "ada", "CLEARED"))

    assert attempt.offered == moment(0)
    assert attempt.answered == attempt.connected == attempt.ring_end == moment(5)
    assert attempt.ended == attempt.finished == attempt.after_contact_work_started == moment(30)
    assert attempt.cleared == moment(40)
    assert attempt.outcome == "HANDLED"


def test_order_of_facts_does_not_matter() -> None:
    # Trap 13: a late CONNECTED does not turn ENDED back.
    steps = (*ANSWERED, (30, "ada", "ENDED"), (40, "ada", "CLEARED"))

    assert attempts(*reversed(steps)) == attempts(*steps)


def test_attempt_rings_until_it_is_answered() -> None:
    attempt = one_attempt((0, "ada", "CONNECTING"))

    assert attempt.outcome == "OFFERED"
    assert attempt.ring_end is None
    assert attempt.finished is None


def test_connected_attempt_is_open() -> None:
    attempt = one_attempt(*ANSWERED)

    assert attempt.outcome == "CONNECTED"
    assert attempt.finished is None


@pytest.mark.parametrize("state", ["MISSED", "REJECTED", "ERROR"])
def test_failed_offer_keeps_the_raw_state_as_its_outcome(state: str) -> None:
    # Traps 24 and 25
    attempt = one_attempt((0, "ada", "CONNECTING"), (20, "ada", state), (25, "ada", "CLEARED"))

    assert attempt.failed
    assert attempt.outcome == state
    assert attempt.answered is None
    assert attempt.ring_end == attempt.ended == moment(20)


@pytest.mark.parametrize("failure", ["MISSED", "REJECTED", "ERROR"])
def test_offer_that_ends_after_it_failed_is_not_handled(failure: str) -> None:
    # Trap 27: onEnded fires for contacts that were only missed, too.
    attempt = one_attempt((0, "ada", "CONNECTING"), (20, "ada", failure), (21, "ada", "ENDED"))

    assert attempt.outcome == failure
    assert attempt.ended == moment(20)
    assert attempt.after_contact_work_started is None


def test_offer_that_vanishes_is_withdrawn() -> None:
    # Trap 26
    attempt = one_attempt((0, "ada", "CONNECTING"), (9, "ada", "CLEARED"))

    assert attempt.outcome == "WITHDRAWN"
    assert attempt.ended is None
    assert attempt.finished == attempt.ring_end == moment(9)


def test_offer_that_ends_unanswered_is_withdrawn() -> None:
    # An outbound call that the customer does not answer.
    attempt = one_attempt((0, "ada", "CONNECTING"), (30, "ada", "ENDED"), method="OUTBOUND")

    assert attempt.outcome == "WITHDRAWN"
    assert attempt.after_contact_work_started is None


def test_conversation_that_vanishes_was_handled_until_then() -> None:
    # Trap 26
    attempt = one_attempt(*ANSWERED, (30, "ada", "CLEARED"))

    assert attempt.outcome == "HANDLED"
    assert attempt.finished == moment(30)
    assert attempt.after_contact_work_started is None


def test_conversation_that_ends_in_error_was_handled() -> None:
    attempt = one_attempt(*ANSWERED, (30, "ada", "ERROR"))

    assert attempt.outcome == "HANDLED"
    assert not attempt.failed


def test_attempt_may_begin_with_the_conversation() -> None:
    # Trap 18
    attempt = one_attempt((5, "ada", "CONNECTED"))

    assert attempt.offered is None
    assert attempt.answered == moment(5)
    assert attempt.outcome == "CONNECTED"


@pytest.mark.parametrize("state", ["ENDED", "MISSED", "A_NEW_STATE"])
def test_attempt_may_be_known_by_one_late_state_alone(state: str) -> None:
    # Trap 16
    assert one_attempt((5, "ada", state)).newest.state == state


def test_unknown_state_is_kept_and_decides_nothing() -> None:
    # Trap 2
    attempt = one_attempt(*ANSWERED, (20, "ada", "A_NEW_STATE"))

    assert attempt.newest == Fact(moment(20), "A_NEW_STATE", "ada")
    assert attempt.outcome == "CONNECTED"


# Callbacks (trap 29)


def test_callback_is_accepted_when_the_customer_is_dialled() -> None:
    # Trap 29
    attempt = one_attempt(
        (0, "ada", "INCOMING"),
        (5, "ada", "CONNECTING"),
        (15, "ada", "CONNECTED"),
        method="CALLBACK",
    )

    assert attempt.offered == moment(0)
    assert attempt.answered == attempt.accepted == attempt.ring_end == moment(5)
    assert attempt.connected == moment(15)


def test_callback_whose_presentation_was_not_seen_is_accepted_without_an_offer() -> None:
    attempt = one_attempt((5, "ada", "CONNECTING"), method="CALLBACK")

    assert attempt.offered is None
    assert attempt.accepted == moment(5)


def test_contact_that_was_presented_first_is_a_callback_whatever_its_method() -> None:
    attempt = one_attempt((0, "ada", "INCOMING"), (5, "ada", "CONNECTING"), method="A_NEW_METHOD")

    assert attempt.accepted == moment(5)


def test_pending_callback_is_one_offer() -> None:
    # Trap 31
    attempt = one_attempt(
        (0, "ada", "INCOMING"),
        (1, "ada", "PENDING"),
        (5, "ada", "CONNECTING"),
        (15, "ada", "CONNECTED"),
        method="CALLBACK",
    )

    assert attempt.offered == moment(0)
    assert attempt.answered == moment(5)


def test_callback_that_is_not_accepted_is_missed() -> None:
    attempt = one_attempt((0, "ada", "INCOMING"), (20, "ada", "MISSED"), method="CALLBACK")

    assert attempt.outcome == "MISSED"
    assert attempt.answered is None


def test_callback_whose_customer_does_not_answer_is_not_handled() -> None:
    attempt = one_attempt(
        (0, "ada", "INCOMING"), (5, "ada", "CONNECTING"), (30, "ada", "ENDED"), method="CALLBACK"
    )

    assert attempt.outcome == "WITHDRAWN"
    assert attempt.answered == moment(5)


# Holds and pauses


def test_holds_last_until_the_next_state() -> None:
    attempt = one_attempt(
        *ANSWERED,
        (10, "ada", "CONNECTED_ONHOLD"),
        (13, "ada", "CONNECTED"),
        (20, "ada", "CONNECTED_ONHOLD"),
        (24, "ada", "ENDED"),
    )

    assert attempt.holds == (
        Interval(moment(10), moment(13)),
        Interval(moment(20), moment(24)),
    )


def test_hold_ends_when_the_contact_vanishes() -> None:
    attempt = one_attempt(*ANSWERED, (10, "ada", "CONNECTED_ONHOLD"), (13, "ada", "CLEARED"))

    assert attempt.holds == (Interval(moment(10), moment(13)),)


def test_hold_that_lasts_is_open() -> None:
    attempt = one_attempt(*ANSWERED, (10, "ada", "CONNECTED_ONHOLD"))

    assert attempt.holds == (Interval(moment(10), None),)


def test_hold_seen_twice_is_one_hold() -> None:
    attempt = one_attempt(
        *ANSWERED,
        (10, "ada", "CONNECTED_ONHOLD"),
        (12, "ada", "CONNECTED_ONHOLD"),
        (15, "ada", "CONNECTED"),
    )

    assert attempt.holds == (Interval(moment(10), moment(15)),)


def test_hold_at_the_time_of_connection_is_a_timestamp_that_stood_still() -> None:
    # Trap 17
    attempt = one_attempt(*ANSWERED, (5, "ada", "CONNECTED_ONHOLD"), (30, "ada", "ENDED"))

    assert attempt.holds == ()


def test_conversation_at_the_time_of_a_hold_is_a_timestamp_that_stood_still() -> None:
    # Trap 17
    attempt = one_attempt(
        *ANSWERED,
        (10, "ada", "CONNECTED_ONHOLD"),
        (10, "ada", "CONNECTED"),
        (15, "ada", "CONNECTED"),
        (30, "ada", "ENDED"),
    )

    assert attempt.holds == (Interval(moment(10), moment(15)),)


def test_pauses_are_no_holds() -> None:
    attempt = one_attempt(*ANSWERED, (10, "ada", "PAUSED"), (15, "ada", "CONNECTED"), method="API")

    assert attempt.pauses == (Interval(moment(10), moment(15)),)
    assert attempt.holds == ()


# Several turns (trap 28)


def test_contact_missed_by_one_agent_and_taken_by_another_is_two_attempts() -> None:
    # Trap 28: the first agent's snapshot is cleared while the second one talks.
    found = attempts(
        (0, "ada", "CONNECTING"),
        (20, "ada", "MISSED"),
        (22, "ben", "CONNECTING"),
        (25, "ben", "CONNECTED"),
        (30, "ada", "CLEARED"),
    )

    assert [summary(attempt) for attempt in found] == [
        ("ada", "00", "MISSED"),
        ("ben", "22", "CONNECTED"),
    ]
    assert [attempt.cleared for attempt in found] == [moment(30), None]


def test_contact_missed_twice_by_the_same_agent_is_two_attempts() -> None:
    # Trap 28
    found = attempts(
        (0, "ada", "CONNECTING"),
        (20, "ada", "MISSED"),
        (21, "ada", "CLEARED"),
        (22, "ada", "CONNECTING"),
        (42, "ada", "MISSED"),
    )

    assert [summary(attempt) for attempt in found] == [
        ("ada", "00", "MISSED"),
        ("ada", "22", "MISSED"),
    ]


@pytest.mark.parametrize("failure", ["MISSED", "REJECTED", "ERROR"])
def test_contact_that_rings_again_without_being_cleared_is_another_attempt(failure: str) -> None:
    # Trap 28
    found = attempts(
        (0, "ada", "CONNECTING"),
        (20, "ada", failure),
        (22, "ada", "CONNECTING"),
        (25, "ada", "CONNECTED"),
        (40, "ada", "ENDED"),
        (50, "ada", "CLEARED"),
    )

    assert [summary(attempt) for attempt in found] == [
        ("ada", "00", failure),
        ("ada", "22", "HANDLED"),
    ]
    assert [attempt.cleared for attempt in found] == [None, moment(50)]


def test_contact_that_rings_again_after_a_withdrawal_is_another_attempt() -> None:
    found = attempts(
        (0, "ada", "CONNECTING"),
        (9, "ada", "CLEARED"),
        (12, "ada", "CONNECTING"),
        (15, "ada", "CONNECTED"),
    )

    assert [attempt.outcome for attempt in found] == ["WITHDRAWN", "CONNECTED"]


def test_missed_callback_is_offered_again() -> None:
    found = attempts(
        (0, "ada", "INCOMING"),
        (20, "ada", "MISSED"),
        (21, "ada", "CLEARED"),
        (30, "ben", "INCOMING"),
        (35, "ben", "CONNECTING"),
        (45, "ben", "CONNECTED"),
        method="CALLBACK",
    )

    assert [attempt.outcome for attempt in found] == ["MISSED", "CONNECTED"]


def test_answer_after_a_miss_without_a_seen_offer_is_another_attempt() -> None:
    # Trap 16
    found = attempts((0, "ada", "CONNECTING"), (20, "ada", "MISSED"), (40, "ada", "CONNECTED"))

    assert [attempt.outcome for attempt in found] == ["MISSED", "CONNECTED"]


def test_ended_after_clearing_is_no_new_attempt() -> None:
    # Trap 19: heartbeats after log-off may still list what was cleared.
    found = attempts(*ANSWERED, (30, "ada", "ENDED"), (40, "ada", "CLEARED"), (45, "ada", "ENDED"))

    assert [summary(attempt) for attempt in found] == [("ada", "00", "HANDLED")]
    assert found[0].cleared == moment(40)


def test_attempts_are_in_the_order_in_which_they_began() -> None:
    found = attempts((22, "ada", "CONNECTING"), (0, "zoe", "CONNECTING"), (11, "ben", "CONNECTING"))

    assert [attempt.agent_id for attempt in found] == ["zoe", "ben", "ada"]


def test_callback_that_is_presented_again_after_it_was_accepted_is_another_attempt() -> None:
    # Else it would have been answered before it was offered, and rung for less than no time.
    found = attempts((0, "ada", "CONNECTING"), (3, "ada", "INCOMING"), method="CALLBACK")

    assert [attempt.offered for attempt in found] == [None, moment(3)]
    assert [attempt.answered for attempt in found] == [moment(0), None]


def test_unknown_state_does_not_hide_that_a_contact_came_anew() -> None:
    # Trap 2: else the talk would have ended before it began.
    found = attempts(
        (0, "ada", "CONNECTING"),
        (1, "ada", "ENDED"),
        (2, "ada", "A_NEW_STATE"),
        (4, "ada", "CONNECTED"),
    )

    assert [attempt.connected for attempt in found] == [None, moment(4)]
    assert [attempt.outcome for attempt in found] == ["WITHDRAWN", "CONNECTED"]


# What is only inferred


def test_of_two_stretches_in_which_a_contact_was_cleared_the_shorter_counts() -> None:
    timeline = [Fact(moment(0), "CONNECTED", "ada")]
    guesses = [InferredFact(moment(60), "CLEARED", moment(seen), "ada") for seen in (5, 55, 20)]

    for order in permutations(guesses):
        (attempt,) = attempts_of(timeline, "INBOUND", order)

        assert attempt.cleared_after == moment(55)
        assert attempt.is_end_known

"""A contact as a leg of its chain: when its agent came, when it was over, if the customer left."""

from collections.abc import Iterable

import pytest

from contacts.chain.legs import Leg, leg_of
from contacts.facts.statement import (
    CONNECTED_TO_AGENT,
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    INITIATION,
    WORK_START,
    Path,
    Statement,
)
from contacts.record.contact_record import contact_record
from tests.by_hand.agent_events_by_hand import (
    CLEARED,
    CONNECTED,
    ENDED,
    OFFERED,
    Step,
    events_of_steps,
    facts_from,
    moment,
)
from tests.by_hand.calls_by_hand import FIRST, Call, stated_facts


def seen(
    *steps: Step,
    stated: Statement | None = None,
    method: str = "INBOUND",
    queued: float | None = None,
) -> Leg:
    """A leg that took these steps in snapshots, with what its contact events state."""
    facts = stated_facts(Call(method=method), contact_events=stated or {})
    if steps:
        shown = events_of_steps(
            *steps,
            contact_id=FIRST,
            InitiationMethod=method,
            QueueTimestamp=None if queued is None else moment(queued),
        )
        facts = facts_from(*shown).merge(facts)
    return leg_of(contact_record(facts))


@pytest.mark.parametrize(
    ("second", "has_left"),
    [(5, False), (5.001, True), (62.999, True), (63, False), (65, False), (90, False)],
)
def test_customer_has_left_if_the_agent_talked_on_for_more_than_two_seconds(
    second: float, has_left: bool
) -> None:
    leg = seen(OFFERED, CONNECTED, ENDED, CLEARED, stated={DISCONNECT: moment(second)})

    assert leg.customer_left == (moment(second) if has_left else None)


@pytest.mark.parametrize("steps", [(OFFERED,), (OFFERED, CONNECTED)])
def test_customer_of_a_leg_that_is_not_over_has_not_left_before_its_end(
    steps: Iterable[Step],
) -> None:
    assert seen(*steps).customer_left is None


@pytest.mark.parametrize(
    ("steps", "moments"),
    [
        ((OFFERED, CONNECTED, ENDED, CLEARED), {5: True, 64.999: True, 65: False, 66: False}),
        ((OFFERED, CONNECTED), {5: True, 90: True}),
        ((OFFERED,), {1: False, 90: False}),
        ((OFFERED, (20, "ada", "MISSED"), (25, "ada", "CLEARED")), {10: False, 90: False}),
    ],
)
def test_leg_is_live_while_its_agent_is_on_the_line_or_may_be(
    steps: Iterable[Step], moments: dict[float, bool]
) -> None:
    leg = seen(*steps)

    assert {second: leg.was_live_at(moment(second)) for second in moments} == moments


@pytest.mark.parametrize(
    ("steps", "queued", "stated", "appeared"),
    [
        # In a snapshot, or in a queue before that.
        ((OFFERED, CONNECTED), None, {}, 0),
        ((OFFERED, CONNECTED), -20, {}, -20),
        ((OFFERED, CONNECTED), 2, {}, 0),
        (((0, "ada", "CONNECTING"), (9, "ada", "MISSED"), (12, "ben", "CONNECTING")), None, {}, 0),
        # What a snapshot shows is not dated by another clock.
        ((OFFERED, CONNECTED), None, {INITIATION: moment(-9), DISCONNECT: moment(90)}, 0),
        # What no snapshot shows appears at the first time that is stated.
        ((), None, {INITIATION: moment(-9), DISCONNECT: moment(90)}, -9),
        ((), None, {DISCONNECT: moment(90)}, 90),
    ],
)
def test_leg_appears_in_a_snapshot_or_in_a_queue_or_else_when_that_is_stated(
    steps: Iterable[Step], queued: float | None, stated: Statement, appeared: float
) -> None:
    leg = seen(*steps, stated=stated, queued=queued)

    assert leg.appeared == moment(appeared)


@pytest.mark.parametrize(
    ("method", "path"),
    [("EXTERNAL_OUTBOUND", CONNECTED_TO_SYSTEM), ("INBOUND", CONNECTED_TO_AGENT)],
)
def test_outside_party_is_connected_when_the_system_is_and_others_when_the_agent_is(
    method: str, path: Path
) -> None:
    both = {CONNECTED_TO_SYSTEM: moment(1), CONNECTED_TO_AGENT: moment(9)}

    leg = seen(stated=both, method=method)

    assert leg.connected == both[path]
    assert leg.has_agent == (method == "INBOUND")
    assert not leg.is_seen


@pytest.mark.parametrize(
    ("steps", "stated", "finished", "is_end_seen"),
    [
        # The agent's snapshot stands, whatever another clock says.
        ((OFFERED, CONNECTED, ENDED), {DISCONNECT: moment(60)}, 65, True),
        # A snapshot that shows no end leaves it to what is stated: ACW ends the talk.
        ((OFFERED, CONNECTED), {DISCONNECT: moment(60), WORK_START: moment(66)}, 66, False),
        ((OFFERED, CONNECTED), {DISCONNECT: moment(60)}, 60, False),
        ((OFFERED, CONNECTED), {}, None, False),
        # An offer that failed ends no contact: the customer waits on until it is said otherwise.
        ((OFFERED, (20, "ada", "MISSED")), {DISCONNECT: moment(60)}, 60, False),
        ((OFFERED, (20, "ada", "MISSED")), {DISCONNECT: moment(20.9)}, 20, True),
        ((OFFERED, (20, "ada", "MISSED")), {}, 20, True),
        ((), {DISCONNECT: moment(60)}, 60, False),
    ],
)
def test_leg_is_over_when_its_snapshot_says_so_or_else_when_that_is_stated(
    steps: Iterable[Step], stated: Statement, finished: float | None, is_end_seen: bool
) -> None:
    leg = seen(*steps, stated=stated)

    assert leg.finished == (None if finished is None else moment(finished))
    assert leg.is_end_seen == is_end_seen

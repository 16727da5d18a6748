"""What an agent is doing, by the words and the precedence of real-time metrics."""

from copy import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.facts.agent_state import AgentState, AgentStatus, SeenContact
from contacts.views.agent_activity import agent_activity, contact_state, is_live, is_silent
from tests.by_hand.agent_events_by_hand import moment
from tests.strategies.contact_strategies import STATES

AVAILABLE: Final = AgentStatus("Available", "ROUTABLE", moment(-60))
OFFLINE: Final = AgentStatus("Offline", "OFFLINE", moment(-60))

PUBLISHED_PRECEDENCE: Final = (
    "Error",
    "Missed",
    "Rejected",
    "On contact",
    "After contact work",
    "Incoming",
)
"""As real-time-metrics-definitions lists it; then come a custom status and Available."""


def seen(
    state: str, method: str | None = "INBOUND", *, since: float = 0, connected: float | None = None
) -> SeenContact:
    return SeenContact(
        contact_id="contact-1",
        initial_contact_id=None,
        channel="VOICE",
        initiation_method=method,
        state=state,
        state_start_timestamp=moment(since),
        connected_to_agent_timestamp=None if connected is None else moment(connected),
        queue=None,
    )


def agent(*contacts: SeenContact, status: AgentStatus | None = AVAILABLE) -> AgentState:
    return AgentState(
        instance_id="instance-1",
        agent_id="ada",
        event_timestamp=moment(0),
        username="ada",
        status=status,
        routing_profile=None,
        hierarchy_groups=(),
        contacts=contacts,
    )


def activity_of(*contacts: SeenContact) -> str:
    activity = agent_activity(agent(*contacts))
    assert activity
    return activity.name


def seen_contacts() -> st.SearchStrategy[SeenContact]:
    return st.builds(
        seen,
        st.sampled_from(STATES),
        st.sampled_from(("INBOUND", "OUTBOUND", "CALLBACK", "TRANSFER", "MONITOR", None)),
        since=st.sampled_from((0, 1, 5)),
        connected=st.sampled_from((None, 0, 2)),
    )


@pytest.mark.parametrize(
    ("state", "method", "label", "activity"),
    [
        ("CONNECTING", "INBOUND", "Incoming contact", "Incoming"),
        ("CONNECTING", "TRANSFER", "Incoming contact", "Incoming"),
        ("CONNECTING", "API", "Incoming contact", "Incoming"),
        ("CONNECTING", None, "Incoming contact", "Incoming"),
        ("INCOMING", "CALLBACK", "Inbound callback", "Incoming"),
        ("PENDING", "CALLBACK", "Inbound callback", "Incoming"),
        ("CONNECTING", "CALLBACK", "Outbound callback", "On contact"),
        ("CONNECTING", "OUTBOUND", "Outbound contact", "On contact"),
        ("CONNECTED", "INBOUND", "Connected", "On contact"),
        ("CONNECTED_ONHOLD", "OUTBOUND", "On hold", "On contact"),
        ("PAUSED", "API", "Paused", "On contact"),
        ("ENDED", "INBOUND", "After contact work", "After contact work"),
        ("MISSED", "INBOUND", "Missed contact", "Missed"),
        ("REJECTED", "INBOUND", "Rejected", "Rejected"),
        ("ERROR", "OUTBOUND", "Error", "Error"),
        ("CONNECTED", "MONITOR", "Monitoring", "Monitoring"),
        ("ENDED", "MONITOR", "After contact work", "After contact work"),
        ("A_NEW_STATE", "INBOUND", "A_NEW_STATE", "On contact"),
    ],
)
def test_every_state_has_its_labels(state: str, method: str, label: str, activity: str) -> None:
    assert contact_state(state, method) == label
    assert activity_of(seen(state, method)) == activity


@given(st.lists(seen_contacts(), min_size=1, max_size=6))
def test_published_precedence_decides_between_several_contacts(contacts: list[SeenContact]) -> None:
    alone = {activity_of(contact) for contact in contacts}

    together = activity_of(*contacts)

    assert together in alone
    if "Monitoring" not in alone:
        assert together == next(each for each in PUBLISHED_PRECEDENCE if each in alone)


@given(
    st.lists(seen_contacts(), min_size=1, max_size=5).flatmap(
        lambda each: st.tuples(st.just(each), st.permutations(each))
    )
)
def test_order_of_contacts_makes_no_difference(
    orders: tuple[list[SeenContact], list[SeenContact]],
) -> None:
    one, other = orders

    assert agent_activity(agent(*one)) == agent_activity(agent(*other))


@given(
    seen_contacts(),
    st.sampled_from([AVAILABLE, OFFLINE, AgentStatus("Lunch", "CUSTOM", None), None]),
)
def test_any_contact_counts_before_the_status(
    contact: SeenContact, status: AgentStatus | None
) -> None:
    activity = agent_activity(agent(contact, status=status))

    assert activity == agent_activity(agent(contact))


@pytest.mark.parametrize("name", ["Available", "Lunch", "Training é", "Error"])
def test_without_contacts_the_status_is_the_activity(name: str) -> None:
    status = AgentStatus(name, "CUSTOM", moment(7))

    assert agent_activity(agent(status=status)) == (name, moment(7))


def test_agent_of_whom_nothing_is_known_has_no_activity() -> None:
    assert agent_activity(agent(status=None)) is None


def test_activity_on_contact_began_with_the_conversation() -> None:
    on_hold = seen("CONNECTED_ONHOLD", since=40, connected=5)
    ringing = seen("CONNECTING", "OUTBOUND", since=20)

    assert agent_activity(agent(on_hold, ringing)) == ("On contact", moment(5))


def test_activity_began_with_the_contacts_that_decide_it() -> None:
    wrapping_up = seen("ENDED", since=30, connected=2)
    talking = seen("CONNECTED", since=33, connected=33)

    assert agent_activity(agent(wrapping_up, talking)) == ("On contact", moment(33))
    assert agent_activity(agent(wrapping_up)) == ("After contact work", moment(30))


@pytest.mark.parametrize(
    ("status", "live"),
    [
        (AVAILABLE, True),
        (AgentStatus("Lunch", None, None), True),
        (AgentStatus("Offline", None, None), False),
        (AgentStatus("Gone home", "OFFLINE", None), False),
        (None, False),
    ],
)
def test_who_is_offline_is_left_out(status: AgentStatus | None, live: bool) -> None:
    assert is_live(agent(status=status), moment(1)) is live
    assert is_live(agent(seen("CONNECTED"), status=status), moment(1))


@pytest.mark.parametrize("state", ["ENDED", "MISSED", "REJECTED", "ERROR"])
def test_agent_who_went_offline_beside_what_is_over_is_left_out(state: str) -> None:
    assert not is_live(agent(seen(state), status=OFFLINE), moment(1))
    assert is_live(agent(seen(state), seen("CONNECTED_ONHOLD"), status=OFFLINE), moment(1))
    assert is_live(agent(seen(state), status=AVAILABLE), moment(1))
    assert is_live(agent(seen(state), status=None), moment(1))


def test_agent_is_silent_after_twelve_minutes_without_events() -> None:
    assert not is_silent(agent(), moment(12 * 60))
    assert is_silent(agent(), moment(12 * 60 + 0.001))


def test_agent_whom_no_event_has_shown_for_a_day_is_gone() -> None:
    talking = agent(seen("CONNECTED", connected=0))

    assert is_live(talking, moment(24 * 3600))
    assert not is_live(talking, moment(24 * 3600 + 0.001))


def test_silence_of_an_agent_from_the_future_is_none() -> None:
    """Clocks differ: an event may be a moment ahead of who asks."""
    ahead = replace(agent(), event_timestamp=moment(3))

    assert not is_silent(ahead, moment(0))
    assert is_live(ahead, moment(0))

"""An agent's activity, in the words of Amazon Connect's real-time metrics.

https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html has the
labels of Contact State and Agent Activity, and which activity counts when an agent has several
contacts. Where it names none (a rejected contact, a failed one, a paused one that is the agent's
only one, where Monitoring ranks) the label follows the pattern of its neighbours.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from contacts.facts.agent_state import AgentState, AgentStatus, SeenContact
from contacts.initiation_methods import CALLBACK, MONITOR, OUTBOUND
from contacts.states import (
    ANSWERED_STATES,
    CONNECTED,
    CONNECTED_ONHOLD,
    CONNECTING,
    ENDED,
    ERROR,
    INACTIVE_STATES,
    INCOMING,
    MISSED,
    PAUSED,
    PENDING,
    REJECTED,
)
from contacts.timestamps import Timestamp, milliseconds_between

INCOMING_CONTACT: Final = "Incoming contact"
INBOUND_CALLBACK: Final = "Inbound callback"
OUTBOUND_CALLBACK: Final = "Outbound callback"
OUTBOUND_CONTACT: Final = "Outbound contact"
MONITORING: Final = "Monitoring"
AFTER_CONTACT_WORK: Final = "After contact work"
IN_QUEUE: Final = "In queue"
"""The state of a contact without an agent; Amazon's Contact States all need an agent."""

_CONTACT_STATES: Final[Mapping[str, str]] = {
    INCOMING: INBOUND_CALLBACK,
    PENDING: INBOUND_CALLBACK,
    CONNECTED: "Connected",
    CONNECTED_ONHOLD: "On hold",
    PAUSED: "Paused",
    ENDED: AFTER_CONTACT_WORK,
    MISSED: "Missed contact",
    REJECTED: "Rejected",
    ERROR: "Error",
}
_RINGING: Final[Mapping[str | None, str]] = {
    CALLBACK: OUTBOUND_CALLBACK,
    OUTBOUND: OUTBOUND_CONTACT,
}

ON_CONTACT: Final = "On contact"
_ACTIVITIES: Final[Mapping[str, str]] = {
    "Error": "Error",
    "Missed contact": "Missed",
    "Rejected": "Rejected",
    MONITORING: MONITORING,
    AFTER_CONTACT_WORK: AFTER_CONTACT_WORK,
    INCOMING_CONTACT: "Incoming",
    INBOUND_CALLBACK: "Incoming",
}
PRECEDENCE: Final = (
    "Error",
    "Missed",
    "Rejected",
    ON_CONTACT,
    MONITORING,
    AFTER_CONTACT_WORK,
    "Incoming",
)
"""Activities, the one that counts first; the agent's status comes after all of them."""

_OFFLINE: Final = "OFFLINE"
_SILENT_MILLISECONDS: Final = 12 * 60_000
"""What is known of an agent is confirmed once in ten minutes, by events two minutes apart."""
_GONE_MILLISECONDS: Final = 24 * 3_600_000
"""Sessions end after twelve hours at most, and events an hour after log-off (automatic-logout)."""


class AgentActivity(NamedTuple):
    """An agent's activity, and its start if that is known."""

    name: str
    start_timestamp: Timestamp | None


def contact_state(state: str, initiation_method: str | None) -> str:
    """The label of Contact State; a state that Connect has added since is its own label."""
    if state == CONNECTING:
        return _RINGING.get(initiation_method, INCOMING_CONTACT)
    if state == CONNECTED and initiation_method == MONITOR:
        return MONITORING
    return _CONTACT_STATES.get(state, state)


def agent_activity(agent: AgentState) -> AgentActivity | None:
    """The label of Agent Activity; None when neither status nor contact is known."""
    activities = [_activity_with(contact) for contact in agent.contacts]
    if activities:
        name = min((each.name for each in activities), key=PRECEDENCE.index)
        starts = [each.start_timestamp for each in activities if each.name == name]
        return AgentActivity(name, min(start for start in starts if start))
    if agent.status:
        return AgentActivity(agent.status.name, agent.status.start_timestamp)
    return None


def is_live(agent: AgentState, now: Timestamp) -> bool:
    """Whether real-time metrics would show the agent: they leave out who is offline.

    An agent who is offline is shown while a contact is going on. One that failed or ended may stay
    in the snapshot for as long as the agent is away. An agent whom no event has shown for a day is
    gone, even if the event that said so was lost.
    """
    if milliseconds_between(agent.event_timestamp, now) > _GONE_MILLISECONDS:
        return False
    if any(contact.state not in INACTIVE_STATES for contact in agent.contacts):
        return True
    if agent.status is None:
        return bool(agent.contacts)
    return not _is_offline(agent.status)


def _is_offline(status: AgentStatus) -> bool:
    """Older events state no type of the status."""
    return _OFFLINE in {status.type, status.name.upper()}


def is_silent(agent: AgentState, now: Timestamp) -> bool:
    """Whether events of the agent are missing: what is shown may be long over."""
    return milliseconds_between(agent.event_timestamp, now) > _SILENT_MILLISECONDS


def _activity_with(contact: SeenContact) -> AgentActivity:
    label = contact_state(contact.state, contact.initiation_method)
    return AgentActivity(_ACTIVITIES.get(label, ON_CONTACT), _since(contact))


def _since(contact: SeenContact) -> Timestamp:
    """A hold does not interrupt the activity: it began with the conversation."""
    connected = contact.connected_to_agent_timestamp
    return (
        connected
        if connected and contact.state in ANSWERED_STATES
        else (contact.state_start_timestamp)
    )

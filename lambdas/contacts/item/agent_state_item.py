"""The agent state as an item of the table ``AgentStates``, there and back.

One item per agent. As in ``ContactRecords``, what is not known is absent, and ids stand for ARNs.
"""

from typing import Final
from urllib.parse import unquote

from contacts.facts.agent_state import AgentState, AgentStatus, SeenContact
from contacts.item_parts import (
    Attributes,
    Item,
    expires_at,
    hierarchy_attributes,
    hierarchy_of,
    known,
    resource_attributes,
    resource_of,
)
from contacts.resources import ContactQueue

_UNKNOWN: Final = "-"
_A_HYPHEN: Final = "%2D"
_NO_QUEUE: Final = ContactQueue("", None, None)


def agent_state_attributes(state: AgentState, *, record_ttl_days: int) -> Attributes:
    """Everything but the key."""
    attributes = {
        "EventTimestamp": state.event_timestamp,
        "Ordinal": state.ordinal,
        "Username": state.username,
        "AgentStatus": status_attributes(state.status) if state.status else None,
        "RoutingProfile": resource_attributes(state.routing_profile),
        "HierarchyGroups": hierarchy_attributes(state.hierarchy_groups),
        "Contacts": [_line(contact) for contact in state.contacts],
        "ExpiresAt": expires_at(state.event_timestamp, record_ttl_days),
    }
    return known(attributes)


def agent_state_of_item(item: Item) -> AgentState:
    """The state that an item was made of."""
    return AgentState(
        instance_id=item["InstanceId"],
        agent_id=item["AgentId"],
        event_timestamp=item["EventTimestamp"],
        username=item.get("Username"),
        status=_status_of(item["AgentStatus"]) if "AgentStatus" in item else None,
        routing_profile=resource_of(item.get("RoutingProfile")),
        hierarchy_groups=hierarchy_of(item.get("HierarchyGroups", {})),
        contacts=tuple(map(contact_of_line, item.get("Contacts", ()))),
        ordinal=int(item.get("Ordinal", 0)),
    )


def status_attributes(status: AgentStatus) -> Attributes:
    """What the agent set, as a map of Name, Type and StartTimestamp."""
    return known(
        {"Name": status.name, "Type": status.type, "StartTimestamp": status.start_timestamp}
    )


def _status_of(status: Item) -> AgentStatus:
    return AgentStatus(status["Name"], status.get("Type"), status.get("StartTimestamp"))


def _line(contact: SeenContact) -> str:
    """A contact as one line, which costs two thirds of a map: what is not known is a hyphen."""
    queue = contact.queue or _NO_QUEUE
    parts = (
        contact.state_start_timestamp,
        contact.state,
        contact.contact_id,
        contact.initial_contact_id,
        contact.channel,
        contact.initiation_method,
        contact.connected_to_agent_timestamp,
        queue.enqueue_timestamp,
        queue.id,
        queue.name,
    )
    return " ".join(map(_written, parts))


def contact_of_line(line: str) -> SeenContact:
    """The inverse. Raises ValueError for a line that has not all parts."""
    start, state, contact_id, initial, channel, method, connected, enqueued, queue_id, queue = map(
        _read, line.split(" ")
    )
    if start is None or state is None or contact_id is None:
        message = "a contact has an id, a state and its time"
        raise ValueError(message)
    return SeenContact(
        contact_id=contact_id,
        initial_contact_id=initial,
        channel=channel,
        initiation_method=method,
        state=state,
        state_start_timestamp=start,
        connected_to_agent_timestamp=connected,
        queue=ContactQueue(queue_id, queue, enqueued) if queue_id else None,
    )


def _written(part: str | None) -> str:
    """Spaces separate the parts, so those inside are ``%20``, as in a URL."""
    if not part:
        return _UNKNOWN
    return part.replace("%", "%25").replace(" ", "%20") if part != _UNKNOWN else _A_HYPHEN


def _read(part: str) -> str | None:
    return None if part == _UNKNOWN else unquote(part)

"""The agent state as an item of the table ``AgentStates``, there and back.

One item per agent. As in ``ContactRecords``, what is not known is absent, and ids stand for ARNs.
"""

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


def agent_state_attributes(state: AgentState, *, record_ttl_days: int) -> Attributes:
    """Everything but the key."""
    attributes = {
        "EventTimestamp": state.event_timestamp,
        "Ordinal": state.ordinal,
        "Username": state.username,
        "AgentStatus": status_attributes(state.status) if state.status else None,
        "RoutingProfile": resource_attributes(state.routing_profile),
        "HierarchyGroups": hierarchy_attributes(state.hierarchy_groups),
        "Contacts": [_contact(contact) for contact in state.contacts],
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
        contacts=tuple(_contact_of(contact) for contact in item.get("Contacts", ())),
        ordinal=int(item.get("Ordinal", 0)),
    )


def status_attributes(status: AgentStatus) -> Attributes:
    """What the agent set, as a map of Name, Type and StartTimestamp."""
    return known(
        {"Name": status.name, "Type": status.type, "StartTimestamp": status.start_timestamp}
    )


def _status_of(status: Item) -> AgentStatus:
    return AgentStatus(status["Name"], status.get("Type"), status.get("StartTimestamp"))


def _contact(contact: SeenContact) -> Attributes:
    queue = contact.queue
    return known(
        {
            "ContactId": contact.contact_id,
            "InitialContactId": contact.initial_contact_id,
            "Channel": contact.channel,
            "InitiationMethod": contact.initiation_method,
            "State": contact.state,
            "StateStartTimestamp": contact.state_start_timestamp,
            "ConnectedToAgentTimestamp": contact.connected_to_agent_timestamp,
            "QueueId": queue.id if queue else None,
            "QueueName": queue.name if queue else None,
            "EnqueueTimestamp": queue.enqueue_timestamp if queue else None,
        }
    )


def _contact_of(contact: Item) -> SeenContact:
    queue_id = contact.get("QueueId")
    return SeenContact(
        contact_id=contact["ContactId"],
        initial_contact_id=contact.get("InitialContactId"),
        channel=contact.get("Channel"),
        initiation_method=contact.get("InitiationMethod"),
        state=contact["State"],
        state_start_timestamp=contact["StateStartTimestamp"],
        connected_to_agent_timestamp=contact.get("ConnectedToAgentTimestamp"),
        queue=(
            ContactQueue(queue_id, contact.get("QueueName"), contact.get("EnqueueTimestamp"))
            if queue_id
            else None
        ),
    )

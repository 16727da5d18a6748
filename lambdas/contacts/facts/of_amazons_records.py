"""What one contact event, or one contact record of Amazon's, states of its contact.

A link that names the contact itself means the same as none: "I am the first" has four encodings in
Connect's sources (null, absent, the text ``null`` and the own id).
"""

from collections.abc import Mapping, Set

from contacts.facts import statement
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.normalised import channel_in_capitals, named_resource, queue_id, resource_id
from contacts.facts.statement import Path, Statement, Value
from contacts.incoming.amazon_contact_record import (
    AmazonContactRecord,
    Endpoint,
    RecordAgent,
    RecordHierarchyGroups,
    RecordQueue,
)
from contacts.incoming.contact_event import AgentInfo, ContactEvent, QueueInfo
from contacts.item_parts import Attributes, hierarchy_attributes, known, resource_attributes
from contacts.resources import HierarchyGroup

type _Values = Mapping[Path, Value | None]
type _Source = ContactEvent | AmazonContactRecord


def facts_of_contact_event(event: ContactEvent) -> ContactFacts:
    """What one contact event states."""
    stated = _stated(
        {
            **_values_of_both(event),
            statement.EVENT_TYPE: statement.COMPLETED if _is_last(event) else None,
            statement.LAST_KNOWN: event.last_known_timestamp if _is_end_unknown(event) else None,
            **(_values_of_agent_info(event.agent) if event.agent else {}),
            **(_values_of_queue_info(event.queue) if event.queue else {}),
        }
    )
    if event.envelope_time and not statement.timestamps_in(stated):
        stated = {**stated, statement.LAST_UPDATE: event.envelope_time}
    return _facts(event, contact_events=stated, contact_record=statement.NOTHING_STATED)


def _is_last(event: ContactEvent) -> bool:
    """Whether all is done with the contact, after contact work included."""
    return event.event_type == statement.COMPLETED


def _is_end_unknown(event: ContactEvent) -> bool:
    return event.event_type == statement.END_UNKNOWN


def facts_of_contact_record(record: AmazonContactRecord, kept: KeptFields) -> ContactFacts:
    """What one contact record states; of its customer only what is ``kept``."""
    external = record.external_third_party
    stated = _stated(
        {
            **_values_of_both(record),
            statement.LAST_UPDATE: record.last_update_timestamp,
            statement.NEXT_CONTACT: _other(record.next_contact_id, record),
            statement.TRANSFER_COMPLETED: record.transfer_completed_timestamp,
            statement.CONNECTION_ATTEMPTS: record.agent_connection_attempts,
            statement.EXTERNAL_INTERACTION: external.interaction_duration if external else None,
            **(_values_of_agent(record.agent) if record.agent else {}),
            **(_values_of_queue(record.queue) if record.queue else {}),
            **_values_of_customer(record, kept),
        }
    )
    return _facts(record, contact_events=statement.NOTHING_STATED, contact_record=stated)


def _facts(
    source: _Source, *, contact_events: Statement, contact_record: Statement
) -> ContactFacts:
    return ContactFacts(
        contact_id=source.contact_id,
        initial_contact_id=None,
        instance_id=resource_id(source.instance_arn) if source.instance_arn else None,
        channel=None,
        initiation_method=None,
        queue=None,
        timeline=frozenset(),
        usernames={},
        answering_agent=None,
        contact_events=contact_events,
        contact_record=contact_record,
    )


def _stated(values: _Values) -> Statement:
    return {
        path: value
        for path, value in values.items()
        if value is not None and value not in ("", {}, [])
    }


def _other(contact_id: str | None, source: _Source) -> str | None:
    return None if contact_id == source.contact_id else contact_id


def _values_of_both(source: _Source) -> _Values:
    return {
        statement.INITIAL_CONTACT: _other(source.initial_contact_id, source),
        statement.PREVIOUS_CONTACT: _other(source.previous_contact_id, source),
        statement.RELATED_CONTACT: _other(source.related_contact_id, source),
        statement.CHANNEL: channel_in_capitals(source.channel),
        statement.INITIATION_METHOD: source.initiation_method,
        statement.INITIATION: source.initiation_timestamp,
        statement.CONNECTED_TO_SYSTEM: source.connected_to_system_timestamp,
        statement.DISCONNECT: source.disconnect_timestamp,
        statement.DISCONNECT_REASON: source.disconnect_reason,
        statement.ANSWERING_MACHINE: source.answering_machine_detection_status,
        statement.CAMPAIGN: (
            known({"CampaignId": source.campaign.campaign_id}) if source.campaign else None
        ),
    }


def _values_of_agent_info(agent: AgentInfo) -> _Values:
    return {
        statement.AGENT_ID: resource_id(agent.agent_arn) if agent.agent_arn else None,
        statement.CONNECTED_TO_AGENT: agent.connected_to_agent_timestamp,
        statement.WORK_START: agent.after_contact_work_start_timestamp,
        statement.WORK_END: agent.after_contact_work_end_timestamp,
        statement.WORK: agent.after_contact_work_duration,
        statement.PAUSE: agent.agent_pause_duration,
    }


def _values_of_queue_info(queue: QueueInfo) -> _Values:
    return {
        statement.QUEUE_ID: queue_id(queue.queue_arn) if queue.queue_arn else None,
        statement.ENQUEUE: queue.enqueue_timestamp,
    }


def _values_of_agent(agent: RecordAgent) -> _Values:
    return {
        statement.AGENT_ID: resource_id(agent.arn) if agent.arn else None,
        statement.USERNAME: agent.username,
        statement.ROUTING_PROFILE: resource_attributes(named_resource(agent.routing_profile)),
        statement.HIERARCHY_GROUPS: _hierarchy(agent.hierarchy_groups),
        statement.CONNECTED_TO_AGENT: agent.connected_to_agent_timestamp,
        statement.WORK_START: agent.after_contact_work_start_timestamp,
        statement.WORK_END: agent.after_contact_work_end_timestamp,
        statement.WORK: agent.after_contact_work_duration,
        statement.INTERACTION: agent.agent_interaction_duration,
        statement.CUSTOMER_HOLD: agent.customer_hold_duration,
        statement.LONGEST_HOLD: agent.longest_hold_duration,
        statement.HOLDS: agent.number_of_holds,
        statement.PAUSE: agent.agent_pause_duration,
        statement.AGENT_HOLD: agent.agent_initiated_hold_duration,
        statement.PREVIEW_END: agent.preview_end_timestamp,
        statement.STATE_TRANSITIONS: list(agent.state_transitions or ()),
    }


def _hierarchy(groups: RecordHierarchyGroups | None) -> Attributes | None:
    if not groups:
        return None
    levels = (groups.level_1, groups.level_2, groups.level_3, groups.level_4, groups.level_5)
    return hierarchy_attributes(
        HierarchyGroup(f"Level{level}", resource_id(group.arn), group.group_name or None)
        for level, group in enumerate(levels, start=1)
        if group and group.arn
    )


def _values_of_queue(queue: RecordQueue) -> _Values:
    return {
        statement.QUEUE_ID: queue_id(queue.arn) if queue.arn else None,
        statement.QUEUE_NAME: queue.name,
        statement.ENQUEUE: queue.enqueue_timestamp,
        statement.DEQUEUE: queue.dequeue_timestamp,
        statement.QUEUED: queue.duration,
        statement.CALLBACK_QUEUED: queue.callback_total_queue_duration,
    }


def _values_of_customer(record: AmazonContactRecord, kept: KeptFields) -> _Values:
    endpoints = {
        statement.TRANSFERRED_TO: record.transferred_to_endpoint,
        statement.CUSTOMER_ENDPOINT: record.customer_endpoint,
        statement.SYSTEM_ENDPOINT: record.system_endpoint,
    }
    return {
        statement.TRANSFERRED_TO: _type_of(record.transferred_to_endpoint),
        **{
            path: _type_and_address_of(endpoint)
            for path, endpoint in endpoints.items()
            if path[0] in kept.endpoints
        },
        statement.ATTRIBUTES: _named(record.attributes, kept.attributes),
        statement.TAGS: _named(record.tags, kept.tags),
        statement.SEGMENT_ATTRIBUTES: _named(record.segment_attributes, kept.segment_attributes),
    }


def _named(values: Mapping[str, str] | None, names: Set[str]) -> Mapping[str, str]:
    return {name: values[name] for name in sorted(names) if name in values} if values else {}


def _type_of(endpoint: Endpoint | None) -> Attributes | None:
    return known({"Type": endpoint.type}) if endpoint else None


def _type_and_address_of(endpoint: Endpoint | None) -> Attributes | None:
    return known({"Type": endpoint.type, "Address": endpoint.address}) if endpoint else None

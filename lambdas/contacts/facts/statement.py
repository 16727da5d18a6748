"""Statements of Amazon's contact events and contact records about a contact.

A statement is a value by the path of the attribute that shows it, in the form in which the table
has it: ids instead of ARNs, timestamps with milliseconds, durations in whole seconds. What a source
does not say is absent, the placeholder ``1970-01-01T00:00:00.001Z`` of contact events included.
https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from contacts.item_parts import Path as Path
from contacts.timestamps import Timestamp

type Value = str | int | Mapping[str, str | Mapping[str, str]] | list[Mapping[str, str]]
type Statement = Mapping[Path, Value]

NOTHING_STATED: Final[Statement] = {}

CONTACT_EVENT: Final = "CONTACT_EVENT"
CONTACT_RECORD: Final = "CONTACT_RECORD"

LAST_UPDATE: Final = ("LastUpdateTimestamp",)
INITIAL_CONTACT: Final = ("InitialContactId",)
PREVIOUS_CONTACT: Final = ("PreviousContactId",)
NEXT_CONTACT: Final = ("NextContactId",)
RELATED_CONTACT: Final = ("RelatedContactId",)
INITIATION: Final = ("InitiationTimestamp",)
CONNECTED_TO_SYSTEM: Final = ("ConnectedToSystemTimestamp",)
DISCONNECT: Final = ("DisconnectTimestamp",)
DISCONNECT_REASON: Final = ("DisconnectReason",)
TRANSFER_COMPLETED: Final = ("TransferCompletedTimestamp",)
TRANSFERRED_TO: Final = ("TransferredToEndpoint",)
CONNECTION_ATTEMPTS: Final = ("AgentConnectionAttempts",)
EXTERNAL_INTERACTION: Final = ("ExternalThirdPartyInteractionDuration",)
AGENT_ID: Final = ("Agent", "Id")
USERNAME: Final = ("Agent", "Username")
ROUTING_PROFILE: Final = ("Agent", "RoutingProfile")
HIERARCHY_GROUPS: Final = ("Agent", "HierarchyGroups")
CONNECTED_TO_AGENT: Final = ("Agent", "ConnectedToAgentTimestamp")
WORK_START: Final = ("Agent", "AfterContactWorkStartTimestamp")
WORK_END: Final = ("Agent", "AfterContactWorkEndTimestamp")
WORK: Final = ("Agent", "AfterContactWorkDuration")
INTERACTION: Final = ("Agent", "AgentInteractionDuration")
CUSTOMER_HOLD: Final = ("Agent", "CustomerHoldDuration")
LONGEST_HOLD: Final = ("Agent", "LongestHoldDuration")
HOLDS: Final = ("Agent", "NumberOfHolds")
PAUSE: Final = ("Agent", "AgentPauseDuration")
QUEUE_ID: Final = ("Queue", "Id")
QUEUE_NAME: Final = ("Queue", "Name")
ENQUEUE: Final = ("Queue", "EnqueueTimestamp")
DEQUEUE: Final = ("Queue", "DequeueTimestamp")
QUEUED: Final = ("Queue", "Duration")
ATTRIBUTES: Final = ("Attributes",)
CUSTOMER_ENDPOINT: Final = ("CustomerEndpoint",)
SYSTEM_ENDPOINT: Final = ("SystemEndpoint",)
CHANNEL: Final = ("Channel",)
INITIATION_METHOD: Final = ("InitiationMethod",)
AGENT_HOLD: Final = ("Agent", "AgentInitiatedHoldDuration")
PREVIEW_END: Final = ("Agent", "PreviewEndTimestamp")
STATE_TRANSITIONS: Final = ("Agent", "StateTransitions")
ANSWERING_MACHINE: Final = ("AnsweringMachineDetectionStatus",)
CAMPAIGN: Final = ("Campaign",)
CALLBACK_QUEUED: Final = ("Queue", "CallbackTotalQueueDuration")
TAGS: Final = ("Tags",)
SEGMENT_ATTRIBUTES: Final = ("SegmentAttributes",)
EVENT_TYPE: Final = ("EventType",)
"""Stated only by the last contact event of a contact, COMPLETED; not shown."""

COMPLETED: Final = "COMPLETED"

LAST_KNOWN: Final = ("LastKnownTimestamp",)
"""Stated only by END_UNKNOWN: nobody can tell how the contact went on after that; not shown."""

END_UNKNOWN: Final = "END_UNKNOWN"
"""An event type of ours, for contacts of which Amazon can tell no end (docs/table.md)."""

FIELDS: Final[tuple[Path, ...]] = (
    LAST_UPDATE,
    INITIAL_CONTACT,
    PREVIOUS_CONTACT,
    NEXT_CONTACT,
    RELATED_CONTACT,
    INITIATION,
    CONNECTED_TO_SYSTEM,
    DISCONNECT,
    DISCONNECT_REASON,
    TRANSFER_COMPLETED,
    TRANSFERRED_TO,
    CONNECTION_ATTEMPTS,
    EXTERNAL_INTERACTION,
    AGENT_ID,
    USERNAME,
    ROUTING_PROFILE,
    HIERARCHY_GROUPS,
    CONNECTED_TO_AGENT,
    WORK_START,
    WORK_END,
    WORK,
    INTERACTION,
    CUSTOMER_HOLD,
    LONGEST_HOLD,
    HOLDS,
    PAUSE,
    QUEUE_ID,
    QUEUE_NAME,
    ENQUEUE,
    DEQUEUE,
    QUEUED,
    ATTRIBUTES,
    CUSTOMER_ENDPOINT,
    SYSTEM_ENDPOINT,
    EVENT_TYPE,
    CHANNEL,
    INITIATION_METHOD,
    AGENT_HOLD,
    PREVIEW_END,
    STATE_TRANSITIONS,
    ANSWERING_MACHINE,
    CAMPAIGN,
    CALLBACK_QUEUED,
    TAGS,
    SEGMENT_ATTRIBUTES,
    LAST_KNOWN,
)
"""Every path that may be stated. Items hold values by position: append, never insert or move."""

TIMESTAMPS: Final = frozenset(path for path in FIELDS if path[-1].endswith("Timestamp"))
DURATIONS: Final = frozenset(path for path in FIELDS if path[-1].endswith("Duration"))

_AFTER_ANY_TIMESTAMP: Final = "~"


def timestamps_in(statement: Statement) -> list[Timestamp]:
    """All times that are stated."""
    return [str(value) for path, value in statement.items() if path in TIMESTAMPS]


def newer_contact_record(first: Statement, second: Statement) -> Statement:
    """The contact record that was updated last, as a whole: a field it no longer has is gone.

    Amazon sends a contact record again when something changes, and blanks what was deleted. It
    also sends copies within one second, of which one may be fuller than the other: then what
    either states stays.
    """
    if not first or not second or first == second:
        return first or second
    updates = [str(record.get(LAST_UPDATE, "")) for record in (first, second)]
    if updates[0] == updates[1]:
        return _smaller_values(first, second)
    return first if updates[0] > updates[1] else second


def merged_contact_events(first: Statement, second: Statement) -> Statement:
    """The statement of two sets of contact events together.

    Contact events come in any order and do not say which is newer, but what they state of one
    contact does not change. Agent and queue stay together: the agent connected last, the queue
    entered first. A queue without an ARN is no other queue: one with an ARN stands. Only the
    initiation of a campaign's contact moves: from its creation to the start of the call
    (contact-events), so the later one counts; of several words that the end is unknown, the last.
    """
    if not first or not second or first == second:
        return first or second
    return {
        **_smaller_values(_ungrouped(first), _ungrouped(second)),
        **_later_times(first, second),
        **_merged_group("Agent", first, second, max, _connection_order),
        **_merged_group("Queue", first, second, min, _queue_order),
    }


def _later_times(first: Statement, second: Statement) -> Statement:
    return {
        path: max(str(statement[path]) for statement in (first, second) if path in statement)
        for path in (INITIATION, LAST_UPDATE, LAST_KNOWN)
        if path in first or path in second
    }


def _ungrouped(statement: Statement) -> Statement:
    return {path: value for path, value in statement.items() if len(path) == 1}


def _merged_group(
    name: str,
    first: Statement,
    second: Statement,
    choose: Callable[..., Statement],
    order: Callable[[Statement], tuple[object, ...]],
) -> Statement:
    groups = [
        group
        for statement in (first, second)
        if (group := {path: value for path, value in statement.items() if path[0] == name})
    ]
    if len(groups) == 2 and order(groups[0]) == order(groups[1]):
        return _smaller_values(*groups)
    return choose(groups, key=order) if groups else {}


def _connection_order(agent: Statement) -> tuple[str, str]:
    return str(agent.get(CONNECTED_TO_AGENT, "")), str(agent.get(AGENT_ID, ""))


def _queue_order(queue: Statement) -> tuple[bool, str, str]:
    return (
        QUEUE_ID not in queue,
        str(queue.get(ENQUEUE, _AFTER_ANY_TIMESTAMP)),
        str(queue.get(QUEUE_ID, "")),
    )


def _smaller_values(first: Statement, second: Statement) -> Statement:
    return {
        **first,
        **second,
        **{
            path: min(first[path], second[path], key=_value_order)
            for path in first.keys() & second.keys()
        },
    }


def _value_order(value: Value) -> str:
    return json.dumps(value, sort_keys=True)

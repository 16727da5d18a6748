"""The columns of history: names, types and meanings, once for exports, Glue and docs/history.md.

Names are those of Amazon's contact record (docs/table.md) in snake_case. Changes are additive.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple


class Type(StrEnum):
    """The type of a column. Timestamps are UTC with milliseconds, durations whole seconds."""

    STRING = "string"
    INTEGER = "integer"
    DOUBLE = "double"
    TIMESTAMP = "timestamp"
    MAP = "map of strings"


class Column(NamedTuple):
    """A column. ``value`` is the path of an attribute, or else what SQL works the column out by."""

    name: str
    type: Type
    says: str
    value: str = ""


class Table(NamedTuple):
    """A table. ``key`` names the columns that no two rows share."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _column(path: str, says: str, kind: Type | None = None, *, name: str = "") -> Column:
    """The column of an attribute, named by the last part of its path unless ``name`` is given."""
    member = path.rpartition(".")[2]
    return Column(name or _snake_case(member), kind or _type_of(member), says, path)


def _type_of(member: str) -> Type:
    if member.endswith("Timestamp"):
        return Type.TIMESTAMP
    return Type.INTEGER if member.endswith("Duration") else Type.STRING


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _hierarchy_columns() -> tuple[Column, ...]:
    return tuple(
        _column(f"Agent.HierarchyGroups.Level{level}.{member}", says, name=f"{name}_{level}_{end}")
        for level in range(1, 6)
        for name in ("hierarchy_group_level",)
        for member, end, says in (
            ("Id", "id", f"the agent's hierarchy group of level {level}"),
            ("GroupName", "name", "its name"),
        )
    )


_NEWEST_ATTEMPT: Final = "element_at(Attempts, cardinality(Attempts))"
_SHOWN_END: Final = (
    f"coalesce(Agent.AfterContactWorkStartTimestamp, {_NEWEST_ATTEMPT}.EndedTimestamp, "
    f"CASE WHEN {_NEWEST_ATTEMPT}.ClearedEvidence IS NULL "
    f"THEN {_NEWEST_ATTEMPT}.ClearedTimestamp END)"
)
"""Of a conversation that agent events show. Amazon may say, by more than two clocks can differ,
that the customer had left before: that is the end then."""

CONTACTS: Final = Table(
    "contacts",
    "One row for each finished contact record.",
    ("contact_id",),
    (
        _column("ChainId", "the first contact of the chain; the contact itself if it is the first"),
        _column("ContactId", "the contact"),
        _column("InitialContactId", "the first contact of the chain, on later legs"),
        _column("PreviousContactId", "the leg that invited this one"),
        _column("NextContactId", "the last leg that this one invited"),
        _column(
            "RelatedContactId", "a contact that it belongs to without being a leg of its chain"
        ),
        _column("InstanceId", "the instance of Amazon Connect"),
        _column("Channel", "VOICE, CHAT, TASK, EMAIL, ..."),
        _column("InitiationMethod", "INBOUND, OUTBOUND, TRANSFER, CALLBACK, ..."),
        _column("TransferType", "TRANSFER, CONSULT, CONFERENCE, or how a leg without inviter came"),
        _column("Status", "COMPLETED, UNANSWERED, ABANDONED, DISCONNECTED, END_UNKNOWN"),
        _column("StartTimestamp", "the first time known of the contact"),
        Column(
            "end_timestamp",
            Type.TIMESTAMP,
            "the customer had left it, or the waiting was over; null if that is not known",
            "CASE WHEN Status = 'END_UNKNOWN' THEN NULL "
            "WHEN Status <> 'COMPLETED' THEN coalesce(DisconnectTimestamp, "
            f"{_NEWEST_ATTEMPT}.EndedTimestamp, {_NEWEST_ATTEMPT}.ClearedTimestamp) "
            "WHEN CustomerLeftTimestamp IS NOT NULL THEN CustomerLeftTimestamp "
            f"WHEN date_diff('millisecond', DisconnectTimestamp, {_SHOWN_END}) > 2000 "
            f"THEN DisconnectTimestamp ELSE coalesce({_SHOWN_END}, DisconnectTimestamp) END",
        ),
        _column("InitiationTimestamp", "Amazon: the contact began"),
        _column("ConnectedToSystemTimestamp", "Amazon: Connect or the customer answered"),
        _column("DisconnectTimestamp", "Amazon: the customer was disconnected"),
        _column("DisconnectReason", "Amazon: CUSTOMER_DISCONNECT, AGENT_DISCONNECT, ..."),
        _column("TransferCompletedTimestamp", "Amazon: the agent handed the contact on"),
        _column("CustomerLeftTimestamp", "the customer left while agents talked on"),
        _column("ConferenceJoinedTimestamp", "all parties were in one conversation first"),
        _column("DialOutcome", "what came of a callback or of a call to an outside party"),
        _column("AgentConnectionAttempts", "how many offers", Type.INTEGER),
        _column("AgentId", "the agent who answered"),
        _column("Agent.Username", "their login"),
        _column("Agent.RoutingProfile.Id", "their routing profile", name="routing_profile_id"),
        _column("Agent.RoutingProfile.Name", "its name", name="routing_profile_name"),
        *_hierarchy_columns(),
        _column("Agent.ConnectedToAgentTimestamp", "the conversation began"),
        _column("Agent.AgentInteractionDuration", "with the customer, less holds"),
        _column("Agent.CustomerHoldDuration", "the customer on hold"),
        _column("Agent.LongestHoldDuration", "the longest hold"),
        _column("Agent.NumberOfHolds", "how many holds", Type.INTEGER),
        _column("Agent.AgentInitiatedHoldDuration", "Amazon: holds that this agent began"),
        _column("Agent.AgentPauseDuration", "pauses of a task"),
        _column("Agent.PreviewEndTimestamp", "Amazon: the preview of a campaign's contact ended"),
        _column("Agent.AfterContactWorkStartTimestamp", "the conversation ended"),
        _column("Agent.AfterContactWorkEndTimestamp", "after contact work ended"),
        _column("Agent.AfterContactWorkDuration", "between the two"),
        _column("QueueId", "the queue; agent/<agent id> is an agent's own"),
        _column("Queue.Name", "its name", name="queue_name"),
        _column("Queue.EnqueueTimestamp", "entered the queue"),
        _column("Queue.DequeueTimestamp", "left the queue"),
        _column("Queue.Duration", "in the queue", name="queue_duration"),
        _column("Queue.CallbackTotalQueueDuration", "Amazon: of a customer-first callback"),
        _column(
            "ExternalThirdPartyInteractionDuration", "Amazon: with the external party, on its leg"
        ),
        _column("TransferredToEndpoint.Type", "Amazon", name="transferred_to_endpoint_type"),
        _column(
            "TransferredToEndpoint.Address",
            "Amazon, if it is kept",
            name="transferred_to_endpoint_address",
        ),
        _column("CustomerEndpoint.Type", "Amazon, if kept", name="customer_endpoint_type"),
        _column("CustomerEndpoint.Address", "Amazon, if kept", name="customer_endpoint_address"),
        _column("SystemEndpoint.Type", "Amazon, if kept", name="system_endpoint_type"),
        _column("SystemEndpoint.Address", "Amazon, if kept", name="system_endpoint_address"),
        _column(
            "AnsweringMachineDetectionStatus", "Amazon: who or what answered a campaign's call"
        ),
        _column("Campaign.CampaignId", "Amazon: the outbound campaign"),
        _column("Attributes", "contact attributes that are kept", Type.MAP),
        _column("Tags", "tags that are kept", Type.MAP),
        _column("SegmentAttributes", "segment attributes that are kept", Type.MAP),
        _column("LastUpdateTimestamp", "the newest fact that the record is made of"),
        _column("Version", "grows with each change of the record", Type.INTEGER),
        _column("ChainVersion", "grows with each change of its links", Type.INTEGER),
    ),
)

ATTEMPTS: Final = Table(
    "attempts",
    "One row for each offer of a contact to an agent.",
    ("contact_id", "attempt_number"),
    (
        _column("ChainId", "the chain"),
        _column("ContactId", "the contact"),
        Column(
            "attempt_number",
            Type.INTEGER,
            "counts the offers of a contact from 1",
            "CAST(number AS INTEGER)",
        ),
        _column("Attempts.AgentId", "who was rung"),
        _column("Attempts.Username", "their login"),
        _column("Attempts.OfferedTimestamp", "it began to ring at the agent"),
        _column("Attempts.AnsweredTimestamp", "the agent took it"),
        _column("Attempts.EndedTimestamp", "first of MISSED, REJECTED, ERROR, ENDED"),
        _column("Attempts.ClearedTimestamp", "it left the agent's snapshot"),
        _column("Attempts.ClearedEvidence", "INFERRED or UNKNOWN if the event of that was lost"),
        _column("Attempts.RingDuration", "from offered to answered, else to the end of the offer"),
        _column("Attempts.Outcome", "HANDLED, MISSED, REJECTED, ERROR, WITHDRAWN, ABANDONED"),
    ),
)

LINKS: Final = Table(
    "links",
    "One row for each invitation of a leg by another.",
    ("contact_id",),
    (
        Column("chain_id", Type.STRING, "the chain"),
        Column("previous_contact_id", Type.STRING, "the leg that invited"),
        Column("contact_id", Type.STRING, "the leg that was invited"),
        Column("transfer_type", Type.STRING, "TRANSFER, CONSULT, CONFERENCE, ..."),
        _column("LinkEvidence", "how it is known: CONTACT_RECORD, CONTACT_EVENT, INFERRED"),
        Column("previous_agent_id", Type.STRING, "the agent who had the inviting leg"),
        Column("agent_id", Type.STRING, "the agent who answered the invited leg"),
        Column("previous_queue_id", Type.STRING, "the queue of the inviting leg"),
        Column("queue_id", Type.STRING, "the queue of the invited leg"),
        Column("start_timestamp", Type.TIMESTAMP, "the invited leg began"),
        Column("conference_joined_timestamp", Type.TIMESTAMP, "as in contacts"),
        Column("customer_left_timestamp", Type.TIMESTAMP, "as in contacts"),
        Column("dial_outcome", Type.STRING, "as in contacts"),
    ),
)

CHAINS: Final = Table(
    "chains",
    "One row for each chain of finished contact records; a contact alone is a chain, too.",
    ("chain_id",),
    (
        Column("chain_id", Type.STRING, "the first contact"),
        Column("instance_id", Type.STRING, "the instance of Amazon Connect"),
        Column("channel", Type.STRING, "of the first leg"),
        Column("initiation_method", Type.STRING, "of the first leg: INBOUND, the customer began"),
        Column("legs", Type.INTEGER, "finished contact records"),
        Column("agents", Type.INTEGER, "different agents who came on the line"),
        Column("queues", Type.INTEGER, "different queues, agents' own left out"),
        Column("hops", Type.INTEGER, "legs that the customer was passed on to, without CONSULT"),
        Column("failed_offers", Type.INTEGER, "offers that ended MISSED, REJECTED or ERROR"),
        Column("start_timestamp", Type.TIMESTAMP, "the first leg began"),
        Column(
            "end_timestamp",
            Type.TIMESTAMP,
            "the customer had left the last leg; null if an end is unknown",
        ),
        Column("end_to_end_duration", Type.INTEGER, "between the two"),
        Column("agent_interaction_duration", Type.INTEGER, "sum of the legs that know it"),
        Column("unknown_interactions", Type.INTEGER, "answered legs that the sum leaves out"),
        Column("customer_hold_duration", Type.INTEGER, "sum of the legs"),
        Column("queue_duration", Type.INTEGER, "sum of the legs"),
        Column("after_contact_work_duration", Type.INTEGER, "sum of the legs"),
        Column("first_queue_id", Type.STRING, "the queue of the first leg"),
        Column("first_agent_id", Type.STRING, "who answered first"),
        Column("last_agent_id", Type.STRING, "who answered last"),
        Column("last_contact_id", Type.STRING, "the leg that ended last"),
        Column("disconnect_reason", Type.STRING, "who ended that leg"),
    ),
)

DISAGREEMENTS: Final = Table(
    "disagreements",
    "One row for each attribute in which Amazon's contact record says otherwise.",
    ("contact_id", "attribute"),
    (
        Column("chain_id", Type.STRING, "the chain"),
        Column("contact_id", Type.STRING, "the contact"),
        Column("attribute", Type.STRING, "its path in docs/table.md, in lower case"),
        Column("agent_events_value", Type.STRING, "what agent events gave"),
    ),
)

AGENT_STATUS: Final = Table(
    "agent_status",
    "One row for each stretch of an agent's time in a status.",
    ("agent_id", "start_timestamp"),
    (
        Column("instance_id", Type.STRING, "the instance of Amazon Connect"),
        Column("agent_id", Type.STRING, "the agent"),
        Column("username", Type.STRING, "their login"),
        Column("status_name", Type.STRING, "Available, Offline or a custom status"),
        Column("status_type", Type.STRING, "ROUTABLE, CUSTOM, OFFLINE"),
        Column("start_timestamp", Type.TIMESTAMP, "the status began"),
        Column("end_timestamp", Type.TIMESTAMP, "the next one began; null while it lasts"),
        Column("duration", Type.INTEGER, "between the two, if the end is known within 10 s"),
        Column(
            "end_evidence",
            Type.STRING,
            "STATED: an event shows the change. LOGIN: a log-in came next, which shows nothing of "
            "before. INFERRED: events are missing, and the end is the latest possible",
        ),
        Column("last_seen_timestamp", Type.TIMESTAMP, "the last event that shows the status"),
        Column("login_timestamp", Type.TIMESTAMP, "the agent logged in, in this stretch"),
        Column("logout_timestamp", Type.TIMESTAMP, "the agent logged out, into this stretch"),
    ),
)

CONTACTS_BY_INTERVAL: Final = Table(
    "contacts_by_interval",
    "One row for each queue, channel and quarter of an hour in which contacts entered the queue.",
    ("interval_start_timestamp", "queue_id", "channel"),
    (
        Column("interval_start_timestamp", Type.TIMESTAMP, "the quarter of an hour"),
        Column("queue_id", Type.STRING, "the queue"),
        Column("queue_name", Type.STRING, "its name"),
        Column("channel", Type.STRING, "the channel"),
        Column("contacts_queued", Type.INTEGER, "entered the queue (offered)"),
        Column("contacts_handled", Type.INTEGER, "were connected to an agent"),
        Column("contacts_abandoned", Type.INTEGER, "left by the customer while in the queue"),
        Column(
            "agent_non_response",
            Type.INTEGER,
            "offers to agents that ended MISSED, REJECTED or ERROR",
        ),
        Column("answered_in_20_seconds", Type.INTEGER, "handled, and at most 20 s in the queue"),
        Column(
            "service_level_20", Type.DOUBLE, "per cent of the contacts that left the queue in 20 s"
        ),
        Column(
            "average_queue_answer_time",
            Type.DOUBLE,
            "seconds in the queue of those handled (speed of answer)",
        ),
        Column(
            "average_handle_time",
            Type.DOUBLE,
            "seconds of interaction, hold, pause and after contact work",
        ),
    ),
)

TABLES: Final = (CONTACTS, ATTEMPTS, LINKS, CHAINS, DISAGREEMENTS, AGENT_STATUS)
VIEWS: Final = (CONTACTS_BY_INTERVAL,)

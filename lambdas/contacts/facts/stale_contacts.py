"""Contacts whose last event was lost: which they are, and what is put on the stream about them.

Both have the shape of a contact event, so they are taken in like one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contacts.facts.normalised import TASK
from contacts.facts.statement import COMPLETED, END_UNKNOWN
from contacts.initiation_methods import CALLBACK
from contacts.item_parts import known
from contacts.timestamps import Timestamp, milliseconds_between, timestamp_text

_HOUR_MILLISECONDS: Final = 3_600_000
_DAY_HOURS: Final = 24

LONGEST_OPEN_HOURS: Final[dict[str, int]] = {
    "VOICE": _DAY_HOURS,
    "CHAT": 7 * _DAY_HOURS,
    TASK: 90 * _DAY_HOURS,
    "EMAIL": 90 * _DAY_HOURS,
}
"""For how long a contact may be open without anything new of it, unless a setting says otherwise.

Chats last up to 7 days, tasks and email threads up to 90 (amazon-connect-service-limits,
feature-limits). Of calls no page says it; an agent's session ends after 12 hours, even on a call
(automatic-logout).
"""

_CALLBACK_HOURS: Final = 14 * _DAY_HOURS
"""Callbacks leave their queue after 7 to 14 days by themselves (AWS re:Post, callback queues)."""
_ANY_CHANNEL_HOURS: Final = max(LONGEST_OPEN_HOURS.values())


def is_stale(
    item: Mapping[str, Any],
    now: Timestamp,
    longest_open_hours: Mapping[str, int],
) -> bool:
    """Whether an open record of the table ContactRecords can't be open any more at ``now``."""
    hours = longest_open_hours.get(item.get("Channel", ""), _ANY_CHANNEL_HOURS)
    if item.get("InitiationMethod", "").startswith(CALLBACK):
        hours = max(hours, _CALLBACK_HOURS)
    silent = milliseconds_between(item["LastUpdateTimestamp"], now)
    return silent > hours * _HOUR_MILLISECONDS


def end_unknown(item: Mapping[str, Any]) -> dict[str, Any]:
    """That nobody can tell how the contact of an open record went on."""
    return {
        "eventType": END_UNKNOWN,
        "contactId": item["ContactId"],
        "lastKnownTimestamp": item["LastUpdateTimestamp"],
    }


def described_end(contact: Mapping[str, Any], instance_arn: str) -> dict[str, Any] | None:
    """What Amazon's DescribeContact knows of a contact that is over; None while it is not.

    ``contact`` is as boto3 gives it, with times as ``datetime``
    (https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html). Its queue has no
    ARN there, and which of a contact's queues it is no page says: only the time counts.
    """
    if not contact.get("DisconnectTimestamp"):
        return None
    agent, queue = contact.get("AgentInfo") or {}, contact.get("QueueInfo") or {}
    is_done = (
        "AfterContactWorkEndTimestamp" in agent or "AfterContactWorkStartTimestamp" not in agent
    )
    return known(
        {
            "eventType": COMPLETED if is_done else "DISCONNECTED",
            "contactId": contact["Id"],
            "initialContactId": contact.get("InitialContactId"),
            "previousContactId": contact.get("PreviousContactId"),
            "relatedContactId": contact.get("RelatedContactId"),
            "instanceArn": instance_arn,
            "channel": contact.get("Channel"),
            "initiationMethod": contact.get("InitiationMethod"),
            **_times(
                contact, "InitiationTimestamp", "ConnectedToSystemTimestamp", "DisconnectTimestamp"
            ),
            "disconnectReason": contact.get("DisconnectReason"),
            "agentInfo": known(
                {
                    "agentArn": f"{instance_arn}/agent/{agent['Id']}" if "Id" in agent else None,
                    **_times(
                        agent,
                        "ConnectedToAgentTimestamp",
                        "AfterContactWorkStartTimestamp",
                        "AfterContactWorkEndTimestamp",
                    ),
                    "afterContactWorkDuration": agent.get("AfterContactWorkDuration"),
                }
            ),
            "queueInfo": _times(queue, "EnqueueTimestamp"),
        }
    )


def _times(source: Mapping[str, Any], *names: str) -> dict[str, Timestamp]:
    return {
        f"{name[:1].lower()}{name[1:]}": timestamp_text(moment)
        for name in names
        if isinstance(moment := source.get(name), datetime)
    }

"""A contact record in the shape in which Amazon Connect itself publishes contact records.

https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
ARNs in place of ids, times in whole seconds, and an explicit null for what is not known, so that a
program that reads Amazon's records can read these. Fields that are never stored are not there.
"""

from collections.abc import Mapping
from typing import Any, Final

from contacts.item_parts import Item
from contacts.timestamps import Timestamp

FORMAT_VERSION: Final = "2017-03-10"
"""As in every contact record that Amazon has published since."""

_LEVELS: Final = ("Level1", "Level2", "Level3", "Level4", "Level5")
_UP_TO_SECONDS: Final = len("2026-03-09T08:01:22")

type AmazonRecord = dict[str, Any]


def amazon_contact_record(item: Item, instance_arn: str) -> AmazonRecord:
    """The item as a contact record of its instance, which has ``instance_arn``."""
    return {
        "AWSAccountId": instance_arn.split(":")[4],
        "AWSContactTraceRecordFormatVersion": FORMAT_VERSION,
        "Agent": _agent(item, instance_arn),
        "AgentConnectionAttempts": _number(item, "AgentConnectionAttempts"),
        "AnsweringMachineDetectionStatus": item.get("AnsweringMachineDetectionStatus"),
        "Attributes": dict(item.get("Attributes", {})),
        "Campaign": item.get("Campaign"),
        "Channel": item.get("Channel"),
        "ConnectedToSystemTimestamp": _time(item, "ConnectedToSystemTimestamp"),
        "ContactId": item["ContactId"],
        "CustomerEndpoint": _endpoint(item, "CustomerEndpoint"),
        "DisconnectReason": item.get("DisconnectReason"),
        "DisconnectTimestamp": _time(item, "DisconnectTimestamp"),
        "ExternalThirdParty": _external_third_party(item),
        "InitialContactId": item.get("InitialContactId"),
        "InitiationMethod": item.get("InitiationMethod"),
        "InitiationTimestamp": _time(item, "InitiationTimestamp"),
        "InstanceARN": instance_arn,
        "LastUpdateTimestamp": _time(item, "LastUpdateTimestamp"),
        "NextContactId": item.get("NextContactId"),
        "PreviousContactId": item.get("PreviousContactId"),
        "Queue": _queue(item, instance_arn),
        "RelatedContactId": item.get("RelatedContactId"),
        "SystemEndpoint": _endpoint(item, "SystemEndpoint"),
        "TransferCompletedTimestamp": _time(item, "TransferCompletedTimestamp"),
        "TransferredToEndpoint": _endpoint(item, "TransferredToEndpoint"),
    }


def _agent(item: Item, instance_arn: str) -> AmazonRecord | None:
    if "AgentId" not in item and "Agent" not in item:
        return None
    agent = item.get("Agent", {})
    profile = agent.get("RoutingProfile")
    return {
        "ARN": _arn(instance_arn, "agent", item.get("AgentId")),
        "AfterContactWorkDuration": _number(agent, "AfterContactWorkDuration"),
        "AfterContactWorkEndTimestamp": _time(agent, "AfterContactWorkEndTimestamp"),
        "AfterContactWorkStartTimestamp": _time(agent, "AfterContactWorkStartTimestamp"),
        "AgentInitiatedHoldDuration": _number(agent, "AgentInitiatedHoldDuration"),
        "AgentInteractionDuration": _number(agent, "AgentInteractionDuration"),
        "AgentPauseDuration": _number(agent, "AgentPauseDuration"),
        "ConnectedToAgentTimestamp": _time(agent, "ConnectedToAgentTimestamp"),
        "CustomerHoldDuration": _number(agent, "CustomerHoldDuration"),
        "HierarchyGroups": _hierarchy_groups(agent.get("HierarchyGroups"), instance_arn),
        "LongestHoldDuration": _number(agent, "LongestHoldDuration"),
        "NumberOfHolds": _number(agent, "NumberOfHolds"),
        "PreviewEndTimestamp": _time(agent, "PreviewEndTimestamp"),
        "RoutingProfile": profile
        and {
            "ARN": _arn(instance_arn, "routing-profile", profile.get("Id")),
            "Name": profile.get("Name"),
        },
        "StateTransitions": _transitions(agent),
        "Username": agent.get("Username"),
    }


def _hierarchy_groups(
    groups: Mapping[str, Item] | None, instance_arn: str
) -> dict[str, AmazonRecord | None] | None:
    if not groups:
        return None
    return dict.fromkeys(_LEVELS) | {
        level: {
            "ARN": _arn(instance_arn, "agent-group", group.get("Id")),
            "GroupName": group.get("GroupName"),
        }
        for level, group in groups.items()
    }


def _transitions(agent: Item) -> list[AmazonRecord] | None:
    """What a supervisor did, in the page's spelling."""
    if "StateTransitions" not in agent:
        return None
    return [
        {
            "state": each["State"],
            "stateStartTimestamp": _time(each, "StateStartTimestamp"),
            "stateEndTimestamp": _time(each, "StateEndTimestamp"),
        }
        for each in agent["StateTransitions"]
    ]


def _queue(item: Item, instance_arn: str) -> AmazonRecord | None:
    if "QueueId" not in item and "Queue" not in item:
        return None
    queue = item.get("Queue", {})
    return {
        "ARN": _arn(instance_arn, "queue", item.get("QueueId")),
        "CallbackTotalQueueDuration": _number(queue, "CallbackTotalQueueDuration"),
        "DequeueTimestamp": _time(queue, "DequeueTimestamp"),
        "Duration": _number(queue, "Duration"),
        "EnqueueTimestamp": _time(queue, "EnqueueTimestamp"),
        "Name": queue.get("Name"),
    }


def _external_third_party(item: Item) -> AmazonRecord | None:
    name = "ExternalThirdPartyInteractionDuration"
    return {name: _number(item, name)} if name in item else None


def _endpoint(item: Item, name: str) -> AmazonRecord | None:
    """The address is there only if it was asked for that it be kept."""
    endpoint = item.get(name)
    return endpoint and {"Address": endpoint.get("Address"), "Type": endpoint.get("Type")}


def _arn(instance_arn: str, kind: str, identifier: str | None) -> str | None:
    return f"{instance_arn}/{kind}/{identifier}" if identifier else None


def _time(item: Item, name: str) -> Timestamp | None:
    """What comes after the point is cut off, as Amazon does."""
    return f"{item[name][:_UP_TO_SECONDS]}Z" if name in item else None


def _number(item: Item, name: str) -> int | None:
    return int(item[name]) if name in item else None

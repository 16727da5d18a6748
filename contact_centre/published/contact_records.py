"""Amazon's own contact records of simulated contacts.

Keys are those of https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html as real
records have them: Pascal case, explicit nulls, whole seconds. What happens in them is synthetic.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from contact_centre.agents import ContactCentre, JsonObject, timestamp
from contact_centre.published.endpoints import (
    customer_endpoint,
    system_endpoint,
    transferred_to_endpoint,
)
from contact_centre.script import CALLBACK, CONSULT, MONITOR, ScriptedLeg, Span, Turn

NEVER_HERE = (
    "ContactAssociationId",
    "ContactEvaluations",
    "ContactLens",
    "Customer",
    "CustomerId",
    "CustomerVoiceActivity",
    "DisconnectDetails",
    "GlobalResiliencyMetadata",
    "OutboundStrategy",
    "QualityMetrics",
    "Recording",
    "Recordings",
    "ScheduledTimestamp",
    "VoiceIdResult",
    "WisdomInfo",
)
"""Null in every record of a simulated contact."""
NEVER_HERE_OF_AN_AGENT = (
    "AcceptedByAgentTimestamp",
    "Capabilities",
    "DeviceInfo",
    "PreviewEndTimestamp",
)
MEDIA_STREAMS: Mapping[str, list[JsonObject]] = {
    "VOICE": [{"Type": "AUDIO"}],
    "CHAT": [{"Type": "CHAT"}],
    "TASK": [],
}
LEVELS = tuple(f"Level{level}" for level in range(1, 6))


class AmazonContactRecords:
    """Writes the contact record of a contact whose work is done."""

    def __init__(self, centre: ContactCentre, *, began: datetime) -> None:
        self._centre = centre
        self._began = began

    def record(self, leg: ScriptedLeg, *, updated: int, is_evaluated: bool = True) -> JsonObject:
        """One version of the record, as of `updated`.

        Until its evaluation is in, the disconnect reason is missing: the newest version matters.
        Dials that nobody answered name the agent, with no time of connection.
        """
        agent = None
        if leg.answer:
            agent = self._agent(leg, leg.answer)
        elif leg.unreached:
            agent = self._unconnected_agent(leg.unreached)
        keys = {
            **dict.fromkeys(NEVER_HERE),
            **self._identity(leg),
            **self._times(leg),
            **_customer(leg, is_evaluated=is_evaluated),
            "Agent": agent,
            "AgentConnectionAttempts": len(leg.offers),
            "AnsweringMachineDetectionStatus": leg.answering_machine,
            "DisconnectReason": leg.disconnect_reason if is_evaluated else None,
            "ExternalThirdParty": _external_third_party(leg),
            "LastUpdateTimestamp": self._text(updated),
            "MediaStreams": MEDIA_STREAMS[leg.channel],
            "Queue": self._queue(leg),
            "Tags": {"aws:connect:instanceId": self._centre.instance_id},
        }
        return dict(sorted(keys.items()))

    def _identity(self, leg: ScriptedLeg) -> JsonObject:
        contact = leg.contact
        return {
            "AWSAccountId": self._centre.account_id,
            "AWSContactTraceRecordFormatVersion": "2017-03-10",
            "Channel": leg.channel,
            "ContactId": contact.id,
            "InitialContactId": contact.initial_contact_id,
            "InitiationMethod": contact.initiation_method,
            "InstanceARN": self._centre.instance_arn,
            "NextContactId": leg.last_invited and leg.last_invited.contact.id,
            "PreviousContactId": leg.invited_by and leg.invited_by.contact.id,
            "RelatedContactId": leg.related_to and leg.related_to.contact.id,
        }

    def _times(self, leg: ScriptedLeg) -> JsonObject:
        pauses = leg.answer.pauses if leg.answer else []
        last_pause = pauses[-1] if pauses else None
        return {
            "ConnectedToSystemTimestamp": self._text(leg.connected_to_system),
            "DisconnectTimestamp": self._text(leg.disconnected),
            "InitiationTimestamp": self._text(leg.initiated),
            "LastPausedTimestamp": self._text(last_pause.start if last_pause else None),
            "LastResumedTimestamp": self._text(last_pause.end if last_pause else None),
            "TotalPauseCount": len(pauses) if leg.is_task else None,
            "TotalPauseDurationInSeconds": _total(pauses) if leg.is_task else None,
            "TransferCompletedTimestamp": self._text(leg.transfer_completed),
        }

    def _agent(self, leg: ScriptedLeg, turn: Turn) -> JsonObject:
        work = turn.after_contact_work
        profile = turn.described["RoutingProfile"]
        is_monitor = leg.contact.initiation_method == MONITOR
        holds = [hold.length_until(leg.chain.customer_left) for hold in turn.holds]
        agent = {
            **dict.fromkeys(NEVER_HERE_OF_AN_AGENT),
            "ARN": self._arn("agent", turn.agent_id),
            "AfterContactWorkDuration": _whole_seconds(work.start, work.end) if work else None,
            "AfterContactWorkEndTimestamp": self._text(work.end if work else None),
            "AfterContactWorkStartTimestamp": self._text(work.start if work else None),
            "AgentInitiatedHoldDuration": sum(holds) // 1000,
            "AgentInteractionDuration": _interaction(leg, turn),
            "AgentPauseDuration": _total(turn.pauses) if leg.is_task else None,
            "ConnectedToAgentTimestamp": self._text(turn.connected),
            "CustomerHoldDuration": sum(holds) // 1000,
            "HierarchyGroups": self._hierarchy_groups(turn),
            "LongestHoldDuration": max(holds, default=0) // 1000,
            "NumberOfHolds": len(turn.holds),
            "RoutingProfile": {
                "ARN": self._arn("routing-profile", profile["Id"]),
                "Name": profile["Name"],
            },
            "StateTransitions": self._state_transitions(turn) if is_monitor else None,
            "Username": turn.username,
        }
        return dict(sorted(agent.items()))

    def _unconnected_agent(self, turn: Turn) -> JsonObject:
        """Some records count the ringing as a conversation, from the moment of dialling."""
        profile = turn.described["RoutingProfile"]
        ringing = _whole_seconds(turn.offered, turn.ended) if turn.counts_ringing else 0
        agent = {
            **dict.fromkeys(NEVER_HERE_OF_AN_AGENT),
            "ARN": self._arn("agent", turn.agent_id),
            "AfterContactWorkDuration": _whole_seconds(turn.ended, turn.cleared),
            "AfterContactWorkEndTimestamp": self._text(turn.cleared),
            "AfterContactWorkStartTimestamp": self._text(turn.ended),
            "AgentInitiatedHoldDuration": 0,
            "AgentInteractionDuration": ringing,
            "AgentPauseDuration": None,
            "ConnectedToAgentTimestamp": self._text(turn.offered if turn.counts_ringing else None),
            "CustomerHoldDuration": 0,
            "HierarchyGroups": self._hierarchy_groups(turn),
            "LongestHoldDuration": 0,
            "NumberOfHolds": 0,
            "RoutingProfile": {
                "ARN": self._arn("routing-profile", profile["Id"]),
                "Name": profile["Name"],
            },
            "StateTransitions": None,
            "Username": turn.username,
        }
        return dict(sorted(agent.items()))

    def _state_transitions(self, turn: Turn) -> list[JsonObject]:
        """A supervisor's actions: listened, and perhaps spoke from some moment on."""
        barged = turn.barged
        spans = [("SILENT_MONITOR", turn.connected, barged.start if barged else turn.finished)]
        if barged:
            spans.append(("BARGE", barged.start, barged.end))
        return [
            {
                "State": state,
                "StateStartTimestamp": self._text(start),
                "StateEndTimestamp": self._text(end),
            }
            for state, start, end in spans
        ]

    def _hierarchy_groups(self, turn: Turn) -> JsonObject | None:
        groups = turn.described.get("HierarchyGroups")
        if groups is None:
            return None
        return dict.fromkeys(LEVELS) | {
            level: {"ARN": self._arn("agent-group", group["Id"]), "GroupName": group["GroupName"]}
            for level, group in groups.items()
        }

    def _queue(self, leg: ScriptedLeg) -> JsonObject | None:
        """A callback has been in the queue since it was made (queued-callback-example)."""
        queue = leg.contact.queue
        if queue is None:
            return None
        since = leg.initiated if leg.contact.initiation_method == CALLBACK else leg.enqueued
        is_queued = leg.enqueued is not None
        return {
            "ARN": queue.arn,
            "DequeueTimestamp": self._text(leg.dequeued),
            "Duration": _whole_seconds(since, leg.dequeued) if is_queued else None,
            "EnqueueTimestamp": self._text(leg.enqueued),
            "Name": queue.name,
        }

    def _arn(self, kind: str, identifier: str) -> str:
        return f"{self._centre.instance_arn}/{kind}/{identifier}"

    def _text(self, milliseconds: int | None) -> str | None:
        """Whole seconds: what comes after the point is cut off."""
        if milliseconds is None:
            return None
        return f"{timestamp(self._began + timedelta(milliseconds=milliseconds))[:19]}Z"


def _customer(leg: ScriptedLeg, *, is_evaluated: bool) -> JsonObject:
    """The customer's data and the flow's attributes, which the whole chain shares."""
    first = leg.chain.legs[0].contact
    return {
        "Attributes": {"orderId": f"order {first.id[:8]}", "surveyed": str(is_evaluated).lower()},
        "Campaign": {"CampaignId": leg.campaign},
        "ContactDetails": {},
        "CustomerEndpoint": customer_endpoint(leg),
        "References": [],
        "SegmentAttributes": {},
        "SystemEndpoint": system_endpoint(leg),
        "TransferredToEndpoint": transferred_to_endpoint(leg),
    }


def _external_third_party(leg: ScriptedLeg) -> JsonObject | None:
    if not leg.is_external:
        return None
    return {"ExternalThirdPartyInteractionDuration": leg.milliseconds_with_third_party // 1000}


def _interaction(leg: ScriptedLeg, turn: Turn) -> int | None:
    """AgentInteractionDuration from whole seconds, as in real records without a hold.

    An agent who was only consulted has talked to nobody (identify-conferences-transfers), nor has
    a supervisor who only listened.
    """
    if leg.contact.initiation_method == MONITOR:
        return turn.barged.length // 1000 if turn.barged else None
    if leg.transfer_type == CONSULT:
        return 0
    conversation = Span(turn.connected or 0, turn.finished)
    if leg.milliseconds_with_customer == conversation.length:
        return _whole_seconds(conversation.start, conversation.end) or 0
    return leg.milliseconds_with_customer // 1000


def _whole_seconds(start: int | None, end: int | None) -> int | None:
    """The difference of two times that have been cut to whole seconds."""
    return None if start is None or end is None else end // 1000 - start // 1000


def _total(spans: list[Span]) -> int:
    return sum(span.length for span in spans) // 1000

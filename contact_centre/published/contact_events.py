"""Contact events of simulated contacts, in the envelope in which EventBridge hands them on.

Shape and keys are those of https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
(camel case, milliseconds, absent what is empty); what happens in them is synthetic. Only contacts
of outbound campaigns have a disconnectReason: the page describes it for no others.
"""

from datetime import datetime, timedelta

from contact_centre.agents import ContactCentre, JsonObject, identifier, timestamp
from contact_centre.published.endpoints import customer_endpoint, system_endpoint
from contact_centre.script import ScriptedLeg, Turn

NOT_YET = "1970-01-01T00:00:00.001Z"
SUBTYPES = {"VOICE": "connect:Telephony", "CHAT": "connect:Chat", "TASK": "connect:Task"}


class ContactEvents:
    """Writes down what is known of a contact at the moment something happens to it."""

    def __init__(self, centre: ContactCentre, *, began: datetime) -> None:
        self._centre = centre
        self._began = began
        self._count = 0

    def event(
        self, event_type: str, leg: ScriptedLeg, *, at: int, offered: Turn | None = None
    ) -> JsonObject:
        """`offered` is the turn of an agent who is being rung and may not answer."""
        self._count += 1
        contact_arn = f"{self._centre.instance_arn}/contact/{leg.contact.id}"
        return {
            "version": "0",
            "id": identifier(self._centre.name, "contact-event", str(self._count)),
            "detail-type": "Amazon Connect Contact Event",
            "source": "aws.connect",
            "account": self._centre.account_id,
            "time": f"{self._text(at)[:19]}Z",
            "region": self._centre.region,
            "resources": [contact_arn, self._centre.instance_arn],
            "detail": self._detail(event_type, leg, offered),
        }

    def _detail(self, event_type: str, leg: ScriptedLeg, offered: Turn | None) -> JsonObject:
        contact = leg.contact
        return _given(
            {
                "eventType": event_type,
                "contactId": contact.id,
                "initialContactId": contact.initial_contact_id,
                "previousContactId": leg.invited_by and leg.invited_by.contact.id,
                "relatedContactId": leg.related_to and leg.related_to.contact.id,
                "channel": leg.channel,
                "instanceArn": self._centre.instance_arn,
                "initiationMethod": contact.initiation_method,
                "initiationTimestamp": self._text(leg.initiated),
                "connectedToSystemTimestamp": self._text(leg.connected_to_system),
                "disconnectTimestamp": self._text_if_known(leg.disconnected),
                "disconnectReason": leg.disconnect_reason if leg.campaign else None,
                "queueInfo": self._queue(leg),
                "agentInfo": self._agent(leg, leg.answer or offered),
                "campaign": {"campaignId": leg.campaign} if leg.campaign else None,
                "answeringMachineDetectionStatus": leg.answering_machine,
                "customerEndpoint": _in_camel_case(customer_endpoint(leg)),
                "systemEndpoint": _in_camel_case(system_endpoint(leg)),
                "segmentAttributes": {"connect:Subtype": {"valueString": SUBTYPES[leg.channel]}},
                "tags": {"aws:connect:instanceId": self._centre.instance_id},
                "updatedProperties": (
                    ["UserDefinedAttributes"] if event_type == "CONTACT_DATA_UPDATED" else None
                ),
            }
        )

    def _queue(self, leg: ScriptedLeg) -> JsonObject | None:
        queue = leg.contact.queue
        if queue is None or leg.enqueued is None:
            return None
        return {
            "queueArn": queue.arn,
            "queueType": "STANDARD" if queue.name else "AGENT",
            "enqueueTimestamp": self._text(leg.enqueued),
        }

    def _agent(self, leg: ScriptedLeg, turn: Turn | None) -> JsonObject | None:
        if turn is None:
            return None
        return _given(
            {
                "agentArn": f"{self._centre.instance_arn}/agent/{turn.agent_id}",
                "connectedToAgentTimestamp": self._text(turn.connected),
                "hierarchyGroups": self._hierarchy_groups(turn),
                **(self._figures(leg, turn) if leg.completed is not None else {}),
            }
        )

    def _hierarchy_groups(self, turn: Turn) -> JsonObject | None:
        groups = turn.described.get("HierarchyGroups", {})
        return {
            level.lower(): {"arn": f"{self._centre.instance_arn}/agent-group/{group['Id']}"}
            for level, group in groups.items()
        } or None

    def _figures(self, leg: ScriptedLeg, turn: Turn) -> JsonObject:
        work = turn.after_contact_work
        return {
            "afterContactWorkStartTimestamp": self._text_if_known(work.start if work else None),
            "afterContactWorkEndTimestamp": self._text_if_known(work.end if work else None),
            "afterContactWorkDuration": work.length // 1000 if work else None,
            "agentInitiatedHoldDuration": (
                sum(hold.length_until(leg.chain.customer_left) for hold in turn.holds) // 1000
            ),
            "agentPauseDurationInSeconds": (
                sum(pause.length for pause in turn.pauses) // 1000 if leg.is_task else None
            ),
        }

    def _text(self, milliseconds: int | None) -> str:
        return self._text_if_known(milliseconds) or NOT_YET

    def _text_if_known(self, milliseconds: int | None) -> str | None:
        if milliseconds is None:
            return None
        return timestamp(self._began + timedelta(milliseconds=milliseconds))


def _in_camel_case(endpoint: JsonObject | None) -> JsonObject | None:
    return endpoint and {name.lower(): value for name, value in endpoint.items()}


def _given(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value is not None}

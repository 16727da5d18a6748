"""Contact events and Amazon's contact records written by hand, and what they state.

Their fields are those of the pages contact-events and ctr-data-model. Synthetic, as no published
contact event or contact record shows all of them. Everything that is a customer's says so by
``SECRET``.
"""

from typing import Any

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.of_amazons_records import facts_of_contact_event, facts_of_contact_record
from contacts.facts.statement import Statement
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.stream_record import decode
from tests.by_hand.agent_events_by_hand import INSTANCE_ARN, JsonObject, arn, encoded, moment

SECRET = "+49 170 1234567"
PLACEHOLDER = "1970-01-01T00:00:00.001Z"


def contact_event_detail(**fields: Any) -> JsonObject:
    """The detail of a COMPLETED contact event of a transferred call; ``fields`` in camel case."""
    return {
        "eventType": "COMPLETED",
        "contactId": "contact-2",
        "initialContactId": "contact-0",
        "previousContactId": "contact-1",
        "relatedContactId": "task-1",
        "channel": "VOICE",
        "instanceArn": INSTANCE_ARN,
        "initiationMethod": "TRANSFER",
        "initiationTimestamp": moment(0.5),
        "connectedToSystemTimestamp": moment(1.25),
        "disconnectTimestamp": moment(60.75),
        "disconnectReason": "CUSTOMER_DISCONNECT",
        "agentInfo": {
            "agentArn": arn("agent", "ada"),
            "connectedToAgentTimestamp": moment(10.125),
            "agentInitiatedHoldDuration": 4,
            "afterContactWorkStartTimestamp": moment(60.75),
            "afterContactWorkEndTimestamp": moment(71),
            "afterContactWorkDuration": 10,
            "agentPauseDurationInSeconds": 0,
            "hierarchyGroups": {"level1": {"arn": arn("agent-group", "europe")}},
        },
        "queueInfo": {
            "queueArn": arn("queue", "sales"),
            "queueType": "STANDARD",
            "enqueueTimestamp": moment(2),
        },
        "tags": {"aws:connect:systemEndpoint": SECRET, "Dept": SECRET},
        "segmentAttributes": {"connect:Subtype": {"ValueString": SECRET}},
        "customerId": SECRET,
        "systemEndpoint": {"type": "TELEPHONE_NUMBER", "address": SECRET},
        "customerEndpoint": {"type": "TELEPHONE_NUMBER", "address": SECRET, "displayName": SECRET},
        "contactDetails": {"order": SECRET},
    } | fields


def in_envelope(detail: Any) -> JsonObject:
    """The event as EventBridge hands it on."""
    return {
        "version": "0",
        "id": "event-1",
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "account": "111122223333",
        "time": "2026-03-09T09:00:00Z",
        "region": "eu-central-1",
        "resources": [INSTANCE_ARN],
        "detail": detail,
    }


def amazon_contact_record(**fields: Any) -> JsonObject:
    """The contact record of a call that was transferred on; ``fields`` in Connect's spelling."""
    return {
        "AWSAccountId": "111122223333",
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "Agent": {
            "ARN": arn("agent", "ada"),
            "AfterContactWorkDuration": 10,
            "AfterContactWorkEndTimestamp": whole(71),
            "AfterContactWorkStartTimestamp": whole(61),
            "AgentInitiatedHoldDuration": 4,
            "AgentInteractionDuration": 46,
            "AgentPauseDuration": 0,
            "ConnectedToAgentTimestamp": whole(10),
            "CustomerHoldDuration": 5,
            "HierarchyGroups": {
                "Level1": {"ARN": arn("agent-group", "europe"), "GroupName": "Europe"},
                "Level2": None,
                "Level3": {"ARN": arn("agent-group", "phones"), "GroupName": None},
            },
            "LongestHoldDuration": 3,
            "NumberOfHolds": 2,
            "PreviewEndTimestamp": whole(9),
            "RoutingProfile": {"ARN": arn("routing-profile", "phones"), "Name": "Phones"},
            "StateTransitions": [
                {
                    "state": "BARGE",
                    "stateStartTimestamp": whole(20),
                    "stateEndTimestamp": whole(30),
                }
            ],
            "Username": "ada",
        },
        "AgentConnectionAttempts": 3,
        "AnsweringMachineDetectionStatus": "HUMAN_ANSWERED",
        "Attributes": {"orderId": SECRET, "greetingPlayed": "true"},
        "Campaign": {"CampaignId": "campaign-1"},
        "Channel": "VOICE",
        "ConnectedToSystemTimestamp": whole(0),
        "ContactDetails": {"order": SECRET},
        "ContactId": "contact-1",
        "CustomerEndpoint": {"Address": SECRET, "Type": "TELEPHONE_NUMBER"},
        "CustomerId": SECRET,
        "DisconnectReason": "AGENT_DISCONNECT",
        "DisconnectTimestamp": whole(61),
        "ExternalThirdParty": {"ExternalThirdPartyInteractionDuration": 12},
        "InitialContactId": "contact-0",
        "InitiationMethod": "TRANSFER",
        "InitiationTimestamp": whole(0),
        "InstanceARN": INSTANCE_ARN,
        "LastUpdateTimestamp": whole(135),
        "MediaStreams": [{"Type": "AUDIO"}],
        "NextContactId": "contact-2",
        "PreviousContactId": "contact-0",
        "Queue": {
            "ARN": arn("queue", "sales"),
            "DequeueTimestamp": whole(10),
            "Duration": 8,
            "CallbackTotalQueueDuration": 31,
            "EnqueueTimestamp": whole(2),
            "Name": "Sales",
        },
        "Recordings": [{"Location": SECRET}],
        "References": [{"Name": SECRET}],
        "RelatedContactId": "task-1",
        "SegmentAttributes": {
            "connect:Subtype": {"ValueString": SECRET},
            "connect:TrafficType": SECRET,
            "connect:X-SES-SPAM-VERDICT": {"ValueMap": {}},
        },
        "SystemEndpoint": {"Address": SECRET, "Type": "TELEPHONE_NUMBER"},
        "Tags": {"aws:connect:systemEndpoint": SECRET, "Dept": SECRET},
        "TransferCompletedTimestamp": whole(60),
        "TransferredToEndpoint": {"Address": SECRET, "Type": "TELEPHONE_NUMBER"},
    } | fields


def whole(seconds: int) -> str:
    """A timestamp as contact records have it."""
    return moment(seconds).replace(".000Z", "Z")


def contact_event_read(event: JsonObject) -> ContactEvent:
    """The wire model of a contact event that must be usable."""
    read = decode(encoded(event))
    assert isinstance(read, ContactEvent)
    return read


def contact_record_read(record: JsonObject) -> AmazonContactRecord:
    """The wire model of a contact record that must be usable."""
    read = decode(encoded(record))
    assert isinstance(read, AmazonContactRecord)
    return read


def facts_by_event(event: JsonObject) -> ContactFacts:
    return facts_of_contact_event(contact_event_read(event))


def facts_by_record(record: JsonObject, *kept: str) -> ContactFacts:
    return facts_of_contact_record(contact_record_read(record), KeptFields.parse(kept))


def stated_by_event(event: JsonObject) -> Statement:
    return facts_by_event(event).contact_events


def stated_by_record(record: JsonObject, *kept: str) -> Statement:
    return facts_by_record(record, *kept).contact_record

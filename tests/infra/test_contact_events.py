"""The way of contact events: which are taken, where they go, and what becomes of the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.streams.event_pattern import event_pattern
from tests.infra.synthesized import Resource, Synthesized, synthesize
from tests.infra.usual_settings import EXISTING_STREAM, KEY

INSTANCE_ID = "11111111-2222-3333-4444-555555555555"
INSTANCE = f"arn:aws:connect:eu-central-1:111122223333:instance/{INSTANCE_ID}"
OTHER_INSTANCE = INSTANCE.replace("555555555555", "555555555556")
DOCUMENTED = Path(__file__).parents[1] / "events"
DOCUMENTED_INSTANCE = "12345678-1234-1234-1234-123456789012"


def with_instance(**context: str) -> Synthesized:
    return synthesize(connectInstanceArn=INSTANCE, **context)


def rules(synthesized: Synthesized) -> list[Resource]:
    return synthesized.resources("AWS::Events::Rule")


def target(rule: Resource) -> dict[str, Any]:
    (only,) = rule["Properties"]["Targets"]
    return dict(only)


def partition_key_paths(synthesized: Synthesized, event: dict[str, Any]) -> list[str]:
    """By which path each rule that takes the event finds its partition key."""
    return [
        target(rule)["KinesisParameters"]["PartitionKeyPath"]
        for rule in rules(synthesized)
        if event_pattern(json.dumps(rule["Properties"]["EventPattern"]))(event)
    ]


DETAIL_TYPES = ("Amazon Connect Contact Event", "Connect Customer Contact Event")


def contact_event(*resources: str, **detail: Any) -> dict[str, Any]:
    return {
        "id": "an id",
        "source": "aws.connect",
        "detail-type": "Amazon Connect Contact Event",
        "resources": list(resources),
        "detail": detail,
    }


@pytest.mark.parametrize(
    "event",
    [
        contact_event(contactId="c", instanceArn=INSTANCE),
        contact_event(contactId="c", instanceArn=INSTANCE.replace("arn:aws:", "arn:aws::")),
        contact_event(contactId="c", InstanceArn=INSTANCE),
        contact_event(f"{INSTANCE}/contact/c", INSTANCE, contactId="c"),
    ],
    ids=["documented", "doubled colon", "other casing of the instance", "resources only"],
)
def test_contact_event_is_taken_once_and_keyed_by_its_contact(event: dict[str, Any]) -> None:
    assert partition_key_paths(with_instance(), event) == ["$.detail.contactId"]


def test_contact_event_that_spells_its_contact_otherwise_is_taken_once_and_keyed_by_itself() -> (
    None
):
    event = contact_event(ContactId="c", InstanceArn=INSTANCE)

    assert partition_key_paths(with_instance(), event) == ["$.id"]


@pytest.mark.parametrize(
    "event",
    [
        contact_event(contactId="c", instanceArn=OTHER_INSTANCE),
        contact_event(
            f"{INSTANCE}/contact/c",
            contactId="c",
            instanceArn=OTHER_INSTANCE,
            agentInfo={"agentArn": f"{INSTANCE}/agent/a"},
        ),
        contact_event(contactId="c"),
        contact_event(contactId="c", instanceArn=INSTANCE) | {"source": "my.own"},
        contact_event(contactId="c", instanceArn=INSTANCE)
        | {"detail-type": "Contact Lens Analysis State Change"},
    ],
    ids=["other instance", "names of this instance within", "no instance", "source", "kind"],
)
def test_event_of_another_instance_source_or_kind_is_left_alone(event: dict[str, Any]) -> None:
    assert partition_key_paths(with_instance(), event) == []


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
@pytest.mark.parametrize("contact", ["contactId", "ContactId"])
def test_contact_event_is_taken_once_under_its_old_name_and_its_new_one(
    detail_type: str, contact: str
) -> None:
    event = contact_event(**{contact: "c", "instanceArn": INSTANCE}) | {"detail-type": detail_type}

    assert len(partition_key_paths(with_instance(), event)) == 1


def test_documented_contact_events_are_taken() -> None:
    """Those with a whole envelope and an instance whose id is one."""
    synthesized = synthesize(connectInstanceArn=INSTANCE.replace(INSTANCE_ID, DOCUMENTED_INSTANCE))
    events = [
        json.loads(line)
        for file in DOCUMENTED.glob("*.contact-events.ndjson")
        for line in file.read_text("utf-8").splitlines()
        if DOCUMENTED_INSTANCE in line
    ]

    taken = [partition_key_paths(synthesized, event) for event in events if "detail-type" in event]

    assert sorted(taken) == [["$.detail.contactId"], ["$.id"]]


@pytest.mark.parametrize(
    ("context", "stream"),
    [({}, "AgentEventStream.Arn"), ({"agentEventStreamArn": EXISTING_STREAM}, EXISTING_STREAM)],
)
def test_contact_events_go_on_the_agent_event_stream(context: dict[str, str], stream: str) -> None:
    synthesized = with_instance(**context)

    arns = {synthesized.readable(target(rule)["Arn"]) for rule in rules(synthesized)}

    assert arns == {stream}
    assert all("EventBusName" not in rule["Properties"] for rule in rules(synthesized))


def test_contact_events_go_on_the_agent_event_stream_beside_a_separate_one() -> None:
    synthesized = with_instance(contactRecords="separate")

    arns = {synthesized.readable(target(rule)["Arn"]) for rule in rules(synthesized)}

    assert arns == {"AgentEventStream.Arn"}


@pytest.mark.parametrize(
    ("context", "rights"),
    [
        ({}, {("AgentEventStream.Arn", "kinesis:PutRecord")}),
        (
            {"kmsKeyArn": KEY, "contactRecords": "separate"},
            {("AgentEventStream.Arn", "kinesis:PutRecord"), (KEY, "kms:GenerateDataKey")},
        ),
        ({"agentEventStreamArn": EXISTING_STREAM}, {(EXISTING_STREAM, "kinesis:PutRecord")}),
        (
            {"agentEventStreamArn": EXISTING_STREAM, "kmsKeyArn": KEY},
            {(EXISTING_STREAM, "kinesis:PutRecord"), (KEY, "kms:GenerateDataKey")},
        ),
    ],
)
def test_eventbridge_may_put_on_the_stream_and_nothing_else(
    context: dict[str, str], rights: set[tuple[str, str]]
) -> None:
    synthesized = with_instance(**context)
    puts = {(stream, "kinesis:PutRecords") for stream, action in rights if "Put" in action}

    for rule in rules(synthesized):
        found = synthesized.rights_of_role(target(rule)["RoleArn"])

        assert {(resource, action) for action, resource in found} == rights | puts


def test_role_holds_no_ready_made_policies_and_is_for_eventbridge_only() -> None:
    role = with_instance().properties("AWS::IAM::Role", "ContactEventsRole")

    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert "ManagedPolicyArns" not in role
    assert "Policies" not in role
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}


def test_rules_are_created_after_their_rights() -> None:
    synthesized = with_instance()

    resources = synthesized.templates["ContactChainsConnect"]["Resources"]

    for rule in rules(synthesized):
        awaited = {resources[each]["Type"] for each in rule["DependsOn"]}
        assert awaited == {"AWS::IAM::Role", "AWS::IAM::Policy"}


def test_delivery_is_tried_for_a_day_and_what_fails_then_is_kept() -> None:
    synthesized = with_instance()

    for rule in rules(synthesized):
        assert target(rule)["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 24 * 3600,
            "MaximumRetryAttempts": 185,
        }
        queue = synthesized.readable(target(rule)["DeadLetterConfig"]["Arn"])
        assert queue == "ContactEventsUndelivered.Arn"


def test_undelivered_events_are_encrypted_and_kept_as_long_as_can_be() -> None:
    queue = with_instance().properties("AWS::SQS::Queue")

    assert queue == {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True}


def test_queue_takes_messages_of_the_rules_only_and_speaks_tls_only() -> None:
    synthesized = with_instance()

    policy = synthesized.properties("AWS::SQS::QueuePolicy")
    statements = policy["PolicyDocument"]["Statement"]
    refused = [each for each in statements if each["Effect"] == "Deny"]
    allowed = [each for each in statements if each["Effect"] == "Allow"]

    assert [synthesized.readable(queue) for queue in policy["Queues"]] == [
        "ContactEventsUndelivered"
    ]
    assert {synthesized.readable(each["Resource"]) for each in statements} == {
        "ContactEventsUndelivered.Arn"
    }
    assert [(each["Action"], each["Principal"], each["Condition"]) for each in refused] == [
        ("sqs:*", {"AWS": "*"}, {"Bool": {"aws:SecureTransport": "false"}})
    ]
    assert all(
        (each["Action"], each["Principal"])
        == ("sqs:SendMessage", {"Service": "events.amazonaws.com"})
        for each in allowed
    )
    assert {
        synthesized.readable(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in allowed
    } == {"ContactEventsRule.Arn", "ContactEventsOtherSpellingRule.Arn"}


@pytest.mark.parametrize(
    ("removal_policy", "fate", "replaced"),
    [("retain", "RetainExceptOnCreate", "Retain"), ("destroy", "Delete", "Delete")],
)
def test_removal_policy_decides_whether_undelivered_events_survive_the_stack(
    removal_policy: str, fate: str, replaced: str
) -> None:
    queue = with_instance(removalPolicy=removal_policy).only("AWS::SQS::Queue")

    assert queue["DeletionPolicy"] == fate
    assert queue["UpdateReplacePolicy"] == replaced


def test_output_names_the_queue_of_undelivered_events() -> None:
    assert with_instance().outputs("ContactChainsConnect") == {
        "ConnectInstanceArn": INSTANCE,
        "UndeliveredContactEventsQueueUrl": "ContactEventsUndelivered",
    }


@pytest.mark.parametrize("context", [{}, {"connectInstanceArn": INSTANCE, "contactEvents": "off"}])
def test_contact_events_are_left_where_they_are_unless_wanted_of_an_instance(
    context: dict[str, str],
) -> None:
    synthesized = synthesize(**context)

    assert rules(synthesized) == []
    assert synthesized.resources("AWS::SQS::Queue") == []

"""What is stored: how it is encrypted, how long it is kept, and what survives the stack."""

from typing import Any

import pytest

from tests.infra.synthesized import synthesize
from tests.infra.usual_settings import EXISTING_RECORDS, EXISTING_STREAM, INSTANCE, KEY

STATEFUL = [
    ("AWS::Kinesis::Stream", "AgentEventStream"),
    ("AWS::Kinesis::Stream", "ContactRecordStream"),
    ("AWS::DynamoDB::Table", "ContactRecords"),
    ("AWS::DynamoDB::Table", "AgentStates"),
    ("AWS::S3::Bucket", "Quarantine"),
]
TABLES = ("ContactRecords", "AgentStates")

VARIANTS: list[dict[str, str]] = [
    {},
    {"kmsKeyArn": KEY},
    {"agentEventStreamArn": EXISTING_STREAM},
    {"agentEventStreamArn": EXISTING_STREAM, "kmsKeyArn": KEY},
]


def test_stream_without_a_key_is_unencrypted_and_synthesis_says_why() -> None:
    synthesized = synthesize()

    (notice,) = synthesized.notices["ContactChainsStateful"]

    assert "StreamEncryption" not in synthesized.properties("AWS::Kinesis::Stream")
    assert "cannot publish to a stream under the AWS-managed key aws/kinesis" in notice
    assert "-c kmsKeyArn=<key ARN>" in notice
    assert "agent-event-streams-enable" in notice


def test_stream_is_encrypted_under_the_key_that_connect_uses() -> None:
    synthesized = synthesize(kmsKeyArn=KEY)

    assert synthesized.properties("AWS::Kinesis::Stream")["StreamEncryption"] == {
        "EncryptionType": "KMS",
        "KeyId": KEY,
    }
    assert synthesized.notices["ContactChainsStateful"] == []


@pytest.mark.parametrize("context", VARIANTS)
def test_stream_never_has_the_key_that_connect_cannot_use(context: dict[str, str]) -> None:
    assert "alias/aws/kinesis" not in synthesize(**context).as_text()


@pytest.mark.parametrize(("context", "hours"), [({}, 168), ({"retentionDays": "30"}, 720)])
def test_stream_keeps_its_records_as_long_as_asked(context: dict[str, str], hours: int) -> None:
    stream = synthesize(**context).properties("AWS::Kinesis::Stream")

    assert stream["RetentionPeriodHours"] == hours
    assert stream["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}


def test_existing_stream_is_used_and_none_is_created() -> None:
    synthesized = synthesize(agentEventStreamArn=EXISTING_STREAM)

    outputs = synthesized.templates["ContactChainsStateful"]["Outputs"]

    assert synthesized.resources("AWS::Kinesis::Stream") == []
    assert synthesized.mapping("agent_events")["EventSourceArn"] == EXISTING_STREAM
    assert outputs["AgentEventStreamName"]["Value"] == "agent-events"


def test_existing_stream_without_a_key_makes_synthesis_ask_for_it() -> None:
    (notice,) = synthesize(agentEventStreamArn=EXISTING_STREAM).notices["ContactChainsStateful"]

    assert "-c kmsKeyArn=<key ARN>" in notice


def test_retention_that_cannot_apply_to_an_existing_stream_is_named() -> None:
    synthesized = synthesize(agentEventStreamArn=EXISTING_STREAM, kmsKeyArn=KEY, retentionDays=30)

    (notice,) = synthesized.notices["ContactChainsStateful"]

    assert notice.startswith("retentionDays=30 has no effect")


@pytest.mark.parametrize("context", [{}, {"kmsKeyArn": KEY, "retentionDays": "30"}])
def test_separate_stream_of_contact_records_is_made_as_the_other_one(
    context: dict[str, str],
) -> None:
    synthesized = synthesize(contactRecords="separate", **context)

    contact_records = synthesized.only("AWS::Kinesis::Stream", "ContactRecordStream")

    assert contact_records == synthesized.only("AWS::Kinesis::Stream", "AgentEventStream")


def test_existing_stream_of_contact_records_is_used_and_none_is_created() -> None:
    synthesized = synthesize(contactRecords="separate", contactRecordStreamArn=EXISTING_RECORDS)

    outputs = synthesized.templates["ContactChainsStateful"]["Outputs"]

    assert synthesized.only("AWS::Kinesis::Stream")
    assert outputs["ContactRecordStreamName"]["Value"] == "contact-records"


@pytest.mark.parametrize("contact_records", ["off", "shared"])
def test_contact_records_have_no_stream_of_their_own_unless_asked(contact_records: str) -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, contactRecords=contact_records)

    outputs = synthesized.templates["ContactChainsStateful"]["Outputs"]

    assert synthesized.only("AWS::Kinesis::Stream", "AgentEventStream")
    assert "ContactRecordStreamName" not in outputs


@pytest.mark.parametrize(
    ("context", "named"),
    [
        ({"agentEventStreamArn": EXISTING_STREAM}, "agentEventStreamArn"),
        ({"contactRecordStreamArn": EXISTING_RECORDS}, "contactRecordStreamArn"),
        (
            {"agentEventStreamArn": EXISTING_STREAM, "contactRecordStreamArn": EXISTING_RECORDS},
            "agentEventStreamArn and contactRecordStreamArn",
        ),
    ],
)
def test_existing_streams_without_a_key_are_named(context: dict[str, str], named: str) -> None:
    notices = synthesize(contactRecords="separate", **context).notices["ContactChainsStateful"]

    assert [notice for notice in notices if f"what exists already ({named})." in notice]
    assert len(notices) == (1 if "and" in named else 2)


def test_retention_applies_as_long_as_one_stream_is_created() -> None:
    synthesized = synthesize(
        agentEventStreamArn=EXISTING_STREAM,
        contactRecords="separate",
        kmsKeyArn=KEY,
        retentionDays=30,
    )

    assert synthesized.properties("AWS::Kinesis::Stream")["RetentionPeriodHours"] == 720
    assert synthesized.notices["ContactChainsStateful"] == []


def test_contact_records_are_keyed_by_chain_and_contact() -> None:
    table = synthesize().properties("AWS::DynamoDB::Table", "ContactRecords")

    assert table["KeySchema"] == [
        {"AttributeName": "ChainId", "KeyType": "HASH"},
        {"AttributeName": "ContactId", "KeyType": "RANGE"},
    ]
    assert "GlobalSecondaryIndexes" not in table


def test_contact_records_are_found_by_agent_queue_failed_offer_time_and_while_open() -> None:
    table = synthesize(readSide="on").properties("AWS::DynamoDB::Table", "ContactRecords")

    indexes = table["GlobalSecondaryIndexes"]

    assert {index["IndexName"]: _key_of(index) for index in indexes} == {
        "ByAgent": ["AgentId HASH", "StartTimestamp RANGE"],
        "ByQueue": ["QueueId HASH", "Bucket HASH", "StartTimestamp RANGE"],
        "ByFailedOffer": ["Bucket HASH", "FailedOfferTimestamp RANGE"],
        "Open": ["InstanceId HASH", "Open HASH"],
        "ByInstance": ["InstanceId HASH", "Bucket HASH", "StartTimestamp RANGE"],
    }
    assert all(index["Projection"] == {"ProjectionType": "KEYS_ONLY"} for index in indexes)
    assert {attribute["AttributeType"] for attribute in table["AttributeDefinitions"]} == {"S"}


@pytest.mark.parametrize(
    ("read_side", "names"),
    [
        ("off", []),
        ("indexes-1", ["ByAgent"]),
        ("indexes-2", ["ByAgent", "ByQueue"]),
        ("indexes-3", ["ByAgent", "ByQueue", "ByFailedOffer"]),
        ("indexes-4", ["ByAgent", "ByQueue", "ByFailedOffer", "Open"]),
        ("on", ["ByAgent", "ByQueue", "ByFailedOffer", "Open", "ByInstance"]),
    ],
)
def test_indexes_come_with_the_read_side_one_at_a_time(read_side: str, names: list[str]) -> None:
    table = synthesize(readSide=read_side).properties("AWS::DynamoDB::Table", "ContactRecords")

    assert [index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])] == names


def test_contact_records_are_streamed_with_both_images() -> None:
    table = synthesize().properties("AWS::DynamoDB::Table", "ContactRecords")

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_agent_states_are_keyed_by_agent_and_instance_and_streamed_to_nobody() -> None:
    table = synthesize().properties("AWS::DynamoDB::Table", "AgentStates")

    assert table["KeySchema"] == [
        {"AttributeName": "AgentId", "KeyType": "HASH"},
        {"AttributeName": "InstanceId", "KeyType": "RANGE"},
    ]
    assert {
        (attribute["AttributeName"], attribute["AttributeType"])
        for attribute in table["AttributeDefinitions"]
    } == {("InstanceId", "S"), ("AgentId", "S")}
    assert "StreamSpecification" not in table
    assert "GlobalSecondaryIndexes" not in table


@pytest.mark.parametrize("name", TABLES)
def test_tables_can_be_recovered_and_their_items_expire(name: str) -> None:
    table = synthesize().properties("AWS::DynamoDB::Table", name)

    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ExpiresAt", "Enabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_quarantine_is_private_encrypted_and_keeps_what_is_overwritten() -> None:
    bucket = synthesize().properties("AWS::S3::Bucket", "Quarantine")

    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "AccessControl" not in bucket


def test_quarantine_refuses_everything_but_tls() -> None:
    synthesized = synthesize()

    policy = synthesized.properties("AWS::S3::BucketPolicy", "QuarantinePolicy")

    (statement,) = policy["PolicyDocument"]["Statement"]
    assert synthesized.readable(policy["Bucket"]) == "Quarantine"
    assert statement["Effect"] == "Deny"
    assert statement["Action"] == "s3:*"
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [synthesized.readable(resource) for resource in statement["Resource"]] == [
        "Quarantine.Arn",
        "Quarantine.Arn/*",
    ]


@pytest.mark.parametrize(("context", "days"), [({}, 730), ({"recordTtlDays": 90}, 90)])
def test_quarantine_keeps_an_event_as_long_as_its_record_would_be_kept(
    context: dict[str, int], days: int
) -> None:
    synthesized = synthesize(**context)

    bucket = synthesized.properties("AWS::S3::Bucket", "Quarantine")
    variables = synthesized.function("agent_events")["Environment"]["Variables"]

    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == days
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert variables["RECORD_TTL_DAYS"] == str(days)


@pytest.mark.parametrize(
    ("context", "kept"),
    [({}, True), ({"removalPolicy": "retain"}, True), ({"removalPolicy": "destroy"}, False)],
)
def test_removal_policy_decides_what_survives_the_stack(
    context: dict[str, str], kept: bool
) -> None:
    """Tables refuse to be deleted, so a first creation that fails would fail twice with them."""
    synthesized = synthesize(contactRecords="separate", **context)

    for resource_type, name in STATEFUL:
        resource = synthesized.only(resource_type, name)
        once_created = "Retain" if name in TABLES else "RetainExceptOnCreate"
        assert resource["DeletionPolicy"] == (once_created if kept else "Delete")
        assert resource["UpdateReplacePolicy"] == ("Retain" if kept else "Delete")
    for name in TABLES:
        table = synthesized.properties("AWS::DynamoDB::Table", name)
        assert table["DeletionProtectionEnabled"] is kept


@pytest.mark.parametrize("context", [{}, {"removalPolicy": "destroy"}])
def test_no_function_of_cdk_itself_is_deployed(context: dict[str, str]) -> None:
    synthesized = synthesize(**context)

    types = {
        resource["Type"]
        for template in synthesized.templates.values()
        for resource in template["Resources"].values()
    }

    assert not {kind for kind in types if kind.startswith("Custom::")}
    assert "AWS::CloudFormation::CustomResource" not in types
    assert len(synthesized.resources("AWS::Lambda::Function")) == 2


def test_outputs_name_what_a_user_looks_for() -> None:
    outputs = synthesize().outputs

    assert outputs("ContactChainsStateful") == {
        "AgentEventStreamName": "AgentEventStream",
        "ContactRecordsTableName": "ContactRecords",
        "AgentStatesTableName": "AgentStates",
        "QuarantineBucketName": "Quarantine",
    }
    assert outputs("ContactChainsPipeline") == {
        "AgentEventsFunctionName": "AgentEventsFunction",
        "ContactChainsFunctionName": "ContactChainsFunction",
    }
    assert outputs("ContactChainsArchive") == {"ArchiveBucketName": "Archive"}


def _key_of(index: dict[str, Any]) -> list[str]:
    return [f"{part['AttributeName']} {part['KeyType']}" for part in index["KeySchema"]]


def test_stacks_with_data_are_protected_against_being_removed() -> None:
    kept, removable = (
        synthesize(
            connectInstanceArn=INSTANCE, readSide="on", recordEvents="on", removalPolicy=policy
        )
        for policy in ("retain", "destroy")
    )

    assert kept.protected == {"ContactChainsStateful", "ContactChainsArchive"}
    assert removable.protected == set()

"""The archive of the stream: what is in it, how long it is kept, and what Firehose may do."""

from typing import Any

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.usual_settings import EXISTING_RECORDS, EXISTING_STREAM, KEY

OWN_RIGHTS = {
    ("s3:GetBucketLocation", "Archive.Arn"),
    ("s3:ListBucket", "Archive.Arn"),
    ("s3:ListBucketMultipartUploads", "Archive.Arn"),
    ("s3:AbortMultipartUpload", "Archive.Arn/*"),
    ("s3:GetObject", "Archive.Arn/*"),
    ("s3:PutObject", "Archive.Arn/*"),
    ("logs:PutLogEvents", "Logs.Arn"),
}


def reading_rights(stream: str) -> set[tuple[str, str]]:
    return {
        ("kinesis:DescribeStream", stream),
        ("kinesis:GetRecords", stream),
        ("kinesis:GetShardIterator", stream),
        ("kinesis:ListShards", stream),
    }


def delivery(synthesized: Synthesized) -> dict[str, Any]:
    return synthesized.properties("AWS::KinesisFirehose::DeliveryStream")


def destination(synthesized: Synthesized) -> dict[str, Any]:
    return dict(delivery(synthesized)["ExtendedS3DestinationConfiguration"])


def lifecycle(synthesized: Synthesized) -> dict[str, Any]:
    bucket = synthesized.properties("AWS::S3::Bucket", "Archive")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    return dict(rule)


@pytest.mark.parametrize(
    ("context", "stream"),
    [({}, "AgentEventStream.Arn"), ({"agentEventStreamArn": EXISTING_STREAM}, EXISTING_STREAM)],
)
def test_everything_on_the_stream_goes_into_the_archive(
    context: dict[str, str], stream: str
) -> None:
    synthesized = synthesize(**context)

    source = delivery(synthesized)["KinesisStreamSourceConfiguration"]

    assert delivery(synthesized)["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert synthesized.readable(source["KinesisStreamARN"]) == stream
    assert synthesized.readable(destination(synthesized)["BucketARN"]) == "Archive.Arn"


def test_records_lie_line_by_line_in_compressed_objects_by_utc_day_of_arrival() -> None:
    archived = destination(synthesize())

    assert archived["Prefix"] == "agent_events/!{timestamp:yyyy/MM/dd}/"
    assert "CustomTimeZone" not in archived  # UTC
    assert archived["CompressionFormat"] == "GZIP"
    assert "FileExtension" not in archived  # .gz
    assert archived["ProcessingConfiguration"] == {
        "Enabled": True,
        "Processors": [{"Type": "AppendDelimiterToRecord"}],
    }


def test_records_that_firehose_cannot_deliver_are_kept_by_kind_of_error() -> None:
    archived = destination(synthesize())

    assert archived["ErrorOutputPrefix"] == (
        "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/"
    )


def test_objects_are_as_few_and_large_as_firehose_allows() -> None:
    assert destination(synthesize())["BufferingHints"] == {
        "SizeInMBs": 128,
        "IntervalInSeconds": 900,
    }


@pytest.mark.parametrize(
    ("context", "rights"),
    [
        ({}, reading_rights("AgentEventStream.Arn")),
        ({"kmsKeyArn": KEY}, reading_rights("AgentEventStream.Arn") | {("kms:Decrypt", KEY)}),
        ({"agentEventStreamArn": EXISTING_STREAM}, reading_rights(EXISTING_STREAM)),
        (
            {"agentEventStreamArn": EXISTING_STREAM, "kmsKeyArn": KEY},
            reading_rights(EXISTING_STREAM) | {("kms:Decrypt", KEY)},
        ),
    ],
)
def test_firehose_may_read_the_stream_and_write_the_archive_and_nothing_else(
    context: dict[str, str], rights: set[tuple[str, str]]
) -> None:
    synthesized = synthesize(**context)

    reader = delivery(synthesized)["KinesisStreamSourceConfiguration"]["RoleARN"]
    writer = destination(synthesized)["RoleARN"]

    assert reader == writer
    assert synthesized.rights_of_role(writer) == OWN_RIGHTS | rights


def deliveries(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """The properties of the deliveries by the stream that each copies."""
    found = [
        dict(each["Properties"])
        for each in synthesized.resources("AWS::KinesisFirehose::DeliveryStream")
    ]
    return {
        synthesized.readable(each["KinesisStreamSourceConfiguration"]["KinesisStreamARN"]): each
        for each in found
    }


@pytest.mark.parametrize(
    ("context", "stream"),
    [
        ({}, "ContactRecordStream.Arn"),
        ({"contactRecordStreamArn": EXISTING_RECORDS}, EXISTING_RECORDS),
    ],
)
def test_separate_contact_records_are_archived_in_the_same_way_under_a_name_of_their_own(
    context: dict[str, str], stream: str
) -> None:
    synthesized = synthesize(contactRecords="separate", **context)

    def archived(source: str) -> dict[str, Any]:
        return dict(deliveries(synthesized)[source]["ExtendedS3DestinationConfiguration"])

    assert deliveries(synthesized).keys() == {"AgentEventStream.Arn", stream}
    assert archived("AgentEventStream.Arn")["Prefix"] == ("agent_events/!{timestamp:yyyy/MM/dd}/")
    assert archived(stream)["Prefix"] == "contact_records/!{timestamp:yyyy/MM/dd}/"
    assert archived(stream) | {"Prefix": "", "RoleARN": ""} == (
        archived("AgentEventStream.Arn") | {"Prefix": "", "RoleARN": ""}
    )


def test_each_delivery_may_read_its_own_stream_only() -> None:
    synthesized = synthesize(contactRecords="separate", kmsKeyArn=KEY)

    for stream, properties in deliveries(synthesized).items():
        role = properties["KinesisStreamSourceConfiguration"]["RoleARN"]

        assert synthesized.rights_of_role(role) == (
            OWN_RIGHTS | reading_rights(stream) | {("kms:Decrypt", KEY)}
        )


def test_role_holds_no_ready_made_policies_and_is_for_firehose_only() -> None:
    role = synthesize().properties("AWS::IAM::Role", "Role")

    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert "ManagedPolicyArns" not in role
    assert "Policies" not in role
    assert statement["Principal"] == {"Service": "firehose.amazonaws.com"}


def test_firehose_is_created_after_its_rights() -> None:
    synthesized = synthesize()

    resources = synthesized.templates["ContactChainsArchive"]["Resources"]
    awaited = synthesized.only("AWS::KinesisFirehose::DeliveryStream")["DependsOn"]

    assert {resources[each]["Type"] for each in awaited} == {"AWS::IAM::Role", "AWS::IAM::Policy"}


def test_errors_of_delivery_are_logged_in_a_group_that_forgets() -> None:
    synthesized = synthesize()

    logging = destination(synthesized)["CloudWatchLoggingOptions"]
    log_group = synthesized.properties("AWS::Logs::LogGroup", "Logs")
    log_stream = synthesized.properties("AWS::Logs::LogStream", "LogsLog")

    assert logging["Enabled"] is True
    assert synthesized.readable(logging["LogGroupName"]) == "Logs"
    assert synthesized.readable(logging["LogStreamName"]) == "LogsLog"
    assert synthesized.readable(log_stream["LogGroupName"]) == "Logs"
    assert log_group["RetentionInDays"] == 30


def test_archive_is_private_and_encrypted() -> None:
    bucket = synthesize().properties("AWS::S3::Bucket", "Archive")

    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert "AccessControl" not in bucket


def test_archive_refuses_everything_but_tls() -> None:
    synthesized = synthesize()

    policy = synthesized.properties("AWS::S3::BucketPolicy", "ArchivePolicy")

    (statement,) = policy["PolicyDocument"]["Statement"]
    assert synthesized.readable(policy["Bucket"]) == "Archive"
    assert statement["Effect"] == "Deny"
    assert statement["Action"] == "s3:*"
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [synthesized.readable(resource) for resource in statement["Resource"]] == [
        "Archive.Arn",
        "Archive.Arn/*",
    ]


@pytest.mark.parametrize(("context", "days"), [({}, 730), ({"recordTtlDays": 1}, 1)])
def test_archive_keeps_an_event_as_long_as_its_record_is_kept(
    context: dict[str, int], days: int
) -> None:
    synthesized = synthesize(**context)

    rule = lifecycle(synthesized)
    variables = synthesized.function("agent_events")["Environment"]["Variables"]

    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == days
    assert variables["RECORD_TTL_DAYS"] == str(days)


def test_uploads_that_were_never_finished_are_removed() -> None:
    assert lifecycle(synthesize())["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


@pytest.mark.parametrize("days", [120, 730])
def test_archive_moves_to_a_colder_class_from_which_it_can_be_read_at_once(days: int) -> None:
    assert lifecycle(synthesize(recordTtlDays=days))["Transitions"] == [
        {"StorageClass": "GLACIER_IR", "TransitionInDays": 30}
    ]


@pytest.mark.parametrize("days", [1, 30, 119])
def test_archive_stays_where_it_is_when_the_colder_class_would_cost_beyond_its_end(
    days: int,
) -> None:
    assert "Transitions" not in lifecycle(synthesize(recordTtlDays=days))


@pytest.mark.parametrize(
    ("removal_policy", "fate", "replaced"),
    [("retain", "RetainExceptOnCreate", "Retain"), ("destroy", "Delete", "Delete")],
)
def test_removal_policy_decides_whether_the_archive_survives_its_stack(
    removal_policy: str, fate: str, replaced: str
) -> None:
    bucket = synthesize(removalPolicy=removal_policy).only("AWS::S3::Bucket", "Archive")

    assert bucket["DeletionPolicy"] == fate
    assert bucket["UpdateReplacePolicy"] == replaced


def test_archive_can_be_left_out_and_nothing_else_changes() -> None:
    archived, left_out = synthesize(), synthesize(archive="off")

    assert left_out.templates.keys() == archived.templates.keys() - {"ContactChainsArchive"}
    for stack in left_out.templates:
        assert left_out.but_for_the_dashboard(stack) == archived.but_for_the_dashboard(stack)
    assert "AWS::KinesisFirehose::DeliveryStream" not in left_out.as_text()


def test_leaving_out_the_archive_says_how_to_end_one_that_was_deployed() -> None:
    notices = synthesize(archive="off", kmsKeyArn=KEY).notices["ContactChainsStateful"]

    (notice,) = notices
    assert notice.startswith("archive=off leaves out the stack ContactChainsArchive.")
    assert "cdk destroy ContactChainsArchive" in notice


def test_synthesis_says_nothing_more_about_the_archive() -> None:
    assert synthesize().notices["ContactChainsArchive"] == []

"""The on-failure object in S3: kinesis-on-failure-destination, services-dynamodb-errors."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
from moto import mock_aws

from emulator.streams.event_source_mapping import (
    DiscardedBatch,
    FunctionError,
    MappingSettings,
    StreamRecord,
)
from emulator.streams.on_failure import on_failure_body, on_failure_key, put_on_failure_object

SETTINGS = MappingSettings(
    uuid="0a1b",
    event_source_arn="arn:aws:kinesis:us-east-1:000000000000:stream/agent-events",
    function_arn="arn:aws:lambda:us-east-1:000000000000:function:agent_events",
    on_failure_destination="arn:aws:s3:::quarantine",
)
BATCH = DiscardedBatch(
    settings=SETTINGS,
    shard_id="shardId-000000000001",
    records=tuple(
        StreamRecord(
            sequence_number=str(number),
            ordering_key="agent",
            arrival=datetime(2026, 3, 9, 8, 0, number, 250_000, tzinfo=UTC),
            event={"kinesis": {"sequenceNumber": str(number), "data": "e30="}},
        )
        for number in (1, 2)
    ),
    condition="RetryAttemptsExhausted",
    invocations=3,
    error=FunctionError("agent_events: failed"),
    at=datetime(2026, 3, 9, 8, 5, 6, tzinfo=UTC),
)


def test_key_names_mapping_shard_and_time() -> None:
    key = on_failure_key(BATCH)

    assert re.fullmatch(
        r"aws/lambda/0a1b/shardId-000000000001/2026/03/09/2026-03-09T08\.05\.06-[0-9a-f-]{36}", key
    )


def test_two_objects_of_one_second_have_two_keys() -> None:
    assert on_failure_key(BATCH) != on_failure_key(BATCH)


def test_body_says_what_was_given_up_and_why() -> None:
    body = on_failure_body(BATCH)

    assert body["version"] == "1.0"
    assert body["timestamp"] == "2026-03-09T08:05:06.000Z"
    assert body["requestContext"] == {
        "requestId": body["requestContext"]["requestId"],
        "functionArn": SETTINGS.function_arn,
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 3,
    }
    assert body["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert body["KinesisBatchInfo"] == {
        "shardId": "shardId-000000000001",
        "startSequenceNumber": "1",
        "endSequenceNumber": "2",
        "approximateArrivalOfFirstRecord": "2026-03-09T08:00:01.250Z",
        "approximateArrivalOfLastRecord": "2026-03-09T08:00:02.250Z",
        "batchSize": 2,
        "streamArn": SETTINGS.event_source_arn,
    }


def test_payload_holds_the_records_as_the_function_would_get_them() -> None:
    body = on_failure_body(BATCH)

    assert json.loads(body["payload"]) == {"Records": [each.event for each in BATCH.records]}


def test_partial_responses_leave_no_function_error() -> None:
    body = on_failure_body(replace(BATCH, error=None))

    assert "functionError" not in body["responseContext"]


def test_batch_that_was_never_invoked_has_no_response() -> None:
    body = on_failure_body(replace(BATCH, error=None, invocations=0, condition="RecordAgeExceeded"))

    assert "responseContext" not in body


def test_batch_of_a_table_stream_is_described_as_one() -> None:
    change: dict[str, Any] = {"dynamodb": {"SequenceNumber": "1"}}
    batch = replace(BATCH, records=(replace(BATCH.records[0], event=change),))

    assert on_failure_body(batch)["DDBStreamBatchInfo"]["batchSize"] == 1


@mock_aws
def test_object_is_put_into_the_destination_of_the_mapping() -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="quarantine")

    key = put_on_failure_object(s3, BATCH)

    assert key is not None
    stored = json.loads(s3.get_object(Bucket="quarantine", Key=key)["Body"].read())
    assert stored["KinesisBatchInfo"]["batchSize"] == 2


@mock_aws
def test_mapping_without_a_bucket_as_destination_keeps_nothing() -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    batch = replace(BATCH, settings=replace(SETTINGS, on_failure_destination=None))

    assert put_on_failure_object(s3, batch) is None

"""The object that Lambda puts into an S3 on-failure destination when it gives a batch up.

Key and body are as documented in kinesis-on-failure-destination and services-dynamodb-errors. The
pages show `payload` as a JSON string; no real object was at hand to confirm it.
"""

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator.streams.event_source_mapping import DiscardedBatch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_S3_ARN = "arn:aws:s3:::"


def put_on_failure_object(s3: "S3Client", batch: DiscardedBatch) -> str | None:
    """Do what Lambda does with a discarded batch; returns the key, None without a bucket."""
    destination = batch.settings.on_failure_destination
    if destination is None or not destination.startswith(_S3_ARN):
        return None
    key = on_failure_key(batch)
    s3.put_object(
        Bucket=destination.removeprefix(_S3_ARN),
        Key=key,
        Body=json.dumps(on_failure_body(batch)).encode(),
    )
    return key


def on_failure_key(batch: DiscardedBatch) -> str:
    at = batch.at.astimezone(UTC)
    folder = f"aws/lambda/{batch.settings.uuid}/{batch.shard_id}/{at:%Y/%m/%d}"
    return f"{folder}/{at:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"


def on_failure_body(batch: DiscardedBatch) -> dict[str, Any]:
    first, last = batch.records[0], batch.records[-1]
    source = "KinesisBatchInfo" if "kinesis" in first.event else "DDBStreamBatchInfo"
    body: dict[str, Any] = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": batch.settings.function_arn,
            "condition": batch.condition,
            "approximateInvokeCount": batch.invocations,
        },
        "version": "1.0",
        "timestamp": _timestamp(batch.at),
        source: {
            "shardId": batch.shard_id,
            "startSequenceNumber": first.sequence_number,
            "endSequenceNumber": last.sequence_number,
            "approximateArrivalOfFirstRecord": _timestamp(first.arrival),
            "approximateArrivalOfLastRecord": _timestamp(last.arrival),
            "batchSize": len(batch.records),
            "streamArn": batch.settings.event_source_arn,
        },
        "payload": json.dumps({"Records": [record.event for record in batch.records]}),
    }
    if batch.invocations:
        body["responseContext"] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if batch.error is not None:
            body["responseContext"]["functionError"] = "Unhandled"
    return body


def _timestamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

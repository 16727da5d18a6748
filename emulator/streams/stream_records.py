"""Stream records in the form in which Lambda hands them to a function."""

import base64
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.streams.event_source_mapping import StreamRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams.type_defs import RecordTypeDef as TableRecordTypeDef
    from mypy_boto3_kinesis.type_defs import RecordTypeDef as KinesisRecordTypeDef


def kinesis_record(
    record: "KinesisRecordTypeDef", *, stream_arn: str, shard_id: str
) -> StreamRecord:
    """From an element of what Kinesis GetRecords returns."""
    number = record["SequenceNumber"]
    arrival = record["ApproximateArrivalTimestamp"]
    return StreamRecord(
        sequence_number=number,
        ordering_key=record["PartitionKey"],
        arrival=arrival,
        event={
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": number,
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": arrival.timestamp(),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard_id}:{number}",
            "eventName": "aws:kinesis:record",
            "awsRegion": _region(stream_arn),
            "eventSourceARN": stream_arn,
        },
    )


def table_record(record: "TableRecordTypeDef", *, stream_arn: str) -> StreamRecord:
    """From an element of what DynamoDB Streams GetRecords returns."""
    change = record["dynamodb"]
    return StreamRecord(
        sequence_number=change["SequenceNumber"],
        ordering_key=json.dumps(change["Keys"], sort_keys=True, default=_as_json),
        arrival=change["ApproximateCreationDateTime"],
        event={
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record["eventVersion"],
            "eventSource": "aws:dynamodb",
            "awsRegion": _region(stream_arn),
            "dynamodb": json.loads(json.dumps(change, default=_as_json)),
            "eventSourceARN": stream_arn,
        },
    )


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _as_json(value: Any) -> Any:
    """What boto3 has turned into Python objects, back into what Lambda's JSON holds."""
    match value:
        case datetime():
            return value.timestamp()
        case bytes():
            return base64.b64encode(value).decode()
        case Decimal():
            return str(value)
        case set() | frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"not expected in a stream record: {type(value).__name__}")

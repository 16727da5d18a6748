"""Records as Lambda hands them over: with-kinesis and with-ddb show one of each."""

import json
from datetime import UTC, datetime

from emulator.streams.stream_records import kinesis_record, table_record

STREAM = "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"
TABLE = "arn:aws:dynamodb:us-east-2:123456789012:table/records/stream/2026-03-09T08:00:00.000"


def test_kinesis_record_has_the_documented_shape() -> None:
    record = kinesis_record(
        {
            "SequenceNumber": "4959",
            "ApproximateArrivalTimestamp": datetime(2018, 12, 17, 22, 10, 50, 987000, UTC),
            "Data": b"Hello, this is a test.",
            "PartitionKey": "1",
        },
        stream_arn=STREAM,
        shard_id="shardId-000000000006",
    )

    assert record.sequence_number == "4959"
    assert record.ordering_key == "1"
    assert record.event == {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "1",
            "sequenceNumber": "4959",
            "data": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
            "approximateArrivalTimestamp": 1545084650.987,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": "shardId-000000000006:4959",
        "eventName": "aws:kinesis:record",
        "awsRegion": "us-east-2",
        "eventSourceARN": STREAM,
    }


def test_table_record_has_the_documented_shape() -> None:
    record = table_record(
        {
            "eventID": "1",
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-2",
            "dynamodb": {
                "ApproximateCreationDateTime": datetime(2026, 3, 9, 8, tzinfo=UTC),
                "Keys": {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}},
                "NewImage": {"Version": {"N": "3"}, "Blob": {"B": b"\x00\x01"}},
                "SequenceNumber": "111",
                "SizeBytes": 26,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        },
        stream_arn=TABLE,
    )

    assert record.sequence_number == "111"
    assert record.arrival == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert record.event == {
        "eventID": "1",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-2",
        "dynamodb": {
            "ApproximateCreationDateTime": 1773043200.0,
            "Keys": {"ChainId": {"S": "a"}, "ContactId": {"S": "b"}},
            "NewImage": {"Version": {"N": "3"}, "Blob": {"B": "AAE="}},
            "SequenceNumber": "111",
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": TABLE,
    }
    assert json.loads(json.dumps(record.event)) == record.event


def test_order_of_a_table_is_kept_by_the_whole_key() -> None:
    def key_of(chain_id: str, contact_id: str) -> str:
        return table_record(
            {
                "eventID": "1",
                "eventName": "MODIFY",
                "eventVersion": "1.1",
                "dynamodb": {
                    "ApproximateCreationDateTime": datetime(2026, 3, 9, tzinfo=UTC),
                    "Keys": {"ContactId": {"S": contact_id}, "ChainId": {"S": chain_id}},
                    "SequenceNumber": "1",
                },
            },
            stream_arn=TABLE,
        ).ordering_key

    assert key_of("a", "b") == key_of("a", "b")
    assert len({key_of("a", "b"), key_of("a", "c"), key_of("c", "b")}) == 3

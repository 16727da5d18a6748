"""Reads one shard of a stream, of Kinesis or of a table, from where it was left."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.streams.event_source_mapping import StreamRecord
from emulator.streams.stream_records import kinesis_record, table_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_kinesis import KinesisClient

PAGE_RECORDS = 1000

Read = Callable[[str | None], list[StreamRecord]]
"""The next records of a shard after a sequence number (None: from its beginning).

Every read takes an iterator of its own: none can expire during a long invocation.
"""


def kinesis_shard(kinesis: "KinesisClient", *, stream_arn: str, shard_id: str) -> Read:
    def read(after: str | None) -> list[StreamRecord]:
        if after is None:
            iterator = kinesis.get_shard_iterator(
                StreamARN=stream_arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
            )
        else:
            iterator = kinesis.get_shard_iterator(
                StreamARN=stream_arn,
                ShardId=shard_id,
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                StartingSequenceNumber=after,
            )
        page = kinesis.get_records(ShardIterator=iterator["ShardIterator"], Limit=PAGE_RECORDS)
        return [
            kinesis_record(record, stream_arn=stream_arn, shard_id=shard_id)
            for record in page["Records"]
        ]

    return read


def table_shard(streams: "DynamoDBStreamsClient", *, stream_arn: str, shard_id: str) -> Read:
    def read(after: str | None) -> list[StreamRecord]:
        if after is None:
            iterator = streams.get_shard_iterator(
                StreamArn=stream_arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
            )
        else:
            iterator = streams.get_shard_iterator(
                StreamArn=stream_arn,
                ShardId=shard_id,
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                SequenceNumber=after,
            )
        page = streams.get_records(ShardIterator=iterator["ShardIterator"], Limit=PAGE_RECORDS)
        return [table_record(record, stream_arn=stream_arn) for record in page["Records"]]

    return read


def table_shard_ids(streams: "DynamoDBStreamsClient", stream_arn: str) -> list[str]:
    description = streams.describe_stream(StreamArn=stream_arn)["StreamDescription"]
    return [shard["ShardId"] for shard in description["Shards"]]

"""The function from its entry, against DynamoDB and Kinesis (moto: it scans an index)."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from tests.fakes.aws_in_memory import CONTEXT, TABLE, InMemoryAws
from tests.fakes.stale_contacts_in_memory import (
    STREAM,
    aws_with_open_contacts,
    stale_contacts_handler,
)

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

SERIALIZER = TypeSerializer()
OPEN_FOR_YEARS = {
    "ChainId": "contact-1",
    "ContactId": "contact-1",
    "InstanceId": "instance-1",
    "Status": "IN_PROGRESS",
    "Channel": "VOICE",
    "StartTimestamp": "2020-03-09T09:00:00.000Z",
    "Open": "07",
    "LastUpdateTimestamp": "2020-03-09T09:00:05.000Z",
}


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with aws_with_open_contacts() as aws:
        yield aws


@pytest.fixture
def stream(aws: InMemoryAws) -> "KinesisClient":
    assert aws
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="agent-events", ShardCount=1)
    return kinesis


def on_stream(kinesis: "KinesisClient") -> list[Any]:
    (shard,) = kinesis.list_shards(StreamARN=STREAM)["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamARN=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    answer = kinesis.get_records(StreamARN=STREAM, ShardIterator=iterator)
    return [json.loads(each["Data"]) for each in answer["Records"]]


def test_contact_that_has_been_open_for_years_is_spoken_of_on_the_stream(
    aws: InMemoryAws, stream: "KinesisClient", capsys: pytest.CaptureFixture[str]
) -> None:
    item = {name: SERIALIZER.serialize(value) for name, value in OPEN_FOR_YEARS.items()}
    aws.dynamodb.put_item(TableName=TABLE, Item=item)

    stale_contacts_handler()({}, CONTEXT)

    assert on_stream(stream) == [
        {
            "eventType": "END_UNKNOWN",
            "contactId": "contact-1",
            "lastKnownTimestamp": "2020-03-09T09:00:05.000Z",
        }
    ]
    printed = capsys.readouterr().out
    assert '"StaleContacts"' in printed
    assert "contact-1" not in printed

"""The function from its entry, against DynamoDB and Kinesis (moto: it scans an index)."""

import importlib
import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from tests.fakes.aws_in_memory import CONTEXT, ENVIRONMENT, TABLE, InMemoryAws, in_memory_aws

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/agent-events"
SERIALIZER = TypeSerializer()
OPEN_FOR_YEARS = {
    "ChainId": "contact-1",
    "ContactId": "contact-1",
    "OpenInstanceId": "instance-1",
    "Status": "IN_PROGRESS",
    "Channel": "VOICE",
    "StartTimestamp": "2020-03-09T09:00:00.000Z",
    "LastUpdateTimestamp": "2020-03-09T09:00:05.000Z",
}


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with in_memory_aws(tables_of_moto=True) as aws:
        aws.dynamodb.update_table(
            TableName=TABLE,
            AttributeDefinitions=[
                {"AttributeName": "OpenInstanceId", "AttributeType": "S"},
                {"AttributeName": "StartTimestamp", "AttributeType": "S"},
            ],
            GlobalSecondaryIndexUpdates=[
                {
                    "Create": {
                        "IndexName": "Open",
                        "KeySchema": [
                            {"AttributeName": "OpenInstanceId", "KeyType": "HASH"},
                            {"AttributeName": "StartTimestamp", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                }
            ],
        )
        yield aws


@pytest.fixture
def stream(aws: InMemoryAws) -> "KinesisClient":
    assert aws
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="agent-events", ShardCount=1)
    return kinesis


def handler() -> Callable[..., None]:
    settings = {"POWERTOOLS_SERVICE_NAME": "stale_contacts", "AGENT_EVENT_STREAM_ARN": STREAM}
    with mock.patch.dict(os.environ, ENVIRONMENT | settings):
        module = importlib.import_module("stale_contacts.handler")
        entry: Callable[..., None] = module.lambda_handler
        return entry


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

    handler()({}, CONTEXT)

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

"""The deployed resources in memory: table with stream, quarantine bucket, environment.

The tables are the project's own DynamoDB in memory, which takes an eighth of moto's time, and
everything else is moto's. ``tests/emulator/dynamodb`` asks the same of both, and one order of each
kind of test is played on moto's tables, too: ``in_memory_aws(tables_of_moto=True)``.

Also the one place that imports the two handlers, since they read the environment and make their
clients at import, as Lambda wants it.
"""

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from unittest import mock

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from adapters.aws_calls import LambdaContext
from adapters.contact_records_table import Key
from emulator.dynamodb.in_memory import InMemoryDynamoDB
from emulator.dynamodb.intercepted_requests import answered_by, is_for_dynamodb
from infra.table_indexes import READ_INDEXES
from tests.fakes.partiql_on_moto import partiql_on_moto

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.literals import KeyTypeType
    from mypy_boto3_dynamodbstreams.type_defs import RecordTypeDef
    from mypy_boto3_s3 import S3Client

REGION: Final = "eu-central-1"
TABLE = "ContactRecords"
AGENT_STATES = "AgentStates"
BUCKET = "contact-chains-quarantine"
RECORD_TTL_DAYS = 30

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "test",
    "AWS_DEFAULT_REGION": REGION,
    # Else the account is part of the endpoint's name, and moto does not know it.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AGENT_STATES_TABLE": AGENT_STATES,
    "CONTACT_RECORDS_TABLE": TABLE,
    "QUARANTINE_BUCKET": BUCKET,
    "RECORD_TTL_DAYS": str(RECORD_TTL_DAYS),
    "METRICS_NAMESPACE": "ContactChains",
    # Set by Lambda; without it Powertools would not know that it runs there.
    "AWS_LAMBDA_FUNCTION_NAME": "under-test",
}

_DESERIALIZER = TypeDeserializer()


class Handler(Protocol):
    """What Lambda calls."""

    def __call__(self, event: dict[str, Any], context: LambdaContext, /) -> dict[str, Any]: ...


class AllTheTime:
    """The context of an invocation that never comes near its end."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


CONTEXT: Final = AllTheTime()


@dataclass(frozen=True)
class InMemoryAws:
    """Clients of what the stateful stack deploys, empty at first."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    table_stream_arn: str
    tables: InMemoryDynamoDB | None
    """Behind the client, unless moto is."""

    def items(self) -> dict[Key, dict[str, Any]]:
        """Every item of the table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        items = [
            {name: _DESERIALIZER.deserialize(value) for name, value in marshalled.items()}
            for page in pages
            for marshalled in page["Items"]
        ]
        return {Key(item["ChainId"], item["ContactId"]): item for item in items}

    def table_stream_records(self, *, after: int) -> list["RecordTypeDef"]:
        """What the table's stream holds, less the first ``after`` records.

        Straight from where it is kept: the two calls of a read would take longer than all else.
        """
        if self.tables:
            return list(map(_streamed, self.tables.stream_records(TABLE, after=after)))
        stream = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(TABLE).stream_shard
        assert stream
        return [cast("RecordTypeDef", each.to_json()) for each in stream.items[after:]]

    def quarantined(self) -> dict[str, dict[str, Any]]:
        """Every quarantined record by its key in the bucket."""
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {
            each["Key"]: json.loads(
                self.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
            )
            for each in listed
        }


@contextmanager
def in_memory_aws(*, tables_of_moto: bool = False) -> Iterator[InMemoryAws]:
    tables = None if tables_of_moto else InMemoryDynamoDB(region=REGION)
    behind_the_client = tables_in_memory(tables) if tables else partiql_on_moto()
    with mock.patch.dict(os.environ, ENVIRONMENT), mock_aws(), behind_the_client:
        dynamodb, s3 = _clients()
        stream_arn = create_tables(dynamodb)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield InMemoryAws(dynamodb=dynamodb, s3=s3, table_stream_arn=stream_arn, tables=tables)


@contextmanager
def tables_in_memory(tables: InMemoryDynamoDB) -> Iterator[None]:
    """Let ``tables`` answer what goes to DynamoDB, and moto everything else."""
    process_request = BotocoreStubber.process_request

    def process(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        return None if is_for_dynamodb(request) else process_request(stubber, request)

    with (
        mock.patch.object(BotocoreStubber, "process_request", process),
        answered_by(tables, latency_seconds=0),
    ):
        yield


def _streamed(record: dict[str, Any]) -> "RecordTypeDef":
    """As boto3 would give it: times are no numbers."""
    change = record["dynamodb"]
    at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    return cast(
        "RecordTypeDef", {**record, "dynamodb": {**change, "ApproximateCreationDateTime": at}}
    )


def create_tables(dynamodb: "DynamoDBClient") -> str:
    """Both tables, without their indexes; the ARN of the stream of the records."""
    records = dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "ChainId", "KeyType": "HASH"},
            {"AttributeName": "ContactId", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "ChainId", "AttributeType": "S"},
            {"AttributeName": "ContactId", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={
            "StreamEnabled": True,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    )
    dynamodb.create_table(
        TableName=AGENT_STATES,
        KeySchema=[
            {"AttributeName": "AgentId", "KeyType": "HASH"},
            {"AttributeName": "InstanceId", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "InstanceId", "AttributeType": "S"},
            {"AttributeName": "AgentId", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return records["TableDescription"]["LatestStreamArn"]


def add_index(dynamodb: "DynamoDBClient", name: str) -> None:
    """An index of the records as it is deployed."""
    keys = READ_INDEXES[name]
    attributes = (*keys.partition_key, *keys.sort_key)
    kinds: list[KeyTypeType] = ["HASH"] * len(keys.partition_key)
    kinds += ["RANGE"] * len(keys.sort_key)
    dynamodb.update_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": name,
                    "KeySchema": [
                        {"AttributeName": each, "KeyType": kind}
                        for each, kind in zip(attributes, kinds, strict=True)
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            }
        ],
    )


@cache
def _clients() -> tuple["DynamoDBClient", "S3Client"]:
    """Made once, since it takes long: what they see is each time what moto holds then."""
    return boto3.client("dynamodb"), boto3.client("s3")


def client_of_ministack(endpoint: str) -> "DynamoDBClient":
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def agent_events_handler() -> Handler:
    return _handler("agent_events")


def contact_chains_handler() -> Handler:
    return _handler("contact_chains")


@cache
def _handler(function: str) -> Handler:
    with mock.patch.dict(os.environ, ENVIRONMENT):
        handler: Handler = importlib.import_module(f"{function}.handler").lambda_handler
        return handler

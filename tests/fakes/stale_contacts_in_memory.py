"""The function that closes stale contacts, and the index that it reads."""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from unittest import mock

from tests.fakes.aws_in_memory import ENVIRONMENT, TABLE, InMemoryAws, in_memory_aws

STREAM: Final = "arn:aws:kinesis:eu-central-1:123456789012:stream/agent-events"


@contextmanager
def aws_with_open_contacts() -> Iterator[InMemoryAws]:
    """The tables, of moto because it scans an index, with the index of open contacts."""
    with in_memory_aws(tables_of_moto=True) as aws:
        aws.dynamodb.update_table(
            TableName=TABLE,
            AttributeDefinitions=[
                {"AttributeName": "InstanceId", "AttributeType": "S"},
                {"AttributeName": "OpenSince", "AttributeType": "S"},
            ],
            GlobalSecondaryIndexUpdates=[
                {
                    "Create": {
                        "IndexName": "Open",
                        "KeySchema": [
                            {"AttributeName": "InstanceId", "KeyType": "HASH"},
                            {"AttributeName": "OpenSince", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                }
            ],
        )
        yield aws


def stale_contacts_handler() -> Callable[..., None]:
    with mock.patch.dict(os.environ, {**ENVIRONMENT, "AGENT_EVENT_STREAM_ARN": STREAM}):
        module = importlib.import_module("stale_contacts.handler")
        entry: Callable[..., None] = module.lambda_handler
        return entry

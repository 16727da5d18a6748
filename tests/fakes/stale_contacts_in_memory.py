"""The function that closes stale contacts, and the index that it reads."""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from unittest import mock

from infra.table_indexes import OPEN_INDEX
from tests.fakes.aws_in_memory import ENVIRONMENT, InMemoryAws, add_index, in_memory_aws

STREAM: Final = "arn:aws:kinesis:eu-central-1:123456789012:stream/agent-events"


@contextmanager
def aws_with_open_contacts() -> Iterator[InMemoryAws]:
    """The tables with the index of open contacts."""
    with in_memory_aws() as aws:
        add_index(aws.dynamodb, OPEN_INDEX)
        yield aws


def stale_contacts_handler() -> Callable[..., None]:
    with mock.patch.dict(os.environ, {**ENVIRONMENT, "AGENT_EVENT_STREAM_ARN": STREAM}):
        module = importlib.import_module("stale_contacts.handler")
        entry: Callable[..., None] = module.lambda_handler
        return entry

"""Fixtures: the deployed resources in memory, and the tables in an emulator that knows PartiQL."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes.aws_in_memory import (
    AGENT_STATES,
    TABLE,
    InMemoryAws,
    client_of_ministack,
    create_tables,
    in_memory_aws,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def aws() -> Iterator[InMemoryAws]:
    with in_memory_aws() as aws:
        yield aws


@pytest.fixture
def moto() -> Iterator[InMemoryAws]:
    """The same, but moto's tables instead of those in memory."""
    with in_memory_aws(tables_of_moto=True) as aws:
        yield aws


@pytest.fixture
def emulated(ministack_endpoint: str) -> Iterator["DynamoDBClient"]:
    """MiniStack's DynamoDB with both tables, which are empty."""
    emulator = client_of_ministack(ministack_endpoint)
    create_tables(emulator)
    yield emulator
    for table in (TABLE, AGENT_STATES):
        emulator.delete_table(TableName=table)

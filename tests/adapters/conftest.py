"""Fixtures: the deployed resources in memory, and the tables in an emulator that knows PartiQL."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

from emulator.machine import ministack
from tests.fakes.aws_in_memory import (
    AGENT_STATES,
    REGION,
    TABLE,
    InMemoryAws,
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


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator["DynamoDBClient"]:
    """MiniStack's DynamoDB; who asks for it must be marked with ``enable_socket``."""
    log_file = tmp_path_factory.mktemp("ministack") / "ministack.log"
    with ministack.running(log_file=log_file) as endpoint:
        yield boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


@pytest.fixture
def emulated(emulator: "DynamoDBClient") -> Iterator["DynamoDBClient"]:
    """The same with both tables, which are empty."""
    create_tables(emulator)
    yield emulator
    for table in (TABLE, AGENT_STATES):
        emulator.delete_table(TableName=table)

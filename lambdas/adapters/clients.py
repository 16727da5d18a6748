"""Clients of AWS services, from one botocore session.

boto3's own clients are these, too. Importing boto3 makes a process 2 MB larger and a cold start
longer: it brings resources and S3 transfers, which nothing here uses.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

import botocore.session
from botocore.config import Config

from adapters.aws_calls import CLIENT_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client


@overload
def client(service: Literal["dynamodb"], config: Config = ...) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"], config: Config = ...) -> "EventBridgeClient": ...
@overload
def client(service: Literal["kinesis"], config: Config = ...) -> "KinesisClient": ...
@overload
def client(service: Literal["connect"], config: Config = ...) -> Any: ...
@overload
def client(service: Literal["s3"], config: Config = ...) -> "S3Client": ...
def client(service: str, config: Config = CLIENT_CONFIG) -> object:
    """A client with credentials and region of the environment. Not to be made by two threads."""
    return _session().create_client(service, config=config)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()

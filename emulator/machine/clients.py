"""boto3 clients for the local endpoint, untouched by the user's own AWS settings."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

REGION = "us-east-1"
ACCOUNT = "000000000000"  # MiniStack's own
FUNCTION_TIMEOUT_SECONDS = 900  # the longest a Lambda function may run

# Neither ~/.aws nor AWS_PROFILE may lead anything here to a real account.
_NO_USER_SETTINGS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


@dataclass(frozen=True, kw_only=True)
class Clients:
    """One client per service that the local run speaks to; all are safe to share by threads."""

    cloudformation: "CloudFormationClient"
    dynamodb: "DynamoDBServiceResource"
    dynamodb_streams: "DynamoDBStreamsClient"
    kinesis: "KinesisClient"
    lambda_: "LambdaClient"
    s3: "S3Client"
    ssm: "SSMClient"


def clients_of(endpoint: str) -> Clients:
    session = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name=REGION,
        botocore_session=botocore.session.Session(session_vars=_NO_USER_SETTINGS),
    )
    config = Config(
        connect_timeout=2,
        read_timeout=120,
        retries={"mode": "standard", "total_max_attempts": 3},
        proxies={},
        s3={"addressing_style": "path"},
    )
    # No retry by boto3, which would invoke a second time, and no earlier time-out than Lambda's.
    invoking = config.merge(
        Config(read_timeout=FUNCTION_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
    )
    return Clients(
        cloudformation=session.client("cloudformation", endpoint_url=endpoint, config=config),
        dynamodb=session.resource("dynamodb", endpoint_url=endpoint, config=config),
        dynamodb_streams=session.client("dynamodbstreams", endpoint_url=endpoint, config=config),
        kinesis=session.client("kinesis", endpoint_url=endpoint, config=config),
        lambda_=session.client("lambda", endpoint_url=endpoint, config=invoking),
        s3=session.client("s3", endpoint_url=endpoint, config=config),
        ssm=session.client("ssm", endpoint_url=endpoint, config=config),
    )

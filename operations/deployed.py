"""The deployment that a command works on: clients, and the names of stream, table and buckets."""

import os
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ProfileNotFound

from adapters.agent_states_query import AgentStatesQuery
from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_queries_table import ContactQueriesTable
from operations.errors import NotDoneError

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


_STATEFUL: Final = "Stateful"


def stack_name(part: str, stage: str | None) -> str:
    """`ContactChainsStateful`, or `ContactChains-test-Stateful`, as the CDK app names stacks."""
    return f"ContactChains-{stage}-{part}" if stage else f"ContactChains{part}"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where AWS is. None: the user's own account and region."""

    region: str | None = None
    """AWS region (default: the one that the AWS CLI would use)."""
    profile: str | None = None
    """AWS profile (default: the one that the AWS CLI would use)."""
    endpoint_url: str | None = None
    """A local endpoint (default: AWS_ENDPOINT_URL)."""


@dataclass(frozen=True, kw_only=True)
class Deployment(Place):
    """Which deployment is meant. None: the stack's own names."""

    stage: str | None = None
    """The deployment's setting stage (default: without one)."""
    stack: str | None = None
    """The stack with the tables; the other stacks' names follow from it (default: the stage's)."""
    table: str | None = None
    """The table ContactRecords."""
    agent_states_table: str | None = None
    """The table AgentStates."""


@dataclass(frozen=True, kw_only=True)
class WholeDeployment(Deployment):
    """The same with everything that operators work on."""

    stream: str | None = None
    """The stream of agent events."""
    bucket: str | None = None
    """The quarantine bucket."""
    archive_bucket: str | None = None
    """The archive bucket."""
    queue_url: str | None = None
    """The queue of undelivered contact events."""
    bus: str | None = None
    """The event bus that records are published on."""
    history_bucket: str | None = None
    """The bucket of history."""
    history_delivery_stream: str | None = None
    """The Firehose stream of history."""
    history_database: str | None = None
    """The Glue database of history."""
    history_work_group: str | None = None
    """The Athena work group of history."""


class Deployed:
    """Every client is made, and every stack asked for its outputs, when first needed."""

    def __init__(self, deployment: Deployment) -> None:
        self._options = (
            deployment
            if isinstance(deployment, WholeDeployment)
            else WholeDeployment(**asdict(deployment))
        )

    @cached_property
    def stream(self) -> str:
        """The name of the stream of agent events."""
        return self._options.stream or self._output(_STATEFUL, "AgentEventStreamName", "--stream")

    @cached_property
    def contact_records_table(self) -> str:
        return self._options.table or self._output(_STATEFUL, "ContactRecordsTableName", "--table")

    @cached_property
    def agent_states_table(self) -> str:
        return self._options.agent_states_table or self._output(
            _STATEFUL, "AgentStatesTableName", "--agent-states-table"
        )

    @cached_property
    def contacts(self) -> ContactQueriesTable:
        """Contact records, to be asked."""
        return ContactQueriesTable(self.dynamodb, self.contact_records_table)

    @cached_property
    def agent_states(self) -> AgentStatesQuery:
        """Agents' states, to be asked."""
        return AgentStatesQuery(self.dynamodb, self.agent_states_table)

    @cached_property
    def quarantine_bucket(self) -> str:
        return self._options.bucket or self._output(_STATEFUL, "QuarantineBucketName", "--bucket")

    @cached_property
    def archive_bucket(self) -> str:
        """In a stack of its own, which is not there where the archive is switched off."""
        return self._options.archive_bucket or self._output(
            "Archive", "ArchiveBucketName", "--archive-bucket"
        )

    @cached_property
    def undelivered_queue(self) -> str:
        """The URL of the queue, which is not there where no instance is named."""
        return self._options.queue_url or self._output(
            "Connect", "UndeliveredContactEventsQueueUrl", "--queue-url"
        )

    @cached_property
    def record_event_bus(self) -> str:
        """In a stack of its own, which is not there unless events are switched on."""
        return self._options.bus or self._output("Events", "RecordEventBusName", "--bus")

    @cached_property
    def history_bucket(self) -> str | None:
        """None where no history is written: its stack is not there."""
        if self._options.history_bucket:
            return self._options.history_bucket
        if not self._exists("Analytics", "--history-bucket"):
            return None
        return self._output("Analytics", "HistoryBucketName", "--history-bucket")

    @cached_property
    def history_delivery_stream(self) -> str:
        """In a stack of its own, which is not there unless analytics are switched on."""
        return self._options.history_delivery_stream or self._output(
            "Analytics", "HistoryDeliveryStreamName", "--history-delivery-stream"
        )

    @cached_property
    def history_database(self) -> str:
        return self._options.history_database or self._output(
            "Analytics", "HistoryDatabaseName", "--history-database"
        )

    @cached_property
    def history_work_group(self) -> str:
        return self._options.history_work_group or self._output(
            "Analytics", "HistoryWorkGroupName", "--history-work-group"
        )

    @cached_property
    def athena(self) -> "AthenaClient":
        return self._session.client("athena", endpoint_url=self._url, config=self._config)

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", endpoint_url=self._url, config=self._config)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self._url, config=self._config)

    @cached_property
    def events(self) -> "EventBridgeClient":
        return self._session.client("events", endpoint_url=self._url, config=self._config)

    @cached_property
    def firehose(self) -> "FirehoseClient":
        return self._session.client("firehose", endpoint_url=self._url, config=self._config)

    @cached_property
    def kinesis(self) -> "KinesisClient":
        return self._session.client("kinesis", endpoint_url=self._url, config=self._config)

    @cached_property
    def s3(self) -> "S3Client":
        return self._session.client("s3", endpoint_url=self._url, config=self._config)

    @cached_property
    def sqs(self) -> "SQSClient":
        return self._session.client("sqs", endpoint_url=self._url, config=self._config)

    def client(self, service: str) -> Any:
        """A client of a service that few commands ask; boto3's name for it."""
        make: Any = self._session.client
        return make(service, endpoint_url=self._url, config=self._config)

    @cached_property
    def _session(self) -> boto3.Session:
        # boto3 knows AWS_DEFAULT_REGION only; the AWS CLI prefers AWS_REGION.
        region = self._options.region or os.environ.get("AWS_REGION") or None
        try:
            return boto3.Session(profile_name=self._options.profile, region_name=region)
        except ProfileNotFound as error:
            raise NotDoneError(str(error)) from error

    @property
    def _url(self) -> str | None:
        return self._options.endpoint_url or os.environ.get("AWS_ENDPOINT_URL") or None

    @property
    def _config(self) -> Config:
        config = Config(
            max_pool_connections=CONCURRENT_CALLS,
            retries={"mode": "standard", "total_max_attempts": 8},
        )
        if self._url is None:
            return config
        # A local endpoint has no host names for buckets and is not reached through a proxy.
        return config.merge(Config(proxies={}, s3={"addressing_style": "path"}))

    def _exists(self, part: str, option: str) -> bool:
        stack = self._stack(part, option)
        try:
            self.cloudformation.describe_stacks(StackName=stack)
        except ClientError as error:
            # What CloudFormation says of a stack that is not there.
            if error.response["Error"]["Code"] == "ValidationError":
                return False
            message = f"Stack {stack} cannot be looked up in this account and region; give"
            raise NotDoneError(f"{message} {option}. {error}") from error
        return True

    def _output(self, part: str, name: str, option: str) -> str:
        stack = self._stack(part, option)
        try:
            described = self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            message = f"Stack {stack} cannot be looked up in this account and region; give {option}"
            raise NotDoneError(f"{message}, or another --stage or --stack. {error}") from error
        for output in described.get("Outputs", []):
            if output["OutputKey"] == name:
                return output["OutputValue"]
        message = (
            f"Stack {stack} has no output {name}; give {option}, or another --stage or --stack."
        )
        raise NotDoneError(message)

    def _stack(self, part: str, option: str) -> str:
        """Of the same deployment: never one part of this and another of that."""
        stateful = self._options.stack or stack_name(_STATEFUL, self._options.stage)
        if part == _STATEFUL:
            return stateful
        if not stateful.endswith(_STATEFUL):
            message = (
                f"{stateful} does not end in {_STATEFUL}, so the name of the stack {part} is not "
                f"known; give {option}."
            )
            raise NotDoneError(message)
        return stateful.removesuffix(_STATEFUL) + part

"""The two functions, what feeds them, and everything they may do."""

from collections.abc import Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.lambda_code import lambda_code
from infra.settings import ArchitectureName, Settings
from infra.stream_consumer import OnFailureToQuarantine, StreamConsumer

METRICS_NAMESPACE: Final = "ContactChains"

_ARCHITECTURE: Final[dict[ArchitectureName, lambda_.Architecture]] = {
    "arm64": lambda_.Architecture.ARM_64,
    "x86_64": lambda_.Architecture.X86_64,
}

# A full batch takes a second or two. The rest is room for boto3's own retries while DynamoDB
# throttles; a batch that takes longer is better cut short and begun again.
FUNCTION_TIMEOUT = cdk.Duration.seconds(60)

# What can never succeed is put into quarantine by the code itself, so a batch that fails is
# expected to succeed later: Lambda tries for a good while before it gives up. But it does give up,
# for by default one bad batch would block its shard until the stream forgets it.
RETRY_ATTEMPTS: Final = 100

# A stream keeps its records for at least 24 hours: always so a DynamoDB stream, and so a Kinesis
# stream of which we know nothing else.
SHORTEST_RETENTION = cdk.Duration.days(1)

# The most that an event source mapping accepts.
LONGEST_RECORD_AGE = cdk.Duration.days(7)


class PipelineStack(cdk.Stack):
    """Agent events become contact records, and contact records are linked into chains."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_event_stream: kinesis.IStream,
        contact_records: dynamodb.ITable,
        agent_states: dynamodb.ITable,
        quarantine: s3.IBucket,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope, construct_id, description="Contact Chains: agent_events and contact_chains"
        )
        self._contact_records = contact_records
        self._agent_states = agent_states
        self._quarantine = quarantine
        self._settings = settings
        self._code = lambda_code(self, architecture=settings.architecture)

        agent_events = self._agent_events()
        self._read_agent_events(agent_events, agent_event_stream)
        contact_chains = self._contact_chains()
        self._read_contact_records(contact_chains)

        for name, consumer in (
            ("AgentEventsFunctionName", agent_events),
            ("ContactChainsFunctionName", contact_chains),
        ):
            cdk.CfnOutput(self, name, value=consumer.function.function_name)

    def _agent_events(self) -> StreamConsumer:
        consumer = StreamConsumer(
            self,
            "AgentEvents",
            description="Folds agent events into contact records",
            code=self._code,
            handler="agent_events.handler.lambda_handler",
            architecture=_ARCHITECTURE[self._settings.architecture],
            # Lambda gives CPU by memory, and signing and sending the writes is CPU: half of this
            # would cost the same and take twice as long.
            memory_size=1024,
            timeout=FUNCTION_TIMEOUT,
            environment={
                "CONTACT_RECORDS_TABLE": self._contact_records.table_name,
                "AGENT_STATES_TABLE": self._agent_states.table_name,
                "QUARANTINE_BUCKET": self._quarantine.bucket_name,
                "RECORD_TTL_DAYS": str(self._settings.record_ttl_days),
                **_powertools("agent_events"),
            },
        )
        consumer.allow(
            ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"],
            [self._contact_records.table_arn, self._agent_states.table_arn],
        )
        consumer.allow(["s3:PutObject"], [self._quarantine.arn_for_objects("agent_events/*")])
        return consumer

    def _read_agent_events(self, consumer: StreamConsumer, stream: kinesis.IStream) -> None:
        consumer.allow(
            [
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            [stream.stream_arn],
        )
        if stream.encryption_key:
            consumer.allow(["kms:Decrypt"], [stream.encryption_key.key_arn])
        lambda_.EventSourceMapping(
            consumer,
            "FromAgentEventStream",
            target=consumer.function,
            event_source_arn=stream.stream_arn,
            # From the oldest: events that came before the first deployment was done are not lost.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            # An invocation takes 6 MB, which is 200 to 900 events by the number of queues in a
            # routing profile: a larger number would seldom mean anything.
            batch_size=500,
            # As long as Lambda waits between two polls anyway.
            max_batching_window=cdk.Duration.seconds(1),
            # Four lanes per shard, each with its own agents: a batch that is tried again holds up a
            # quarter of them. Order is kept for each agent, and more is not needed.
            parallelization_factor=4,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=RETRY_ATTEMPTS,
            max_record_age=self._agent_event_age(),
            on_failure=OnFailureToQuarantine(self._quarantine),
            # No filter: one on the data drops what is not JSON before the quarantine can see it.
        )

    def _agent_event_age(self) -> cdk.Duration:
        """How long Lambda tries: half of the retention.

        A record that was given up on is still on the stream for as long again, so the mapping can
        be set back to it.
        """
        if self._settings.agent_event_stream_arn:
            return _half(SHORTEST_RETENTION)
        retention = cdk.Duration.days(self._settings.new_stream_retention_days)
        longest = LONGEST_RECORD_AGE.to_hours()
        return cdk.Duration.hours(min(_half(retention).to_hours(), longest))

    def _contact_chains(self) -> StreamConsumer:
        consumer = StreamConsumer(
            self,
            "ContactChains",
            description="Links the contact records of transferred contacts",
            code=self._code,
            handler="contact_chains.handler.lambda_handler",
            architecture=_ARCHITECTURE[self._settings.architecture],
            # Sees about a tenth of the records that agent_events sees, and much smaller ones.
            memory_size=512,
            timeout=FUNCTION_TIMEOUT,
            environment={
                "CONTACT_RECORDS_TABLE": self._contact_records.table_name,
                **_powertools("contact_chains"),
            },
        )
        consumer.allow(["dynamodb:Query", "dynamodb:UpdateItem"], [self._contact_records.table_arn])
        return consumer

    def _read_contact_records(self, consumer: StreamConsumer) -> None:
        stream_arn = self._contact_records.table_stream_arn
        if stream_arn is None:
            raise ValueError("the table of the contact records has no stream")
        consumer.allow(
            [
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:ListStreams",
            ],
            [stream_arn],
        )
        lambda_.EventSourceMapping(
            consumer,
            "FromContactRecords",
            target=consumer.function,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            # Each record may stand for a chain of its own, which is one read and a few writes.
            batch_size=100,
            max_batching_window=cdk.Duration.seconds(1),
            # Two: the legs of one chain may be in both lanes and race for it, which is harmless but
            # costs a second read; more lanes would mean more of that.
            parallelization_factor=2,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=RETRY_ATTEMPTS,
            max_record_age=_half(SHORTEST_RETENTION),
            on_failure=OnFailureToQuarantine(self._quarantine),
            # Only chains that have, or may get, a second leg. Two filters, either of which lets an
            # item pass: a leg that names its first contact, and one that was linked before (or was
            # marked when its child was, because it had not come yet).
            filters=[
                _filter_on_new_image("InitialContactId", "S"),
                _filter_on_new_image("ChainVersion", "N"),
            ],
        )


def _powertools(service: str) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": service,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def _filter_on_new_image(attribute: str, attribute_type: str) -> Mapping[str, Any]:
    exists = {attribute_type: lambda_.FilterRule.exists()}
    return lambda_.FilterCriteria.filter({"dynamodb": {"NewImage": {attribute: exists}}})


def _half(duration: cdk.Duration) -> cdk.Duration:
    return cdk.Duration.hours(duration.to_hours() / 2)

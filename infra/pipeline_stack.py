"""The two functions, their event source mappings and their rights."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from contacts.item_parts import CHAIN_VERSION, LINKS_DUE, OF_A_LONGER_CHAIN
from infra.acknowledged import acknowledge, acknowledge_objects
from infra.canary import Canary
from infra.functions.function_sizes import AGENT_EVENTS, CONTACT_CHAINS
from infra.functions.granted_function import GrantedFunction
from infra.functions.lambda_code import lambda_code
from infra.functions.on_failure import OnFailureToQuarantine
from infra.functions.stream_reading import (
    FUNCTION_TIMEOUT,
    MAPPING_METRICS,
    RETRY_ATTEMPTS,
    SHORTEST_RETENTION,
    half,
    if_new_image,
    read_table_stream,
)
from infra.monitoring.pipeline_alarms import Observability, Watched
from infra.monitoring.stream_alarms import EventSource
from infra.settings.settings import Settings
from infra.stale_contacts import StaleContacts

# The most that an event source mapping accepts.
LONGEST_RECORD_AGE = cdk.Duration.days(7)

# Where agent_events itself puts records.
QUARANTINED: Final = "agent_events/*"


class PipelineStack(cdk.Stack):
    """Agent events become contact records, and contact records are linked into chains."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_event_stream: kinesis.IStream,
        contact_record_stream: kinesis.IStream | None,
        contact_records: dynamodb.ITable,
        agent_states: dynamodb.ITable,
        quarantine: s3.IBucket,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: agent_events and contact_chains",
        )
        self._contact_records = contact_records
        self._agent_states = agent_states
        self._quarantine = quarantine
        self._settings = settings
        self._code = lambda_code(self, architecture=settings.architecture)

        agent_events = self._agent_events()
        sources = [
            self._read_stream(
                agent_events,
                "AgentEventStream",
                agent_event_stream,
                is_new=settings.agent_event_stream_arn is None,
            )
        ]
        if contact_record_stream:
            sources.append(
                self._read_stream(
                    agent_events,
                    "ContactRecordStream",
                    contact_record_stream,
                    is_new=settings.contact_record_stream_arn is None,
                )
            )
        contact_chains = self._contact_chains()
        if settings.closes_stale_contacts:
            StaleContacts(
                self,
                "StaleContacts",
                code=self._code,
                stream=agent_event_stream,
                contact_records=contact_records,
                settings=settings,
            )
        if settings.has_canary:
            Canary(
                self,
                "Canary",
                code=self._code,
                stream=agent_event_stream,
                contact_records=contact_records,
                agent_states=agent_states,
                settings=settings,
            )
        Observability(
            self,
            "Observability",
            watched=Watched(
                agent_events=agent_events,
                contact_chains=contact_chains,
                agent_event_sources=sources,
                contact_chain_source=self._read_contact_records(contact_chains),
                contact_records=contact_records,
                agent_states=agent_states,
            ),
            settings=settings,
        )

        for name, consumer in (
            ("AgentEventsFunctionName", agent_events),
            ("ContactChainsFunctionName", contact_chains),
        ):
            cdk.CfnOutput(self, name, value=consumer.function.function_name)

    def _agent_events(self) -> GrantedFunction:
        consumer = GrantedFunction(
            self,
            "AgentEvents",
            description="Folds what Amazon Connect publishes into contact records",
            code=self._code,
            service="agent_events",
            settings=self._settings,
            # Lambda gives CPU by memory, and signing and sending the writes is CPU: half of this
            # would cost the same and take twice as long.
            memory_size=AGENT_EVENTS.memory_size,
            timeout=FUNCTION_TIMEOUT,
            environment={
                "CONTACT_RECORDS_TABLE": self._contact_records.table_name,
                "AGENT_STATES_TABLE": self._agent_states.table_name,
                "QUARANTINE_BUCKET": self._quarantine.bucket_name,
                "RECORD_TTL_DAYS": str(self._settings.record_ttl_days),
                "KEPT_CONTACT_RECORD_FIELDS": ",".join(self._settings.kept_contact_record_fields),
            },
        )
        # A transaction of updates asks for no right of its own (DynamoDB's page
        # transaction-apis-iam).
        consumer.allow(
            [
                "dynamodb:BatchGetItem",
                "dynamodb:PartiQLInsert",
                "dynamodb:PartiQLUpdate",
                "dynamodb:UpdateItem",
            ],
            [self._contact_records.table_arn, self._agent_states.table_arn],
        )
        consumer.allow_key(self._contact_records.encryption_key, "kms:Decrypt", through="dynamodb")
        consumer.allow(["s3:PutObject"], [self._quarantine.arn_for_objects(QUARANTINED)])
        consumer.allow_key(self._quarantine.encryption_key, "kms:GenerateDataKey", through="s3")
        acknowledge_objects(
            consumer.role,
            self._quarantine,
            QUARANTINED,
            "The function names the objects by stream, shard and sequence number, and may write no "
            "others.",
        )
        return consumer

    def _read_stream(
        self, consumer: GrantedFunction, name: str, stream: kinesis.IStream, *, is_new: bool
    ) -> EventSource:
        """Let the function read a stream on which Connect publishes, without a filter."""
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
        # No page says what Lambda needs ListStreams for, but AWS's own policy for functions that
        # read Kinesis has it (AWSLambdaKinesisExecutionRole), and a mapping cannot be created
        # without a right that Lambda tries. It lists names of streams and takes no resource.
        consumer.allow(["kinesis:ListStreams"], ["*"])
        acknowledge(
            consumer.role, "IAM5[Resource::*]", "Kinesis lists streams of an account, not of one."
        )
        if stream.encryption_key:
            consumer.allow(["kms:Decrypt"], [stream.encryption_key.key_arn])
        tried_for = self._record_age(is_new=is_new)
        mapping = lambda_.EventSourceMapping(
            consumer,
            f"From{name}",
            target=consumer.function,
            event_source_arn=stream.stream_arn,
            # From the oldest record, so that what came before the deployment ended is not lost.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            # An invocation takes 6 MB, which is 200 to 900 events by the number of queues in a
            # routing profile: a larger number would seldom mean anything.
            batch_size=AGENT_EVENTS.batch_size,
            # Zero by default: Lambda polls once a second anyway.
            max_batching_window=cdk.Duration.seconds(self._settings.batching_window_seconds),
            # Each lane of a shard has its own agents and contacts, so a batch that is retried holds
            # up only those of its lane. Order is kept for each agent; more is not needed.
            parallelization_factor=AGENT_EVENTS.lanes,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=RETRY_ATTEMPTS,
            max_record_age=tried_for,
            on_failure=OnFailureToQuarantine(self._quarantine),
            metrics_config=MAPPING_METRICS,
            # No filter, because it would silently drop what is not JSON instead of quarantining it.
        )
        return EventSource(name=name, mapping=mapping, tried_for=tried_for, stream=stream)

    def _record_age(self, *, is_new: bool) -> cdk.Duration:
        """How long Lambda tries: half of the retention.

        A record that was given up on is still on the stream for as long again, so the mapping can
        be set back to it.
        """
        if not is_new:
            return half(SHORTEST_RETENTION)
        retention = cdk.Duration.days(self._settings.new_stream_retention_days)
        longest = LONGEST_RECORD_AGE.to_hours()
        return cdk.Duration.hours(min(half(retention).to_hours(), longest))

    def _contact_chains(self) -> GrantedFunction:
        consumer = GrantedFunction(
            self,
            "ContactChains",
            description="Links the contact records of transferred contacts",
            code=self._code,
            service="contact_chains",
            settings=self._settings,
            # Sees about a quarter of the records that agent_events sees (docs/scale.md: 0.26 of
            # the table's stream per event pass the filter), and smaller ones.
            memory_size=CONTACT_CHAINS.memory_size,
            timeout=FUNCTION_TIMEOUT,
            environment={"CONTACT_RECORDS_TABLE": self._contact_records.table_name},
        )
        consumer.allow(["dynamodb:Query", "dynamodb:UpdateItem"], [self._contact_records.table_arn])
        consumer.allow_key(self._contact_records.encryption_key, "kms:Decrypt", through="dynamodb")
        return consumer

    def _read_contact_records(self, consumer: GrantedFunction) -> EventSource:
        # Only if what links are made of has changed, which agent_events marks, and only of chains
        # that have, or may get, a second leg. Any of these filters lets an item pass: a
        # leg that names its first contact; one that was linked before (or was marked when its child
        # was, because it had not come yet); a first contact for which Amazon states a later leg
        # that may never come here.
        return read_table_stream(
            consumer,
            "ContactRecordsStream",
            self._contact_records,
            filters=[
                if_new_image(**{LINKS_DUE: "N", name: "N" if name == CHAIN_VERSION else "S"})
                for name in OF_A_LONGER_CHAIN
            ],
            sizes=CONTACT_CHAINS,
            quarantine=self._quarantine,
        )

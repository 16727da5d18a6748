"""The stack of everything that must be kept: streams, both tables, quarantine."""

from collections.abc import Mapping
from itertools import islice
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.data_key import data_key
from infra.private_bucket import PrivateBucket
from infra.provisioned import (
    READ_UNITS,
    WRITE_UNITS,
    scale_index,
    scale_table,
    shards,
    usual_units,
)
from infra.retention import removal_of_data, removal_of_protected_data
from infra.settings.settings import Settings
from infra.table_indexes import READ_INDEXES

STREAM_PAGE: Final = (
    "https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-streams-enable.html"
)

# An overwritten or deleted object can be fetched back for this long.
QUARANTINE_VERSIONS_KEPT = cdk.Duration.days(30)


class StatefulStack(cdk.Stack):
    """Stream, tables and bucket. `removalPolicy` decides what happens to them with the stack."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: agent event stream, tables, quarantine",
            # It holds data, so removing it takes two steps.
            termination_protection=settings.keeps_data,
        )
        self._settings = settings
        self._agents = settings.provisioned_agents
        key_arn = settings.kms_key_arn
        self._key = kms.Key.from_key_arn(self, "ConnectKey", key_arn) if key_arn else None
        self._data_key = data_key(self, settings)
        self.agent_event_stream = self._stream("AgentEventStream", settings.agent_event_stream_arn)
        self.contact_record_stream = (
            self._stream("ContactRecordStream", settings.contact_record_stream_arn)
            if settings.reads_separate_contact_records
            else None
        )
        self._say_what_the_streams_mean()
        self._say_what_one_key_means()
        self._say_what_cannot_be_brought_back()
        self.contact_records = self._contact_records()
        self.agent_states = self._agent_states()
        self.quarantine = self._quarantine()

        cdk.CfnOutput(self, "AgentEventStreamName", value=self.agent_event_stream.stream_name)
        if self.contact_record_stream:
            stream_name = self.contact_record_stream.stream_name
            cdk.CfnOutput(self, "ContactRecordStreamName", value=stream_name)
        cdk.CfnOutput(self, "ContactRecordsTableName", value=self.contact_records.table_name)
        cdk.CfnOutput(self, "AgentStatesTableName", value=self.agent_states.table_name)
        cdk.CfnOutput(self, "QuarantineBucketName", value=self.quarantine.bucket_name)

    def _stream(self, construct_id: str, existing_arn: str | None) -> kinesis.IStream:
        """A new stream, or the one that exists. Connect publishes on either under the same key."""
        if existing_arn:
            return kinesis.Stream.from_stream_attributes(
                self, construct_id, stream_arn=existing_arn, encryption_key=self._key
            )
        stream = kinesis.Stream(
            self,
            construct_id,
            # On demand there is no shard count to choose: a contact centre of 10,000 agents and one
            # of 10 deploy the same template. It starts at 4 MB/s, and Connect does not notice
            # resharding.
            stream_mode=kinesis.StreamMode.PROVISIONED
            if self._agents
            else kinesis.StreamMode.ON_DEMAND,
            shard_count=shards(construct_id, self._agents) if self._agents else None,
            retention_period=cdk.Duration.days(self._settings.new_stream_retention_days),
            # Never left to CDK: its default is the AWS-managed key, and Connect can't use that.
            encryption=kinesis.StreamEncryption.KMS
            if self._key
            else kinesis.StreamEncryption.UNENCRYPTED,
            encryption_key=self._key,
            removal_policy=removal_of_data(self._settings),
        )
        if self._key:
            acknowledge(stream, "KDS3", "Connect can publish nothing under the key of AWS.")
        else:
            acknowledge(
                stream,
                "KDS1",
                "No key was given, and under the key of AWS Connect could publish nothing: the "
                "synthesis warns of it, and docs/security.md names it among the risks that remain.",
            )
        return stream

    def _contact_records(self) -> dynamodb.Table:
        table = self._table(
            "ContactRecords",
            partition_key="ChainId",
            sort_key="ContactId",
            # Both images: consumers see what changed, and the chain filter looks at the new one.
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
        )
        for index_name in islice(READ_INDEXES, self._settings.read_indexes):
            keys = READ_INDEXES[index_name]
            table.add_global_secondary_index(
                index_name=index_name,
                partition_keys=list(map(_string_key, keys.partition_key)),
                sort_keys=list(map(_string_key, keys.sort_key)) or None,
                # Records are read by the keys found: an entry is written when a contact gets its
                # agent or queue, not with each of its changes.
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                read_capacity=self._usual(READ_UNITS, index_name),
                write_capacity=self._usual(WRITE_UNITS, index_name),
            )
            if self._agents:
                scale_index(table, index_name, self._agents)
        return table

    def _agent_states(self) -> dynamodb.Table:
        """What each agent was last seen doing: one item per agent, which repairs lost events."""
        return self._table("AgentStates", partition_key="AgentId", sort_key="InstanceId")

    def _table(
        self,
        construct_id: str,
        *,
        partition_key: str,
        sort_key: str,
        stream: dynamodb.StreamViewType | None = None,
    ) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            construct_id,
            partition_key=_string_key(partition_key),
            sort_key=_string_key(sort_key),
            billing_mode=dynamodb.BillingMode.PROVISIONED
            if self._agents
            else dynamodb.BillingMode.PAY_PER_REQUEST,
            read_capacity=self._usual(READ_UNITS, construct_id),
            write_capacity=self._usual(WRITE_UNITS, construct_id),
            stream=stream,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=self._settings.can_be_restored
            ),
            time_to_live_attribute="ExpiresAt",
            # Without dataKmsKeyArn the account's key aws/dynamodb: its use shows in CloudTrail, and
            # the functions need no right on it. Connect's key is not taken by default, so that
            # records stay readable even if that key is disabled.
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED
            if self._data_key
            else dynamodb.TableEncryption.AWS_MANAGED,
            encryption_key=self._data_key,
            deletion_protection=self._settings.keeps_data,
            removal_policy=removal_of_protected_data(self._settings),
        )
        if self._agents:
            scale_table(table, construct_id, self._agents)
        if not self._settings.can_be_restored:
            acknowledge(table, "DDB3", "The settings ask for no backup: it costs by the GB stored.")
        return table

    def _usual(self, units: Mapping[str, float], name: str) -> int | None:
        """The initial capacity of a table or an index; None is capacity on demand."""
        return usual_units(units, name, self._agents) if self._agents else None

    def _quarantine(self) -> s3.Bucket:
        return PrivateBucket(
            self,
            "Quarantine",
            # Connect's key is not taken by default: when that key is disabled, records that cannot
            # be processed must still be kept here.
            key=self._data_key,
            # Evidence: what is overwritten or deleted by mistake can be fetched back.
            versioned=True,
            lifecycle_rules=[
                # As long as the contact record that the event would have given: agents' names are
                # personal data and are not kept longer here than there. No move to a colder class:
                # objects of a few KB cost more in those.
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(self._settings.record_ttl_days),
                    noncurrent_version_expiration=QUARANTINE_VERSIONS_KEPT,
                )
            ],
            # To delete the bucket with its stack, somebody must empty it first: CDK's automatic way
            # would deploy a function with the right to delete the evidence.
            removal_policy=removal_of_data(self._settings),
        )

    def _say_what_the_streams_mean(self) -> None:
        if self._key is None and self._settings.creates_a_stream:
            cdk.Annotations.of(self).add_warning_v2(
                "contact-chains:unencrypted-stream",
                "Streams are created without server-side encryption: Amazon Connect cannot publish "
                "to a stream under the AWS-managed key aws/kinesis. To encrypt them, give the "
                "customer managed key that your Connect instance already uses for call recordings "
                f"or scheduled reports: -c kmsKeyArn=<key ARN>. See {STREAM_PAGE}",
            )
        existing = " and ".join(self._settings.existing_stream_keys)
        if self._key is None and existing:
            cdk.Annotations.of(self).add_info_v2(
                "contact-chains:existing-stream-without-key",
                f"No key is given for what exists already ({existing}). If it is encrypted under a "
                "customer managed key, say which: -c kmsKeyArn=<key ARN>. Without it the functions "
                "and the archive may not decrypt its records, and no contact event gets into it.",
            )
        if self._settings.retention_days is not None and not self._settings.creates_a_stream:
            cdk.Annotations.of(self).add_warning_v2(
                "contact-chains:retention-not-applied",
                f"retentionDays={self._settings.retention_days} has no effect: no stream is "
                f"created, and what exists already ({existing}) keeps its own retention period.",
            )

    def _say_what_cannot_be_brought_back(self) -> None:
        if not self._settings.can_be_restored and not self._settings.archives_events:
            cdk.Annotations.of(self).add_warning_v2(
                "contact-chains:nothing-to-restore-from",
                "pointInTimeRecovery=off and archive=off: a record that is deleted or damaged by "
                "mistake cannot be brought back once the stream has forgotten its events. Keep "
                "one of them: the archive replays events, the backup restores the table.",
            )

    def _say_what_one_key_means(self) -> None:
        if self._settings.data_kms_key_arn and self._settings.data_kms_key_arn == (
            self._settings.kms_key_arn
        ):
            cdk.Annotations.of(self).add_warning_v2(
                "contact-chains:one-key",
                "dataKmsKeyArn is the key of the streams, too: if somebody disables the key that "
                "Connect uses, all records, the archive and the quarantine become unreadable. "
                "Use a key of its own: -c dataKmsKeyArn=<key ARN>.",
            )


def _string_key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)

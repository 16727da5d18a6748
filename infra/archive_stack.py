"""Keeps every raw record of the streams, so that a period can be replayed.

A stack of its own, so that the archive can be left out: Firehose and its reading of the stream add
about two thirds to the cost of the stream (worked out from list prices, for events of 12 KB).
"""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream
from constructs import Construct

from infra.acknowledged import (
    acknowledge,
)
from infra.data_key import data_key
from infra.firehose import FirehoseLog, FirehoseRole
from infra.monitoring.alarms import Alarms
from infra.monitoring.archive_alarms import (
    AGENT_EVENT_ARCHIVE,
    CONTACT_RECORD_ARCHIVE,
    watch_archive,
)
from infra.private_bucket import PrivateBucket
from infra.retention import removal_of_data
from infra.settings.settings import Settings

# Firehose names an object by the UTC day on which its oldest record arrived (its guide's page
# s3-prefixes): the last object of a day may also hold the first records of the next.
DAY: Final = "!{timestamp:yyyy/MM/dd}/"
EVENTS_PREFIX: Final = f"agent_events/{DAY}"
CONTACT_RECORDS_PREFIX: Final = f"contact_records/{DAY}"
ERRORS_PREFIX: Final = f"errors/!{{firehose:error-output-type}}/{DAY}"

# The most that Firehose accepts, which gives the fewest and largest objects. Younger records are
# still on the stream, so nobody needs them from here.
BUFFER_SIZE = cdk.Size.mebibytes(128)
BUFFER_INTERVAL = cdk.Duration.minutes(15)

# A replay is of last night or last week. Older objects are hardly ever read, and Glacier Instant
# Retrieval keeps them for about a sixth of the price and still returns them at once (reading one
# costs what Standard costs in six weeks). S3 leaves objects below 128 KB where they are, because
# for those it would not pay.
COLDER_AFTER_DAYS: Final = 30

# Glacier Instant Retrieval charges for this long, even for what is deleted earlier.
COLDER_CHARGED_DAYS: Final = 90

UNFINISHED_UPLOADS_KEPT = cdk.Duration.days(7)


class ArchiveStack(cdk.Stack):
    """Firehose copies the streams into a bucket, independently of the pipeline."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_event_stream: kinesis.IStream,
        contact_record_stream: kinesis.IStream | None,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: archive of the streams",
            # It holds data, so removing it takes two steps.
            termination_protection=settings.keeps_data,
        )
        self._settings = settings
        self._data_key = data_key(self, settings)
        self.bucket = self._archive_bucket()
        self._log = FirehoseLog(self, "Logs", key=self._data_key, settings=settings)
        alarms = Alarms(self, "Alarms", settings=settings)
        delivery = self._deliver(
            agent_event_stream,
            EVENTS_PREFIX,
            role=self._role("Role", agent_event_stream),
            by="Delivery",
        )
        watch_archive(alarms, AGENT_EVENT_ARCHIVE, delivery)
        if contact_record_stream:
            delivery = self._deliver(
                contact_record_stream,
                CONTACT_RECORDS_PREFIX,
                role=self._role("ContactRecordRole", contact_record_stream),
                by="ContactRecordDelivery",
            )
            watch_archive(alarms, CONTACT_RECORD_ARCHIVE, delivery)
        cdk.CfnOutput(self, "ArchiveBucketName", value=self.bucket.bucket_name)

    def _archive_bucket(self) -> s3.Bucket:
        return PrivateBucket(
            self,
            "Archive",
            # Connect's key is not taken by default, so that the archive stays readable even if that
            # key is disabled.
            key=self._data_key,
            # No versions: Firehose never writes a name twice, and nothing here may delete.
            lifecycle_rules=[
                # As long as the contact records that the events gave: agents' names are personal
                # data and are not kept longer here than there.
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(self._settings.record_ttl_days),
                    transitions=_transitions(self._settings.record_ttl_days),
                    abort_incomplete_multipart_upload_after=UNFINISHED_UPLOADS_KEPT,
                )
            ],
            # Never emptied with its stack, as the quarantine never is.
            removal_policy=removal_of_data(self._settings),
        )

    def _deliver(
        self, stream: kinesis.IStream, prefix: str, *, role: iam.Role, by: str
    ) -> CfnDeliveryStream:
        """Copy one stream into a folder of its own."""
        # Not CDK's DeliveryStream: its grants would let Firehose delete everything in the bucket
        # and subscribe to the stream.
        source = CfnDeliveryStream.KinesisStreamSourceConfigurationProperty(
            kinesis_stream_arn=stream.stream_arn, role_arn=role.role_arn
        )
        delivery = CfnDeliveryStream(
            self,
            by,
            delivery_stream_type="KinesisStreamAsSource",
            kinesis_stream_source_configuration=source,
            extended_s3_destination_configuration=self._destination(role, prefix),
        )
        acknowledge(
            delivery,
            "KDF1",
            "Firehose stores nothing of a Kinesis stream that it reads (its guide's page "
            "encryption): what waits lies on the stream, under the stream's key, then in the "
            "bucket, which is encrypted.",
        )
        # Firehose tries its rights as soon as it is created, so the role's policy must exist.
        delivery.node.add_dependency(role)
        return delivery

    def _role(self, construct_id: str, stream: kinesis.IStream) -> iam.Role:
        role = FirehoseRole(
            self,
            construct_id,
            bucket=self.bucket,
            objects=["*"],
            log=self._log,
            key=self._data_key,
        )
        role.allow(
            [
                "kinesis:DescribeStream",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            stream.stream_arn,
        )
        if stream.encryption_key:
            role.allow(["kms:Decrypt"], stream.encryption_key.key_arn)
        return role

    def _destination(
        self, role: iam.IRole, prefix: str
    ) -> CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty:
        return CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
            bucket_arn=self.bucket.bucket_arn,
            role_arn=role.role_arn,
            prefix=prefix,
            error_output_prefix=ERRORS_PREFIX,
            compression_format="GZIP",
            buffering_hints=CfnDeliveryStream.BufferingHintsProperty(
                size_in_m_bs=BUFFER_SIZE.to_mebibytes(),
                interval_in_seconds=BUFFER_INTERVAL.to_seconds(),
            ),
            processing_configuration=CfnDeliveryStream.ProcessingConfigurationProperty(
                enabled=True,
                # Connect's records end without a line break, and Firehose adds none by default.
                processors=[CfnDeliveryStream.ProcessorProperty(type="AppendDelimiterToRecord")],
            ),
            cloud_watch_logging_options=self._log.options,
        )


def say_that_nothing_is_archived(stack: cdk.Stack, settings: Settings) -> None:
    """Tell the user that a stack which the app leaves out stays deployed."""
    archive = settings.names.stack("Archive")
    cdk.Annotations.of(stack).add_info_v2(
        "contact-chains:archive-off",
        f"archive=off leaves out the stack {archive}. If it was deployed before, it goes on "
        f"archiving until you remove it: cdk destroy {archive} (without archive=off).",
    )


def _transitions(record_ttl_days: int) -> list[s3.Transition]:
    """None if the objects would be gone before the colder class has been paid for."""
    if record_ttl_days < COLDER_AFTER_DAYS + COLDER_CHARGED_DAYS:
        return []
    return [
        s3.Transition(
            storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
            transition_after=cdk.Duration.days(COLDER_AFTER_DAYS),
        )
    ]

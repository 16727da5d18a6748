"""History for Athena: every published version of a record as Parquet, by day.

A stack of its own, beside the bus of finished records. Firehose, Glue and Athena do all of it: no
function of ours runs, neither when a record is published nor when a question is asked.
"""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_events as events
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream
from constructs import Construct

from contacts.views.published_events import (
    RECORD_COMPLETED,
    RECORD_CORRECTED,
    RECORD_MOVED,
    SOURCE,
)
from infra.analytics import QUESTIONS
from infra.analytics.glue_tables import RECORDS_FOLDER, agent_events, record_versions
from infra.archive_stack import BUFFER_INTERVAL, BUFFER_SIZE, DAY, UNFINISHED_UPLOADS_KEPT
from infra.data_key import data_key
from infra.firehose import FirehoseLog, FirehoseRole
from infra.functions.service_principal import for_this_account
from infra.monitoring.alarms import Alarms
from infra.monitoring.analytics_alarms import watch_history
from infra.private_bucket import PrivateBucket
from infra.retention import removal_of_data
from infra.settings.settings import Settings

_RESULTS_FOLDER: Final = "results/"
_RESULTS_KEPT = cdk.Duration.days(30)
_ERRORS_PREFIX: Final = f"errors/!{{firehose:error-output-type}}/{DAY}"

# Athena stops a query that would read more: half a dollar at the list price of $5 per TB.
MOST_BYTES_OF_A_QUESTION: Final = 100 * 1000**3


class AnalyticsStack(cdk.Stack):
    """The bucket of history, the delivery into it, and Athena's tables and work group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        archive: s3.IBucket | None,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: history of contact records for SQL",
            # It holds data, so removing it takes two steps.
            termination_protection=settings.keeps_data,
        )
        self._settings = settings
        self._data_key = data_key(self, settings)
        self._bucket = self._history_bucket()
        self._database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=self.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=settings.names.database,
                description="Contact Chains: history of contact records",
            ),
        )
        table = record_versions(self, self._database, self._bucket, days=settings.history_ttl_days)
        if archive:
            agent_events(
                self,
                self._database,
                archive,
                "agent_events/",
                days=settings.record_ttl_days,
            )
        delivery = self._delivery(table)
        rule = self._rule(delivery)
        work_group = self._work_group()
        watch_history(Alarms(self, "Alarms", settings=settings), delivery, rule)
        cdk.CfnOutput(self, "HistoryBucketName", value=self._bucket.bucket_name)
        cdk.CfnOutput(self, "HistoryDatabaseName", value=self._database.ref)
        cdk.CfnOutput(self, "HistoryWorkGroupName", value=work_group.name)
        cdk.CfnOutput(self, "HistoryDeliveryStreamName", value=delivery.ref)

    def _history_bucket(self) -> s3.Bucket:
        return PrivateBucket(
            self,
            "History",
            key=self._data_key,
            # No versions: what is erased would stay in the older ones.
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(self._settings.history_ttl_days),
                    abort_incomplete_multipart_upload_after=UNFINISHED_UPLOADS_KEPT,
                ),
                s3.LifecycleRule(prefix=_RESULTS_FOLDER, expiration=_RESULTS_KEPT),
            ],
            removal_policy=removal_of_data(self._settings),
        )

    def _delivery(self, table: glue.CfnTable) -> CfnDeliveryStream:
        log = FirehoseLog(self, "HistoryLogs", key=self._data_key, settings=self._settings)
        role = self._delivery_role(table, log)
        delivery = CfnDeliveryStream(
            self,
            "Delivery",
            delivery_stream_type="DirectPut",
            # For the quarter of an hour in which Firehose gathers records, a key of Firehose's own
            # encrypts them: with the customer's, whoever deploys would need the right to grant its
            # use.
            delivery_stream_encryption_configuration_input=(
                CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty(
                    key_type="AWS_OWNED_CMK"
                )
            ),
            extended_s3_destination_configuration=(
                CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
                    bucket_arn=self._bucket.bucket_arn,
                    role_arn=role.role_arn,
                    prefix=f"{RECORDS_FOLDER}{DAY}",
                    error_output_prefix=_ERRORS_PREFIX,
                    # Parquet files are compressed inside.
                    compression_format="UNCOMPRESSED",
                    buffering_hints=CfnDeliveryStream.BufferingHintsProperty(
                        size_in_m_bs=BUFFER_SIZE.to_mebibytes(),
                        interval_in_seconds=BUFFER_INTERVAL.to_seconds(),
                    ),
                    data_format_conversion_configuration=self._conversion(table, role),
                    cloud_watch_logging_options=log.options,
                )
            ),
        )
        # Firehose tries its rights as soon as it is created, so the role's policy must exist.
        delivery.node.add_dependency(role)
        return delivery

    def _conversion(
        self, table: glue.CfnTable, role: iam.IRole
    ) -> CfnDeliveryStream.DataFormatConversionConfigurationProperty:
        """JSON to Parquet, by the columns of the Glue table; what they lack is left out."""
        return CfnDeliveryStream.DataFormatConversionConfigurationProperty(
            enabled=True,
            schema_configuration=CfnDeliveryStream.SchemaConfigurationProperty(
                catalog_id=self.account,
                database_name=self._database.ref,
                table_name=table.ref,
                region=self.region,
                role_arn=role.role_arn,
                version_id="LATEST",
            ),
            input_format_configuration=CfnDeliveryStream.InputFormatConfigurationProperty(
                deserializer=CfnDeliveryStream.DeserializerProperty(
                    # Unlike Hive's, it takes timestamps with Z, and names in any case.
                    open_x_json_ser_de=CfnDeliveryStream.OpenXJsonSerDeProperty()
                )
            ),
            output_format_configuration=CfnDeliveryStream.OutputFormatConfigurationProperty(
                serializer=CfnDeliveryStream.SerializerProperty(
                    parquet_ser_de=CfnDeliveryStream.ParquetSerDeProperty(compression="SNAPPY")
                )
            ),
        )

    def _delivery_role(self, table: glue.CfnTable, log: FirehoseLog) -> iam.Role:
        role = FirehoseRole(
            self,
            "HistoryRole",
            bucket=self._bucket,
            objects=[f"{RECORDS_FOLDER}*", "errors/*"],
            log=log,
            key=self._data_key,
        )
        role.allow(
            ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
            *(
                self.format_arn(service="glue", resource=resource, resource_name=name)
                for resource, name in (
                    ("catalog", None),
                    ("database", self._database.ref),
                    ("table", f"{self._database.ref}/{table.ref}"),
                )
            ),
        )
        return role

    def _rule(self, delivery: CfnDeliveryStream) -> events.CfnRule:
        """Records and moves; of links nothing, since records repeat them."""
        role = iam.Role(
            self, "HistoryRuleRole", assumed_by=for_this_account(self, "events.amazonaws.com")
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["firehose:PutRecord", "firehose:PutRecordBatch"],
                resources=[delivery.attr_arn],
            )
        )
        rule = events.CfnRule(
            self,
            "Rule",
            description="Contact Chains: finished records and moves into history",
            event_bus_name=self._settings.names.bus,
            event_pattern={
                "source": [SOURCE],
                "detail-type": [RECORD_COMPLETED, RECORD_CORRECTED, RECORD_MOVED],
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="History",
                    arn=delivery.attr_arn,
                    role_arn=role.role_arn,
                    input_path="$.detail",
                )
            ],
        )
        rule.node.add_dependency(role)
        return rule

    def _work_group(self) -> athena.CfnWorkGroup:
        group = athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=self._settings.names.work_group,
            description="Contact Chains: questions about history",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=MOST_BYTES_OF_A_QUESTION,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{self._bucket.bucket_name}/{_RESULTS_FOLDER}",
                    expected_bucket_owner=self.account,
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_KMS" if self._data_key else "SSE_S3",
                        kms_key=self._data_key.key_arn if self._data_key else None,
                    ),
                ),
            ),
        )
        for path in sorted(QUESTIONS.glob("*.sql")):
            text = path.read_text("utf-8")
            query = athena.CfnNamedQuery(
                self,
                "".join(map(str.title, path.stem.split("-"))),
                name=path.stem,
                description=text.partition("\n")[0].removeprefix("-- "),
                database=self._database.ref,
                work_group=group.name,
                query_string=text,
            )
            query.add_resource_dependency(group)
        return group

"""Glue's tables of what is stored: versions of records as Parquet, and the archive's agent events.

Their partitions are UTC days of arrival, by projection: nobody has to add a partition, and a
question that names days reads no others.
"""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from contacts.views.history.engines import (
    AGENT_EVENTS,
    EVENT_FIELDS,
    RECORD_VERSIONS,
    glue_columns,
    record_fields,
)

RECORDS_FOLDER: Final = "records/"

_PARQUET: Final = glue.CfnTable.StorageDescriptorProperty(
    input_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serde_info=glue.CfnTable.SerdeInfoProperty(
        serialization_library="org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    ),
)
_JSON_LINES: Final = glue.CfnTable.StorageDescriptorProperty(
    input_format="org.apache.hadoop.mapred.TextInputFormat",
    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serde_info=glue.CfnTable.SerdeInfoProperty(
        serialization_library="org.openx.data.jsonserde.JsonSerDe",
        # A line that is no JSON is a row of nulls, which the views pass over.
        parameters={"ignore.malformed.json": "true"},
    ),
)


def record_versions(
    scope: Construct, database: glue.CfnDatabase, bucket: s3.IBucket, *, days: int
) -> glue.CfnTable:
    """Every published version of every record, and every move."""
    location = f"s3://{bucket.bucket_name}/{RECORDS_FOLDER}"
    columns = glue_columns(record_fields())
    return _table(
        scope, "RecordVersions", database, RECORD_VERSIONS, _PARQUET, location, columns, days
    )


def agent_events(
    scope: Construct, database: glue.CfnDatabase, archive: s3.IBucket, folder: str, *, days: int
) -> glue.CfnTable:
    """The archive's agent events, as far as an agent's status needs them."""
    location = f"s3://{archive.bucket_name}/{folder}"
    columns = glue_columns(EVENT_FIELDS)
    return _table(
        scope, "AgentEvents", database, AGENT_EVENTS, _JSON_LINES, location, columns, days
    )


def _table(
    scope: Construct,
    construct_id: str,
    database: glue.CfnDatabase,
    name: str,
    stored: glue.CfnTable.StorageDescriptorProperty,
    location: str,
    columns: Mapping[str, str],
    days: int,
) -> glue.CfnTable:
    table = glue.CfnTable(
        scope,
        construct_id,
        catalog_id=cdk.Stack.of(scope).account,
        database_name=database.ref,
        table_input=glue.CfnTable.TableInputProperty(
            name=name,
            table_type="EXTERNAL_TABLE",
            parameters={
                "EXTERNAL": "TRUE",
                "projection.enabled": "true",
                "projection.day.type": "date",
                "projection.day.format": "yyyy/MM/dd",
                "projection.day.range": f"NOW-{days}DAYS,NOW+1DAYS",
                "storage.location.template": f"{location}${{day}}/",
            },
            partition_keys=[glue.CfnTable.ColumnProperty(name="day", type="string")],
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=[
                    glue.CfnTable.ColumnProperty(name=column, type=kind)
                    for column, kind in columns.items()
                ],
                location=location,
                input_format=stored.input_format,
                output_format=stored.output_format,
                serde_info=stored.serde_info,
            ),
        ),
    )
    table.add_resource_dependency(database)
    return table

"""History on AWS: what is written, in which columns, for how long, and what may be asked."""

import re
from typing import Any

import pytest

from contact_queries.documents.published_events import schema_files
from contacts.views.history.engines import EVENT_FIELDS, glue_columns, record_fields
from contacts.views.published_events import (
    CONTACT_LINKED,
    RECORD_COMPLETED,
    RECORD_CORRECTED,
    RECORD_MOVED,
)
from infra.analytics import QUESTIONS
from infra.settings.settings import ContextError, Settings
from operations.erasure.history import RECORDS_PREFIX, RESULTS_PREFIX
from operations.erasure.raw_records import ERRORS_PREFIX
from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.variants import VARIANTS

ON = VARIANTS["no-keys"]
UNDER_A_KEY = VARIANTS["everything"]
STACK = "ContactChainsAnalytics"


def delivery(synthesized: Synthesized) -> dict[str, Any]:
    return synthesized.properties("AWS::KinesisFirehose::DeliveryStream", "Delivery")


def of_history(synthesized: Synthesized, kind: str) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in synthesized.templates[STACK]["Resources"].values()
        if resource["Type"] == kind
    ]


def destination() -> dict[str, Any]:
    (stream,) = of_history(synthesize(**ON), "AWS::KinesisFirehose::DeliveryStream")
    written: dict[str, Any] = stream["ExtendedS3DestinationConfiguration"]
    return written


def glue_table(name: str) -> dict[str, Any]:
    return synthesize(**ON).properties("AWS::Glue::Table", name)


def test_finished_records_corrections_and_moves_become_history_and_nothing_else_does() -> None:
    synthesized = synthesize(**ON)

    (rule,) = of_history(synthesized, "AWS::Events::Rule")
    (target,) = rule["Targets"]

    assert rule["EventBusName"] == "contact-chains"
    assert rule["EventPattern"] == {
        "source": ["contact-chains"],
        "detail-type": [RECORD_COMPLETED, RECORD_CORRECTED, RECORD_MOVED],
    }
    assert CONTACT_LINKED not in rule["EventPattern"]["detail-type"]
    assert synthesized.readable(target["Arn"]) == "Delivery.Arn"
    assert target["InputPath"] == "$.detail"


def test_bus_is_there_before_its_rule() -> None:
    """By name: a rule on a bus that is not there cannot be made."""
    assert "ContactChainsEvents" in synthesize(**ON).templates


def test_records_are_parquet_by_utc_day_of_arrival() -> None:
    written = destination()

    # Where an erasure looks for them.
    assert written["Prefix"] == f"{RECORDS_PREFIX}!{{timestamp:yyyy/MM/dd}}/"
    assert written["ErrorOutputPrefix"].startswith(
        f"{ERRORS_PREFIX}!{{firehose:error-output-type}}/"
    )
    assert written["CompressionFormat"] == "UNCOMPRESSED"
    conversion = written["DataFormatConversionConfiguration"]
    assert conversion["Enabled"] is True
    assert conversion["InputFormatConfiguration"] == {"Deserializer": {"OpenXJsonSerDe": {}}}
    assert conversion["OutputFormatConfiguration"] == {
        "Serializer": {"ParquetSerDe": {"Compression": "SNAPPY"}}
    }


def test_firehose_converts_by_the_glue_table() -> None:
    synthesized = synthesize(**ON)

    schema = destination()["DataFormatConversionConfiguration"]["SchemaConfiguration"]

    assert synthesized.readable(schema["DatabaseName"]) == "Database"
    assert synthesized.readable(schema["TableName"]) == "RecordVersions"
    assert schema["VersionId"] == "LATEST"
    assert schema["RoleARN"] == destination()["RoleARN"]


@pytest.mark.parametrize(
    ("name", "fields"), [("RecordVersions", record_fields()), ("AgentEvents", EVENT_FIELDS)]
)
def test_glue_tables_have_the_columns_of_history(name: str, fields: Any) -> None:
    columns = glue_table(name)["TableInput"]["StorageDescriptor"]["Columns"]

    assert {column["Name"]: column["Type"] for column in columns} == glue_columns(fields)


def test_every_column_is_an_attribute_that_is_published_or_stored() -> None:
    published = " ".join(schema_files().values())

    for name in record_fields():
        assert f'"{name}"' in published


@pytest.mark.parametrize(
    ("name", "folder", "days"),
    [("RecordVersions", "records", 90), ("AgentEvents", "agent_events", 730)],
)
def test_partitions_are_the_days_for_which_objects_are_kept(
    name: str, folder: str, days: int
) -> None:
    synthesized = synthesize(**ON)
    table = synthesized.properties("AWS::Glue::Table", name)["TableInput"]

    parameters = table["Parameters"]
    assert table["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    assert parameters["projection.day.format"] == "yyyy/MM/dd"
    assert parameters["projection.day.range"] == f"NOW-{days}DAYS,NOW+1DAYS"
    assert synthesized.readable(parameters["storage.location.template"]).endswith(
        f"/{folder}/${{day}}/"
    )


def test_agent_events_are_asked_in_the_archive_if_there_is_one() -> None:
    without = synthesize(**{**ON, "archive": "off"})

    (table,) = of_history(without, "AWS::Glue::Table")

    assert table["TableInput"]["Name"] == "record_versions"


@pytest.mark.parametrize(("context", "days"), [(ON, 90), (UNDER_A_KEY, 730)])
def test_history_and_answers_are_forgotten(context: dict[str, str], days: int) -> None:
    (bucket,) = of_history(synthesize(**context), "AWS::S3::Bucket")

    rules = {
        rule.get("Prefix", ""): rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
    }
    assert rules == {"": days, RESULTS_PREFIX: 30}
    assert "VersioningConfiguration" not in bucket


def test_history_survives_its_stack_unless_data_are_to_go_with_it() -> None:
    kept = synthesize(**UNDER_A_KEY)

    assert kept.only("AWS::S3::Bucket", "History")["DeletionPolicy"] == "RetainExceptOnCreate"
    assert STACK in kept.protected
    assert synthesize(**ON).only("AWS::S3::Bucket", "History")["DeletionPolicy"] == "Delete"


def test_work_group_lets_nobody_write_unencrypted_or_read_without_bound() -> None:
    for context, encryption in ((ON, "SSE_S3"), (UNDER_A_KEY, "SSE_KMS")):
        synthesized = synthesize(**context)
        group = synthesized.properties("AWS::Athena::WorkGroup")
        configuration = group["WorkGroupConfiguration"]
        result = configuration["ResultConfiguration"]

        assert group["Name"] == "contact-chains"
        assert configuration["EnforceWorkGroupConfiguration"] is True
        assert configuration["BytesScannedCutoffPerQuery"] == 100_000_000_000
        assert result["EncryptionConfiguration"]["EncryptionOption"] == encryption
        assert synthesized.readable(result["OutputLocation"]) == "s3://History/results/"


def test_every_question_of_the_page_is_a_saved_query() -> None:
    queries = of_history(synthesize(**ON), "AWS::Athena::NamedQuery")

    assert {query["Name"]: query["QueryString"] for query in queries} == {
        path.stem: path.read_text("utf-8") for path in QUESTIONS.glob("*.sql")
    }
    for query in queries:
        assert query["WorkGroup"] == "contact-chains"
        assert re.fullmatch(r"[A-Z].+[?.]", query["Description"])


def test_what_holds_history_up_rings() -> None:
    """Metrics of Firehose's and EventBridge's guides (monitoring-with-cloudwatch-metrics and
    eb-monitoring): a rule of a bus other than the default has the bus as a dimension, too.
    """
    alarms = {
        (each["Namespace"], each["MetricName"], each["Statistic"]): {
            dimension["Name"] for dimension in each["Dimensions"]
        }
        for each in of_history(synthesize(**ON), "AWS::CloudWatch::Alarm")
    }

    delivery = {"DeliveryStreamName"}
    assert alarms == {
        ("AWS/Firehose", "DeliveryToS3.DataFreshness", "Maximum"): delivery,
        ("AWS/Firehose", "FailedConversion.Records", "Sum"): delivery,
        ("AWS/Events", "FailedInvocations", "Sum"): {"EventBusName", "RuleName"},
    }


def test_stage_has_a_database_and_a_work_group_of_its_own() -> None:
    synthesized = synthesize(**{**ON, "stage": "test"})

    database = synthesized.properties("AWS::Glue::Database")["DatabaseInput"]
    assert database["Name"] == "contact_chains_test"
    assert synthesized.properties("AWS::Athena::WorkGroup")["Name"] == "contact-chains-test"


def test_outputs_name_what_backfill_and_erasure_need() -> None:
    assert synthesize(**ON).outputs(STACK) == {
        "HistoryBucketName": "History",
        "HistoryDatabaseName": "Database",
        "HistoryWorkGroupName": "contact-chains",
        "HistoryDeliveryStreamName": "Delivery",
    }


def test_without_analytics_nothing_of_it_is_there() -> None:
    text = synthesize().as_text()

    assert "AWS::Athena" not in text
    assert "AWS::Glue" not in text
    assert "History-" not in text


@pytest.mark.parametrize(
    "context", [{"analytics": "on"}, {"historyTtlDays": "90"}, {"analytics": "yes"}]
)
def test_analytics_that_could_not_work_are_refused(context: dict[str, str]) -> None:
    with pytest.raises(ContextError):
        Settings.from_context(context)

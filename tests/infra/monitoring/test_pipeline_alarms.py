"""Alarms and dashboard: what they look at, whom they tell, and what they tell them to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.usual_settings import EXISTING_STREAM, INSTANCE, KEY

TOPIC = "arn:aws:sns:eu-central-1:111122223333:alarms"
RUNBOOK = Path(__file__).parents[3] / "docs" / "operations.md"
RUNBOOK_TEXT = RUNBOOK.read_text("utf-8")
HEADINGS = re.findall(r"^#+ (.+)$", RUNBOOK_TEXT, re.MULTILINE)

EVERYTHING = {
    "connectInstanceArn": INSTANCE,
    "contactRecords": "separate",
    "businessHoursUtc": "Mon-Fri 07-17",
    "readSide": "on",
    "recordEvents": "on",
    "analytics": "on",
    "canary": "on",
    "dataKmsKeyArn": KEY,
}
PARTS_OF_SILENCE = {"SilentSource-Nothing", "SilentSource-InHours"}


def alarms(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """The properties of every alarm by its name, composite ones included."""
    found = [
        *synthesized.resources("AWS::CloudWatch::Alarm"),
        *synthesized.resources("AWS::CloudWatch::CompositeAlarm"),
    ]
    by_name = {each["Properties"]["AlarmName"]: each["Properties"] for each in found}
    assert len(by_name) == len(found)
    return {name.removeprefix("ContactChains-"): alarm for name, alarm in by_name.items()}


def alarm(name: str, **context: str | int) -> dict[str, Any]:
    return alarms(synthesize(**context))[name]


def watched(synthesized: Synthesized, name: str) -> tuple[str, str, str]:
    """Metric, resource and statistic of an alarm."""
    properties = alarms(synthesized)[name]
    *_, dimension = properties["Dimensions"]
    return (
        f"{properties['Namespace']} {properties['MetricName']}",
        synthesized.readable(dimension["Value"]),
        properties["Statistic"],
    )


def slug(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def dashboard(synthesized: Synthesized) -> list[dict[str, Any]]:
    body = synthesized.properties("AWS::CloudWatch::Dashboard")["DashboardBody"]
    widgets: list[dict[str, Any]] = json.loads(synthesized.readable(body))["widgets"]
    return widgets


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("AgentEvents-Behind", ("AWS/Lambda IteratorAge", "AgentEventsFunction", "Maximum")),
        ("AgentEvents-Errors", ("AWS/Lambda Errors", "AgentEventsFunction", "Sum")),
        ("AgentEvents-Throttles", ("AWS/Lambda Throttles", "AgentEventsFunction", "Sum")),
        ("ContactChains-Behind", ("AWS/Lambda IteratorAge", "ContactChainsFunction", "Maximum")),
        ("ContactChains-Errors", ("AWS/Lambda Errors", "ContactChainsFunction", "Sum")),
        ("ContactChains-Throttles", ("AWS/Lambda Throttles", "ContactChainsFunction", "Sum")),
        (
            "AgentEventStream-NotRead",
            ("AWS/Lambda PolledEventCount", "AgentEventsFromAgentEventStream", "SampleCount"),
        ),
        (
            "ContactRecordStream-GivenUp",
            (
                "AWS/Lambda OnFailureDestinationDeliveredEventCount",
                "AgentEventsFromContactRecordStream",
                "Sum",
            ),
        ),
        (
            "ContactRecordsStream-Dropped",
            ("AWS/Lambda DroppedEventCount", "ContactChainsFromContactRecords", "Sum"),
        ),
        (
            "AgentEventStream-NearRetention",
            ("AWS/Kinesis GetRecords.IteratorAgeMilliseconds", "AgentEventStream", "Maximum"),
        ),
        (
            "AgentEventStream-Full",
            ("AWS/Kinesis WriteProvisionedThroughputExceeded", "AgentEventStream", "Sum"),
        ),
        ("Quarantined", ("ContactChains QuarantinedRecords", "agent_events", "Sum")),
        (
            "ContactRecords-ReadThrottles",
            ("AWS/DynamoDB ReadThrottleEvents", "ContactRecords", "Sum"),
        ),
        ("AgentStates-WriteThrottles", ("AWS/DynamoDB WriteThrottleEvents", "AgentStates", "Sum")),
        (
            "ContactRecords-WriteThrottles",
            ("AWS/DynamoDB WriteThrottleEvents", "ContactRecords", "Sum"),
        ),
        (
            "AgentEventArchive-Late",
            ("AWS/Firehose DeliveryToS3.DataFreshness", "Delivery", "Maximum"),
        ),
        (
            "ContactRecordArchive-Behind",
            ("AWS/Firehose KinesisMillisBehindLatest", "ContactRecordDelivery", "Maximum"),
        ),
        (
            "ContactQueries-Errors",
            ("AWS/Lambda Errors", "QueryApiContactQueriesFunction", "Sum"),
        ),
        (
            "ContactQueries-Throttles",
            ("AWS/Lambda Throttles", "QueryApiContactQueriesFunction", "Sum"),
        ),
        ("QueryApi-ServerErrors", ("AWS/ApiGateway 5xx", "QueryApi", "Sum")),
        ("RecordEvents-Behind", ("AWS/Lambda IteratorAge", "RecordEventsFunction", "Maximum")),
        (
            "RecordEventsStream-GivenUp",
            (
                "AWS/Lambda OnFailureDestinationDeliveredEventCount",
                "RecordEventsFromContactRecords",
                "Sum",
            ),
        ),
        (
            "UnencryptedRecordEvents",
            ("AWS/SQS ApproximateNumberOfMessagesVisible", "Unencrypted.QueueName", "Maximum"),
        ),
        (
            "UndeliveredContactEvents",
            (
                "AWS/SQS ApproximateNumberOfMessagesVisible",
                "ContactEventsUndelivered.QueueName",
                "Maximum",
            ),
        ),
    ],
)
def test_alarm_looks_at_its_own_resource(name: str, metric: tuple[str, str, str]) -> None:
    assert watched(synthesize(**EVERYTHING), name) == metric


def test_every_source_of_a_function_is_watched() -> None:
    names = alarms(synthesize(**EVERYTHING)).keys()

    for source in (
        "AgentEventStream",
        "ContactRecordStream",
        "ContactRecordsStream",
        "RecordEventsStream",
    ):
        assert {f"{source}-NotRead", f"{source}-GivenUp", f"{source}-Dropped"} <= names
        assert f"{source}-NearRetention" in names


@pytest.mark.parametrize("read_side", ["off", "indexes-2", "on"])
def test_every_index_that_there_is_is_watched_by_its_name(read_side: str) -> None:
    synthesized = synthesize(readSide=read_side)
    table = synthesized.properties("AWS::DynamoDB::Table", "ContactRecords")

    watched = {
        dimension["Value"]
        for each in alarms(synthesized).values()
        for dimension in each.get("Dimensions", [])
        if dimension["Name"] == "GlobalSecondaryIndexName"
    }

    assert watched == {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}


def test_archive_rings_well_before_the_stream_forgets() -> None:
    found = alarms(synthesize(**EVERYTHING))

    assert found["AgentEventArchive-Late"]["Threshold"] == 30 * 60
    assert found["AgentEventArchive-Behind"]["Threshold"] == 3600 * 1000


def test_absent_parts_have_no_alarm() -> None:
    names = alarms(synthesize(archive="off")).keys()

    assert not [name for name in names if "Archive" in name or "Quer" in name]
    assert not [name for name in names if "RecordEvents" in name]
    assert not [name for name in names if name.startswith("ContactRecordStream")]
    assert not names & {"UndeliveredContactEvents", "SilentSource", *PARTS_OF_SILENCE}


@pytest.mark.parametrize("name", alarms(synthesize(**EVERYTHING)))
def test_alarm_says_what_to_do_first_and_which_heading_goes_on(name: str) -> None:
    description = alarm(name, **EVERYTHING)["AlarmDescription"]

    found = re.fullmatch(r"[A-Z].+\. First: \S.+\. Then: docs/operations\.md#(\S+)", description)

    assert found
    assert found[1] in [slug(heading) for heading in HEADINGS]
    assert len(description) <= 1024


def test_runbook_names_exactly_the_alarms_that_tell_somebody() -> None:
    named = {
        name
        for paragraph in re.findall(r"^Alarms?: (.+?)\n\n", RUNBOOK_TEXT, re.MULTILINE | re.DOTALL)
        for name in re.findall(r"`([A-Z][\w-]+)`", paragraph)
    }

    assert named == alarms(synthesize(**EVERYTHING)).keys() - PARTS_OF_SILENCE


def test_runbook_names_every_alarm_under_its_own_heading() -> None:
    sections = dict(re.findall(r"^### (.+?)\n(.+?)(?=^##)", RUNBOOK_TEXT, re.MULTILINE | re.DOTALL))
    by_anchor = {slug(heading): text for heading, text in sections.items()}
    ours = alarms(synthesize(**EVERYTHING))

    for name in ours.keys() - PARTS_OF_SILENCE:
        assert f"`{name}`" in by_anchor[ours[name]["AlarmDescription"].partition("#")[2]]


def test_every_heading_of_the_runbook_is_where_an_alarm_leads() -> None:
    runbook = RUNBOOK_TEXT.partition("## Runbook")[2].partition("## What the doctor finds")[0]
    headings = re.findall(r"^### (.+)$", runbook, re.MULTILINE)

    anchors = {
        each["AlarmDescription"].partition("#")[2]
        for each in alarms(synthesize(**EVERYTHING)).values()
    }

    assert {slug(heading) for heading in headings} <= anchors


def test_topic_is_told_when_an_alarm_begins_and_when_it_is_over() -> None:
    found = alarms(synthesize(**EVERYTHING, alarmTopicArn=TOPIC))

    for name in found.keys() - PARTS_OF_SILENCE:
        assert found[name]["AlarmActions"] == [TOPIC]
        assert found[name]["OKActions"] == [TOPIC]


def test_synthesis_warns_once_when_alarms_tell_nobody() -> None:
    notices = [each for said in synthesize(**EVERYTHING).notices.values() for each in said]

    (warning,) = [notice for notice in notices if "alarmTopicArn" in notice]

    assert warning.startswith("Alarms notify nobody: they change their state in CloudWatch only.")
    assert "-c alarmTopicArn=<topic ARN>" in warning


def test_without_a_topic_there_are_the_same_alarms_and_they_tell_nobody() -> None:
    quiet, loud = synthesize(**EVERYTHING), synthesize(**EVERYTHING, alarmTopicArn=TOPIC)

    assert alarms(quiet).keys() == alarms(loud).keys()
    assert "AlarmActions" not in json.dumps(alarms(quiet))


def test_no_data_is_an_alarm_only_where_nothing_is_the_trouble() -> None:
    missing = {
        name: each["TreatMissingData"]
        for name, each in alarms(synthesize(**EVERYTHING)).items()
        if name != "SilentSource"
    }

    assert {name for name, data in missing.items() if data == "breaching"} == {
        "AgentEventStream-NotRead",
        "Canary",
        "ContactRecordStream-NotRead",
        "ContactRecordsStream-NotRead",
        "RecordEventsStream-NotRead",
        "SilentSource-Nothing",
    }
    assert set(missing.values()) == {"breaching", "notBreaching"}


@pytest.mark.parametrize(
    "context",
    [{}, {"retentionDays": 1}, {"retentionDays": 365}, {"agentEventStreamArn": EXISTING_STREAM}],
)
def test_age_rings_at_half_of_the_time_for_which_lambda_tries(
    context: dict[str, str | int],
) -> None:
    synthesized = synthesize(**context)
    found = alarms(synthesized)

    for source, service in (
        ("AgentEventStream", "agent_events"),
        ("ContactRecordsStream", "contact_chains"),
    ):
        seconds = synthesized.mapping(service)["MaximumRecordAgeInSeconds"]
        assert found[f"{source}-NearRetention"]["Threshold"] == seconds * 1000 / 2


@pytest.mark.parametrize("service", ["agent_events", "contact_chains"])
def test_mappings_count_what_they_poll_and_give_up(service: str) -> None:
    for mapping in synthesize(**EVERYTHING).mappings(service).values():
        assert mapping["MetricsConfig"] == {"Metrics": ["EventCount"]}


def test_silence_needs_no_agent_event_and_business_hours_for_as_long() -> None:
    synthesized = synthesize(**EVERYTHING, silentMinutes=20)
    found = alarms(synthesized)
    nothing, in_hours = found["SilentSource-Nothing"], found["SilentSource-InHours"]

    rule = synthesized.readable(found["SilentSource"]["AlarmRule"])

    assert rule == (
        '(ALARM("ObservabilityAlarmsSilentSourceNothing.Arn") AND '
        'ALARM("ObservabilityAlarmsSilentSourceInHours.Arn"))'
    )
    assert (nothing["MetricName"], nothing["Period"]) == ("AgentEvents", 60)
    assert nothing["EvaluationPeriods"] == in_hours["EvaluationPeriods"] == 20
    assert in_hours["Metrics"][0]["Expression"] == (
        "IF(((DAY(polls)>=1 AND DAY(polls)<=5) AND HOUR(polls)>=7 AND HOUR(polls)<17), 1, 0)"
    )
    assert in_hours["Metrics"][1]["MetricStat"]["Metric"]["MetricName"] == "PolledEventCount"


def test_dashboard_shows_the_state_of_every_alarm() -> None:
    synthesized = synthesize(**EVERYTHING)

    (shown,) = [each for each in dashboard(synthesized) if each["type"] == "alarm"]

    assert len(shown["properties"]["alarms"]) == len(alarms(synthesized)) - len(PARTS_OF_SILENCE)
    assert any(
        arn.endswith(":alarm:ContactChains-UndeliveredContactEvents")
        for arn in shown["properties"]["alarms"]
    )


def test_widgets_of_a_row_fill_it() -> None:
    rows: dict[int, int] = {}
    for widget in dashboard(synthesize(**EVERYTHING)):
        rows[widget["y"]] = rows.get(widget["y"], 0) + widget["width"]

    assert set(rows.values()) == {24}


def test_no_stack_waits_for_another_because_of_what_is_watched() -> None:
    """The alarm of an optional stack stands in it; the dashboard knows it by its name."""
    synthesized = synthesize(**EVERYTHING)

    exports = {
        stack: [name for name, each in template.get("Outputs", {}).items() if "Export" in each]
        for stack, template in synthesized.templates.items()
    }

    assert exports["ContactChainsPipeline"] == []
    assert exports["ContactChainsConnect"] == []

"""The settings about alarms, logs and traces: what is accepted, and what each changes."""

import pytest

from infra.settings.business_hours import BusinessHours
from infra.settings.settings import ContextError, Settings
from tests.infra.synthesized import synthesize
from tests.infra.usual_settings import TOPIC

KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
SERVICES = ("agent_events", "contact_chains", "contact_queries")
TRACING_RIGHTS = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}


def problem(**context: object) -> str:
    with pytest.raises(ContextError) as caught:
        Settings.from_context(context)
    (only,) = caught.value.problems
    return only


def test_nobody_is_told_and_nothing_is_traced_by_default() -> None:
    settings = Settings.from_context({})

    assert settings.alarm_topic_arn is None
    assert settings.business_hours == ()
    assert not settings.is_traced


def test_alarms_hours_and_traces_are_read() -> None:
    settings = Settings.from_context(
        {
            "alarmTopicArn": TOPIC,
            "businessHoursUtc": "Mon-Fri 07-17, Sat 08-12",
            "silentMinutes": "30",
            "tracing": "on",
        }
    )

    assert settings == Settings(
        alarm_topic_arn=TOPIC,
        business_hours=(BusinessHours(1, 5, 7, 17), BusinessHours(6, 6, 8, 12)),
        silent_minutes=30,
        tracing="on",
    )
    assert settings.is_traced


def test_business_hours_come_from_json_too() -> None:
    settings = Settings.from_context({"businessHoursUtc": ["Mon-Fri 07-17"]})

    assert settings.business_hours == (BusinessHours(1, 5, 7, 17),)


@pytest.mark.parametrize("value", ["alarms", f"{TOPIC}:subscription", f"{TOPIC}.fifo", 7])
def test_a_topic_that_is_none_is_explained(value: object) -> None:
    assert problem(alarmTopicArn=value) == (
        f"alarmTopicArn: {value!r} is not the ARN of an SNS topic. Accepted: "
        "arn:aws:sns:<region>:<account>:<topic name> (a standard topic). "
        f"Example: -c alarmTopicArn={TOPIC}"
    )


def test_a_topic_in_another_region_than_the_rest_is_explained() -> None:
    text = problem(alarmTopicArn=TOPIC, kmsKeyArn=KEY)

    assert "kmsKeyArn in eu-west-1, alarmTopicArn in eu-central-1" in text


def test_hours_that_cannot_be_read_are_explained() -> None:
    assert problem(businessHoursUtc="9 to 5") == (
        "businessHoursUtc: '9 to 5' is not business hours. Accepted: <first day>[-<last day>] "
        "<from>-<to> with days Mon to Sun and hours 00 to 24 in UTC; several separated by commas. "
        'Example: -c businessHoursUtc="Mon-Fri 07-17"'
    )


@pytest.mark.parametrize("value", ["4", "181", "a while"])
def test_a_silence_out_of_bounds_is_explained(value: str) -> None:
    assert problem(businessHoursUtc="Mon-Fri 07-17", silentMinutes=value) == (
        f"silentMinutes: {value!r} is not usable. Accepted: a whole number of minutes from 5 to "
        "180. Example: -c silentMinutes=15"
    )


def test_silence_without_hours_is_explained() -> None:
    assert problem(silentMinutes="30") == (
        "silentMinutes: '30' does nothing without businessHoursUtc. Accepted: together with it. "
        'Example: -c businessHoursUtc="Mon-Fri 07-17" -c silentMinutes=30'
    )


@pytest.mark.parametrize("word", ["yes", "", True])
def test_tracing_that_is_neither_on_nor_off_is_explained(word: object) -> None:
    assert problem(tracing=word) == (
        f"tracing: {word!r} is not usable. Accepted: off or on. Example: -c tracing=on"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_lambda_itself_logs_failures_only(service: str) -> None:
    logging = synthesize(readSide="on").function(service)["LoggingConfig"]

    assert (logging["LogFormat"], logging["SystemLogLevel"]) == ("JSON", "WARN")
    # Metrics are lines of the log: one that is filtered out would be lost.
    assert "ApplicationLogLevel" not in logging


@pytest.mark.parametrize("service", SERVICES)
def test_functions_are_traced_and_may_write_traces_only_when_asked(service: str) -> None:
    without, traced = synthesize(readSide="on"), synthesize(readSide="on", tracing="on")

    assert "TracingConfig" not in without.function(service)
    assert traced.function(service)["TracingConfig"] == {"Mode": "Active"}
    assert traced.rights(service) - without.rights(service) == TRACING_RIGHTS

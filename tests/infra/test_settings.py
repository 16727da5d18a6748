"""The settings: what is accepted, and what the user is told about what is not."""

import pytest

from infra.settings import Settings, SettingsError

INSTANCE = "arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"


def problems(**context: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_context(context)
    return caught.value.problems


def test_everything_has_a_default_that_keeps_data() -> None:
    settings = Settings.from_context({})

    assert settings == Settings(
        connect_instance_arn=None,
        agent_event_stream_arn=None,
        kms_key_arn=None,
        retention_days=None,
        record_ttl_days=730,
        removal_policy="retain",
        archive="on",
        architecture="arm64",
    )
    assert settings.keeps_data
    assert settings.archives_events
    assert settings.new_stream_retention_days == 7


def test_every_key_is_read() -> None:
    settings = Settings.from_context(
        {
            "connectInstanceArn": INSTANCE,
            "agentEventStreamArn": STREAM,
            "kmsKeyArn": KEY,
            "retentionDays": "30",
            "recordTtlDays": "365",
            "removalPolicy": "destroy",
            "archive": "off",
            "architecture": "x86_64",
        }
    )

    assert settings == Settings(
        connect_instance_arn=INSTANCE,
        agent_event_stream_arn=STREAM,
        kms_key_arn=KEY,
        retention_days=30,
        record_ttl_days=365,
        removal_policy="destroy",
        archive="off",
        architecture="x86_64",
    )
    assert not settings.keeps_data
    assert not settings.archives_events


@pytest.mark.parametrize("value", ["7", 7, 7.0])
def test_numbers_come_from_the_command_line_and_from_json(value: object) -> None:
    assert Settings.from_context({"retentionDays": value}).retention_days == 7


@pytest.mark.parametrize("value", [1, 365])
def test_the_limits_of_a_stream_are_accepted(value: int) -> None:
    assert Settings.from_context({"retentionDays": value}).retention_days == value


@pytest.mark.parametrize(
    "value",
    ["", " ", "0", 0, -1, "366", "7d", "7.5", 7.5, True, "²", "9" * 5000, float("nan"), [7], {}],
)
def test_a_retention_that_kinesis_refuses_is_explained(value: object) -> None:
    (problem,) = problems(retentionDays=value)

    assert problem == (
        f"retentionDays: {value!r} is not usable. Accepted: a whole number of days from 1 to 365. "
        "Example: -c retentionDays=7"
    )


def test_a_time_to_live_of_nothing_is_explained() -> None:
    (problem,) = problems(recordTtlDays="0")

    assert problem.startswith("recordTtlDays: '0' is not usable. Accepted: a whole number of days")
    assert problem.endswith("Example: -c recordTtlDays=730")


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("connectInstanceArn", "11111111-2222-3333-4444-555555555555", "arn:aws:connect:<region>"),
        ("connectInstanceArn", f"{INSTANCE}/agent/1", "instance/<instance id>"),
        ("agentEventStreamArn", "agent-events", "stream/<stream name>"),
        (
            "agentEventStreamArn",
            "arn:aws:firehose:eu-central-1:111122223333:x/y",
            "arn:aws:kinesis",
        ),
        ("kmsKeyArn", "alias/aws/kinesis", "not an alias"),
        ("kmsKeyArn", "arn:aws:kms:eu-central-1:111122223333:alias/connect", "not an alias"),
        ("kmsKeyArn", "", "key/<key id>"),
        ("kmsKeyArn", 5, "key/<key id>"),
    ],
)
def test_something_else_than_the_arn_asked_for_is_explained(
    key: str, value: object, accepted: str
) -> None:
    (problem,) = problems(**{key: value})

    assert problem.startswith(f"{key}: {value!r} is not the ARN of a")
    assert accepted in problem
    assert f"Example: -c {key}=arn:aws:" in problem


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_arns_of_every_partition_are_accepted(partition: str) -> None:
    arn = STREAM.replace("arn:aws:", f"arn:{partition}:")

    assert Settings.from_context({"agentEventStreamArn": arn}).agent_event_stream_arn == arn


@pytest.mark.parametrize("word", ["keep", "Retain", "snapshot", "", True])
def test_an_unknown_removal_policy_is_explained(word: object) -> None:
    (problem,) = problems(removalPolicy=word)

    assert problem == (
        f"removalPolicy: {word!r} is not usable. Accepted: retain or destroy. "
        "Example: -c removalPolicy=destroy"
    )


@pytest.mark.parametrize("word", ["yes", "Off", "", True, False])
def test_a_switch_that_is_neither_on_nor_off_is_explained(word: object) -> None:
    (problem,) = problems(archive=word)

    assert problem == (
        f"archive: {word!r} is not usable. Accepted: on or off. Example: -c archive=off"
    )


def test_an_unknown_architecture_is_explained() -> None:
    (problem,) = problems(architecture="aarch64")

    assert "Accepted: arm64 or x86_64" in problem


def test_all_problems_are_named_at_once() -> None:
    found = problems(retentionDays="x", removalPolicy="x", kmsKeyArn="x")

    assert [problem.split(":")[0] for problem in found] == [
        "kmsKeyArn",
        "retentionDays",
        "removalPolicy",
    ]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("recordTTLDays", "recordTtlDays"),
        ("record-ttl-days", "recordTtlDays"),
        ("retentiondays", "retentionDays"),
        ("retentionPeriod", "retentionDays"),
        ("kmsKey", "kmsKeyArn"),
        ("kms_key_arn", "kmsKeyArn"),
        ("connectInstance", "connectInstanceArn"),
        ("agentEventsStreamArn", "agentEventStreamArn"),
        ("RemovalPolicy", "removalPolicy"),
        ("archives", "archive"),
        ("architectures", "architecture"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_one_that_was_meant(misspelt: str, meant: str) -> None:
    (problem,) = problems(**{misspelt: "7"})

    assert problem.startswith(f"{misspelt}: unknown context key. Did you mean {meant}?")


@pytest.mark.parametrize(
    "key",
    [
        "@aws-cdk/core:newStyleStackSynthesis",
        "aws:cdk:bundling-stacks",
        "aws:cdk:enable-path-metadata",
        "availability-zones:account=111122223333:region=eu-central-1",
        "cli-telemetry",
        "environment",
        "stage",
        "owner",
        "region",
    ],
)
def test_keys_of_somebody_else_are_left_alone(key: str) -> None:
    assert Settings.from_context({key: "anything"}) == Settings()


def test_a_key_in_another_region_than_the_stream_is_explained() -> None:
    (problem,) = problems(
        agentEventStreamArn=STREAM, kmsKeyArn=KEY.replace("eu-central-1", "eu-west-2")
    )

    assert "agentEventStreamArn in eu-central-1, kmsKeyArn in eu-west-2" in problem

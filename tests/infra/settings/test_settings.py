"""The settings: what is accepted, and what the user is told about what is not."""

import pytest

from infra.retention import log_retention
from infra.settings.business_hours import BusinessHours
from infra.settings.settings import (
    KEYS,
    LOG_RETENTION_DAYS_ACCEPTED,
    ContextError,
    Settings,
)
from tests.infra.usual_settings import INSTANCE, ISSUER, KEY, TOPIC

STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events"
OTHER_STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/contact-records"
DATA_KEY = "arn:aws:kms:eu-central-1:111122223333:key/dddddddd-2222-3333-4444-555555555555"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/cccccccc-2222-3333-4444-555555555555"
BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"


def problems(**context: object) -> list[str]:
    with pytest.raises(ContextError) as caught:
        Settings.from_context(context)
    return caught.value.problems


def test_everything_has_a_default_that_keeps_data() -> None:
    settings = Settings.from_context({})

    assert settings == Settings(
        connect_instance_arn=None,
        agent_event_stream_arn=None,
        contact_events="on",
        contact_records="off",
        contact_record_stream_arn=None,
        kept_contact_record_fields=(),
        associations="all",
        kms_key_arn=None,
        data_kms_key_arn=None,
        retention_days=None,
        record_ttl_days=730,
        removal_policy="retain",
        archive="on",
        architecture="arm64",
        read_side="off",
        oidc_issuer_url=None,
        oidc_audience=None,
        oidc_client_id=None,
        allowed_origins=(),
        stage=None,
        log_retention_days=30,
        tags={},
    )
    assert settings.read_indexes == 0
    assert settings.keeps_data
    assert not settings.has_query_api
    assert not settings.has_board
    assert settings.archives_events
    assert settings.new_stream_retention_days == 7
    assert settings.takes_contact_events
    assert not settings.reads_separate_contact_records
    assert not settings.associates_contact_records


def test_every_key_is_read() -> None:
    context = {
        "connectInstanceArn": INSTANCE,
        "agentEventStreamArn": STREAM,
        "contactEvents": "off",
        "contactRecords": "separate",
        "contactRecordStreamArn": OTHER_STREAM,
        "keptContactRecordFields": "Attributes.orderId,CustomerEndpoint",
        "associations": "contactRecords",
        "kmsKeyArn": KEY,
        "dataKmsKeyArn": DATA_KEY,
        "retentionDays": "30",
        "recordTtlDays": "365",
        "pointInTimeRecovery": "off",
        "provisionedAgents": "10000",
        "batchingWindowSeconds": "1",
        "removalPolicy": "destroy",
        "archive": "off",
        "architecture": "x86_64",
        "readSide": "on",
        "oidcIssuerUrl": ISSUER,
        "oidcAudience": "contact-chains",
        "oidcClientId": "board",
        "allowedOrigins": "https://wall.example.com,http://localhost:8000",
        "boardDomain": "board.example.com",
        "boardCertificateArn": CERTIFICATE,
        "recordEvents": "on",
        "analytics": "on",
        "historyTtlDays": "400",
        "closeStaleContacts": "off",
        "longestOpenHours": "CHAT=24, TASK=720",
        "alarmTopicArn": TOPIC,
        "businessHoursUtc": "Mon-Fri 07-17",
        "silentMinutes": "30",
        "canary": "on",
        "logRetentionDays": "365",
        "permissionsBoundaryArn": BOUNDARY,
        "tags": "cost-centre=4711, owner=contact centre",
        "stage": "test",
        "tracing": "on",
    }

    settings = Settings.from_context(context)

    assert context.keys() == set(KEYS)
    assert settings == Settings(
        connect_instance_arn=INSTANCE,
        agent_event_stream_arn=STREAM,
        contact_events="off",
        contact_records="separate",
        contact_record_stream_arn=OTHER_STREAM,
        kept_contact_record_fields=("Attributes.orderId", "CustomerEndpoint"),
        associations="contactRecords",
        kms_key_arn=KEY,
        data_kms_key_arn=DATA_KEY,
        retention_days=30,
        record_ttl_days=365,
        point_in_time_recovery="off",
        provisioned_agents=10_000,
        batching_window_seconds=1,
        removal_policy="destroy",
        archive="off",
        architecture="x86_64",
        read_side="on",
        oidc_issuer_url=ISSUER,
        oidc_audience="contact-chains",
        oidc_client_id="board",
        allowed_origins=("https://wall.example.com", "http://localhost:8000"),
        board_domain="board.example.com",
        board_certificate_arn=CERTIFICATE,
        record_events="on",
        analytics="on",
        history_ttl_days=400,
        close_stale_contacts="off",
        longest_open_hours={"CHAT": 24, "TASK": 720},
        alarm_topic_arn=TOPIC,
        business_hours=(BusinessHours(1, 5, 7, 17),),
        silent_minutes=30,
        canary="on",
        log_retention_days=365,
        permissions_boundary_arn=BOUNDARY,
        tags={"cost-centre": "4711", "owner": "contact centre"},
        stage="test",
        tracing="on",
    )
    assert not settings.keeps_data
    assert settings.has_query_api
    assert settings.has_board
    assert not settings.archives_events
    assert not settings.takes_contact_events
    assert settings.reads_separate_contact_records
    assert settings.associates_contact_records
    assert not settings.associates_agent_events


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
        ("contactRecordStreamArn", "contact-records", "stream/<stream name>"),
        (
            "agentEventStreamArn",
            "arn:aws:firehose:eu-central-1:111122223333:x/y",
            "arn:aws:kinesis",
        ),
        ("kmsKeyArn", "alias/aws/kinesis", "not an alias"),
        ("kmsKeyArn", "arn:aws:kms:eu-central-1:111122223333:alias/connect", "not an alias"),
        ("kmsKeyArn", "", "key/<key id>"),
        ("dataKmsKeyArn", "alias/contact-chains", "not an alias"),
        ("kmsKeyArn", 5, "key/<key id>"),
        ("boardCertificateArn", CERTIFICATE.replace("us-east-1", "eu-central-1"), "us-east-1"),
        ("permissionsBoundaryArn", "boundary", "policy/<policy name>"),
    ],
)
def test_something_else_than_the_arn_asked_for_is_explained(
    key: str, value: object, accepted: str
) -> None:
    problem, *_ = problems(**{key: value})

    assert problem.startswith(f"{key}: {value!r} is not the ARN of a")
    assert accepted in problem
    assert f"Example: -c {key}=arn:aws:" in problem


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_arns_of_every_partition_that_has_connect_are_accepted(partition: str) -> None:
    arn = STREAM.replace("arn:aws:", f"arn:{partition}:")

    assert Settings.from_context({"agentEventStreamArn": arn}).agent_event_stream_arn == arn


@pytest.mark.parametrize("word", ["keep", "Retain", "snapshot", "", True])
def test_an_unknown_removal_policy_is_explained(word: object) -> None:
    (problem,) = problems(removalPolicy=word)

    assert problem == (
        f"removalPolicy: {word!r} is not usable. Accepted: retain or destroy. "
        "Example: -c removalPolicy=destroy"
    )


@pytest.mark.parametrize("key", ["archive", "contactEvents"])
@pytest.mark.parametrize("word", ["yes", "Off", "", True, False])
def test_a_switch_that_is_neither_on_nor_off_is_explained(key: str, word: object) -> None:
    (problem,) = problems(**{key: word})

    assert problem == f"{key}: {word!r} is not usable. Accepted: on or off. Example: -c {key}=off"


@pytest.mark.parametrize("word", ["on", "both", "", True, []])
def test_an_unknown_way_of_contact_records_is_explained(word: object) -> None:
    (problem,) = problems(contactRecords=word)

    assert problem == (
        f"contactRecords: {word!r} is not usable. Accepted: off or shared or separate. "
        "Example: -c contactRecords=separate"
    )


@pytest.mark.parametrize("word", ["some", "", True, []])
def test_unknown_associations_are_explained(word: object) -> None:
    (problem,) = problems(associations=word, connectInstanceArn=INSTANCE)

    assert problem == (
        f"associations: {word!r} is not usable. Accepted: all or agentEvents or contactRecords or "
        "none. Example: -c associations=none"
    )


@pytest.mark.parametrize(
    "value",
    [
        "Attributes.orderId,CustomerEndpoint,Attributes.a-b_1",
        " Attributes.orderId , CustomerEndpoint,CustomerEndpoint, Attributes.a-b_1",
        ["Attributes.orderId", "CustomerEndpoint", "Attributes.a-b_1"],
    ],
)
def test_kept_fields_come_from_the_command_line_and_from_json(value: object) -> None:
    settings = Settings.from_context({"keptContactRecordFields": value})

    assert settings.kept_contact_record_fields == (
        "Attributes.orderId",
        "CustomerEndpoint",
        "Attributes.a-b_1",
    )


def test_tags_and_segment_attributes_are_kept_by_names_as_amazon_has_them() -> None:
    names = ("Tags.aws:connect:systemEndpoint", "SegmentAttributes.connect:Subtype")

    settings = Settings.from_context({"keptContactRecordFields": ",".join(names)})

    assert settings.kept_contact_record_fields == names


def test_an_empty_list_keeps_no_field() -> None:
    settings = Settings.from_context({"keptContactRecordFields": []})

    assert settings.kept_contact_record_fields == ()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Attributes",
        "Attributes.",
        "Attributes.*",
        "Attributes.order id",
        "Attributes.a.b",
        "attributes.orderId",
        "customerEndpoint",
        "CustomerEndpoint.Address",
        "Agent",
        "Tags",
        "Tags.",
        "Tags.a b",
        "SegmentAttributes",
    ],
)
def test_a_field_that_cannot_be_kept_is_explained(name: str) -> None:
    (problem,) = problems(keptContactRecordFields=f"SystemEndpoint,{name}")

    assert problem == (
        f"keptContactRecordFields: {name!r} is not a field to keep. Accepted: Attributes.<name> "
        "(of letters, digits, - and _), Tags.<name> and SegmentAttributes.<name> "
        "(also with . : / = + @), CustomerEndpoint, SystemEndpoint, TransferredToEndpoint; "
        "several separated by commas. "
        "Example: -c keptContactRecordFields=Attributes.orderId,CustomerEndpoint"
    )


@pytest.mark.parametrize("value", [True, 1, {}, [1], [["CustomerEndpoint"]]])
def test_kept_fields_that_are_no_names_are_explained(value: object) -> None:
    (problem,) = problems(keptContactRecordFields=value)

    assert "is not a field to keep. Accepted: Attributes.<name>" in problem


def test_every_field_that_cannot_be_kept_is_named() -> None:
    assert len(problems(keptContactRecordFields="phone,CustomerEndpoint,name")) == 2


@pytest.mark.parametrize("word", ["yes", "board", "", True])
def test_an_unknown_read_side_is_explained(word: object) -> None:
    (problem,) = problems(readSide=word)

    assert problem == (
        f"readSide: {word!r} is not usable. Accepted: off or indexes-1 or indexes-2 or "
        "indexes-3 or indexes-4 or api or on. Example: -c readSide=on"
    )


@pytest.mark.parametrize("word", ["yes", "all", "", True])
def test_record_events_that_are_neither_on_nor_off_are_explained(word: object) -> None:
    (problem,) = problems(recordEvents=word)

    assert problem == (
        f"recordEvents: {word!r} is not usable. Accepted: off or on. Example: -c recordEvents=on"
    )


def test_record_events_are_published_when_it_is_asked_for() -> None:
    assert not Settings.from_context({}).publishes_events
    assert Settings.from_context({"recordEvents": "on"}).publishes_events


def test_api_without_pages_is_a_read_side_too() -> None:
    settings = Settings.from_context({"readSide": "api", "allowedOrigins": "https://a.example"})

    assert settings.has_query_api
    assert not settings.has_board


@pytest.mark.parametrize(
    "address",
    [
        "https://login.example.com",
        "https://login.example.com/",
        "https://login.example.com:8443/a/b",
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
        "http://127.0.0.1:8000/issuer",
    ],
)
def test_addresses_of_issuers_are_taken_as_they_are(address: str) -> None:
    context = {"readSide": "api", "oidcIssuerUrl": address, "oidcAudience": "contact-chains"}

    assert Settings.from_context(context).oidc_issuer_url == address


@pytest.mark.parametrize(
    "address",
    [
        "login.example.com",
        "http://login.example.com",
        "https://login.example.com?tenant=1",
        "https://login.example.com/a#b",
        "https://-/",
        "https://login.example.com/a b",
        "",
        5,
    ],
)
def test_value_that_cannot_be_an_issuer_is_refused_with_a_reason(address: object) -> None:
    (problem,) = problems(readSide="api", oidcIssuerUrl=address, oidcAudience="contact-chains")

    assert problem.startswith(
        f"oidcIssuerUrl: {address!r} is not the address of an issuer. Accepted: "
    )
    assert problem.endswith(
        "Example: -c oidcIssuerUrl=https://login.example.com/realms/contact-centre"
    )


@pytest.mark.parametrize("key", ["oidcAudience", "oidcClientId"])
@pytest.mark.parametrize("value", ["", "two words", 5])
def test_names_that_issuers_do_not_give_are_explained(key: str, value: object) -> None:
    context: dict[str, object] = {
        "readSide": "on",
        "oidcIssuerUrl": ISSUER,
        "oidcAudience": "contact-chains",
        "oidcClientId": "board",
        key: value,
    }

    (problem,) = problems(**context)

    assert problem.startswith(
        f"{key}: {value!r} is not usable. Accepted: text without white space."
    )


@pytest.mark.parametrize(
    "value",
    [
        "https://wall.example.com , http://127.0.0.1:8000,https://wall.example.com",
        ["https://wall.example.com", "http://127.0.0.1:8000"],
    ],
)
def test_allowed_origins_come_from_the_command_line_and_from_json(value: object) -> None:
    settings = Settings.from_context({"readSide": "on", "allowedOrigins": value})

    assert settings.allowed_origins == ("https://wall.example.com", "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example.com", "https://wall.example.com/", "http://wall.example.com", "null"],
)
def test_value_that_no_browser_sends_as_origin_is_refused_with_a_reason(origin: str) -> None:
    (problem,) = problems(readSide="on", allowedOrigins=f"https://a.example,{origin}")

    assert problem.startswith(
        f"allowedOrigins: {origin!r} is not an origin. Accepted: https://<host>"
    )
    assert problem.endswith("Example: -c allowedOrigins=https://wallboards.example.com")


@pytest.mark.parametrize(
    ("read_side", "indexes"),
    [
        ("off", 0),
        ("indexes-1", 1),
        ("indexes-2", 2),
        ("indexes-3", 3),
        ("indexes-4", 4),
        ("on", None),
    ],
)
def test_read_side_says_how_many_indexes_there_are(read_side: str, indexes: int | None) -> None:
    settings = Settings.from_context({"readSide": read_side})

    assert settings.read_indexes == indexes
    assert settings.has_query_api == (indexes is None)


@pytest.mark.parametrize("stage", ["test", "t", "blue-2", "a" * 20])
def test_a_stage_is_a_short_word(stage: str) -> None:
    assert Settings.from_context({"stage": stage}).stage == stage


@pytest.mark.parametrize(
    "stage",
    ["", "Test", "1st", "-a", "a-", "a_b", "a b", "a" * 21, "my-aws", "amazonian", "cognito1", 1],
)
def test_a_stage_that_makes_no_names_is_explained(stage: object) -> None:
    (problem,) = problems(stage=stage)

    assert problem.startswith(
        f"stage: {stage!r} is not the name of a stage. Accepted: 1 to 20 lower"
    )
    assert problem.endswith("Example: -c stage=test")


@pytest.mark.parametrize("domain", ["Board.example.com", "board", "https://a.b", "*.a.com", "a..b"])
def test_value_that_is_not_a_host_name_is_refused_with_a_reason(domain: str) -> None:
    (problem, *_) = problems(readSide="on", boardDomain=domain, boardCertificateArn=CERTIFICATE)

    assert problem.startswith(f"boardDomain: {domain!r} is not a host name. Accepted: a host name")


@pytest.mark.parametrize(
    "value",
    ["a=1,b=x=y", ["a=1", "b=x=y"], {"a": "1", "b": "x=y"}],
)
def test_tags_come_from_the_command_line_and_from_json(value: object) -> None:
    assert Settings.from_context({"tags": value}).tags == {"a": "1", "b": "x=y"}


@pytest.mark.parametrize("value", ["VOICE", "FAX=3", "CHAT=0", "CHAT=", "TASK=10000", "CHAT=1.5"])
def test_value_that_is_not_a_channel_with_hours_is_refused_with_a_reason(value: str) -> None:
    (problem,) = problems(longestOpenHours=value)

    assert "is not a channel with its hours. Accepted: VOICE, CHAT, TASK or EMAIL" in problem


@pytest.mark.parametrize(
    "value", ["a", "=1", "aws:a=1", "AWS:a=1", "a=ä", "a=1,,b=2", 7, "a" * 129]
)
def test_value_that_is_not_a_tag_is_refused_with_a_reason(value: object) -> None:
    (problem,) = problems(tags=value)

    assert problem.startswith("tags: ")
    assert "is not a tag. Accepted: <name>=<value>" in problem


def test_a_tag_that_comes_twice_is_explained() -> None:
    (problem,) = problems(tags="a=1,a=2")

    assert problem.startswith("tags: 'a=1,a=2' is not usable, because a name is repeated.")


def test_too_many_tags_are_explained() -> None:
    (problem,) = problems(tags=[f"tag{number}=x" for number in range(41)])

    assert "because there are too many. Accepted: <name>=<value>" in problem


@pytest.mark.parametrize("value", ["31", 0, "a month", 10_000])
def test_a_log_retention_that_cloudwatch_refuses_is_explained(value: object) -> None:
    (problem,) = problems(logRetentionDays=value)

    assert problem.startswith(
        f"logRetentionDays: {value!r} is not usable. Accepted: a number of days out of 1, 3, 5, 7,"
    )


@pytest.mark.parametrize("days", LOG_RETENTION_DAYS_ACCEPTED)
def test_every_log_retention_that_is_accepted_is_known_to_cdk(days: int) -> None:
    assert log_retention(Settings(log_retention_days=days)).name


def test_a_boundary_of_another_account_is_explained() -> None:
    (problem,) = problems(
        connectInstanceArn=INSTANCE,
        permissionsBoundaryArn=BOUNDARY.replace("111122223333", "999900001111"),
    )

    assert problem.startswith("permissionsBoundaryArn: 'arn:aws:iam::999900001111:policy/boundary'")
    assert problem.endswith(f"Example: -c permissionsBoundaryArn={BOUNDARY}")


def test_a_boundary_that_aws_manages_is_accepted() -> None:
    boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
    context = {"connectInstanceArn": INSTANCE, "permissionsBoundaryArn": boundary}

    assert Settings.from_context(context).permissions_boundary_arn == boundary


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
        ("dataKmsKey", "dataKmsKeyArn"),
        ("dataKeyArn", "dataKmsKeyArn"),
        ("kms_key_arn", "kmsKeyArn"),
        ("connectInstance", "connectInstanceArn"),
        ("agentEventsStreamArn", "agentEventStreamArn"),
        ("RemovalPolicy", "removalPolicy"),
        ("archives", "archive"),
        ("contactEvent", "contactEvents"),
        ("contactRecord", "contactRecords"),
        ("contactRecordsStreamArn", "contactRecordStreamArn"),
        ("keepContactRecordFields", "keptContactRecordFields"),
        ("association", "associations"),
        ("architectures", "architecture"),
        ("readside", "readSide"),
        ("oidcIssuer", "oidcIssuerUrl"),
        ("oidcClient", "oidcClientId"),
        ("allowOrigins", "allowedOrigins"),
        ("tag", "tags"),
        ("permissionBoundaryArn", "permissionsBoundaryArn"),
        ("recordEvent", "recordEvents"),
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


def test_a_stream_of_contact_records_in_another_region_is_explained() -> None:
    (problem,) = problems(
        connectInstanceArn=INSTANCE,
        contactRecords="separate",
        contactRecordStreamArn=OTHER_STREAM.replace("eu-central-1", "eu-west-2"),
    )

    assert "connectInstanceArn in eu-central-1, contactRecordStreamArn in eu-west-2" in problem

"""Settings that do not go together: what the user is told, and what goes together well."""

import pytest

from infra.settings.arn_forms import CERTIFICATE
from infra.settings.settings import ContextError, Settings
from tests.infra.usual_settings import INSTANCE, ISSUER, KEY

STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events"
OTHER_STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/contact-records"


def problems(**context: object) -> list[str]:
    with pytest.raises(ContextError) as caught:
        Settings.from_context(context)
    return caught.value.problems


@pytest.mark.parametrize("way", [{}, {"contactRecords": "off"}, {"contactRecords": "shared"}])
def test_a_stream_of_contact_records_that_would_not_be_read_is_explained(
    way: dict[str, str],
) -> None:
    (problem,) = problems(connectInstanceArn=INSTANCE, contactRecordStreamArn=OTHER_STREAM, **way)

    assert problem == (
        f"contactRecordStreamArn: {OTHER_STREAM!r} is not read with "
        f"contactRecords={way.get('contactRecords', 'off')}. Accepted: together with "
        "contactRecords=separate. Example: -c contactRecords=separate -c contactRecordStreamArn="
        "arn:aws:kinesis:eu-central-1:111122223333:stream/contact-records"
    )


def test_silence_that_a_canary_breaks_is_explained() -> None:
    (problem,) = problems(canary="on", businessHoursUtc="Mon-Fri 07-17", silentMinutes="90")

    assert problem.startswith("silentMinutes: '90' is never reached with canary=on")


def test_one_stream_named_as_both_is_explained() -> None:
    (problem,) = problems(
        agentEventStreamArn=STREAM, contactRecords="separate", contactRecordStreamArn=STREAM
    )

    assert problem.startswith(f"contactRecordStreamArn: {STREAM!r} is the agent event stream.")
    assert "contactRecords=shared without contactRecordStreamArn" in problem


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("contactEvents", "on"),
        ("contactRecords", "shared"),
        ("associations", "agentEvents"),
        ("associations", "contactRecords"),
        ("associations", "none"),
    ],
)
def test_setting_without_effect_for_lack_of_an_instance_is_refused(key: str, value: str) -> None:
    (problem,) = problems(**{key: value})

    assert problem.startswith(
        f"{key}: {value!r} does nothing without connectInstanceArn. Accepted: together with the "
    )
    assert "-c connectInstanceArn=arn:aws:connect:" in problem


def test_an_association_of_what_is_off_is_explained() -> None:
    (problem,) = problems(connectInstanceArn=INSTANCE, associations="contactRecords")

    assert problem.startswith(
        "associations: 'contactRecords' has no effect with contactRecords=off."
    )


def test_an_instance_of_which_nothing_is_wanted_is_explained() -> None:
    (problem,) = problems(connectInstanceArn=INSTANCE, associations="none", contactEvents="off")

    assert problem == (
        "associations: 'none' and contactEvents=off leave nothing to do for the instance. "
        "Accepted: one of them, or no connectInstanceArn. Example: -c associations=none"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("oidcIssuerUrl", ISSUER),
        ("oidcAudience", "contact-chains"),
        ("oidcClientId", "board"),
        ("allowedOrigins", "https://wall.example.com"),
    ],
)
def test_setting_without_effect_for_lack_of_a_read_side_is_refused(key: str, value: str) -> None:
    (problem,) = problems(**{key: value})

    assert problem == (
        f"{key}: {value!r} does nothing with readSide=off. Accepted: together with readSide=on or "
        f"readSide=api. Example: -c readSide=on -c {key}={value}"
    )


@pytest.mark.parametrize(
    ("read_side", "given", "missing"),
    [
        ("on", {"oidcIssuerUrl": ISSUER}, "oidcAudience, oidcClientId"),
        ("on", {"oidcIssuerUrl": ISSUER, "oidcAudience": "a"}, "oidcClientId"),
        ("on", {"oidcAudience": "a", "oidcClientId": "b"}, "oidcIssuerUrl"),
        ("api", {"oidcIssuerUrl": ISSUER}, "oidcAudience"),
    ],
)
def test_an_issuer_of_which_not_all_is_said_is_explained(
    read_side: str, given: dict[str, str], missing: str
) -> None:
    (problem,) = problems(readSide=read_side, **given)

    assert problem.startswith(f"{missing}: missing. Accepted: oidcIssuerUrl, oidcAudience")
    assert "none of them: then a Cognito user pool signs people in" in problem


def test_a_client_without_a_page_is_explained() -> None:
    (problem,) = problems(
        readSide="api", oidcIssuerUrl=ISSUER, oidcAudience="contact-chains", oidcClientId="board"
    )

    assert problem.startswith("oidcClientId: 'board' does nothing with readSide=api")


def test_an_api_that_nobody_could_sign_in_to_is_explained() -> None:
    (problem,) = problems(readSide="api")

    assert problem.startswith("readSide: 'api' has no page on which to sign in.")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"boardDomain": "board.example.com"}, "boardCertificateArn"),
        ({"boardCertificateArn": CERTIFICATE.example}, "boardDomain"),
    ],
)
def test_half_of_an_own_name_is_explained(given: dict[str, str], missing: str) -> None:
    (problem,) = problems(readSide="on", **given)

    assert problem.startswith(f"{missing}: missing. Accepted: boardDomain and boardCertificateArn")


@pytest.mark.parametrize("read_side", ["off", "indexes-2", "api"])
def test_an_own_name_without_pages_is_explained(read_side: str) -> None:
    given = {"allowedOrigins": "https://wall.example.com"} if read_side == "api" else {}

    found = problems(
        readSide=read_side,
        boardDomain="board.example.com",
        boardCertificateArn=CERTIFICATE.example,
        **given,
    )

    assert [problem.split(":")[0] for problem in found] == ["boardDomain", "boardCertificateArn"]
    assert all(f"does nothing with readSide={read_side}" in problem for problem in found)


def test_a_key_for_tables_of_another_account_is_explained() -> None:
    (problem,) = problems(
        connectInstanceArn=INSTANCE, dataKmsKeyArn=KEY.replace("111122223333", "999900001111")
    )

    assert problem == (
        "dataKmsKeyArn: 'arn:aws:kms:eu-central-1:999900001111:key/"
        "11111111-2222-3333-4444-555555555555' is a key of another account than the instance. "
        "DynamoDB takes only keys of the tables' own account. Accepted: a key of account "
        "111122223333. "
        "Example: -c dataKmsKeyArn="
        "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012"
    )


def in_partition(partition: str, arn: str) -> str:
    return arn.replace("arn:aws:", f"arn:{partition}:")


def test_a_partition_without_amazon_connect_is_explained() -> None:
    (problem,) = problems(
        agentEventStreamArn=in_partition("aws-cn", STREAM),
        dataKmsKeyArn=in_partition("aws-cn", KEY),
        readSide="on",
    )

    assert problem == (
        "agentEventStreamArn, dataKmsKeyArn: partition aws-cn has no Amazon Connect. Accepted: "
        "ARNs of partition aws or aws-us-gov. Example: -c connectInstanceArn="
        "arn:aws:connect:eu-central-1:111122223333:instance/12345678-1234-1234-1234-123456789012"
    )


def test_pages_in_a_partition_without_cloudfront_are_explained() -> None:
    (problem,) = problems(
        connectInstanceArn=in_partition("aws-us-gov", INSTANCE),
        agentEventStreamArn=in_partition("aws-us-gov", STREAM),
        readSide="on",
    )

    assert problem == (
        "readSide: 'on' needs CloudFront, which partition aws-us-gov (connectInstanceArn, "
        "agentEventStreamArn) does not have. Accepted: readSide=api with pages served elsewhere, "
        "or off. Example: -c readSide=api -c allowedOrigins=https://wallboards.example.com"
    )


def test_api_in_a_partition_without_cloudfront_is_accepted() -> None:
    settings = Settings.from_context(
        {
            "connectInstanceArn": in_partition("aws-us-gov", INSTANCE),
            "readSide": "api",
            "allowedOrigins": "https://wall.example.com",
        }
    )

    assert settings.has_query_api


def test_contradictions_are_named_all_at_once_and_beside_other_problems() -> None:
    found = problems(
        retentionDays="x",
        contactEvents="on",
        contactRecords="shared",
        contactRecordStreamArn=OTHER_STREAM,
        associations="none",
    )

    assert [problem.split(":")[0] for problem in found] == [
        "retentionDays",
        "contactRecordStreamArn",
        "contactEvents",
        "contactRecords",
        "associations",
    ]


def test_a_refused_read_side_is_held_against_no_other() -> None:
    found = problems(readSide="yes", oidcIssuerUrl=ISSUER)

    assert [problem.split(":")[0] for problem in found] == ["readSide"]


def test_a_refused_value_is_held_against_no_other() -> None:
    found = problems(connectInstanceArn="not an ARN", contactEvents="on", contactRecords="shared")

    assert [problem.split(":")[0] for problem in found] == ["connectInstanceArn"]


@pytest.mark.parametrize(
    "context",
    [
        {"contactEvents": "off"},
        {"contactRecords": "off"},
        {"contactRecords": "separate"},
        {"contactRecords": "separate", "contactRecordStreamArn": OTHER_STREAM},
        {"associations": "all"},
        {"connectInstanceArn": INSTANCE, "contactEvents": "off"},
        {"connectInstanceArn": INSTANCE, "contactRecords": "shared"},
        {"connectInstanceArn": INSTANCE, "agentEventStreamArn": STREAM, "associations": "none"},
        {"connectInstanceArn": INSTANCE, "contactRecords": "shared", "associations": "none"},
        {"readSide": "on"},
        {"readSide": "on", "allowedOrigins": "https://wall.example.com"},
        {"readSide": "indexes-1"},
        {"readSide": "on", "oidcIssuerUrl": ISSUER, "oidcAudience": "a", "oidcClientId": "b"},
        {"readSide": "api", "oidcIssuerUrl": ISSUER, "oidcAudience": "a"},
        {"readSide": "api", "allowedOrigins": "https://wall.example.com"},
        {"dataKmsKeyArn": KEY},
        {"dataKmsKeyArn": KEY, "kmsKeyArn": KEY, "connectInstanceArn": INSTANCE},
    ],
)
def test_settings_that_go_together_are_accepted(context: dict[str, str]) -> None:
    Settings.from_context(context)

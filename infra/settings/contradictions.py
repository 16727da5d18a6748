"""Values of the CDK context that are right by themselves and wrong together.

Looks only at what the user gave. A value that is refused anyway contradicts no other.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from infra.settings.arn_forms import (
    CERTIFICATE,
    CONNECT_INSTANCE,
    CONTACT_RECORD_STREAM,
    KMS_KEY,
)
from infra.settings.business_hours import HOURS_EXAMPLE
from infra.settings.web_addresses import DOMAIN_EXAMPLE, ORIGIN_EXAMPLE

_BROKEN_BY_A_CANARY: Final = frozenset(str(minutes) for minutes in range(60, 181))
_INSTANCE: Final = f"-c connectInstanceArn={CONNECT_INSTANCE.example}"


def contradictions(context: Mapping[str, object]) -> Iterator[str]:
    """The problems, each with accepted values and an example."""
    given = {key: value for key, value in context.items() if value is not None}
    yield from _of_the_contact_record_stream(given)
    yield from _of_the_read_side(given)
    yield from _of_the_silence(given)
    yield from _of_the_history(given)
    if "connectInstanceArn" in given:
        yield from _of_the_instance(given)
    else:
        yield from _without_an_instance(given)


def _of_the_contact_record_stream(given: Mapping[str, object]) -> Iterator[str]:
    stream = given.get("contactRecordStreamArn")
    if stream is None:
        return
    contact_records = given.get("contactRecords", "off")
    if contact_records in ("off", "shared"):
        yield (
            f"contactRecordStreamArn: {stream!r} is not read with contactRecords={contact_records}."
            " Accepted: together with contactRecords=separate. Example: -c contactRecords=separate "
            f"-c contactRecordStreamArn={CONTACT_RECORD_STREAM.example}"
        )
    if stream == given.get("agentEventStreamArn"):
        yield (
            f"contactRecordStreamArn: {stream!r} is the agent event stream. Accepted: another "
            "stream; or contactRecords=shared without contactRecordStreamArn, if both kinds come "
            "on one. Example: -c contactRecords=shared"
        )


def _of_the_silence(given: Mapping[str, object]) -> Iterator[str]:
    if "silentMinutes" in given and "businessHoursUtc" not in given:
        yield (
            f"silentMinutes: {given['silentMinutes']!r} does nothing without businessHoursUtc. "
            f"Accepted: together with it. Example: -c businessHoursUtc={HOURS_EXAMPLE} "
            f"-c silentMinutes={given['silentMinutes']}"
        )
    if given.get("canary") == "on" and str(given.get("silentMinutes", "")) in _BROKEN_BY_A_CANARY:
        yield (
            f"silentMinutes: {given['silentMinutes']!r} is never reached with canary=on, whose "
            "made-up call comes every hour. Accepted: up to 59 with it; or canary=off. "
            "Example: -c silentMinutes=30"
        )


def _of_the_history(given: Mapping[str, object]) -> Iterator[str]:
    if given.get("analytics") == "on" and given.get("recordEvents", "off") == "off":
        yield (
            "analytics: 'on' has nothing to write with recordEvents=off. Accepted: together with "
            "recordEvents=on, whose events become history. "
            "Example: -c analytics=on -c recordEvents=on"
        )
    if "historyTtlDays" in given and given.get("analytics", "off") == "off":
        yield (
            f"historyTtlDays: {given['historyTtlDays']!r} does nothing with analytics=off. "
            "Accepted: together with analytics=on. Example: -c analytics=on -c recordEvents=on "
            f"-c historyTtlDays={given['historyTtlDays']}"
        )


def _of_the_instance(given: Mapping[str, object]) -> Iterator[str]:
    associations = given.get("associations")
    if associations == "contactRecords" and given.get("contactRecords", "off") == "off":
        yield (
            "associations: 'contactRecords' has no effect with contactRecords=off. Accepted: "
            "together with contactRecords=shared or contactRecords=separate; or none. "
            "Example: -c associations=contactRecords -c contactRecords=shared"
        )
    if associations == "none" and given.get("contactEvents") == "off":
        yield (
            "associations: 'none' and contactEvents=off leave nothing to do for the instance. "
            "Accepted: one of them, or no connectInstanceArn. Example: -c associations=none"
        )


def _without_an_instance(given: Mapping[str, object]) -> Iterator[str]:
    if given.get("contactEvents") == "on":
        yield (
            "contactEvents: 'on' does nothing without connectInstanceArn. Accepted: together with "
            f"the instance whose contact events are meant. Example: {_INSTANCE}"
        )
    if given.get("contactRecords") == "shared":
        yield (
            "contactRecords: 'shared' does nothing without connectInstanceArn. Accepted: together "
            "with the instance that is to publish them; or off, which also reads contact records "
            "that an association of your own puts on the agent event stream. "
            f"Example: -c contactRecords=shared {_INSTANCE}"
        )
    associations = given.get("associations")
    if associations in ("agentEvents", "contactRecords", "none"):
        yield (
            f"associations: {associations!r} does nothing without connectInstanceArn. Accepted: "
            "together with the instance whose associations are meant. "
            f"Example: -c associations={associations} {_INSTANCE}"
        )


def _of_the_read_side(given: Mapping[str, object]) -> Iterator[str]:
    read_side = given.get("readSide", "off")
    if read_side in ("off", "indexes-1", "indexes-2", "indexes-3", "indexes-4"):
        yield from _without_a_read_side(given, read_side)
    elif read_side in ("api", "on"):
        yield from _with_a_read_side(given, read_side)


def _with_a_read_side(given: Mapping[str, object], read_side: object) -> Iterator[str]:
    yield from _of_the_issuer(given)
    if read_side == "api" and not given.keys() & {"oidcIssuerUrl", "allowedOrigins"}:
        yield (
            "readSide: 'api' has no page on which to sign in. Accepted: together with "
            "oidcIssuerUrl, or with allowedOrigins for a page that is served elsewhere; or on. "
            "Example: -c readSide=on"
        )
    yield from _of_the_board(given, read_side)


def _of_the_board(given: Mapping[str, object], read_side: object) -> Iterator[str]:
    keys = ("boardDomain", "boardCertificateArn")
    if read_side == "api":
        for key in keys:
            if key in given:
                yield (
                    f"{key}: {given[key]!r} does nothing with readSide=api, which serves no page. "
                    "Accepted: together with readSide=on. Example: -c readSide=on"
                )
    elif len(missing := [key for key in keys if key not in given]) == 1:
        yield (
            f"{missing[0]}: missing. Accepted: {' and '.join(keys)} together, or neither, with "
            "which CloudFront chooses a name. "
            f"Example: -c boardDomain={DOMAIN_EXAMPLE} -c boardCertificateArn={CERTIFICATE.example}"
        )


def _without_a_read_side(given: Mapping[str, object], read_side: object) -> Iterator[str]:
    for key in (
        *("oidcIssuerUrl", "oidcAudience", "oidcClientId", "allowedOrigins"),
        *("boardDomain", "boardCertificateArn"),
    ):
        if key in given:
            yield (
                f"{key}: {given[key]!r} does nothing with readSide={read_side}. Accepted: together "
                f"with readSide=on or readSide=api. Example: -c readSide=on -c {key}={given[key]}"
            )


def _of_the_issuer(given: Mapping[str, object]) -> Iterator[str]:
    needed = ["oidcIssuerUrl", "oidcAudience"]
    if given.get("readSide") == "on":
        needed.append("oidcClientId")
    elif "oidcClientId" in given:
        yield (
            f"oidcClientId: {given['oidcClientId']!r} does nothing with readSide=api, which serves "
            "no page. Accepted: together with readSide=on. Example: -c readSide=on"
        )
    missing = [key for key in needed if key not in given]
    if 0 < len(missing) < len(needed):
        yield (
            f"{', '.join(missing)}: missing. Accepted: {', '.join(needed)} together, or none of "
            "them: then a Cognito user pool signs people in. "
            f"Example: -c {' -c '.join(f'{key}=…' for key in needed)}"
        )


def accounts_that_differ(arns: Mapping[str, str | None]) -> Iterator[str]:
    """ARNs of another account than the instance's, for what must be of the same account.

    These are the key of a table, the certificate of CloudFront and the policy of a role.
    """
    instance, key = arns["connectInstanceArn"], arns["dataKmsKeyArn"]
    for name in ("boardCertificateArn", "permissionsBoundaryArn"):
        arn = arns[name]
        if instance and arn and _account(arn) not in {_account(instance), "aws"}:
            yield (
                f"{name}: {arn!r} is of another account than the instance. Accepted: an ARN of "
                f"account {_account(instance)}. "
                f"Example: -c {name}={arn.replace(_account(arn), _account(instance))}"
            )
    if instance and key and _account(instance) != _account(key):
        yield (
            f"dataKmsKeyArn: {key!r} is a key of another account than the instance. DynamoDB takes "
            f"only keys of the tables' own account. Accepted: a key of account "
            f"{_account(instance)}. "
            f"Example: -c dataKmsKeyArn={KMS_KEY.example}"
        )


def _account(arn: str) -> str:
    return arn.split(":")[4]


def regions_that_differ(arns: Mapping[str, str | None]) -> Iterator[str]:
    """ARNs of different regions: streams, keys and instance must be of the region deployed to."""
    regions = {key: arn.split(":")[3] for key, arn in arns.items() if arn is not None}
    if len(set(regions.values())) > 1:
        named = ", ".join(f"{key} in {region}" for key, region in regions.items())
        yield (
            f"{', '.join(regions)}: different regions ({named}). Accepted: ARNs of one region, the "
            f"one you deploy to. Example: -c kmsKeyArn={KMS_KEY.example} {_INSTANCE}"
        )


def partitions_that_lack_a_service(
    arns: Mapping[str, str | None], *, has_board: bool
) -> Iterator[str]:
    """ARNs of partitions that lack Amazon Connect, or CloudFront, which serves the pages.

    https://docs.aws.amazon.com/connect/latest/adminguide/regions.html and, of CloudFront,
    https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/setting-up-credentials.html
    """
    partitions = {key: arn.split(":")[1] for key, arn in arns.items() if arn is not None}
    in_china = [key for key, partition in partitions.items() if partition == "aws-cn"]
    if in_china:
        yield (
            f"{', '.join(in_china)}: partition aws-cn has no Amazon Connect. Accepted: ARNs of "
            f"partition aws or aws-us-gov. Example: {_INSTANCE}"
        )
    in_gov_cloud = [key for key, partition in partitions.items() if partition == "aws-us-gov"]
    if has_board and in_gov_cloud:
        yield (
            "readSide: 'on' needs CloudFront, which partition aws-us-gov "
            f"({', '.join(in_gov_cloud)}) does not have. Accepted: readSide=api with pages served "
            f"elsewhere, or off. Example: -c readSide=api -c allowedOrigins={ORIGIN_EXAMPLE}"
        )

"""Kinesis streams and their keys: whether Amazon Connect can publish on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from operations.doctor.findings import Finding, Heading, failed, ok, warning

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

CONNECTS_OWN_ROLE: Final = "AWSServiceRoleForAmazonConnect"
"""The beginning of the name of every instance's service-linked role."""

_KEY_OF_AWS: Final = "alias/aws/kinesis"
_PUBLISHING: Final = "GenerateDataKey"
"""What a producer of an encrypted stream needs."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A described stream; ``key_id`` is None if it is not encrypted."""

    name: str
    arn: str
    status: str
    open_shards: int
    key_id: str | None


def described_stream(kinesis: "KinesisClient", name_or_arn: str) -> Stream | None:
    """None if there is no such stream."""
    by = "StreamARN" if name_or_arn.startswith("arn:") else "StreamName"
    ask: Any = kinesis.describe_stream_summary
    try:
        found = ask(**{by: name_or_arn})["StreamDescriptionSummary"]
    except kinesis.exceptions.ResourceNotFoundException:
        return None
    encrypted = found.get("EncryptionType") == "KMS"
    return Stream(
        name=found["StreamName"],
        arn=found["StreamARN"],
        status=found["StreamStatus"],
        open_shards=found["OpenShardCount"],
        key_id=found["KeyId"] if encrypted else None,
    )


def can_publish(kms: Any, stream: Stream, roles: Sequence[str]) -> Iterator[Finding]:
    """Whether Connect, whose service role is one of ``roles``, may use the stream's key."""
    if stream.status not in {"ACTIVE", "UPDATING"}:
        yield failed(f"The stream {stream.name} is {stream.status}.", Heading.ASSOCIATION)
    if stream.key_id is None:
        yield warning(
            f"The stream {stream.name} is not encrypted. Connect can publish on it.",
            Heading.KEY,
        )
    elif stream.key_id == _KEY_OF_AWS:
        yield failed(
            f"The stream {stream.name} has the key {_KEY_OF_AWS}: Connect publishes nothing on it.",
            Heading.KEY,
        )
    else:
        yield from is_granted(kms, stream.key_id, roles)


def is_granted(kms: Any, key_id: str, roles: Sequence[str]) -> Iterator[Finding]:
    """Whether a key is enabled and has a grant for Connect.

    Connect makes the grant with the first storage configuration that has the key, and retires it
    with the last one.
    """
    try:
        key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        yield failed(f"The key {key_id} does not exist.", Heading.KEY)
        return
    arn = key["Arn"]
    if key["KeyState"] != "Enabled":
        yield failed(f"The key {arn} is {key['KeyState']}.", Heading.KEY)
    elif key["KeyManager"] != "CUSTOMER":
        yield failed(f"The key {arn} is managed by AWS: Connect cannot use it.", Heading.KEY)
    elif any(_lets_publish(grant, roles) for grant in _grants(kms, arn)):
        yield ok(f"The key {arn} is enabled and granted to Connect.")
    else:
        yield failed(
            f"The key {arn} has no grant for Connect's service role: Connect publishes nothing.",
            Heading.KEY,
        )


def _grants(kms: Any, key_id: str) -> Iterator[Any]:
    for page in kms.get_paginator("list_grants").paginate(KeyId=key_id):
        yield from page["Grants"]


def _lets_publish(grant: Any, roles: Sequence[str]) -> bool:
    grantee = grant.get("GranteePrincipal", "")
    return _PUBLISHING in grant["Operations"] and (grantee in roles or CONNECTS_OWN_ROLE in grantee)

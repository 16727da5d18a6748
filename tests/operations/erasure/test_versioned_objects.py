"""Rewriting objects with all their versions: the new one first, never over somebody else's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from adapters.errors import LostRaceError
from operations.erasure.versioned_objects import VersionedObjects, Versions
from tests.fakes.aws_in_memory import BUCKET, in_memory_aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def s3() -> Iterator["S3Client"]:
    with in_memory_aws() as aws:
        yield aws.s3


def keep_versions(s3: "S3Client", status: Any = "Enabled") -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})


def put(s3: "S3Client", body: bytes) -> None:
    s3.put_object(
        Bucket=BUCKET, Key="key", Body=body, ContentType="text/plain", Metadata={"a": "b"}
    )


def bodies(s3: "S3Client") -> list[bytes]:
    """Every version there is, the newest first."""
    listed = s3.list_object_versions(Bucket=BUCKET).get("Versions", ())
    return [
        s3.get_object(Bucket=BUCKET, Key=each["Key"], VersionId=each["VersionId"])["Body"].read()
        for each in listed
    ]


def found(s3: "S3Client") -> Versions:
    [versions] = VersionedObjects(s3, BUCKET).under("")
    return versions


def left_of(body: bytes) -> bytes | None:
    """All but an ``x``; nothing of what is only that."""
    return body.replace(b"x", b"") or None


def rewrite(s3: "S3Client", versions: Versions, *, dry_run: bool = False) -> bool:
    return VersionedObjects(s3, BUCKET).rewrite(versions, left_of, dry_run=dry_run)


def test_older_versions_are_gone_for_good(s3: "S3Client") -> None:
    keep_versions(s3)
    for body in (b"xa", b"xab", b"xabc"):
        put(s3, body)

    assert rewrite(s3, found(s3))
    assert bodies(s3) == [b"abc"]


def test_older_version_that_does_not_name_it_stays(s3: "S3Client") -> None:
    keep_versions(s3)
    for body in (b"clean", b"xab"):
        put(s3, body)

    assert rewrite(s3, found(s3))
    assert bodies(s3) == [b"ab", b"clean"]


def test_object_without_versions_is_replaced(s3: "S3Client") -> None:
    put(s3, b"xab")

    assert rewrite(s3, found(s3))
    assert bodies(s3) == [b"ab"]


def test_version_from_before_versions_were_kept_is_gone_too(s3: "S3Client") -> None:
    put(s3, b"xab")
    keep_versions(s3)

    assert rewrite(s3, found(s3))
    assert bodies(s3) == [b"ab"]


@pytest.mark.parametrize("versioned", [True, False])
def test_object_of_which_nothing_is_left_is_deleted(s3: "S3Client", versioned: bool) -> None:
    if versioned:
        keep_versions(s3)
    put(s3, b"x")

    assert rewrite(s3, found(s3))
    assert bodies(s3) == []


def test_deleted_object_loses_what_was_left_of_it_and_stays_deleted(s3: "S3Client") -> None:
    keep_versions(s3)
    put(s3, b"xab")
    s3.delete_object(Bucket=BUCKET, Key="key")

    assert rewrite(s3, found(s3))
    assert bodies(s3) == []


def test_what_is_known_of_the_object_stays(s3: "S3Client") -> None:
    put(s3, b"xab")

    rewrite(s3, found(s3))

    stored = s3.get_object(Bucket=BUCKET, Key="key")
    assert (stored["ContentType"], stored["Metadata"]) == ("text/plain", {"a": "b"})


def test_object_that_does_not_name_it_is_not_put(s3: "S3Client") -> None:
    keep_versions(s3)
    put(s3, b"clean")
    before = found(s3)

    assert not rewrite(s3, before)
    assert found(s3) == before


def test_dry_run_changes_nothing(s3: "S3Client") -> None:
    keep_versions(s3)
    put(s3, b"xab")

    assert rewrite(s3, found(s3), dry_run=True)
    assert bodies(s3) == [b"xab"]


@pytest.mark.parametrize("versioned", [True, False])
def test_what_somebody_else_has_written_meanwhile_is_kept(s3: "S3Client", versioned: bool) -> None:
    if versioned:
        keep_versions(s3)
    put(s3, b"xab")
    listed = found(s3)

    def overtaken(body: bytes) -> bytes | None:
        put(s3, b"newer")
        return left_of(body)

    with pytest.raises(LostRaceError, match="key was changed meanwhile"):
        VersionedObjects(s3, BUCKET).rewrite(listed, overtaken, dry_run=False)
    assert bodies(s3)[0] == b"newer"


def test_object_that_is_gone_is_reported(s3: "S3Client") -> None:
    put(s3, b"xab")
    listed = found(s3)
    s3.delete_object(Bucket=BUCKET, Key="key")

    with pytest.raises(LostRaceError):
        rewrite(s3, listed)

"""Objects of a bucket with all their versions: rewriting them so that nothing is left of the old.

The new version is put before any older one is deleted, so whoever is stopped in between has lost
nothing, and finds the rest the next time. A bucket without versions is one whose objects have one.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError

from adapters.errors import LostRaceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef, PutObjectOutputTypeDef

_NO_VERSION: Final = "null"
"""Of what was put while the bucket kept no versions."""

_KEPT: Final = ("ContentType", "ContentEncoding", "Metadata", "StorageClass")
_CHANGED_MEANWHILE: Final = frozenset(
    {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "NoSuchVersion"}
)

type Redact = Callable[[bytes], bytes | None]
"""What is to stay of a version: the same, something else, or nothing."""


class Versions(NamedTuple):
    """An object: its versions, the newest first. None is the latest if it was deleted."""

    key: str
    versions: Sequence["ObjectVersionTypeDef"]


class VersionedObjects:
    """The objects of one bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def under(self, prefix: str) -> Iterator[Versions]:
        """Every object whose key begins with ``prefix``, in the order of the keys."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        listed = (version for page in pages for version in page.get("Versions", ()))
        for key, versions in groupby(listed, key=itemgetter("Key")):
            yield Versions(key, list(versions))

    def rewrite(self, versions: Versions, redact: Redact, *, dry_run: bool) -> bool:
        """Rewrite the object as ``redact`` returns it; returns whether that changed it.

        Raises LostRaceError, and whatever ``redact`` does, before that version is changed.
        """
        try:
            changed = [
                version
                for version in versions.versions
                if self._rewrite(version, redact, dry_run=dry_run)
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _CHANGED_MEANWHILE:
                raise
            message = f"{versions.key} was changed meanwhile."
            raise LostRaceError(message) from error
        return bool(changed)

    def delete(self, versions: Versions) -> None:
        """Delete the object with all its versions."""
        for version in versions.versions:
            self._delete(version)

    def _rewrite(self, version: "ObjectVersionTypeDef", redact: Redact, *, dry_run: bool) -> bool:
        """Whether not all of the version was to stay."""
        stored = self._client.get_object(
            Bucket=self._bucket, Key=version["Key"], VersionId=version["VersionId"]
        )
        body = stored["Body"].read()
        left = redact(body)
        if left == body:
            return False
        if not dry_run:
            self._replace(version, stored, left if version["IsLatest"] else None)
        return True

    def _replace(self, version: "ObjectVersionTypeDef", stored: Any, left: bytes | None) -> None:
        """Put what is left as the newest version, then delete this one for good."""
        number = version["VersionId"]
        if left is not None:
            new = self._put(version, stored, left)
            if number == new.get("VersionId", _NO_VERSION):
                # The bucket has no versions, so the new object has replaced this one.
                return
        self._delete(version)

    def _delete(self, version: "ObjectVersionTypeDef") -> None:
        self._client.delete_object(
            Bucket=self._bucket, Key=version["Key"], VersionId=version["VersionId"]
        )

    def _put(
        self, version: "ObjectVersionTypeDef", stored: Any, left: bytes
    ) -> "PutObjectOutputTypeDef":
        return self._client.put_object(
            Bucket=self._bucket,
            Key=version["Key"],
            Body=left,
            # Fails if somebody else has written the object since it was listed.
            IfMatch=version["ETag"],
            **{name: stored[name] for name in _KEPT if stored.get(name)},
        )

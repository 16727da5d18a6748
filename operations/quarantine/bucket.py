"""The quarantine bucket: reading what is kept there, and noting what was replayed.

Nothing is ever deleted. What was replayed stays where it is; a copy under ``replayed/`` says so.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Final

from contacts.timestamps import timestamp_text
from operations.errors import NotDoneError
from operations.quarantine.record import GIVEN_UP_PREFIX, OWN_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

REPLAYED_PREFIX: Final = "replayed/"

_OBJECTS_AT_A_TIME: Final = 128


class QuarantineBucket:
    """The objects by their keys, in the order of the keys."""

    def __init__(self, client: "S3Client", bucket: str, executor: Executor) -> None:
        self._client = client
        self._bucket = bucket
        self._executor = executor

    def keys(self) -> list[str]:
        """All that was quarantined, replayed or not."""
        return [
            each["Key"] for prefix in (OWN_PREFIX, GIVEN_UP_PREFIX) for each in self._of(prefix)
        ]

    def replayed(self) -> dict[str, datetime]:
        """When which key was replayed last."""
        return {
            each["Key"].removeprefix(REPLAYED_PREFIX): each["LastModified"]
            for each in self._of(REPLAYED_PREFIX)
        }

    def read(self, key: str) -> bytes:
        """Raises NotDoneError."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            message = f"There is no object {key} in {self._bucket}."
            raise NotDoneError(message) from error

    def read_all(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Keys with their objects, some read ahead."""
        for chunk in batched(keys, _OBJECTS_AT_A_TIME, strict=False):
            yield from zip(chunk, self._executor.map(self.read, chunk), strict=True)

    def keep_as_replayed(self, key: str, *, at: datetime) -> None:
        """Copy the object to where replayed ones are kept."""
        self._client.copy_object(
            Bucket=self._bucket,
            Key=REPLAYED_PREFIX + key,
            CopySource={"Bucket": self._bucket, "Key": key},
            ContentType="application/json",
            MetadataDirective="REPLACE",
            Metadata={"replayed-at": timestamp_text(at)},
        )

    def _of(self, prefix: str) -> Iterator["ObjectTypeDef"]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            yield from page.get("Contents", ())

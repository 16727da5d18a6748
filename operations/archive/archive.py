"""The archive of raw records: gzip objects of lines, in folders by the UTC day of arrival."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from operations.errors import UnreadableObjectError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIXES: Final = ("agent_events/", "contact_records/")
"""One for each stream: that of agent events, with all that comes on it, and a separate one."""

_FOLDER: Final = re.compile(r"(\d{4})/(\d{2})/(\d{2})/")
_GZIP: Final = b"\x1f\x8b"


class Archive:
    """What Firehose has written. Reading changes nothing."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keys(self, first: datetime, last: datetime) -> list[str]:
        """The objects of the days from that of ``first`` to that of ``last``, day by day.

        Firehose names an object by the arrival of its oldest record, so that the last object of a
        day also holds the first records of the next; records that arrive late are in later ones.
        Listed before any is read: what is put on the stream meanwhile is archived again, and must
        not be met a second time.
        """
        days = (last.date() - first.date()).days + 1
        prefixes = [
            f"{prefix}{folder_of(first + timedelta(day))}"
            for day in range(days)
            for prefix in PREFIXES
        ]
        paginator = self._client.get_paginator("list_objects_v2")
        return [
            entry["Key"]
            for prefix in prefixes
            for page in paginator.paginate(Bucket=self._bucket, Prefix=prefix)
            for entry in page.get("Contents", ())
        ]

    def lines(self, key: str) -> Iterator[bytes]:
        """The lines of an object. Raises UnreadableObjectError after the last one that can be read.

        The object is fetched whole, still compressed (a few MB): records are put so slowly that S3
        would end a connection which is read at their pace.
        """
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return lines_in(key, body)


def folder_of(day: datetime) -> str:
    """Where the objects of a day are, within a prefix."""
    return f"{day:%Y/%m/%d}/"


def latest_arrival(key: str) -> datetime:
    """When the last record of an object came to the stream at the latest.

    The folder is the day on which the oldest came; an object is closed within a quarter of an hour.
    """
    folder = _FOLDER.search(key)
    if not folder:
        return datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
    year, month, day = map(int, folder.groups())
    return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1, minutes=15)


def lines_in(key: str, body: bytes) -> Iterator[bytes]:
    """The lines of an object, without their ends; see ``Archive.lines``."""
    content = io.BytesIO(body)
    opened = gzip.GzipFile(fileobj=content) if is_compressed(body) else content
    try:
        for line in opened:
            yield line.rstrip(b"\r\n")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"{key} is broken: {error}"
        raise UnreadableObjectError(message) from error


def is_compressed(body: bytes) -> bool:
    """As all that Firehose writes; an emulator's does not compress."""
    return body.startswith(_GZIP)

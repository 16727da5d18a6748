"""Reads what a Kinesis stream carries, all shards at once, and changes nothing.

A shard that was read to its end is closed; those that have taken its place are found by listing the
shards again (https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html).
"""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

READ_RIGHTS: Final = ("kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords")
"""And kms:Decrypt of the key, if the stream is encrypted with a key of your own."""

ENDED: Final = "ended"
"""In place of a sequence number: the shard was read to its end."""
_RECORDS_PER_CALL: Final = 1000
_SECONDS_BETWEEN_LISTS: Final = 30.0
_SECONDS_BEHIND: Final = 0.25
"""A shard answers five calls a second, to all who read it."""
_SECONDS_UP_TO_DATE: Final = 1.0
_TRY_LATER: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "KMSThrottlingException",
        "ExpiredIteratorException",
    }
)

type Positions = dict[str, str]
"""By shard the sequence number of the last record that was read, or ENDED."""


@dataclass(slots=True)
class _CapturedShard:
    id: str
    iterator: str | None = None


class _Read(NamedTuple):
    data: list[bytes]
    newest: str | None
    next_iterator: str | None
    is_ended: bool
    is_behind: bool


class StreamCapture:
    """Goes on from ``positions``; what has none is read from the moment ``since`` on."""

    def __init__(
        self,
        client: "KinesisClient",
        stream: str,
        *,
        since: datetime,
        positions: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """``stream`` is a name or an ARN."""
        self.positions: Positions = dict(positions)
        self._client = client
        self._stream: dict[str, Any] = (
            {"StreamARN": stream} if stream.startswith("arn:") else {"StreamName": stream}
        )
        self._since = since
        self._clock = clock
        self._pause = pause
        self._shards: dict[str, _CapturedShard] = {}

    def rounds(self, *, seconds: float, executor: Executor) -> Iterator[list[bytes]]:
        """The records that came, again and again for so many seconds, but at least once.

        When a round is asked for, ``positions`` are those of what the rounds before had. Raises
        ClientError, BotoCoreError.
        """
        ends = self._clock() + seconds
        listed_at: float | None = None
        while True:
            began = self._clock()
            if listed_at is None or began - listed_at >= _SECONDS_BETWEEN_LISTS:
                self._find_shards()
                listed_at = began
            shards = list(self._shards.values())
            is_behind = False
            found: list[bytes] = []
            newest: Positions = {}
            for shard, read in zip(shards, executor.map(self._read, shards), strict=True):
                found += read.data
                shard.iterator = read.next_iterator
                is_behind |= read.is_behind
                if read.newest:
                    newest[shard.id] = read.newest
                if read.is_ended:
                    newest[shard.id] = ENDED
                    del self._shards[shard.id]
                    listed_at, is_behind = None, True
            yield found
            self.positions |= newest
            if self._clock() >= ends:
                yield []
                return
            seconds_apart = _SECONDS_BEHIND if is_behind else _SECONDS_UP_TO_DATE
            self._pause(max(0.0, seconds_apart - (self._clock() - began)))

    def _find_shards(self) -> None:
        for page in self._client.get_paginator("list_shards").paginate(**self._stream):
            for each in page["Shards"]:
                shard_id = each["ShardId"]
                if self.positions.get(shard_id) != ENDED:
                    self._shards.setdefault(shard_id, _CapturedShard(shard_id))

    def _read(self, shard: _CapturedShard) -> _Read:
        try:
            iterator = shard.iterator or self._iterator(shard.id)
            answer = self._client.get_records(ShardIterator=iterator, Limit=_RECORDS_PER_CALL)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _TRY_LATER:
                raise
            return _Read([], None, None, is_ended=False, is_behind=False)
        records = answer["Records"]
        following = answer.get("NextShardIterator")
        return _Read(
            data=[record["Data"] for record in records],
            newest=records[-1]["SequenceNumber"] if records else None,
            next_iterator=following,
            is_ended=following is None,
            is_behind=answer.get("MillisBehindLatest", 0) > 0,
        )

    def _iterator(self, shard_id: str) -> str:
        sequence_number = self.positions.get(shard_id)
        where: dict[str, Any] = (
            {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "StartingSequenceNumber": sequence_number,
            }
            if sequence_number
            else {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": self._since}
        )
        answer = self._client.get_shard_iterator(**self._stream, ShardId=shard_id, **where)
        return answer["ShardIterator"]


def exported_line(data: bytes) -> bytes:
    """A record as a line of an export: as it is, or as get-records has it if it is no text."""
    line = data.strip()
    try:
        line.decode()
    except UnicodeDecodeError:
        pass
    else:
        if b"\n" not in line and line.startswith(b"{"):
            return line + b"\n"
    text = base64.b64encode(data).decode()
    return json.dumps({"Records": [{"Data": text}]}).encode() + b"\n"

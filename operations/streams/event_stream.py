"""Puts records on the Kinesis stream of agent events, as Connect and the EventBridge rules do.

Agent events go under the agent's ARN, contact events and contact records under their contact.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Final

from adapters.aws_calls import in_calls, tries
from operations.errors import NotDoneError
from operations.scan.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef

# Limits of PutRecords.
BATCH_RECORDS: Final = 500
BATCH_BYTES: Final = 5 * 1024 * 1024
RECORD_BYTES: Final = 1024 * 1024
PARTITION_KEY_CHARACTERS: Final = 256

PUT_ATTEMPTS: Final = 10
NO_KEY: Final = "no agent, no contact"
"""Partition key of what names neither: it is put all the same, since the pipeline's quarantine is
there for exactly that."""


@dataclass(frozen=True, kw_only=True)
class RecordToPut:
    """The bytes to put and the partition key to put them under."""

    partition_key: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data) + len(self.partition_key.encode())


class EventStream:
    """The stream, which others write to at the same time: at most so many records a second."""

    def __init__(self, client: "KinesisClient", name: str, *, events_per_second: int) -> None:
        self._client = client
        self._name = name
        self._pace = RateLimiter(events_per_second)
        self._at_a_time = min(events_per_second, BATCH_RECORDS)

    def put(self, records: Iterable[RecordToPut]) -> None:
        """Put everything, in order; return when it is there. Raises NotDoneError."""
        for some in batched(records, self._at_a_time, strict=False):
            self._pace.wait_for(len(some))
            put_records(self._client, self._name, some)


def stream_record(data: bytes) -> RecordToPut:
    """A record to put on the stream: an event of any source, or any other bytes."""
    return RecordToPut(partition_key=_partition_key(data), data=data)


def _partition_key(data: bytes) -> str:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return NO_KEY
    if not isinstance(event, dict):
        return NO_KEY
    detail = event.get("detail")
    contact = detail if isinstance(detail, dict) else event
    for key in (event.get("AgentARN"), contact.get("contactId"), contact.get("ContactId")):
        if isinstance(key, str) and 0 < len(key) <= PARTITION_KEY_CHARACTERS:
            return key
    return NO_KEY


def put_records(
    kinesis: "KinesisClient", stream_name: str, records: Iterable[RecordToPut]
) -> dict[str, str]:
    """Put everything, in order; returns the last sequence number put into each shard."""
    last: dict[str, str] = {}
    for batch in batches(records):
        last |= _put_batch(kinesis, stream_name, batch)
    return last


def batches(records: Iterable[RecordToPut]) -> Iterator[list[RecordToPut]]:
    """Cut into what one PutRecords takes."""
    return in_calls(records, lambda record: record.size, most=BATCH_RECORDS, most_bytes=BATCH_BYTES)


def _put_batch(
    kinesis: "KinesisClient", stream_name: str, batch: Sequence[RecordToPut]
) -> dict[str, str]:
    last: dict[str, str] = {}
    remaining = [_entry(record) for record in batch]
    for _ in tries(PUT_ATTEMPTS):
        response = kinesis.put_records(StreamName=stream_name, Records=remaining)
        failed: list[PutRecordsRequestEntryTypeDef] = []
        for entry, result in zip(remaining, response["Records"], strict=True):
            if "ErrorCode" in result:
                failed.append(entry)
            else:
                _raise_to(last, result["ShardId"], result["SequenceNumber"])
        if not failed:
            return last
        remaining = failed
    raise NotDoneError(f"{len(remaining)} events were refused by {stream_name} again and again.")


def _entry(record: RecordToPut) -> "PutRecordsRequestEntryTypeDef":
    return {"Data": record.data, "PartitionKey": record.partition_key}


def _raise_to(last: dict[str, str], shard_id: str, number: str) -> None:
    if int(number) > int(last.get(shard_id, "-1")):
        last[shard_id] = number

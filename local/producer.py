"""Puts agent events on the deployed Kinesis stream as Connect does: under the agent's ARN."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef

# Limits of PutRecords.
BATCH_RECORDS = 500
BATCH_BYTES = 5 * 1024 * 1024
RECORD_BYTES = 1024 * 1024
PARTITION_KEY_CHARACTERS = 256

PUT_ATTEMPTS = 10
NO_AGENT = "no agent"
"""Partition key of what names no agent: it is put all the same, since the pipeline's quarantine is
there for exactly that."""


class EventsError(Exception):
    """The events can't be put; the message says why."""


@dataclass(frozen=True, kw_only=True)
class AgentEventRecord:
    """The bytes to put and the partition key to put them under."""

    partition_key: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data) + len(self.partition_key.encode())


def read_events(path: Path) -> list[bytes]:
    """The lines of an NDJSON file, unchanged: whether they are agent events is not decided here."""
    try:
        lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    except OSError as error:
        raise EventsError(f"{path} cannot be read: {error.strerror}.") from error
    if not lines:
        raise EventsError(f"{path} is empty: one agent event per line is expected.")
    for number, line in enumerate(lines, start=1):
        if len(line) > RECORD_BYTES - PARTITION_KEY_CHARACTERS:
            raise EventsError(
                f"{path}, event {number}: larger than a Kinesis record may be (1 MB)."
            )
    return lines


def agent_event_record(data: bytes) -> AgentEventRecord:
    return AgentEventRecord(partition_key=_agent_of(data), data=data)


def _agent_of(data: bytes) -> str:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return NO_AGENT
    agent = event.get("AgentARN") if isinstance(event, dict) else None
    if isinstance(agent, str) and 0 < len(agent) <= PARTITION_KEY_CHARACTERS:
        return agent
    return NO_AGENT


def put_records(
    kinesis: "KinesisClient", stream_name: str, records: Iterable[AgentEventRecord]
) -> dict[str, str]:
    """Put everything, in order; returns the last sequence number put into each shard."""
    last: dict[str, str] = {}
    for batch in batches(records):
        last |= _put_batch(kinesis, stream_name, batch)
    return last


def batches(records: Iterable[AgentEventRecord]) -> Iterator[list[AgentEventRecord]]:
    """Cut into what one PutRecords takes."""
    batch: list[AgentEventRecord] = []
    size = 0
    for record in records:
        if batch and (len(batch) == BATCH_RECORDS or size + record.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += record.size
    if batch:
        yield batch


def _put_batch(
    kinesis: "KinesisClient", stream_name: str, batch: Sequence[AgentEventRecord]
) -> dict[str, str]:
    last: dict[str, str] = {}
    remaining = [_entry(record) for record in batch]
    for attempt in range(PUT_ATTEMPTS):
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
        time.sleep(0.05 * 2**attempt)
    raise EventsError(f"{len(remaining)} events were refused by {stream_name} again and again.")


def _entry(record: AgentEventRecord) -> "PutRecordsRequestEntryTypeDef":
    return {"Data": record.data, "PartitionKey": record.partition_key}


def _raise_to(last: dict[str, str], shard_id: str, number: str) -> None:
    if int(number) > int(last.get(shard_id, "-1")):
        last[shard_id] = number

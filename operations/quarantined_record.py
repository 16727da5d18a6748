"""What lies in the quarantine bucket: our own objects, and those of Lambda's event source mappings.

The function agent_events keeps single records that can never be used. Lambda keeps batches that
failed again and again
(https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html), of the stream of
agent events as well as of the table's stream.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from contacts.normalised import resource_id
from contacts.timestamps import Timestamp, timestamp_text

OWN_PREFIX: Final = "agent_events/"
GIVEN_UP_PREFIX: Final = "aws/lambda/"

_MILLISECONDS_PER_SECOND: Final = 1000


class UnreadableObjectError(Exception):
    """An object in the bucket is not what belongs there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedData:
    """What was put on the stream of agent events, byte for byte, and under which key."""

    partition_key: str
    data: bytes

    @property
    def agent_id(self) -> str | None:
        """Whose agent event it is, where that can be told: also from broken JSON, by its key."""
        for arn in (_agent_arn(self.data), self.partition_key):
            if arn and "/agent/" in arn:
                return resource_id(arn)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """A change of the table ContactRecords that the function contact_chains could not follow."""

    chain_id: str
    record: Mapping[str, Any]


type Content = StreamedData | TableChange


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRecord:
    """One record. ``number`` counts from 1 within its object, ``metadata`` is of the object."""

    key: str
    number: int
    reason: str
    stream: str
    """Its name; of a change of the table, the table's."""
    shard_id: str
    sequence_number: str
    arrival: datetime
    content: Content
    metadata: Mapping[str, Any]

    @property
    def arrival_timestamp(self) -> Timestamp:
        return timestamp_text(self.arrival)

    @property
    def agent_id(self) -> str | None:
        return self.content.agent_id if isinstance(self.content, StreamedData) else None


def records_of(key: str, body: bytes) -> list[QuarantinedRecord]:
    """The records in an object. Raises UnreadableObjectError."""
    try:
        value = json.loads(body)
        if key.startswith(OWN_PREFIX):
            return [_own(key, value)]
        return list(_given_up(key, value))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        message = f"{key} cannot be read: {type(error).__name__}: {error}"
        raise UnreadableObjectError(message) from error


def _own(key: str, value: Mapping[str, Any]) -> QuarantinedRecord:
    return QuarantinedRecord(
        key=key,
        number=1,
        reason=value["Reason"],
        stream=_name(value["EventSourceARN"]),
        shard_id=key.split("/")[-2],
        sequence_number=value["Record"]["sequenceNumber"],
        arrival=_moment(value["Record"]["approximateArrivalTimestamp"]),
        content=_streamed(value["Record"]),
        metadata={"EventSourceARN": value["EventSourceARN"]},
    )


def _given_up(key: str, value: Mapping[str, Any]) -> Iterator[QuarantinedRecord]:
    payload = value["payload"]
    # The guide shows a JSON string; emulators differ.
    records = (json.loads(payload) if isinstance(payload, str) else payload)["Records"]
    batch = value.get("KinesisBatchInfo") or value["DDBStreamBatchInfo"]
    for number, record in enumerate(records, start=1):
        detail = record["kinesis"] if "kinesis" in record else record["dynamodb"]
        yield QuarantinedRecord(
            key=key,
            number=number,
            reason=f"given up by Lambda: {value['requestContext']['condition']}",
            stream=_name(batch["streamArn"]),
            shard_id=batch["shardId"],
            sequence_number=detail.get("sequenceNumber") or detail["SequenceNumber"],
            arrival=_moment(
                detail.get("approximateArrivalTimestamp") or detail["ApproximateCreationDateTime"]
            ),
            content=_streamed(detail) if "kinesis" in record else _table_change(record),
            metadata={name: value[name] for name in value if name != "payload"},
        )


def _streamed(record: Mapping[str, Any]) -> StreamedData:
    return StreamedData(
        partition_key=record["partitionKey"], data=base64.b64decode(record["data"], validate=True)
    )


def _table_change(record: Mapping[str, Any]) -> TableChange:
    return TableChange(chain_id=record["dynamodb"]["Keys"]["ChainId"]["S"], record=record)


def _name(arn: str) -> str:
    """From ``…:stream/<name>`` or ``…:table/<name>/stream/<since>``."""
    return arn.split("/")[1]


def _moment(epoch_seconds: float) -> datetime:
    milliseconds = round(epoch_seconds * _MILLISECONDS_PER_SECOND)
    seconds, rest = divmod(milliseconds, _MILLISECONDS_PER_SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _agent_arn(data: bytes) -> str | None:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return None
    arn = event.get("AgentARN") if isinstance(event, dict) else None
    return arn if isinstance(arn, str) else None

"""Objects of the quarantine bucket: our own, and those of Lambda's event source mappings.

The function agent_events keeps single records that can never be used. Lambda keeps batches that
failed again and again
(https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html), of the streams
that it reads as well as of the table's stream.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final

from contacts.errors import UnusableRecordError
from contacts.facts.normalised import resource_id
from contacts.incoming.stream_record import RecordKind, decode, kind_of
from operations.errors import UnreadableObjectError

OWN_PREFIX: Final = "agent_events/"
GIVEN_UP_PREFIX: Final = "aws/lambda/"

_MILLISECONDS_PER_SECOND: Final = 1000

type _Path = tuple[str, ...]

# In lower case, because contact events spell their fields in more than one way.
_AGENT_ARNS: Final[tuple[_Path, ...]] = (
    ("agentarn",),
    ("agent", "arn"),
    ("detail", "agentinfo", "agentarn"),
    ("agentinfo", "agentarn"),
)
_CONTACT_IDS: Final[tuple[_Path, ...]] = (("contactid",), ("detail", "contactid"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedData:
    """The original bytes of a record on Connect's stream, and its partition key."""

    partition_key: str
    data: bytes

    @property
    def kind(self) -> RecordKind | None:
        """The kind of the record, also of an unusable one, if that can be told."""
        try:
            return kind_of(decode(self.data))
        except UnusableRecordError as error:
            reason = str(error)
            return next((kind for kind in RecordKind if reason.startswith(f"{kind}:")), None)

    @property
    def agent_id(self) -> str | None:
        """The agent of the event or of the contact, if that can be told.

        Also from broken JSON, by its key.
        """
        arns = (*_texts_at(_AGENT_ARNS, self.data), self.partition_key)
        return next((resource_id(arn) for arn in arns if "/agent/" in arn), None)

    @property
    def contact_id(self) -> str | None:
        """The contact of the record; None for an agent event, which has several or none."""
        return next(iter(_texts_at(_CONTACT_IDS, self.data)), None)

    @property
    def decoded(self) -> dict[str, Any]:
        """``Payload``, decoded as far as it can be, or ``PayloadInBase64``."""
        try:
            text = self.data.decode()
        except UnicodeDecodeError:
            return {"PayloadInBase64": base64.b64encode(self.data).decode()}
        try:
            return {"Payload": json.loads(text)}
        except (ValueError, RecursionError):
            return {"Payload": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedChange:
    """A change of the table ContactRecords that the function contact_chains could not follow."""

    chain_id: str
    record: Mapping[str, Any]


type Content = StreamedData | QuarantinedChange


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
    def kind(self) -> RecordKind | None:
        return self.content.kind if isinstance(self.content, StreamedData) else None

    @property
    def agent_id(self) -> str | None:
        return self.content.agent_id if isinstance(self.content, StreamedData) else None

    @property
    def contact_id(self) -> str | None:
        return self.content.contact_id if isinstance(self.content, StreamedData) else None


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
    # AWS's guide shows a JSON string; emulators put the object itself there.
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


def _table_change(record: Mapping[str, Any]) -> QuarantinedChange:
    return QuarantinedChange(chain_id=record["dynamodb"]["Keys"]["ChainId"]["S"], record=record)


def _name(arn: str) -> str:
    """The name in ``…:stream/<name>`` or ``…:table/<name>/stream/<since>``."""
    return arn.split("/")[1]


def _moment(epoch_seconds: float) -> datetime:
    milliseconds = round(epoch_seconds * _MILLISECONDS_PER_SECOND)
    seconds, rest = divmod(milliseconds, _MILLISECONDS_PER_SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _texts_at(paths: Iterable[_Path], data: bytes) -> Iterator[str]:
    """The texts that the data have at these paths, whatever else may be wrong with them."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    for path in paths:
        text = reduce(_member, path, value)
        if isinstance(text, str) and text:
            yield text


def _member(value: Any, name: str) -> Any:
    members = value.items() if isinstance(value, dict) else ()
    return next((each for key, each in members if key.lower() == name), None)

"""What operators work on, in memory: stream, table, buckets."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import boto3

from adapters.quarantine import Quarantine
from emulator.streams.event_source_mapping import DiscardedBatch, MappingSettings, StreamRecord
from emulator.streams.on_failure import put_on_failure_object
from emulator.streams.stream_records import table_record
from tests.fakes.aws_in_memory import AGENT_STATES, BUCKET, TABLE, InMemoryAws, in_memory_aws
from tests.fakes.kinesis_batches import ARRIVAL, SHARD_ID, stream_record

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

STREAM = "agent-events"
ARCHIVE = "contact-chains-archive"
HISTORY = "contact-chains-history"

NAMES = {
    "--stream": STREAM,
    "--table": TABLE,
    "--agent-states-table": AGENT_STATES,
    "--bucket": BUCKET,
    "--archive-bucket": ARCHIVE,
    "--history-bucket": HISTORY,
}
"""Given to every command: moto's CloudFormation needs packages that are not installed."""


class Ran(NamedTuple):
    """What a run of the program left: exit code, standard output, standard error."""

    exit_code: int
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the lines of standard output, without the heading."""
        return [line.split("\t") for line in self.out.splitlines()[1:]]

    @property
    def lines(self) -> list[str]:
        """The lines of standard output, with one space where there are several."""
        return [" ".join(line.split()) for line in self.out.splitlines() if line.strip()]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Run(Protocol):
    """Runs the program with these arguments."""

    def __call__(self, *arguments: str) -> Ran: ...


class Put(NamedTuple):
    """A record on the stream."""

    partition_key: str
    data: bytes


@dataclass(frozen=True)
class Operated:
    """The deployment, and what befalls it."""

    aws: InMemoryAws
    kinesis: "KinesisClient"

    def quarantine(self, data: bytes, reason: str, position: int = 0, **others: Any) -> str:
        """Keep a record as the function agent_events does; returns its key."""
        record = stream_record(data, position, **others).event
        Quarantine(lambda: self.aws.s3, BUCKET).keep(record, reason)
        number = record["kinesis"]["sequenceNumber"]
        return f"agent_events/{STREAM}/{record['eventID'].partition(':')[0]}/{number}.json"

    def give_up(self, records: Sequence[StreamRecord], *, payload_is_object: bool = False) -> str:
        """Keep a batch as Lambda does; returns its key."""
        source = records[0].event["eventSourceARN"]
        key = put_on_failure_object(
            self.aws.s3,
            DiscardedBatch(
                settings=MappingSettings(
                    uuid="a-mapping",
                    function_arn="arn:aws:lambda:eu-central-1:123456789012:function:a-function",
                    event_source_arn=source,
                    on_failure_destination=f"arn:aws:s3:::{BUCKET}",
                ),
                shard_id=SHARD_ID,
                records=tuple(records),
                condition="RetryAttemptsExhausted",
                invocations=4,
                error=None,
                at=ARRIVAL,
            ),
        )
        assert key
        if payload_is_object:
            body = json.loads(self.object(key))
            self.keep(key, json.dumps(body | {"payload": json.loads(body["payload"])}).encode())
        return key

    def keep(self, key: str, body: bytes) -> None:
        """Put anything into the quarantine bucket."""
        self.aws.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def archive(self, key: str, lines: Iterable[bytes | Mapping[str, Any]]) -> None:
        """Write an object as Firehose does: lines, compressed."""
        text = b"".join(
            (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n"
            for line in lines
        )
        self.archive_raw(key, gzip.compress(text))

    def archive_raw(self, key: str, body: bytes) -> None:
        self.aws.s3.put_object(Bucket=ARCHIVE, Key=key, Body=body)

    def object(self, key: str) -> bytes:
        return self.aws.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def keys(self) -> list[str]:
        """All that is in the quarantine bucket."""
        listed = self.aws.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [each["Key"] for each in listed]

    def table_changes(self) -> list[StreamRecord]:
        """What is on the table's stream."""
        return [
            table_record(record, stream_arn=self.aws.table_stream_arn)
            for record in self.aws.table_stream_records(after=0)
        ]

    def put(self) -> list[Put]:
        """What is on the stream, in order."""
        return [Put(each["PartitionKey"], each["Data"]) for each in self._records()]

    def _records(self) -> Iterator[Any]:
        for shard in self.kinesis.list_shards(StreamName=STREAM)["Shards"]:
            iterator = self.kinesis.get_shard_iterator(
                StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            yield from self.kinesis.get_records(ShardIterator=iterator, Limit=10_000)["Records"]


@contextmanager
def operated_in_memory(*, tables_of_moto: bool = False) -> Iterator[Operated]:
    with in_memory_aws(tables_of_moto=tables_of_moto) as aws:
        yield operated_over(aws)


def operated_over(aws: InMemoryAws) -> Operated:
    """Add what the tables' tests do not need: stream, archive and history."""
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName=STREAM, ShardCount=1)
    for bucket in (ARCHIVE, HISTORY):
        aws.s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
    return Operated(aws, kinesis)

"""What is put on the stream, under which key, and how refusals are met."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from operations.errors import NotDoneError
from operations.streams.event_stream import (
    BATCH_BYTES,
    NO_KEY,
    RecordToPut,
    batches,
    put_records,
    stream_record,
)

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient


@dataclass
class Stream:
    """Refuses records as a throttled shard does, which neither moto nor MiniStack ever do."""

    refusals: Iterator[bool]
    taken: list[bytes] = field(default_factory=list)

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert StreamName == "agent-events"
        return {"Records": [self._put(record) for record in Records]}

    def _put(self, record: dict[str, Any]) -> dict[str, str]:
        if next(self.refusals, False):
            return {"ErrorCode": "ProvisionedThroughputExceededException"}
        self.taken.append(record["Data"])
        shard = f"shardId-{len(record['PartitionKey']) % 2}"
        return {"ShardId": shard, "SequenceNumber": str(len(self.taken))}


def _put(stream: Stream, records: list[RecordToPut]) -> dict[str, str]:
    return put_records(cast("KinesisClient", stream), "agent-events", records)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda *_: 0.0)


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"AgentARN": "arn:agent/1"}, "arn:agent/1"),
        ({"detail-type": "a contact event", "detail": {"contactId": "contact 1"}}, "contact 1"),
        ({"eventType": "QUEUED", "contactId": "contact 1"}, "contact 1"),
        ({"detail": {"ContactId": "contact 1"}}, "contact 1"),
        ({"ContactId": "contact 1", "Agent": {"ARN": "arn:agent/1"}}, "contact 1"),
    ],
)
def test_agent_events_go_under_their_agent_and_all_else_under_its_contact(
    event: dict[str, Any], key: str
) -> None:
    data = json.dumps(event).encode()

    assert stream_record(data) == RecordToPut(partition_key=key, data=data)


@pytest.mark.parametrize(
    "data",
    [
        b"not JSON",
        b"\xff\xfe",
        b"[1]",
        b"{}",
        b'{"AgentARN": null}',
        b'{"AgentARN": ""}',
        b'{"AgentARN": 1}',
        b'{"detail": "text"}',
        b'{"detail": {"contactId": null}}',
        json.dumps({"AgentARN": "a" * 257}).encode(),
        b"[" * 100_000,
    ],
)
def test_what_names_neither_is_put_all_the_same(data: bytes) -> None:
    assert stream_record(data) == RecordToPut(partition_key=NO_KEY, data=data)


def test_batches_keep_the_limits_of_put_records_and_the_order() -> None:
    small = [RecordToPut(partition_key="k", data=str(n).encode()) for n in range(1001)]
    large = [RecordToPut(partition_key="k", data=b"x" * 900_000) for _ in range(7)]

    cut = list(batches([*small, *large]))

    assert [record for batch in cut for record in batch] == [*small, *large]
    assert all(len(batch) <= 500 for batch in cut)
    assert all(sum(record.size for record in batch) <= BATCH_BYTES for batch in cut)


def test_refused_records_are_put_again_and_no_others() -> None:
    stream = Stream(refusals=iter([False, True, False, True, False]))
    records = [RecordToPut(partition_key="k", data=name) for name in (b"a", b"b", b"c")]

    _put(stream, records)

    assert stream.taken == [b"a", b"c", b"b"]


def test_last_sequence_number_of_each_shard_is_known() -> None:
    records = [RecordToPut(partition_key=key, data=b"x") for key in ("k", "kk", "k", "kk")]

    assert _put(Stream(refusals=iter([])), records) == {"shardId-1": "3", "shardId-0": "4"}


def test_stream_that_refuses_for_ever_is_an_error() -> None:
    stream = Stream(refusals=iter([True] * 1000))

    with pytest.raises(NotDoneError, match="1 events were refused by agent-events"):
        _put(stream, [RecordToPut(partition_key="k", data=b"x")])

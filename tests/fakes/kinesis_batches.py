"""Batches of the agent event stream in the form in which Lambda hands them to the function."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.streams.event_source_mapping import StreamRecord
from emulator.streams.stream_records import kinesis_record

STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/agent-events"
SHARD_ID = "shardId-000000000000"

ARRIVAL = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
"""Long ago, whenever the tests run: no mapping here has a limit of age."""

_FIRST_SEQUENCE_NUMBER = 49_546_986_683_135_544_286_507_457_936_321_625_675_700_192_471_156_785_154


def sequence_number(position: int) -> str:
    """56 digits, as those of Kinesis."""
    return str(_FIRST_SEQUENCE_NUMBER + position)


def stream_record(
    data: bytes,
    position: int = 0,
    *,
    partition_key: str = "an agent",
    shard_id: str = SHARD_ID,
) -> StreamRecord:
    return kinesis_record(
        {
            "SequenceNumber": sequence_number(position),
            "ApproximateArrivalTimestamp": ARRIVAL,
            "Data": data,
            "PartitionKey": partition_key,
        },
        stream_arn=STREAM_ARN,
        shard_id=shard_id,
    )


def batch(contents: Iterable[Mapping[str, Any] | bytes]) -> dict[str, Any]:
    """The event of one invocation; a mapping is an agent event, bytes are put as they are."""
    return {
        "Records": [
            stream_record(as_data(content), position).event
            for position, content in enumerate(contents)
        ]
    }


def as_data(content: Mapping[str, Any] | bytes) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()

"""The tables that a batch meets are those that all events before it have left."""

import base64
from typing import Any

from emulator.dynamodb.in_memory import InMemoryDynamoDB
from measurements.cost.throughput import known_tables
from measurements.cost.workload import PAYLOAD_BYTES, StreamedEvent


def test_every_event_before_the_batches_is_stored_however_large() -> None:
    """An event left out would be a lost one, which the batches that are measured had to repair."""
    before = [
        StreamedEvent(b"%d" % number + b"x" * (PAYLOAD_BYTES // 4), "ada", "", is_heart_beat=False)
        for number in range(5)
    ]
    taken: list[bytes] = []

    def ours(event: dict[str, Any], _context: object) -> dict[str, Any]:
        taken.extend(base64.b64decode(each["kinesis"]["data"]) for each in event["Records"])
        return {"batchItemFailures": []}

    known_tables(InMemoryDynamoDB.of_contact_chains(), ours, before)

    assert taken == [each.data for each in before]

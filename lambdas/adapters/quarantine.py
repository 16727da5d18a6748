"""Keeps stream records that can never be used, whole, in S3.

The key is made of stream, shard and sequence number, so a batch that is delivered again overwrites
its own objects and never doubles them.
"""

import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Quarantine:
    """An S3 bucket of unusable records, as JSON ``{Reason, EventSourceARN, Record}``.

    ``Record`` is the Kinesis record as Lambda received it: partition key, arrival time, and the
    data in base64, bit by bit as it was put on the stream.

    The client is only made for the first of them: most functions never see one, and the model of S3
    is a tenth of their memory and their cold start.
    """

    def __init__(self, make_client: "Callable[[], S3Client]", bucket: str) -> None:
        self._make_client = make_client
        self._bucket = bucket
        self._made: S3Client | None = None
        self._lock = Lock()

    def keep(self, record: Mapping[str, Any], reason: str) -> None:
        """Store one record of a Kinesis event. Raises UnavailableError."""
        body = {
            "Reason": reason,
            "EventSourceARN": record["eventSourceARN"],
            "Record": record["kinesis"],
        }
        try:
            self._client().put_object(
                Bucket=self._bucket,
                Key=_key(record),
                Body=json.dumps(body).encode(),
                ContentType="application/json",
            )
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(str(error)) from error

    def _client(self) -> "S3Client":
        with self._lock:
            if self._made is None:
                self._made = self._make_client()
            return self._made


def _key(record: Mapping[str, Any]) -> str:
    stream = record["eventSourceARN"].rpartition("/")[2]
    shard, _, sequence_number = record["eventID"].partition(":")
    return f"agent_events/{stream}/{shard}/{sequence_number}.json"

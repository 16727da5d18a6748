"""The stream that carries agent events, for what is put on it besides."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_calls import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

MOST_RECORDS_PER_CALL: Final = 500


class StreamUnavailableError(UnavailableError):
    """Kinesis took nothing."""


class KinesisStream:
    """A stream to put contact events on."""

    def __init__(self, client: "KinesisClient", stream_arn: str) -> None:
        self._client = client
        self._stream_arn = stream_arn

    def put(self, events: Sequence[Mapping[str, Any]]) -> int:
        """Put up to 500 contact events; how many were not taken. Raises StreamUnavailableError.

        The partition key is the ContactId, as with those that EventBridge puts there.
        """
        try:
            response = self._client.put_records(
                StreamARN=self._stream_arn,
                Records=[
                    {"Data": json.dumps(event).encode(), "PartitionKey": event["contactId"]}
                    for event in events
                ],
            )
        except (BotoCoreError, ClientError) as error:
            raise StreamUnavailableError(str(error)) from error
        return response["FailedRecordCount"]

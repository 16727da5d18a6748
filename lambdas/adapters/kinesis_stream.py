"""The stream that carries agent events, for what is put on it besides."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from adapters.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

MOST_RECORDS_PER_CALL: Final = 500


class KinesisStream:
    """A stream to put agent events and contact events on."""

    def __init__(self, client: "KinesisClient", stream_arn: str) -> None:
        self._client = client
        self._stream_arn = stream_arn

    def put(self, events: Sequence[Mapping[str, Any]]) -> int:
        """Put up to 500 events; how many were not taken. Raises UnavailableError.

        The partition key is the agent's ARN, as Connect has it, or else the ContactId, as with
        contact events that EventBridge puts there.
        """
        try:
            response = self._client.put_records(
                StreamARN=self._stream_arn,
                Records=[
                    {
                        "Data": json.dumps(event).encode(),
                        "PartitionKey": event.get("AgentARN") or event["contactId"],
                    }
                    for event in events
                ],
            )
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(str(error)) from error
        return response["FailedRecordCount"]

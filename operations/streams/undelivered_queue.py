"""The queue of contact events that EventBridge could not put on the stream.

What a message is and which attributes it has:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Final, NamedTuple

from operations.quarantine.record import StreamedData

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

MESSAGES_AT_A_TIME: Final = 10
"""The most that SQS gives out, or deletes, in one call."""

HIDDEN_SECONDS: Final = 120
"""For how long nobody else gets a message that was received."""

LOOKED_FOR_SECONDS: Final = 1
"""More than 0 makes SQS look on all of its servers."""


class UndeliveredEvent(NamedTuple):
    """A message: the event as EventBridge had it, and why it could not be delivered."""

    message_id: str
    receipt_handle: str
    sent: datetime
    error_code: str | None
    error_message: str | None
    retry_attempts: str | None
    rule: str | None
    content: StreamedData


class UndeliveredQueue:
    """Receives messages, and gives back or removes what it has received."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def receive(self, most: int) -> Iterator[list[UndeliveredEvent]]:
        """Some at a time until none are left. They are hidden from others for a while."""
        while most:
            received = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(most, MESSAGES_AT_A_TIME),
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=LOOKED_FOR_SECONDS,
            )
            events = [_event(message) for message in received.get("Messages", ())]
            if not events:
                return
            yield events
            most -= len(events)

    def give_back(self, events: Sequence[UndeliveredEvent]) -> None:
        """Let others have them again at once."""
        for some in _batches(events):
            self._client.change_message_visibility_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": number, "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for number, handle in some
                ],
            )

    def remove(self, events: Sequence[UndeliveredEvent]) -> list[str]:
        """Delete them; the ids of those that SQS did not delete, which come again."""
        kept: list[str] = []
        for some in _batches(events):
            answer = self._client.delete_message_batch(
                QueueUrl=self._url,
                Entries=[{"Id": number, "ReceiptHandle": handle} for number, handle in some],
            )
            kept += [events[int(each["Id"])].message_id for each in answer.get("Failed", ())]
        return kept


def _batches(events: Sequence[UndeliveredEvent]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Their numbers and receipt handles, as many as one call takes."""
    entries = ((str(number), each.receipt_handle) for number, each in enumerate(events))
    return batched(entries, MESSAGES_AT_A_TIME, strict=False)


def _event(message: "MessageTypeDef") -> UndeliveredEvent:
    attributes = message.get("MessageAttributes", {})

    def text(name: str) -> str | None:
        return attributes[name].get("StringValue") if name in attributes else None

    milliseconds = int(message["Attributes"]["SentTimestamp"])
    return UndeliveredEvent(
        message_id=message["MessageId"],
        receipt_handle=message["ReceiptHandle"],
        sent=datetime.fromtimestamp(milliseconds // 1000, UTC),
        error_code=text("ERROR_CODE"),
        error_message=text("ERROR_MESSAGE"),
        retry_attempts=text("RETRY_ATTEMPTS"),
        rule=text("RULE_ARN"),
        content=StreamedData(partition_key="", data=message["Body"].encode()),
    )

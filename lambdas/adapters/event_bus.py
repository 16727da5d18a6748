"""An EventBridge bus: what one call takes, and what becomes of each event in it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_calls import in_calls, tries
from adapters.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

MOST_EVENTS_PER_CALL: Final = 10

MOST_BYTES_PER_CALL: Final = 256 * 1024
"""EventBridge takes 1 MB since January 2026. This much all that may stand behind a rule takes."""

MOST_BYTES_OF_DETAIL: Final = MOST_BYTES_PER_CALL - 1024
"""So that an event fits into a call, and into a message of that size with its envelope."""

_BYTES_OF_TIME: Final = 14
_MOST_TRIES: Final = 4


class BusEvent(NamedTuple):
    """An event as the bus takes it; ``detail`` is JSON."""

    source: str
    detail_type: str
    detail: str
    time: datetime

    @property
    def size(self) -> int:
        """As EventBridge measures it (the guide's page eb-putevent-size)."""
        texts = (self.source, self.detail_type, self.detail)
        return _BYTES_OF_TIME + sum(len(text.encode()) for text in texts)


class EventBus:
    """One bus, given by name or ARN."""

    def __init__(
        self,
        client: "EventBridgeClient",
        bus: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._bus = bus
        self._pause = pause

    def put(self, events: Sequence[BusEvent]) -> dict[int, str]:
        """Publish what fits into one call; the result is why some were not taken, by position.

        Those are tried again a few times. Raises UnavailableError.
        """
        pending = dict(enumerate(events))
        refused: dict[int, str] = {}
        for _ in tries(_MOST_TRIES, self._pause):
            refused = self._call(pending)
            pending = {position: pending[position] for position in refused}
            if not pending:
                break
        return refused

    def _call(self, events: dict[int, BusEvent]) -> dict[int, str]:
        try:
            response = self._client.put_events(
                Entries=[
                    {
                        "EventBusName": self._bus,
                        "Source": event.source,
                        "DetailType": event.detail_type,
                        "Detail": event.detail,
                        "Time": event.time,
                    }
                    for event in events.values()
                ]
            )
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(str(error)) from error
        # One result for each event, in their order.
        return {
            position: f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
            for position, result in zip(events, response["Entries"], strict=True)
            if "ErrorCode" in result
        }


def calls(events: Iterable[BusEvent]) -> Iterator[list[BusEvent]]:
    """The events, in their order, in as few calls as take them."""
    return in_calls(
        events,
        lambda event: event.size,
        most=MOST_EVENTS_PER_CALL,
        most_bytes=MOST_BYTES_PER_CALL,
    )

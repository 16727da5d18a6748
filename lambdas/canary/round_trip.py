"""One call on its way: put on the stream, waited for in the table, erased."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from canary.made_up_call import MadeUpCall
from contacts.canary import CANARY_INSTANCE_ID
from contacts.item_parts import Item

_PAUSE_SECONDS: Final = 0.5


class PutsEvents(Protocol):
    """The part of the stream that the canary needs; raises UnavailableError."""

    def put(self, events: Sequence[Mapping[str, Any]]) -> int: ...


class Items(Protocol):
    """The part of the tables that the canary needs; raises UnavailableError."""

    def record(self, chain_id: str, contact_id: str) -> Item: ...

    def delete(
        self, records: Sequence[tuple[str, str]], *, instance_id: str, agents: Sequence[str]
    ) -> None: ...


class RoundTrip:
    """Waits no longer than ``patience_seconds`` for each thing."""

    def __init__(
        self,
        call: MadeUpCall,
        stream: PutsEvents,
        items: Items,
        *,
        patience_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.call = call
        self._stream = stream
        self._items = items
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._pause = pause

    def put(self) -> bool:
        """Whether the stream took all events."""
        return self._stream.put(self.call.events()) == 0

    def until_record(self) -> float | None:
        """After how many seconds the first contact is over in the table; None: it is not."""
        first = self.call.first_contact
        return self.until(lambda: self._items.record(first, first).get("Status") == "COMPLETED")

    def until_link(self) -> float | None:
        """The same of the link of the second contact to the first."""
        first, second = self.call.first_contact, self.call.second_contact
        return self.until(
            lambda: self._items.record(first, second).get("PreviousContactId") == first
        )

    def until(self, is_there: Callable[[], bool]) -> float | None:
        """The seconds until something is there; None if it does not come in time."""
        began = self._clock()
        while not is_there():
            if self._clock() - began >= self._patience_seconds:
                return None
            self._pause(_PAUSE_SECONDS)
        return self._clock() - began

    def erase(self) -> None:
        """Take out of the tables what the call has left there."""
        self._items.delete(
            self.call.record_keys, instance_id=CANARY_INSTANCE_ID, agents=self.call.agents
        )

"""Bounds how much is done per second, so that live traffic keeps its share."""

import time
from collections.abc import Callable


class RateLimiter:
    """So many per second and no bursts: time lost is not made up for."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second = per_second
        self._clock = clock
        self._pause = pause
        self._due = clock()

    def wait_for(self, count: int) -> None:
        """Return when ``count`` more may be done."""
        now = self._clock()
        if self._due > now:
            self._pause(self._due - now)
        self._due = max(now, self._due) + count / self._per_second

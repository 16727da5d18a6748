"""Runs many acts side by side in simulated time, one step at a time."""

from collections.abc import Generator, Iterator
from heapq import heappop, heappush

type Act[Result] = Generator[int, None, Result]
"""Yields how many milliseconds to let pass before it goes on."""


class Timetable:
    """Simulated time in milliseconds since the day began. What is due at once runs in turn."""

    def __init__(self) -> None:
        self.now = 0
        self._due: list[tuple[int, int, Act[None]]] = []
        self._entries = 0

    def start(self, act: Act[None], *, after: int = 0) -> None:
        self._entries += 1
        heappush(self._due, (self.now + after, self._entries, act))

    def steps(self) -> Iterator[int]:
        """Run until nothing is due any more; yields the time after every step."""
        while self._due:
            self.now, _, act = heappop(self._due)
            delay = next(act, None)
            if delay is not None:
                self.start(act, after=delay)
            yield self.now

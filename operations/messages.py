"""What the operator is told while a command runs: on standard error, results stay clean."""

import sys
import time
from collections.abc import Callable
from typing import Final

from operations.escapes import printable

_SECONDS_BETWEEN: Final = 5.0


def say(text: str) -> None:
    """One message, on one line: it may hold ids, and those come from anywhere."""
    print(printable(text), file=sys.stderr, flush=True)


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """``1 record``, ``2 records``."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or f'{noun}s'}"


class Progress:
    """Says how far a command has come, once in a while."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said = clock()

    def report(self, text: str) -> None:
        """Say ``text``, unless something was said just before."""
        now = self._clock()
        if now - self._said >= _SECONDS_BETWEEN:
            self._said = now
            say(text)

"""Messages to the user while a command runs: on standard error, apart from answers."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Final

from operations.escapes import printable

_SECONDS_UNTIL_THE_FIRST: Final = 2.0
_SECONDS_BETWEEN: Final = 5.0


def say(text: str) -> None:
    """Print one message on one line, escaped: ids in it may come from anywhere."""
    print(printable(text), file=sys.stderr, flush=True)


class Progress:
    """Says how far a command has come: after two seconds, then every five."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = clock() + _SECONDS_UNTIL_THE_FIRST

    def report(self, text: str) -> None:
        """Say ``text``, unless something was said just before."""
        now = self._clock()
        if now >= self._due:
            self._due = now + _SECONDS_BETWEEN
            say(text)


class _SaysIt(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


def show_messages_of_operations() -> None:
    """Print what the library ``operations`` reports."""
    log = logging.getLogger("operations")
    log.setLevel(logging.INFO)
    if not any(isinstance(handler, _SaysIt) for handler in log.handlers):
        log.addHandler(_SaysIt())

"""Says what is being done and how long it took, one line per stage, on stderr."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.text import Text

SECONDS_COLUMN = 100


class Stage:
    """A stage under way; `say` changes the text while it lasts."""

    def __init__(self, text: str, status: Status | None) -> None:
        self.text = text
        self._status = status

    def say(self, text: str) -> None:
        self.text = text
        if self._status is not None:
            self._status.update(Text(text))


@contextmanager
def stage(console: Console, text: str) -> Iterator[Stage]:
    """Show a stage: on a terminal with a moving text, elsewhere only its last line."""
    started = time.monotonic()
    if console.is_terminal:
        with console.status(Text(text)) as status:
            under_way = Stage(text, status)
            yield under_way
    else:
        under_way = Stage(text, None)
        yield under_way
    seconds = f"{time.monotonic() - started:6.1f} s"
    console.print(Text(f"{under_way.text:<{SECONDS_COLUMN}}{seconds}"))

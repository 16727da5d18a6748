"""Answers as tables for people."""

import sys
from collections.abc import Iterable, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contacts.timestamps import Timestamp, milliseconds_between, whole_seconds
from operations.escapes import printable

_WIDTH_OF_FILES: Final = 240
"""Where no terminal says how wide it is, nothing need be folded."""

_MINUTE: Final = 60
_HOUR: Final = 3600

type Cell = str | int | Text | None


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = ""
) -> None:
    """A cell that is not known is empty."""
    table = Table(
        *headings, title=cell(title) if title else None, title_justify="left", box=SIMPLE_HEAD
    )
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*map(cell, row))
    _console().print(table)


def print_line(text: str) -> None:
    _console().print(cell(text))


def cell(value: Cell) -> Text:
    """What is in the tables comes from elsewhere: it must neither move the cursor nor be markup."""
    if isinstance(value, Text):
        return value
    return Text(printable("" if value is None else str(value)))


def clock(timestamp: Timestamp | None) -> str | None:
    """``2026-03-09 08:01:22``."""
    return f"{timestamp[:10]} {timestamp[11:19]}" if timestamp else None


def lasts(start: Timestamp | None, end: Timestamp | None) -> str | None:
    """``1:02:13``, ``2:13``, ``0:07``; a clock that is a moment ahead counts as none."""
    if not start or not end:
        return None
    return seconds(max(0, whole_seconds(milliseconds_between(start, end))))


def seconds(duration: int | None) -> str | None:
    """Whole seconds as a duration."""
    if duration is None:
        return None
    minutes = f"{duration % _HOUR // _MINUTE}:{duration % _MINUTE:02}"
    return minutes if duration < _HOUR else f"{duration // _HOUR}:{minutes:0>5}"


def _console() -> Console:
    # Made each time, because standard output may have been redirected since.
    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(file=sys.stdout, width=width, highlight=False, emoji=False)

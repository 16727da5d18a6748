"""What an operation reports while it runs. It logs; whoever runs it decides where that is shown."""

import logging
import sys
from pathlib import Path

_LOG = logging.getLogger("operations")


def say(text: str) -> None:
    """Report one message. It may hold ids, which come from anywhere: escape it before printing."""
    _LOG.info("%s", text)


def command_path() -> str:
    """What a shell finds the program under: `make setup` puts it beside Python, on no PATH."""
    command, here = Path(sys.executable).with_name("contact-chains"), Path.cwd()
    return str(command.relative_to(here) if command.is_relative_to(here) else command)


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """``1 record``, ``2 records``."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or f'{noun}s'}"

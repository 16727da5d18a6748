"""Messages of running operations. They are logged; the program decides where they appear."""

import logging

_LOG = logging.getLogger("operations")


def say(text: str) -> None:
    """Report one message. It may hold ids, which come from anywhere: escape it before printing."""
    _LOG.info("%s", text)


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """``1 record``, ``2 records``."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or f'{noun}s'}"

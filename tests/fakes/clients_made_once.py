"""Commands find a session and clients that an earlier command has made, if all is the same.

A user runs one command in a process, and tests run thousands: making clients took most of the time
of many. Clients remember nothing of what they were answered.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import boto3
from botocore.config import Config


@contextmanager
def clients_made_once() -> Iterator[None]:
    """While this lasts, commands get sessions that remember their clients."""
    with mock.patch("operations.deployed.boto3", _BOTO3):
        yield


class _Session:
    """A session that makes one client of all that are wanted alike."""

    def __init__(self, session: boto3.Session) -> None:
        self._make: Any = session.client
        self._made: dict[str, Any] = {}

    def client(self, *arguments: Any, config: Config, **options: Any) -> Any:
        wanted = repr((arguments, sorted(options.items()), sorted(vars(config).items())))
        if wanted not in self._made:
            self._made[wanted] = self._make(*arguments, config=config, **options)
        return self._made[wanted]


def _session(**options: str | None) -> _Session:
    of_aws = sorted(each for each in os.environ.items() if each[0].startswith("AWS_"))
    return _made_once(tuple(of_aws), tuple(sorted(options.items())))


@cache
def _made_once(
    _environment: tuple[tuple[str, str], ...], options: tuple[tuple[str, Any], ...]
) -> _Session:
    return _Session(boto3.Session(**dict(options)))


_BOTO3: Final = SimpleNamespace(Session=_session)

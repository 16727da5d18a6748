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


@contextmanager
def clients_made_once() -> Iterator[None]:
    """While this lasts, commands get sessions that remember their clients."""
    with mock.patch("operations.deployed.boto3", _BOTO3):
        yield


class _Session(boto3.Session):
    """A session that makes one client of all that are wanted alike."""

    def client(self, *arguments: Any, config: Any = None, **options: Any) -> Any:  # type: ignore[override]
        wanted = repr((arguments, sorted(options.items()), config and sorted(vars(config).items())))
        made: dict[str, Any] = self.__dict__.setdefault("_made", {})
        if wanted not in made:
            made[wanted] = super().client(*arguments, config=config, **options)
        return made[wanted]


def _session(**options: str | None) -> boto3.Session:
    of_aws = sorted(each for each in os.environ.items() if each[0].startswith("AWS_"))
    return _made_once(tuple(of_aws), tuple(sorted(options.items())))


@cache
def _made_once(
    _environment: tuple[tuple[str, str], ...], options: tuple[tuple[str, Any], ...]
) -> boto3.Session:
    return _Session(**dict(options))


_BOTO3: Final = SimpleNamespace(Session=_session)

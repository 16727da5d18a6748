"""Keeps the unusable records of a batch, several at a time."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import Any, NamedTuple, Protocol

from adapters.aws_calls import SecondsLeft, forever, gathered

type KinesisRecord = Mapping[str, Any]


class UnusableRecord(NamedTuple):
    """A record that can never be used, its place in the batch, and why."""

    position: int
    record: KinesisRecord
    reason: str


class KeepsRecords(Protocol):
    """Where unusable records are kept; raises UnavailableError."""

    def keep(self, record: KinesisRecord, reason: str) -> None:
        """Keep ``record`` whole, with the reason."""


class UnusableRecords:
    """What is done with the unusable records of one batch."""

    def __init__(
        self, quarantine: KeepsRecords, executor: Executor, *, seconds_left: SecondsLeft = forever
    ) -> None:
        self._quarantine = quarantine
        self._executor = executor
        self._seconds_left = seconds_left

    def keep(self, unusable: Iterable[UnusableRecord]) -> dict[int, str]:
        """Keep them; the result says which could not be kept and why, by position."""
        calls = [
            (position, self._executor.submit(self._quarantine.keep, record, reason))
            for position, record, reason in unusable
        ]
        return {
            position: f"quarantine: {error}"
            for position, error in gathered(calls, seconds_left=self._seconds_left)
            if error
        }

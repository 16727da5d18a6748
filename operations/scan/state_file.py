"""Remembers how far a long walk has come, so that it can be gone on with."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.errors import NotDoneError
from operations.messages import say

type Position = Mapping[str, Any]
"""Where a walk has come to: a key of the table, or whatever else the command goes by."""


class StateFile:
    """A file that is there only while a walk is under way; without a path nothing is remembered.

    It belongs to one table, to one task (``of``), and to dry runs or real ones: a real run that
    went on where a dry run stopped would leave out what the dry run has only looked at.
    """

    def __init__(self, path: Path | None, *, table: str, dry_run: bool, of: str) -> None:
        self._path = path
        self._walk = {"Table": table, "DryRun": dry_run, "Of": of}

    def load(self) -> Position | None:
        """After what to go on; None when the walk begins. Raises NotDoneError."""
        if self._path is None:
            return None
        try:
            state = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            message = f"{self._path} cannot be read: {error}"
            raise NotDoneError(message) from error
        if not isinstance(state, dict) or "Position" not in state:
            message = f"{self._path} is not a state file of this command."
            raise NotDoneError(message)
        walk = {name: state.get(name) for name in self._walk}
        if walk != self._walk:
            message = (
                f"{self._path} is of another walk: {walk}, not {self._walk}. Name another file."
            )
            raise NotDoneError(message)
        say(f"Going on where {self._path} says.")
        position: Position = state["Position"]
        return position

    def save(self, position: Position) -> None:
        """Everything up to and with ``position`` is done."""
        if self._path is None:
            return
        written = self._path.with_name(self._path.name + ".part")
        written.write_text(json.dumps(self._walk | {"Position": position}), encoding="utf-8")
        written.replace(self._path)

    def done(self) -> None:
        """The walk is over; the next one begins at the beginning."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

"""Remembers how far a long run has come, so that the next one goes on there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.errors import NotDoneError
from operations.messages import say

type Position = Mapping[str, Any]
"""How far a run has come: a key of the table, or whatever else the command goes by."""


class StateFile:
    """A file that is there only until a run is complete; without a path nothing is remembered.

    It belongs to one table, to one task (``of``), and to dry runs or real ones: a real run that
    went on where a dry run stopped would leave out what the dry run has only looked at.
    """

    def __init__(self, path: Path | None, *, table: str, dry_run: bool, of: str) -> None:
        self._path = path
        self._run = {"Table": table, "DryRun": dry_run, "Of": of}

    def load(self) -> Position | None:
        """After what to go on; None when the run begins. Raises NotDoneError."""
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
        run = {name: state.get(name) for name in self._run}
        if run != self._run:
            message = f"{self._path} is of another run: {run}, not {self._run}. Name another file."
            raise NotDoneError(message)
        say(f"Going on where {self._path} says.")
        position: Position = state["Position"]
        return position

    def save(self, position: Position) -> None:
        """Everything up to and with ``position`` is done."""
        if self._path is None:
            return
        written = self._path.with_name(self._path.name + ".part")
        written.write_text(json.dumps(self._run | {"Position": position}), encoding="utf-8")
        written.replace(self._path)

    def done(self) -> None:
        """The run is complete; the next one begins at the beginning."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

"""Waiting for what other processes do, on a machine that may be slow."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 300.0
"""Only a failure takes that long."""


def eventually[T](look: Callable[[], T | None]) -> T:
    """What `look` finds, as soon as that is anything."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    """A zombie, which nobody may have waited for yet, counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    return True


def are_gone(*pids: int) -> bool:
    return not any(map(is_alive, pids))


def children_of(pid: int) -> set[int]:
    """All processes that come from one, by /proc."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int(
                (folder / "stat").read_bytes().rpartition(b")")[2].split()[1]
            )
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}

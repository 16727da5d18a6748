"""The processes in which the emulator runs the deployed functions, as Linux shows them in /proc.

Each is an execution environment: how much it works, how much memory it has, and how it dies.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PARENT_FIELD: Final = 1
_CPU_FIELDS: Final = slice(11, 13)
"""Of the process itself, in user mode and in the kernel, in ticks (proc_pid_stat)."""
_RESIDENT_FIELD: Final = 1
_FUNCTION_NAME: Final = b"AWS_LAMBDA_FUNCTION_NAME="
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FunctionProcess:
    """One execution environment of a function."""

    pid: int
    function_name: str

    def resident_mebibytes(self) -> float | None:
        """None if it is gone."""
        with suppress(OSError):
            pages = int((_PROC / str(self.pid) / "statm").read_bytes().split()[_RESIDENT_FIELD])
            return pages * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE
        return None

    def cpu_seconds(self) -> float:
        """The CPU time so far; 0 if the process has ended."""
        with suppress(OSError):
            return sum(map(int, _fields(self.pid)[_CPU_FIELDS])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def kill(self) -> bool:
        """Kill the process, as if its machine had failed; False if it had ended already."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            return True
        return False


def can_be_watched() -> bool:
    """Whether this system shows its processes in the way that is needed here."""
    return (_PROC / "self" / "statm").exists()


def function_processes(ancestor: int | None = None) -> list[FunctionProcess]:
    """Processes of functions below ``ancestor`` (default: this process), never any other."""
    descendants = {ancestor or os.getpid()}
    parents = dict(_parents())
    while more := {pid for pid, parent in parents.items() if parent in descendants} - descendants:
        descendants |= more
    found = ((pid, _function_name(pid)) for pid in sorted(descendants))
    return [FunctionProcess(pid, name) for pid, name in found if name]


def _parents() -> Iterator[tuple[int, int]]:
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                yield int(folder.name), int(_fields(int(folder.name))[_PARENT_FIELD])


def _fields(pid: int) -> list[bytes]:
    """The fields of /proc/<pid>/stat after the program's name, which may be any bytes."""
    return (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()


def _function_name(pid: int) -> str | None:
    with suppress(OSError):
        for variable in (_PROC / str(pid) / "environ").read_bytes().split(b"\0"):
            if variable.startswith(_FUNCTION_NAME):
                return variable.removeprefix(_FUNCTION_NAME).decode()
    return None

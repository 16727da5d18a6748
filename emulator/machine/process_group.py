"""Runs a command together with all its children, and leaves none of them behind."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

STOP_SECONDS = 2.0
TAIL_LINES = 25


@contextmanager
def process_group(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log_file: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command for the length of the block, or until it ends; what it prints is logged.

    Its standard input is empty, and ends with this process at the latest, even if that is killed:
    what must not outlive it can wait for that.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("wb") as log, _termination_as_exit():
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C in the terminal reaches this process only, which can then
            # signal the whole group, grandchildren included, in its own time.
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _stop(process)


def tail(log_file: Path) -> str:
    lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([f"The end of {log_file}:", *lines[-TAIL_LINES:]])


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    with _interrupt_ignored():
        process.stdin.close()
        _signal_group(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_SECONDS)
        _signal_group(process, signal.SIGKILL)  # whatever is left of the group
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


@contextmanager
def _termination_as_exit() -> Iterator[None]:
    """SIGTERM and SIGHUP end Python without running any `finally`; here they must not."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with _handling([signal.SIGTERM, signal.SIGHUP], leave):
        yield


@contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """A second, impatient Ctrl-C must not leave the group behind."""

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return

    with _handling([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ignore):
        yield


@contextmanager
def _handling(
    numbers: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets only the main thread set signal handlers
        return
    before = {number: signal.getsignal(number) for number in numbers}
    for number, current in before.items():
        if current is not signal.SIG_IGN:  # nohup ignores SIGHUP, and means it
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, current in before.items():
            signal.signal(number, current)

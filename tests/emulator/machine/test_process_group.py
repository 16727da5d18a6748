"""Whatever is started is stopped, with its children, however the block is left."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.machine.process_group import process_group, tail
from tests.emulated.waiting import are_gone, eventually

STARTS_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
IGNORES_SIGTERM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def _output(log_file: Path) -> str:
    """The whole lines that are there so far."""
    return log_file.read_text("utf-8").rpartition("\n")[0]


def _run_until(leave: Callable[[], object], folder: Path) -> None:
    """Start a process with a child, leave the id of the child behind, and leave the block."""
    log_file = folder / "log"
    command = [sys.executable, "-c", STARTS_A_CHILD]
    with process_group(command, cwd=folder, env=os.environ, log_file=log_file):
        (folder / "child").write_text(eventually(lambda: _output(log_file)))
        leave()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_children_are_gone_after_an_error(error: type[BaseException], tmp_path: Path) -> None:
    def leave() -> None:
        raise error

    with pytest.raises(error):
        _run_until(leave, tmp_path)

    assert eventually(lambda: are_gone(int((tmp_path / "child").read_text("utf-8"))))


def test_termination_stops_the_group_and_exits(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def leave() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)

    with pytest.raises(SystemExit) as stopped:
        _run_until(leave, tmp_path)

    assert stopped.value.code == 128 + signal.SIGTERM
    assert eventually(lambda: are_gone(int((tmp_path / "child").read_text("utf-8"))))
    assert signal.getsignal(signal.SIGTERM) is before


def test_process_that_ignores_the_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.machine.process_group.STOP_SECONDS", 0.1)
    log_file = tmp_path / "log"
    command = [sys.executable, "-c", IGNORES_SIGTERM]

    with process_group(command, cwd=tmp_path, env=os.environ, log_file=log_file) as process:
        eventually(lambda: _output(log_file))

    assert process.returncode == -signal.SIGKILL


def test_what_was_printed_last_can_be_shown(tmp_path: Path) -> None:
    log_file = tmp_path / "log"
    command = [sys.executable, "-c", "print(*range(1000), sep='\\n')"]

    with process_group(command, cwd=tmp_path, env=os.environ, log_file=log_file) as process:
        process.wait()

    assert tail(log_file).splitlines()[0] == f"The end of {log_file}:"
    assert tail(log_file).endswith("998\n999")

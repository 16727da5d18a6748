"""MiniStack does not outlive the process that started it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.synthesis import REPOSITORY
from tests.emulated.waiting import are_gone, children_of, eventually

STARTS_MINISTACK = """
import sys, time
from pathlib import Path
from emulator.machine import ministack

with ministack.running(log_file=Path(sys.argv[1])) as endpoint:
    print(endpoint, flush=True)
    time.sleep(600)
"""


@pytest.mark.enable_socket
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_it_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_MINISTACK, str(tmp_path / "log")],
        cwd=REPOSITORY,
        # Who is killed removes no folder.
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(b"http://")
        children = children_of(process.pid)

        process.kill()

    assert children
    assert eventually(lambda: are_gone(*children))

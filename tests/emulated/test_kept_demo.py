"""`demo --keep` as its user runs it: the same data by the command line, the API and the pages.

It is given an export as Firehose packs it, with something in it that is no event of Connect.
"""

import gzip
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.synthesis import REPOSITORY
from operations.exports.events import exported_events
from tests.emulated.test_board import RunningCommand
from tests.emulated.waiting import are_gone, children_of, eventually

JOURNEY = REPOSITORY / "tests" / "journeys" / "05-warm-then-blind-within-10s"


def ran(command: str, **environment: str) -> str:
    """What a command prints that the demo has printed."""
    words = shlex.split(command)
    if words[0] == "contact-chains":
        words = [sys.executable, "-m", "cli", *words[1:]]
    done = subprocess.run(
        words,
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.enable_socket
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.skipif(not shutil.which("curl"), reason="runs the line with curl that is printed")
def test_what_is_kept_up_can_be_asked_as_is_printed_and_ctrl_c_leaves_nothing_running(
    tmp_path: Path,
) -> None:
    export = tmp_path / "mine"
    lines = list(exported_events([JOURNEY / "events.ndjson"]))
    # As Firehose leaves it: packed, and all in one line.
    export.write_bytes(gzip.compress(b"".join([*lines, b'{"kind": "unknown"}'])))
    output = str(tmp_path / "records.ndjson")
    with RunningCommand(tmp_path, "demo", str(export), "--keep", "--output", output) as running:
        address = running.wait_for(r"(http://\S+/chain\.html\?contact=\S+)\n")
        exported = running.wait_for(r"export (AWS_ENDPOINT_URL=.+)\n")
        settings = dict(each.split("=", 1) for each in exported.split())
        listed = json.loads(
            ran(running.wait_for(r"(contact-chains list .+)\n") + " --json", **settings)
        )
        answered = json.loads(ran(running.wait_for(r"(curl .+)\n").replace("curl", "curl -s")))
        page = ran(f"curl -s {address}")
        doctor = json.loads(ran("contact-chains doctor --json", **settings))

        ids = {each["ContactId"] for each in listed["Items"]}
        assert len(ids) == 3
        assert f"{export}, line 1, object {len(lines) + 1}: no known kind" in running.said
        assert (
            f"{len(lines)} agent events: 3 contact records, 1 chain, 1 not usable" in running.said
        )
        written = map(json.loads, Path(output).read_text("utf-8").splitlines())
        assert {each["ContactId"] for each in written} == ids
        assert {each["ContactId"] for each in answered["Items"]} == ids
        assert re.search(r"contact=(\S+)", address)[1] in ids  # type: ignore[index]
        assert "<!doctype html>" in page.lower()
        # Nobody would read what users put on the stream, a canary for example.
        mappings = [each for each in doctor["Checks"] if each["Check"] == "Mappings"]
        assert [each["Outcome"] for each in mappings] == ["ok", "ok"]
        children = children_of(running.process.pid)
        assert running.stop(signal.SIGINT) == 0
        assert eventually(lambda: are_gone(*children))

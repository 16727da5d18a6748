"""Which processes are looked at, and what is told of their memory."""

import os
import subprocess
import sys
import time

import pytest

from emulator.machine.function_processes import FunctionProcess, can_be_watched, function_processes
from measurements.runs.function_memory import (
    WARM_UP_SECONDS,
    MemorySamples,
    Sample,
    memory_report,
    sampled_memory,
)

PROCESSES = [FunctionProcess(number, "Pipeline-AgentEvents") for number in range(2)]
SERVICES = {"Pipeline-AgentEvents": "agent_events", "Pipeline-ContactChains": "contact_chains"}


def sampled(*mebibytes: list[float]) -> MemorySamples:
    """One sample a second of each process."""
    found = MemorySamples()
    for process, values in zip(PROCESSES, mebibytes, strict=False):
        found.of[process] = [Sample(float(at), value) for at, value in enumerate(values)]
    return found


def test_peak_is_the_most_that_any_process_of_a_function_had_after_its_warm_up() -> None:
    loading = [90.0] * round(WARM_UP_SECONDS)

    assert sampled([*loading, 50.0, 61.0, 55.0], [*loading, 58.0]).peaks() == {
        "Pipeline-AgentEvents": 61.0
    }


def test_report_says_of_each_function_what_is_known() -> None:
    report = memory_report(sampled([50.0] * 100), SERVICES)

    assert report.splitlines()[1:] == [
        "    agent_events    50.0 MiB",
        "    contact_chains  no process lived that long",
    ]


NAMELESS = r"open('/proc/self/comm', 'wb').write(b'\xff) Z 1')"
"""Gives the process a name that is no text: a machine's processes may be called anything."""


@pytest.mark.skipif(not can_be_watched(), reason="needs /proc")
def test_own_function_processes_are_found_watched_and_killed() -> None:
    environment = {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "Pipeline-Test"}
    working = f"{NAMELESS}; sum(range(3_000_000)); import time; print(flush=True); time.sleep(60)"
    sleeping = [sys.executable, "-c", working]
    with (
        subprocess.Popen(sleeping, env=environment, stdout=subprocess.PIPE) as function,
        subprocess.Popen(sleeping, stdout=subprocess.PIPE) as other,
    ):
        for process in (function, other):
            assert process.stdout
            process.stdout.readline()
        [found] = [each for each in function_processes() if each.function_name == "Pipeline-Test"]

        with sampled_memory(lambda: [found], seconds_between=0.01) as memory:
            while len(memory.of[found]) < 3:
                time.sleep(0.01)
        assert found.pid == function.pid
        assert all(sample.mebibytes > 1 for sample in memory.of[found])
        assert found.cpu_seconds() > 0

        assert found.kill()
        function.wait()
        other.kill()
    assert not found.kill()
    assert found.resident_mebibytes() is None
    assert found.cpu_seconds() == 0

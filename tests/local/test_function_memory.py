"""Whether the memory of a process stays the same, and which processes are looked at."""

import os
import subprocess
import sys
import time

import pytest

from local.function_memory import (
    FEWEST_SAMPLES,
    WARM_UP_SHARE,
    MemorySamples,
    Sample,
    memory_report,
    sampled_memory,
)
from local.function_processes import FunctionProcess, can_be_watched, function_processes

PROCESS = FunctionProcess(1, "Pipeline-AgentEvents")
SECONDS = 400


def samples(mebibytes_at: dict[float, float] | list[float]) -> MemorySamples:
    found = MemorySamples()
    values = enumerate(mebibytes_at) if isinstance(mebibytes_at, list) else mebibytes_at.items()
    found.of[PROCESS] = [Sample(float(at), value) for at, value in values]
    return found


def test_process_that_settles_is_flat() -> None:
    loading = [min(80.0, 40.0 + second) for second in range(SECONDS)]

    [judged] = samples(loading).judgements()

    assert judged.is_flat
    assert judged.growth == pytest.approx(0, abs=0.01)
    assert judged.most == 80


def test_process_that_leaks_is_not_flat() -> None:
    [judged] = samples([80.0 + second / 10 for second in range(SECONDS)]).judgements()

    assert not judged.is_flat
    assert judged.growth == pytest.approx((1 - WARM_UP_SHARE) * SECONDS / 10, rel=0.01)
    assert judged.per_hour == pytest.approx(360)
    assert "GROWS" in memory_report(samples([80.0 + at / 10 for at in range(SECONDS)]), {})


def test_process_that_lived_too_short_is_not_judged() -> None:
    few = samples([80.0] * (FEWEST_SAMPLES - 1))

    assert few.judgements() == []
    assert "no process lived long enough" in memory_report(few, {})


def test_report_names_the_service() -> None:
    text = memory_report(samples([80.0] * SECONDS), {PROCESS.function_name: "agent_events"})

    assert "agent_events" in text
    assert text.endswith("flat")


@pytest.mark.skipif(not can_be_watched(), reason="needs /proc")
def test_own_function_processes_are_found_watched_and_killed() -> None:
    environment = {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "Pipeline-Test"}
    sleeping = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]
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

        assert found.kill()
        function.wait()
        other.kill()
    assert not found.kill()
    assert found.resident_mebibytes() is None

"""Whether the memory of a process stays the same, and which processes are looked at."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from math import log

import pytest

from emulator.machine.function_processes import FunctionProcess, can_be_watched, function_processes
from measurements.runs.function_memory import (
    FEWEST_SAMPLES,
    FLAT,
    GROWS,
    OPEN,
    Judgement,
    MemorySamples,
    Sample,
    memory_report,
    sampled_memory,
)

PROCESS = FunctionProcess(1, "Pipeline-AgentEvents")
SERVICES = {PROCESS.function_name: "agent_events", "Pipeline-ContactChains": "contact_chains"}


def sampled(mebibytes_at: Callable[[int], float], seconds: int = 300) -> MemorySamples:
    found = MemorySamples()
    found.of[PROCESS] = [Sample(float(at), mebibytes_at(at)) for at in range(seconds)]
    return found


def judged(mebibytes_at: Callable[[int], float], seconds: int = 300) -> Judgement:
    [judgement] = sampled(mebibytes_at, seconds).judgements()
    return judgement


def settling(at: int) -> float:
    """As caches fill, and the allocator finds what the largest batch takes."""
    return 50 + 1.3 * log(1 + at / 5)


def steps(seed: int, mebibytes: float) -> Callable[[int], float]:
    """What the allocator takes and gives back, for half a minute on average."""
    chances = random.Random(seed)
    taken = [0.0]
    while len(taken) < 300:
        taken.append(chances.gauss(0, mebibytes) if chances.random() < 1 / 30 else taken[-1])
    return taken.__getitem__


def test_process_that_only_loads_at_the_beginning_does_not_grow() -> None:
    judgement = judged(lambda at: min(80.0, 40.0 + at))

    assert judgement.verdict == FLAT
    assert judgement.growth == pytest.approx(0)
    assert judgement.uncertainty == pytest.approx(0)
    assert (judgement.first, judgement.last, judgement.most) == (80, 80, 80)


@pytest.mark.parametrize("seed", range(10))
def test_process_that_settles_in_steps_is_never_taken_for_one_that_grows(seed: int) -> None:
    step = steps(seed, 0.3)

    assert judged(lambda at: settling(at) + step(at)).verdict != GROWS


def test_process_that_settles_smoothly_is_flat() -> None:
    assert judged(settling).verdict == FLAT


@pytest.mark.parametrize("seed", range(10))
def test_process_that_leaks_is_never_taken_for_one_that_is_flat(seed: int) -> None:
    step = steps(seed, 0.3)

    assert judged(lambda at: settling(at) + step(at) + 150 * at / 3600).verdict != FLAT


def test_leak_is_told_by_its_size() -> None:
    judgement = judged(lambda at: 50 + 150 * at / 3600)

    assert judgement.verdict == GROWS
    assert judgement.growth == pytest.approx(150)


def test_slope_that_drowns_in_its_noise_is_left_open() -> None:
    step = steps(1, 5)

    judgement = judged(step)

    assert judgement.verdict == OPEN
    assert judgement.uncertainty > 60


def test_steps_that_last_are_told_less_surely_than_noise_of_the_same_size() -> None:
    chances = random.Random(1)
    noise = [chances.choice((-0.5, 0.5)) for _ in range(300)]

    lasting = judged(lambda at: 50.5 if at % 100 < 50 else 49.5)

    assert lasting.uncertainty > 3 * judged(lambda at: 50 + noise[at]).uncertainty


def test_process_that_lived_too_short_is_not_judged() -> None:
    few = sampled(settling, FEWEST_SAMPLES - 1)

    assert few.judgements() == []
    assert memory_report(few, SERVICES).count("no process lived for 240 s: cannot be told") == 2


def test_report_says_of_each_function_what_is_known() -> None:
    [_, agent_events, contact_chains] = memory_report(sampled(settling), SERVICES).splitlines()

    assert agent_events.startswith("  agent_events    lived 299 s, 54.5 -> 55.3 MiB (most 55.3), ")
    assert agent_events.endswith(" MiB per hour: flat")
    assert contact_chains == "  contact_chains  no process lived for 240 s: cannot be told"


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

"""Samples how much memory the functions' processes have, and judges whether it stays the same."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import linear_regression
from typing import Final

from local.function_processes import FunctionProcess, function_processes

SECONDS_BETWEEN_SAMPLES: Final = 1.0
WARM_UP_SHARE: Final = 0.5
"""Of a process's samples: until then it loads, and its allocator takes what it will need, which is
only known after some hundred batches."""
FEWEST_SAMPLES: Final = 120
GROWTH_ACCEPTED_MEBIBYTES: Final = 5.0
GROWTH_ACCEPTED_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident memory of a process at a time, in seconds of whatever clock."""

    at: float
    mebibytes: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a process's memory did after it had warmed up.

    ``growth`` is that of the line through the samples, from the first to the last, in MiB.
    """

    process: FunctionProcess
    minutes: float
    first: float
    last: float
    most: float
    growth: float

    @property
    def is_flat(self) -> bool:
        """Whether it grew by no more than an allocator may need to settle."""
        return self.growth <= max(GROWTH_ACCEPTED_MEBIBYTES, GROWTH_ACCEPTED_SHARE * self.first)

    @property
    def per_hour(self) -> float:
        """The slope, in MiB."""
        return self.growth / self.minutes * 60 if self.minutes else 0.0


class MemorySamples:
    """What was sampled so far, by process."""

    def __init__(self) -> None:
        self.of: dict[FunctionProcess, list[Sample]] = defaultdict(list)

    def take(self, processes: Iterable[FunctionProcess], at: float) -> None:
        """One sample of each process that is still there."""
        for process in processes:
            mebibytes = process.resident_mebibytes()
            if mebibytes is not None:
                self.of[process].append(Sample(at, mebibytes))

    def judgements(self) -> list[Judgement]:
        """Of every process that lived long enough, by function."""
        judged = (_judged(process, samples) for process, samples in self.of.items())
        return sorted(
            filter(None, judged), key=lambda each: (each.process.function_name, each.first)
        )


@contextmanager
def sampled_memory(
    processes: Callable[[], Iterable[FunctionProcess]] = function_processes,
    *,
    seconds_between: float = SECONDS_BETWEEN_SAMPLES,
) -> Iterator[MemorySamples]:
    """Samples for the length of the block."""
    samples = MemorySamples()
    is_over = threading.Event()

    def sample() -> None:
        while not is_over.wait(seconds_between):
            samples.take(processes(), time.monotonic())

    thread = threading.Thread(target=sample, name="memory", daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        is_over.set()
        thread.join()


def _judged(process: FunctionProcess, samples: Sequence[Sample]) -> Judgement | None:
    warm = samples[round(len(samples) * WARM_UP_SHARE) :]
    if len(warm) < FEWEST_SAMPLES:
        return None
    slope, start = linear_regression([each.at for each in warm], [each.mebibytes for each in warm])
    seconds = warm[-1].at - warm[0].at
    return Judgement(
        process,
        seconds / 60,
        start + slope * warm[0].at,
        start + slope * warm[-1].at,
        max(each.mebibytes for each in samples),
        slope * seconds,
    )


def memory_report(samples: MemorySamples, services: Mapping[str, str]) -> str:
    """One line per process that lived long enough; ``services`` names functions for reading."""
    judgements = samples.judgements()
    if not judgements:
        return (
            f"Memory: no process lived long enough to be judged (about "
            f"{FEWEST_SAMPLES * SECONDS_BETWEEN_SAMPLES / (1 - WARM_UP_SHARE):.0f} s)."
        )
    return "\n".join(
        ["Memory of the functions' processes, once warm", *_lines(judgements, services)]
    )


def _lines(judgements: Iterable[Judgement], services: Mapping[str, str]) -> Iterator[str]:
    for each in judgements:
        verdict = "flat" if each.is_flat else "GROWS"
        yield (
            f"  {services.get(each.process.function_name, each.process.function_name):<16}"
            f"{each.minutes:6.1f} min  {each.first:6.1f} -> {each.last:6.1f} MiB "
            f"(most {each.most:.1f}), {each.per_hour:+.1f} MiB per hour: {verdict}"
        )

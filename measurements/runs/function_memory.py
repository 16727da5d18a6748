"""Samples how much memory the functions' processes have, and judges whether it stays the same.

A process that loses nothing grows all the same, ever more slowly: its allocator keeps what the
largest batch so far took, its caches fill. A leak goes on as fast as it began. So what counts is
the slope of a line through the second half of a process's life, in which what settles makes it
steeper than a leak alone would, never flatter; and it counts as far as it stands out against its
own noise. That is the error of a regression whose residuals hang together, as in
https://doi.org/10.1029/1999JD901105: memory moves in steps, and each lasts.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from math import inf, sqrt
from statistics import fmean, linear_regression
from typing import Final

from emulator.machine.function_processes import FunctionProcess, function_processes

SECONDS_BETWEEN_SAMPLES: Final = 1.0
SETTLED_SHARE: Final = 0.5
FEWEST_SAMPLES: Final = 240
"""In four minutes of work everything has happened some hundred times."""
BLOCKS: Final = 12
"""The line goes through the means of so many parts of the settled half, in a row."""
STANDARD_ERRORS: Final = 3
"""So many either way: of this few means the standard error is itself uncertain."""
GROWTH_ACCEPTED: Final = 60.0
"""In MiB per hour. At that the 512 MB of the smaller function would last for seven hours of work
without a pause, and Lambda ends every environment after a few (lambda-runtime-environment).
"""
FLAT: Final = "flat"
GROWS: Final = "GROWS"
OPEN: Final = "cannot be told"
FITTED: Final = 2
"""What a line takes of the data: its slope and where it begins."""
SECONDS_PER_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident memory of a process at a time, in seconds of whatever clock."""

    at: float
    mebibytes: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a process's memory did in the settled half of its life, in MiB.

    ``growth`` is per hour, and may be up to ``uncertainty`` more or less.
    """

    process: FunctionProcess
    seconds: float
    first: float
    last: float
    most: float
    growth: float
    uncertainty: float

    @property
    def verdict(self) -> str:
        """Either has to be shown: what may still be both is open."""
        if self.growth + self.uncertainty <= GROWTH_ACCEPTED:
            return FLAT
        return GROWS if self.growth - self.uncertainty > GROWTH_ACCEPTED else OPEN


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
        judged = (
            _judged(process, samples)
            for process, samples in self.of.items()
            if len(samples) >= FEWEST_SAMPLES
        )
        return sorted(judged, key=lambda each: (each.process.function_name, each.first))


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


def _judged(process: FunctionProcess, samples: Sequence[Sample]) -> Judgement:
    settled = samples[round(len(samples) * SETTLED_SHARE) :]
    blocks = [
        settled[len(settled) * block // BLOCKS : len(settled) * (block + 1) // BLOCKS]
        for block in range(BLOCKS)
    ]
    means = [fmean(each.mebibytes for each in block) for block in blocks]
    hours = [fmean(each.at for each in block) / SECONDS_PER_HOUR for block in blocks]
    growth, start = linear_regression(hours, means)
    residuals = [mean - start - growth * at for at, mean in zip(hours, means, strict=True)]
    return Judgement(
        process,
        samples[-1].at - samples[0].at,
        means[0],
        means[-1],
        max(each.mebibytes for each in samples),
        growth,
        STANDARD_ERRORS * _standard_error(hours, residuals),
    )


def _standard_error(hours: Sequence[float], residuals: Sequence[float]) -> float:
    """Of the slope; the closer residuals are to their neighbours, the less each of them tells."""
    squares = sum(residual**2 for residual in residuals)
    if not squares:
        return 0.0
    likeness = max(0.0, sum(one * other for one, other in pairwise(residuals)) / squares)
    telling = len(residuals) * (1 - likeness) / (1 + likeness)
    if telling <= FITTED:
        return inf
    middle = fmean(hours)
    return sqrt(squares / (telling - FITTED) / sum((at - middle) ** 2 for at in hours))


def memory_report(samples: MemorySamples, services: Mapping[str, str]) -> str:
    """One line per process that lived long enough; ``services`` has the functions, to be read."""
    judgements = samples.judgements()
    judged = {each.process.function_name for each in judgements}
    seconds = FEWEST_SAMPLES * SECONDS_BETWEEN_SAMPLES
    return "\n".join(
        [
            "Memory of the functions' processes, in the second half of their lives",
            *(_line(each, services) for each in judgements),
            *(
                f"  {service:<16}no process lived for {seconds:.0f} s: {OPEN}"
                for name, service in services.items()
                if name not in judged
            ),
        ]
    )


def _line(each: Judgement, services: Mapping[str, str]) -> str:
    name = each.process.function_name
    return (
        f"  {services.get(name, name):<16}lived {each.seconds:.0f} s, "
        f"{each.first:.1f} -> {each.last:.1f} MiB (most {each.most:.1f}), "
        f"{each.growth:+.0f} +/- {each.uncertainty:.0f} MiB per hour: {each.verdict}"
    )

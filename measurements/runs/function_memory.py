"""Samples how much memory the functions' processes have: the peak after warm-up is what counts."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from emulator.machine.function_processes import FunctionProcess, function_processes

SECONDS_BETWEEN_SAMPLES: Final = 1.0
WARM_UP_SECONDS: Final = 30.0
"""Of each process: until then it loads its modules and fills its caches."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident memory of a process at a time, in seconds of whatever clock."""

    at: float
    mebibytes: float


class MemorySamples:
    """The samples so far, by process."""

    def __init__(self) -> None:
        self.of: dict[FunctionProcess, list[Sample]] = defaultdict(list)

    def take(self, processes: Iterable[FunctionProcess], at: float) -> None:
        """One sample of each process that is still there."""
        for process in processes:
            mebibytes = process.resident_mebibytes()
            if mebibytes is not None:
                self.of[process].append(Sample(at, mebibytes))

    def peaks(self) -> dict[str, float]:
        """The most that any process of a function had after its warm-up, in MiB."""
        peaks: dict[str, float] = {}
        for process, samples in self.of.items():
            for sample in samples:
                if sample.at - samples[0].at >= WARM_UP_SECONDS:
                    name = process.function_name
                    peaks[name] = max(peaks.get(name, 0.0), sample.mebibytes)
        return peaks


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


def memory_report(samples: MemorySamples, services: Mapping[str, str]) -> str:
    """One line per function; ``services`` has the functions' names, to be read."""
    peaks = samples.peaks()
    shown = {
        service: f"{peaks[name]:.1f} MiB" if name in peaks else "no process lived that long"
        for name, service in services.items()
    }
    return "\n".join(
        [
            f"  Peak memory of the functions' processes after {WARM_UP_SECONDS:.0f} s:",
            *(f"    {service:<16}{peak}" for service, peak in shown.items()),
        ]
    )

"""Kills processes of the deployed functions at random, as machines fail."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from emulator.machine.function_processes import function_processes


class KillableProcess(Protocol):
    """A process of a function: its function, its CPU time, and a way to kill it."""

    @property
    def function_name(self) -> str: ...

    def cpu_seconds(self) -> float: ...

    def kill(self) -> bool: ...


class ProcessKiller:
    """Kills one of the functions' processes at random, again and again while it is let.

    Only those that have come through a batch already: when one dies while it begins, the emulator
    stops all of its function, those that begin included, and may go on with that for ever.
    """

    def __init__(
        self,
        seconds_between: float,
        *,
        seed: int,
        processes: Callable[[], Sequence[KillableProcess]] = function_processes,
    ) -> None:
        self.killed = 0
        self._seconds_between = seconds_between
        self._processes = processes
        self._random = random.Random(seed)
        self._spared: dict[str, KillableProcess] = {}

    @contextmanager
    def at_work(self, *, sparing_one_each: bool = False) -> Iterator[None]:
        """Kill processes during the block, from a thread of its own.

        Of each function one process may be spared: the one that has worked most by then, and the
        same one ever after, so that it lives long enough to show what becomes of its memory.
        """
        is_over = threading.Event()
        doomed = list(self._processes())
        if sparing_one_each:
            doomed = self._without_spared(doomed)
        thread = threading.Thread(target=self._kill_until, args=(is_over, doomed), daemon=True)
        if self._seconds_between > 0:
            thread.start()
        try:
            yield
        finally:
            is_over.set()
            if thread.is_alive():
                thread.join()

    def _without_spared(self, processes: list[KillableProcess]) -> list[KillableProcess]:
        for name in {process.function_name for process in processes}:
            of_function = [process for process in processes if process.function_name == name]
            if self._spared.get(name) not in of_function:
                self._spared[name] = max(of_function, key=lambda process: process.cpu_seconds())
        return [process for process in processes if process not in self._spared.values()]

    def _kill_until(self, is_over: threading.Event, doomed: list[KillableProcess]) -> None:
        while doomed and not is_over.wait(self._random.expovariate(1 / self._seconds_between)):
            chosen = self._random.choice(doomed)
            doomed.remove(chosen)
            self.killed += chosen.kill()

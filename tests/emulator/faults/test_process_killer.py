"""Which processes of the functions are killed, and which are spared."""

import time
from dataclasses import dataclass, field

from emulator.faults.process_killer import ProcessKiller


@dataclass(frozen=True, slots=True)
class Process:
    """Notes only how it is treated; it inherits nothing that could reach a process of this machine.

    Its `pid` says no more than which one it is.
    """

    pid: int
    function_name: str
    worked: float = 0.0
    deaths: list[int] = field(default_factory=list, hash=False)

    def cpu_seconds(self) -> float:
        return self.worked

    def kill(self) -> bool:
        self.deaths.append(self.pid)
        return True


ONE, TWO, THREE = (
    Process(pid, "Pipeline-AgentEvents", worked) for pid, worked in enumerate((2.0, 9.0, 5.0))
)
CHAINS = Process(3, "Pipeline-ContactChains", 1.0)


def killed(*processes: Process, sparing: bool, killer: ProcessKiller, victims: int) -> set[int]:
    before = killer.killed
    with killer.at_work(sparing_one_each=sparing):
        while killer.killed < before + victims:
            time.sleep(0.001)
    return {process.pid for process in processes if process.deaths}


def killer_of(*processes: Process, seconds_between: float = 0.001) -> ProcessKiller:
    for process in processes:
        process.deaths.clear()
    return ProcessKiller(seconds_between, seed=1, processes=lambda: list(processes))


def test_any_process_may_be_killed_each_once() -> None:
    everyone = (ONE, TWO, THREE, CHAINS)

    found = killed(*everyone, sparing=False, killer=killer_of(*everyone), victims=4)

    assert found == {0, 1, 2, 3}
    assert all(len(process.deaths) == 1 for process in everyone)


def test_process_of_each_function_that_has_worked_most_is_spared() -> None:
    everyone = (ONE, TWO, THREE, CHAINS)

    found = killed(*everyone, sparing=True, killer=killer_of(*everyone), victims=2)

    assert found == {ONE.pid, THREE.pid}


def test_process_that_was_spared_once_is_spared_ever_after() -> None:
    present = [ONE, THREE]
    for process in (ONE, TWO, THREE):
        process.deaths.clear()
    killer = ProcessKiller(0.001, seed=1, processes=lambda: list(present))
    killed(sparing=True, killer=killer, victims=1)
    present.append(TWO)

    killed(sparing=True, killer=killer, victims=2)

    assert THREE.deaths == []
    assert TWO.deaths


def test_nobody_is_killed_without_an_interval() -> None:
    killer = killer_of(ONE, seconds_between=0)

    assert killed(ONE, sparing=False, killer=killer, victims=0) == set()

"""Runs several activities in threads, one step at a time, in an order given beforehand.

Every order of steps of two invocations can be tried, and the same order gives the same result.
"""

from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from threading import Thread

type WaitForTurn = Callable[[], None]
type Activity = Callable[[WaitForTurn], object]


def take_turns(activities: Sequence[Activity], schedule: Iterable[int]) -> None:
    """Let the activities that ``schedule`` names, by position, go on by one step each.

    A step ends where the activity waits for its next turn. What the schedule leaves over is run to
    the end, one activity after the other.
    """
    runners = [_Runner(activity) for activity in activities]
    for position in schedule:
        runners[position].step()
    for runner in runners:
        while not runner.is_done:
            runner.step()
        runner.join()


class _Runner:
    """One activity in its thread, which waits while it is not its turn."""

    def __init__(self, activity: Activity) -> None:
        self.is_done = False
        self._activity = activity
        self._turns: SimpleQueue[None] = SimpleQueue()
        self._stops: SimpleQueue[bool] = SimpleQueue()
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self) -> None:
        if not self.is_done:
            self._turns.put(None)
            self.is_done = self._stops.get()

    def join(self) -> None:
        self._thread.join()
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        self._turns.get()
        try:
            self._activity(self._wait)
        except BaseException as failure:  # noqa: BLE001  raised again by join, in the test's thread
            self._failure = failure
        finally:
            self._stops.put(True)

    def _wait(self) -> None:
        self._stops.put(False)
        self._turns.get()

"""Runs several activities one step at a time, in an order given beforehand.

Every order of steps of two invocations can be tried, and the same order gives the same result.
Activities are greenlets: switching between threads took two thirds of the time of these tests.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

type WaitForTurn = Callable[[], None]
type Activity = Callable[[WaitForTurn], object]
type Schedule = tuple[int, ...]


def take_turns(activities: Sequence[Activity], schedule: Iterable[int]) -> None:
    """Let the activities that ``schedule`` names, by position, go on by one step each.

    A step ends where the activity waits for its next turn. What the schedule leaves over is run to
    the end, one activity after the other. What an activity raises is raised when all have ended.
    """
    runners = [_Runner(activity) for activity in activities]
    for position in schedule:
        runners[position].step()
    for runner in runners:
        runner.run_to_its_end()
    for runner in runners:
        runner.raise_failure()


def schedules(activities: int, *, steps: int, alike: Sequence[int] = ()) -> Iterator[Schedule]:
    """Every order of the first steps of some activities.

    Of orders that differ only by the names of activities that are ``alike`` there is one, that in
    which they come in for the first time in the order of ``alike``.
    """
    for schedule in product(range(activities), repeat=steps):
        first_steps = [position for position in dict.fromkeys(schedule) if position in alike]
        if first_steps == list(alike[: len(first_steps)]):
            yield schedule


class _Runner:
    """One activity, which stands still while it is not its turn."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._failure: BaseException | None = None
        self._greenlet = greenlet(self._run)

    def step(self) -> None:
        if not self._greenlet.dead:
            self._greenlet.parent = getcurrent()
            self._greenlet.switch()

    def run_to_its_end(self) -> None:
        while not self._greenlet.dead:
            self.step()

    def raise_failure(self) -> None:
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        try:
            self._activity(self._wait)
        except BaseException as failure:  # noqa: BLE001  raised again when all have ended
            self._failure = failure

    def _wait(self) -> None:
        parent = self._greenlet.parent
        assert parent
        parent.switch()

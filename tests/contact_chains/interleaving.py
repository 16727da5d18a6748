"""Runs several activities one step at a time, in an order given beforehand.

Every order of steps of two invocations can be tried, and the same order gives the same result.
Activities are greenlets: switching between threads took two thirds of the time of these tests.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

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


def every_order(*, steps: int, alike: Sequence[int] = ()) -> Iterator["Order"]:
    """Every order of the first steps of some activities; each must be played before the next.

    What an activity does before it waits for the first time counts as no step, since it concerns
    nobody else. Of orders that differ only by the names of activities that are ``alike`` there is
    one, that in which they come in for the first time in the order of ``alike``.
    """
    ahead = [Order((), steps, alike)]
    while ahead:
        order = ahead.pop()
        yield order
        ahead += order.others


class Order:
    """An order of steps that begins as ``schedule`` says; then the first that has not ended goes.

    ``others`` are the orders that leave it after that: which there are turns out as it is played,
    since an activity that has ended has no more steps.
    """

    def __init__(self, schedule: Schedule, steps: int, alike: Sequence[int]) -> None:
        self.schedule = schedule
        self.others: list[Order] = []
        self._steps = steps
        self._alike = alike

    def play(self, activities: Sequence[Activity]) -> None:
        """Raises what an activity raises, when all have ended."""
        runners = [_Runner(activity) for activity in activities]
        for runner in runners:
            runner.step()
        taken: Schedule = ()
        while able := [each for each, runner in enumerate(runners) if not runner.has_ended]:
            position, *others = self.schedule[len(taken) :][:1] or self._first_of_alike(able, taken)
            if len(taken) < self._steps:
                self.others += [Order((*taken, each), self._steps, self._alike) for each in others]
            taken = (*taken, position)
            runners[position].step()
        for runner in runners:
            runner.raise_failure()

    def _first_of_alike(self, able: Sequence[int], taken: Schedule) -> Schedule:
        new = [each for each in self._alike if each not in taken][1:]
        return tuple(each for each in able if each not in new)


class _Runner:
    """One activity, which stands still while it is not its turn."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._failure: BaseException | None = None
        self._greenlet = greenlet(self._run)

    @property
    def has_ended(self) -> bool:
        return bool(self._greenlet.dead)

    def step(self) -> None:
        if not self.has_ended:
            self._greenlet.parent = getcurrent()
            self._greenlet.switch()

    def run_to_its_end(self) -> None:
        while not self.has_ended:
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

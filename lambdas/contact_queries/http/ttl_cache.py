"""What was read a moment ago serves again: many boards ask the same question at the same time."""

import time
from collections.abc import Callable
from typing import Final

_MOST_ANSWERS: Final = 8


class Remembered[Question, Answer]:
    """Asks again only when the last answer is older than ``seconds``."""

    def __init__(
        self,
        ask: Callable[[Question], Answer],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._answers: dict[Question, tuple[float, Answer]] = {}

    def __call__(self, question: Question) -> Answer:
        """The answer, perhaps the last one. Raises what asking raises."""
        now = self._clock()
        if question in self._answers:
            asked, answer = self._answers[question]
            if now - asked < self._seconds:
                return answer
        answer = self._ask(question)
        if len(self._answers) >= _MOST_ANSWERS:
            self._answers.clear()
        self._answers[question] = (now, answer)
        return answer

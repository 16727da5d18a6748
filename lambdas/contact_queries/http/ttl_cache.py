"""What was read a moment ago serves again: many boards ask the same question at the same time."""

import time
from collections.abc import Callable
from typing import Final

_MOST_ANSWERS: Final = 8


class Remembered[Question, Answer]:
    """Asks again only when the last answer is older than ``seconds``, which it may decide."""

    def __init__(
        self,
        ask: Callable[[Question], Answer],
        *,
        seconds: float | Callable[[Answer], float],
        most_answers: int = _MOST_ANSWERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most_answers = most_answers
        self._clock = clock
        self._answers: dict[Question, tuple[float, Answer]] = {}

    def __call__(self, question: Question) -> Answer:
        """The answer, perhaps the last one. Raises what asking raises."""
        now = self._clock()
        if self.knows(question):
            return self._answers[question][1]
        answer = self._ask(question)
        if len(self._answers) >= self._most_answers:
            self._answers.clear()
        self._answers[question] = (now, answer)
        return answer

    def knows(self, question: Question) -> bool:
        """Whether the last answer will do."""
        if question not in self._answers:
            return False
        asked, answer = self._answers[question]
        seconds = self._seconds(answer) if callable(self._seconds) else self._seconds
        return self._clock() - asked < seconds

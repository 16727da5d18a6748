"""A cache of answers for some seconds: many boards ask the same question at the same time."""

import time
from collections.abc import Callable
from typing import Final

_MOST_ANSWERS: Final = 8


class TtlCache[Question, Answer]:
    """A few answers, each valid for as many seconds as ``seconds`` gives for it."""

    def __init__(
        self,
        *,
        seconds: Callable[[Answer], float],
        most_answers: int = _MOST_ANSWERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._most_answers = most_answers
        self._clock = clock
        self._answers: dict[Question, tuple[float, Answer]] = {}

    def get(self, question: Question) -> Answer | None:
        """The last answer, if it is still valid."""
        if question not in self._answers:
            return None
        asked, answer = self._answers[question]
        return answer if self._clock() - asked < self._seconds(answer) else None

    def put(self, question: Question, answer: Answer) -> None:
        """Keep an answer; it is valid from now on."""
        if len(self._answers) >= self._most_answers:
            self._answers.clear()
        self._answers[question] = (self._clock(), answer)


class CachedFunction[Question, Answer]:
    """A function that asks again only when the last answer is older than ``seconds``."""

    def __init__(
        self,
        ask: Callable[[Question], Answer],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._answers = TtlCache[Question, Answer](seconds=lambda _: seconds, clock=clock)

    def __call__(self, question: Question) -> Answer:
        """The answer, perhaps the last one. Raises what asking raises."""
        answer = self._answers.get(question)
        if answer is None:
            answer = self._ask(question)
            self._answers.put(question, answer)
        return answer

"""What was read a moment ago serves again, and no longer than that."""

import pytest

from contact_queries.http.ttl_cache import CachedFunction


class ManualClock:
    """Time goes on when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def counting(questions: list[str], clock: ManualClock) -> CachedFunction[str, list[str]]:
    def ask(question: str) -> list[str]:
        questions.append(question)
        return [question]

    return CachedFunction(ask, seconds=1.0, clock=clock)


def test_question_is_asked_again_after_a_second() -> None:
    asked: list[str] = []
    clock = ManualClock()
    answers = counting(asked, clock)

    for clock.now in (0.0, 0.9, 1.0, 1.5, 2.0):
        assert answers("one") == ["one"]

    assert asked == ["one"] * 3


def test_every_question_has_its_own_answer() -> None:
    asked: list[str] = []
    answers = counting(asked, ManualClock())

    assert [answers(each) for each in ("one", "two", "one")] == [["one"], ["two"], ["one"]]
    assert asked == ["one", "two"]


def test_cache_keeps_a_few_answers_only() -> None:
    """Whoever asks chooses the questions: they must not fill the memory."""
    asked: list[str] = []
    answers = counting(asked, ManualClock())

    for number in range(9):
        answers(str(number))
    answers("0")

    assert asked == [*map(str, range(9)), "0"]


def test_empty_answer_is_an_answer() -> None:
    asked: list[str] = []

    def ask(question: str) -> list[str]:
        asked.append(question)
        return []

    answers = CachedFunction(ask, seconds=1.0, clock=ManualClock())

    assert (answers("one"), answers("one")) == ([], [])
    assert asked == ["one"]


def test_failure_is_not_remembered() -> None:
    def fail(question: str) -> str:
        raise KeyError(question)

    answers = CachedFunction(fail, seconds=1.0, clock=ManualClock())

    for _ in range(2):
        with pytest.raises(KeyError):
            answers("one")

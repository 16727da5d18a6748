"""Orders of steps: every one is taken, one step at a time."""

from itertools import product

import pytest

from tests.contact_chains.interleaving import Activity, WaitForTurn, schedules, take_turns


def activity(name: str, steps: int, taken: list[str]) -> Activity:
    def act(wait: WaitForTurn) -> None:
        for _ in range(steps):
            taken.append(name)
            wait()
        taken.append(name.upper())

    return act


@pytest.mark.parametrize(
    ("schedule", "order"), [((), "aaAbB"), ((1, 0, 1), "baBaA"), ((0, 0, 0, 0, 1), "aaAbB")]
)
def test_steps_are_taken_as_scheduled_and_the_rest_at_the_end(
    schedule: tuple[int, ...], order: str
) -> None:
    taken: list[str] = []

    take_turns([activity("a", 2, taken), activity("b", 1, taken)], schedule)

    assert "".join(taken) == order


def test_failure_of_an_activity_is_raised_when_all_have_ended() -> None:
    taken: list[str] = []

    def fail(wait: WaitForTurn) -> None:
        wait()
        raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        take_turns([fail, activity("b", 1, taken)], (0, 1))
    assert taken == ["b", "B"]


def test_schedules_that_differ_only_by_names_are_enumerated_once() -> None:
    found = list(schedules(3, steps=4, alike=(0, 1)))

    def swapped(schedule: tuple[int, ...]) -> tuple[int, ...]:
        return tuple((1, 0, 2)[position] for position in schedule)

    assert len(found) == len(set(found))
    assert {*found, *map(swapped, found)} == set(product(range(3), repeat=4))
    assert {each for each in found if swapped(each) in found} == {(2, 2, 2, 2)}

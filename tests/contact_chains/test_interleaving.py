"""Orders of steps: every one is taken, one step at a time."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from tests.contact_chains.interleaving import Activity, WaitForTurn, every_order, take_turns


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


def played_orders(names: str, *, steps: int, alike: Sequence[int] = ()) -> list[str]:
    """The steps, in each order, of activities of two steps that begin with a small letter."""
    found = []
    for order in every_order(steps=steps, alike=alike):
        taken: list[str] = []
        order.play([activity(name, 2, taken) for name in names])
        assert "".join(taken[: len(names)]) == names  # that each has begun is no step
        found.append("".join(taken[len(names) :]))
    return found


def test_every_order_is_played_once() -> None:
    found = played_orders("ab", steps=4)

    in_turn = {"".join(each) for each in permutations("aAbB")}
    expected = {each for each in in_turn if each.index("a") < each.index("A")}
    assert set(found) == {each for each in expected if each.index("b") < each.index("B")}
    assert len(found) == len(set(found))


def test_orders_differ_in_their_first_steps_only() -> None:
    assert sorted(played_orders("ab", steps=1)) == ["aAbB", "baAB"]


def test_orders_that_differ_only_by_names_are_played_once() -> None:
    found = played_orders("abc", steps=6, alike=(0, 1))

    def swapped(order: str) -> str:
        return order.translate(str.maketrans("abAB", "baBA"))

    assert len(found) == len(set(found))
    assert {*found, *map(swapped, found)} == set(played_orders("abc", steps=6))
    assert not {each for each in found if swapped(each) in found}


def test_failure_in_one_order_does_not_keep_the_others_from_being_played() -> None:
    failures = 0

    def fail(wait: WaitForTurn) -> None:
        wait()
        raise ValueError("failed")

    for order in every_order(steps=2):
        with pytest.raises(ValueError, match="failed"):
            order.play([fail, activity("b", 1, [])])
        failures += 1
    assert failures == 2

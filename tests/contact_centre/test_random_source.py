"""Random draws: the same for a seed, and rare ones in every day that is long enough."""

from collections import Counter

import pytest

from contact_centre.random_source import RandomSource

WEIGHTS = {"talk": 78.3, "conference": 0.5, "consult": 1.2}


@pytest.mark.parametrize("seed", range(5))
def test_a_deck_deals_each_item_as_often_as_its_weight_says(seed: int) -> None:
    deck = RandomSource(seed).deck(WEIGHTS, cards=160)

    dealt = Counter(deck.draw() for _ in range(480))

    assert dealt == {"talk": 3 * 157, "conference": 3 * 1, "consult": 3 * 2}


def test_a_deck_is_dealt_in_an_order_of_its_seed() -> None:
    def dealt(seed: int) -> list[bool]:
        deck = RandomSource(seed).share(0.3)
        return [deck.draw() for _ in range(100)]

    assert dealt(1) == dealt(1)
    assert dealt(1) != dealt(2)


def test_a_share_happens_so_often_in_every_so_many_draws() -> None:
    deck = RandomSource(1).share(0.125, cards=8)

    assert [sum(deck.draw() for _ in range(8)) for _ in range(20)] == [1] * 20

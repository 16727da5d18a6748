"""The random draws of the simulated day.

What is rare is dealt from a shuffled deck: then it happens in every day that is long enough, and
not only in the average day.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

SECOND = 1000


class RandomSource:
    """All that is drawn from one seed."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)

    def begin_anew(self, seed: str) -> None:
        """Draw from another seed from now on, also what is dealt from decks."""
        self._random.seed(seed)

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, shortest: float, longest: float) -> int:
        """Milliseconds, from seconds."""
        return self._random.randint(int(shortest * SECOND), int(longest * SECOND))

    def about(self, seconds: float, *, at_least: float = 1) -> int:
        """Milliseconds around a median, a few of them much longer, as work is."""
        drawn = self._random.lognormvariate(0, 0.6) * seconds
        return int(max(at_least, min(drawn, 6 * seconds)) * SECOND)

    def until_next(self, mean_milliseconds: float) -> int:
        return 1 + int(self._random.expovariate(1 / mean_milliseconds))

    def one_of[Item](self, items: Sequence[Item]) -> Item:
        return items[self._random.randrange(len(items))]

    def weighted[Item](self, weights: Mapping[Item, float]) -> Item:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def deck[Item](self, weights: Mapping[Item, float], *, cards: int = 200) -> "Deck[Item]":
        """Like `weighted`, but every so many draws have each item as often as its weight says."""
        return Deck(self._random, weights, cards)

    def share(self, probability: float, *, cards: int = 40) -> "Deck[bool]":
        """Like `happens`, but so often in every so many draws."""
        return self.deck({True: probability, False: 1 - probability}, cards=cards)

    def some_of[Item](self, items: Sequence[Item], number: int) -> list[Item]:
        return self._random.sample(items, min(number, len(items)))


class Deck[Item]:
    """Deals its cards in random order and begins again when they are used up."""

    def __init__(self, random: Random, weights: Mapping[Item, float], cards: int) -> None:
        self._random = random
        self._cards = list(_cards(weights, cards))
        self._left: list[Item] = []

    def draw(self) -> Item:
        if not self._left:
            self._left = self._random.sample(self._cards, len(self._cards))
        return self._left.pop()


def _cards[Item](weights: Mapping[Item, float], number: int) -> Iterator[Item]:
    """The fractions of one item go to the next, so that all of them together are so many."""
    scale = number / sum(weights.values())
    dealt, reached = 0, 0.0
    for item, weight in weights.items():
        reached += weight * scale
        for _ in range(round(reached) - dealt):
            yield item
        dealt = round(reached)

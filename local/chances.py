"""The dice of the simulated day."""

from collections.abc import Mapping, Sequence
from random import Random

SECOND = 1000


class RandomSource:
    """All that is drawn from one seed."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)

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

    def some_of[Item](self, items: Sequence[Item], number: int) -> list[Item]:
        return self._random.sample(items, min(number, len(items)))

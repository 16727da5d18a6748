"""Facts as the lines of a Timeline, there and back."""

from collections.abc import Iterable

from contacts.facts.contact_facts import Fact, InferredFact

_PARTS_OF_A_FACT = len(Fact._fields)
_PARTS_OF_A_GUESS = len(InferredFact._fields)


def lines(facts: Iterable[Fact | InferredFact]) -> list[str]:
    """One line for each fact, sorted."""
    return [" ".join(fact) for fact in sorted(facts)]


def facts_in(timeline: Iterable[str]) -> frozenset[Fact]:
    """The facts of a Timeline. Raises TypeError if a line has not all parts."""
    return frozenset(Fact(*line.split(" ", _PARTS_OF_A_FACT - 1)) for line in timeline)


def inferred_facts_in(timeline: Iterable[str]) -> frozenset[InferredFact]:
    """The facts of an InferredTimeline. Raises TypeError like ``facts_in``."""
    return frozenset(InferredFact(*line.split(" ", _PARTS_OF_A_GUESS - 1)) for line in timeline)

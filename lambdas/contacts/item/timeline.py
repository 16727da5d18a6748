"""Facts as the lines of a Timeline, there and back.

A line names its agent only where it is another than in the line before: an item is billed by the
KB, and most contacts are with one agent for most of their states. Lines that all name their agent
are read, too: older items have them.
"""

from collections.abc import Iterable, Iterator

from contacts.facts.contact_facts import Fact, InferredFact

_MEMBERS_OF_A_FACT = len(Fact._fields)
_MEMBERS_OF_A_GUESS = len(InferredFact._fields)


def short_lines(facts: Iterable[Fact | InferredFact]) -> list[str]:
    """One line for each fact, sorted, the agent only where it is another than before."""
    lines = []
    agent_before: str | None = None
    for *moment, agent_id in sorted(facts):
        named = [agent_id] if agent_id != agent_before else []
        lines.append(" ".join([*moment, *named]))
        agent_before = agent_id
    return lines


def whole_lines(facts: Iterable[Fact | InferredFact]) -> list[str]:
    """One line for each fact, sorted, each with its agent."""
    return [" ".join(fact) for fact in sorted(facts)]


def facts_in(lines: Iterable[str]) -> frozenset[Fact]:
    """The facts of a Timeline. Raises TypeError if nothing names the agent of a line."""
    return frozenset(Fact(*members) for members in _members(lines, _MEMBERS_OF_A_FACT))


def inferred_facts_in(lines: Iterable[str]) -> frozenset[InferredFact]:
    """The facts of an InferredTimeline. Raises TypeError like ``facts_in``."""
    return frozenset(InferredFact(*members) for members in _members(lines, _MEMBERS_OF_A_GUESS))


def _members(lines: Iterable[str], number: int) -> Iterator[list[str]]:
    agent_before: list[str] = []
    for line in lines:
        members = line.split(" ", number - 1)
        if len(members) < number:
            members += agent_before
        agent_before = members[-1:]
        yield members

"""Follows every agent's state through a batch, beginning with what is stored of the agent.

This is what notices that events were lost. The states are to be stored only after the contacts of
the same batch are saved: killed in between, the comparison must be made again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import batched
from typing import Protocol

from adapters.agent_states_table import AgentKey, StateWrite
from adapters.aws_calls import SecondsLeft, forever, gathered
from adapters.dynamodb.batch_write import MOST_WRITES_PER_BATCH, Unwritten
from adapters.dynamodb.table import MOST_KEYS_PER_READ
from adapters.errors import LostRaceError
from contacts.facts.agent_state import AgentState, advance, repairs
from contacts.facts.contact_facts import ContactFacts
from contacts.facts.normalised import agent_id_of, instance_id_of
from contacts.incoming.agent_event import AgentEvent


class StatesTable(Protocol):
    """The table of agent states."""

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        """The stored states of up to 100 agents. Raises UnavailableError."""

    def write_each(self, writes: Sequence[StateWrite]) -> Mapping[int, Unwritten]:
        """Store up to 25 states; by position which were not, and why."""


@dataclass(slots=True)
class StatesStored:
    """How many states were written, and the failures by the position of their first change."""

    written: int = 0
    failures: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _FollowedAgent:
    """One agent's state; ``steps`` are the positions in the batch after which it changed.

    ``is_known`` is whether any state was stored before.
    """

    state: AgentState | None
    is_known: bool
    steps: list[tuple[int, AgentState]] = field(default_factory=list)


class AgentStates:
    """The states of the agents of one batch; a position is a record's place in the batch."""

    def __init__(
        self, table: StatesTable, executor: Executor, *, seconds_left: SecondsLeft = forever
    ) -> None:
        self._table = table
        self._executor = executor
        self._seconds_left = seconds_left
        self._reads: list[tuple[Sequence[AgentKey], Future[dict[AgentKey, AgentState]]]] = []
        self._followed: dict[AgentKey, _FollowedAgent] = {}

    def open(self, agents: Iterable[AgentKey]) -> None:
        """Begin to read what is known of ``agents``."""
        self._reads = [
            (chunk, self._executor.submit(self._table.read, chunk))
            for chunk in batched(sorted(set(agents)), MOST_KEYS_PER_READ, strict=False)
        ]

    def unread(self) -> dict[AgentKey, str]:
        """Wait for all reads; returns the agents whose state could not be read, and why."""
        unread: dict[AgentKey, str] = {}
        for chunk, known in gathered(self._reads, seconds_left=self._seconds_left):
            if isinstance(known, Exception):
                unread |= dict.fromkeys(chunk, str(known))
            else:
                self._followed |= {
                    key: _FollowedAgent(known.get(key), key in known) for key in chunk
                }
        return unread

    def apply(self, position: int, event: AgentEvent) -> list[ContactFacts]:
        """Apply an event to the agent's state; returns what that proves of lost events.

        Nothing for an agent whose state was not read.
        """
        key = agent_key(event)
        agent = self._followed.get(key) if key else None
        if agent is None:
            return []
        proven = list(repairs(agent.state, event))
        state = advance(agent.state, event)
        if state and state is not agent.state:
            agent.state = state
            agent.steps.append((position, state))
        return proven

    def store(self, *, before: int) -> StatesStored:
        """Store each state as it was ahead of position ``before``.

        What follows will be delivered again, and must then be compared with this.
        """
        calls = [
            (
                [position for position, _ in batch],
                self._executor.submit(self._table.write_each, [write for _, write in batch]),
            )
            for batch in batched(self._changes(before), MOST_WRITES_PER_BATCH, strict=False)
        ]
        stored = StatesStored()
        for positions, unwritten in gathered(calls, seconds_left=self._seconds_left):
            if isinstance(unwritten, Exception):
                stored.failures |= dict.fromkeys(positions, str(unwritten))
            else:
                stored.written += len(positions) - len(unwritten)
                stored.failures |= {
                    positions[number]: str(error)
                    for number, error in unwritten.items()
                    if not isinstance(error, LostRaceError)
                }
        return stored

    def _changes(self, before: int) -> Iterator[tuple[int, StateWrite]]:
        """For each agent the position of the first change, and the state after the last change."""
        for agent in self._followed.values():
            steps = [step for step in agent.steps if step[0] < before]
            if steps:
                yield steps[0][0], StateWrite(steps[-1][1], agent.is_known)


def agent_key(event: AgentEvent) -> AgentKey | None:
    """The agent whom ``event`` is about; None if the event names no instance."""
    instance_id = instance_id_of(event)
    return AgentKey(instance_id, agent_id_of(event)) if instance_id else None

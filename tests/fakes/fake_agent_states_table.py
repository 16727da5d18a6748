"""The table ``AgentStates`` in memory, for tests of what stands on it.

Why a fake: it is fast enough for thousands of batches, and being unavailable is a moment for which
nobody can ask DynamoDB. It obeys the contract of the real table
(``tests/adapters/test_agent_states_table.py`` runs on both).
"""

from collections.abc import Sequence
from threading import RLock

from adapters.agent_states_table import AgentKey, StateWrite
from adapters.dynamodb.batch_write import Unwritten
from adapters.errors import LostRaceError
from contacts.facts.agent_state import AgentState


class FakeAgentStatesTable:
    """States by their key; ``states`` can be read."""

    def __init__(self) -> None:
        self.states: dict[AgentKey, AgentState] = {}
        self._lock = RLock()

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        with self._lock:
            return {key: self.states[key] for key in keys if key in self.states}

    def write_each(self, writes: Sequence[StateWrite]) -> dict[int, Unwritten]:
        with self._lock:
            return {
                position: error
                for position, write in enumerate(writes)
                if (error := self._written(write.state))
            }

    def _written(self, state: AgentState) -> Unwritten | None:
        key = AgentKey(state.instance_id, state.agent_id)
        known = self.states.get(key)
        if known and _order(known) >= _order(state):
            return LostRaceError(key)
        self.states[key] = state
        return None


def _order(state: AgentState) -> tuple[str, int]:
    return state.event_timestamp, state.ordinal

"""The table ``AgentStates`` in memory, for tests of what stands on it.

Why a fake: it is fast enough for thousands of batches, and being unavailable is a moment for which
nobody can ask DynamoDB. It obeys the contract of the real table
(``tests/adapters/test_agent_states_table.py`` runs on both).
"""

from collections.abc import Sequence
from threading import RLock

from adapters.agent_states_table import AgentKey
from contacts.agent_state import AgentState


class FakeAgentStatesTable:
    """States by their key; ``states`` can be read."""

    def __init__(self) -> None:
        self.states: dict[AgentKey, AgentState] = {}
        self._lock = RLock()

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        with self._lock:
            return {key: self.states[key] for key in keys if key in self.states}

    def write(self, state: AgentState) -> bool:
        key = AgentKey(state.instance_id, state.agent_id)
        with self._lock:
            known = self.states.get(key)
            if known and _order(known) >= _order(state):
                return False
            self.states[key] = state
            return True


def _order(state: AgentState) -> tuple[str, int]:
    return state.event_timestamp, state.ordinal

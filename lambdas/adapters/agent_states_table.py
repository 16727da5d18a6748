"""The table ``AgentStates``: one item per agent, written forward in time only."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from adapters.dynamodb.batch_write import BatchedWrite, DynamoDBBatchWrite, Unwritten
from adapters.dynamodb.table import DynamoDBTable
from adapters.dynamodb.transaction import ItemUpdate
from contacts.facts.agent_state import AgentState
from contacts.item.agent_state_item import agent_state_attributes, agent_state_of_item
from contacts.item_parts import Changes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AgentKey(NamedTuple):
    """The key of an agent's state."""

    instance_id: str
    agent_id: str


class StateWrite(NamedTuple):
    """A state to be stored; ``is_known`` is whether one of the agent was read before."""

    state: AgentState
    is_known: bool


class AgentStatesTable:
    """The states of all agents."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        record_ttl_days: int,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = DynamoDBTable(client, table_name, pause=pause)
        self._batch = DynamoDBBatchWrite(client, table_name, pause=pause)
        self._record_ttl_days = record_ttl_days

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        """The stored states of up to 100 agents.

        Strongly consistent, so that what is inferred does not depend on how old a read is. Raises
        UnavailableError when AWS fails.
        """
        wanted = [{"InstanceId": key.instance_id, "AgentId": key.agent_id} for key in keys]
        states = map(agent_state_of_item, self._table.read(wanted, consistent=True))
        return {AgentKey(state.instance_id, state.agent_id): state for state in states}

    def write_each(self, writes: Sequence[StateWrite]) -> dict[int, Unwritten]:
        """Store up to 25 states, each of another agent, unless a newer one is there.

        By position what was not stored: because a newer one is there (LostRaceError), or AWS
        failed. A state that has expired since it was read counts as a newer one; the next change of
        the agent's state is stored again.
        """
        return self._batch.write([self._batched(write) for write in writes])

    def _batched(self, write: StateWrite) -> BatchedWrite:
        update = self._update(write.state)
        if not write.is_known:
            return BatchedWrite(update)
        timestamp, ordinal = write.state.event_timestamp, write.state.ordinal
        return BatchedWrite(update, _OLDER_IN_PARTIQL, (timestamp, timestamp, ordinal))

    def _update(self, state: AgentState) -> ItemUpdate:
        attributes = agent_state_attributes(state, record_ttl_days=self._record_ttl_days)
        removes = [(name,) for name in _OPTIONAL if name not in attributes]
        return ItemUpdate(
            {"InstanceId": state.instance_id, "AgentId": state.agent_id},
            Changes({(name,): value for name, value in attributes.items()}, tuple(removes)),
            _OLDER,
            {":timestamp": state.event_timestamp, ":ordinal": state.ordinal},
        )


_OLDER = (
    "attribute_not_exists(EventTimestamp) OR EventTimestamp < :timestamp"
    " OR (EventTimestamp = :timestamp AND Ordinal < :ordinal)"
)
_OLDER_IN_PARTIQL = '("EventTimestamp" < ? OR ("EventTimestamp" = ? AND "Ordinal" < ?))'
_OPTIONAL = ("Username", "AgentStatus", "RoutingProfile", "HierarchyGroups", "Contacts")

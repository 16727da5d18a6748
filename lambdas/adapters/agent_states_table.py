"""The table ``AgentStates``: one item per agent, written forward in time only."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from adapters.dynamodb_table import DynamoDBTable, LostRaceError
from contacts.agent_state import AgentState
from contacts.agent_state_item import agent_state_attributes, agent_state_of_item
from contacts.contact_item import Changes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AgentKey(NamedTuple):
    """The key of an agent's state."""

    instance_id: str
    agent_id: str


class AgentStatesTable:
    """Every method raises TableUnavailableError when AWS fails."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        record_ttl_days: int,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = DynamoDBTable(client, table_name, pause=pause)
        self._record_ttl_days = record_ttl_days

    def read(self, keys: Sequence[AgentKey]) -> dict[AgentKey, AgentState]:
        """What is known of up to 100 agents.

        Strongly consistent, so that what is inferred does not depend on how old a read is.
        """
        wanted = [{"InstanceId": key.instance_id, "AgentId": key.agent_id} for key in keys]
        states = map(agent_state_of_item, self._table.read(wanted, consistent=True))
        return {AgentKey(state.instance_id, state.agent_id): state for state in states}

    def write(self, state: AgentState) -> bool:
        """Store ``state`` unless a newer one is there; whether it was stored."""
        attributes = agent_state_attributes(state, record_ttl_days=self._record_ttl_days)
        removes = [(name,) for name in _OPTIONAL if name not in attributes]
        changes = Changes({(name,): attributes[name] for name in attributes}, tuple(removes))
        try:
            self._table.update(
                {"InstanceId": state.instance_id, "AgentId": state.agent_id},
                changes,
                condition=_OLDER,
                values={":timestamp": state.event_timestamp, ":ordinal": state.ordinal},
            )
        except LostRaceError:
            return False
        return True


_OLDER = (
    "attribute_not_exists(EventTimestamp) OR EventTimestamp < :timestamp"
    " OR (EventTimestamp = :timestamp AND Ordinal < :ordinal)"
)
_OPTIONAL = ("Username", "AgentStatus", "RoutingProfile", "HierarchyGroups", "Contacts")

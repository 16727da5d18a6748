"""The table ``AgentStates`` as the queries read it: all agents at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.dynamodb.table import DynamoDBTable
from contacts.facts.agent_state import AgentState
from contacts.item.agent_state_item import agent_state_of_item
from contacts.item.item_shape import well_formed_state

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AgentStatesQuery:
    """Every method raises UnavailableError when AWS fails."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = DynamoDBTable(client, table_name)
        self._executor = ThreadPoolExecutor(CONCURRENT_CALLS)

    def agents(self, instance_id: str | None = None) -> list[AgentState]:
        """The stored state of every agent, of an instance or of all, by AgentId.

        The whole table is read: a key that all agents of an instance share would be one partition.
        Not strongly consistent, at half the price: what is a moment late is shown a moment late.
        An agent whose item has no readable EventTimestamp is left out, as if no event had come.
        """
        of_instance = {"InstanceId": instance_id} if instance_id else {}
        found = self._table.scan(self._executor, equal=of_instance)
        items = sorted(map(well_formed_state, found), key=lambda item: item["AgentId"])
        return [agent_state_of_item(item) for item in items if "EventTimestamp" in item]

    def instances(self) -> set[str]:
        """Every instance that there is an agent of. The whole table is read."""
        return {item["InstanceId"] for item in self._table.scan(self._executor)}

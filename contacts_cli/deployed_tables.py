"""The tables of the deployment that is asked."""

from functools import cached_property

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import ContactQueriesTable
from operations.deployed import Deployed


class DeployedTables(Deployed):
    """The stack is asked for the name of a table when it is first needed, unless it was given."""

    @cached_property
    def contacts(self) -> ContactQueriesTable:
        return ContactQueriesTable(self.dynamodb, self.contact_records_table)

    @cached_property
    def agent_states(self) -> AgentStatesQuery:
        return AgentStatesQuery(self.dynamodb, self.agent_states_table)

"""The items of a made-up call, which its author knows by their keys."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.contact_records_table import ContactRecordsTable, Key
from adapters.errors import UnavailableError
from contacts.item_parts import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class MadeUpItems:
    """Records and agents' states. Every method raises an UnavailableError when AWS fails."""

    def __init__(
        self, client: "DynamoDBClient", contact_records_table: str, agent_states_table: str
    ) -> None:
        self._client = client
        self._contact_records_table = contact_records_table
        self._agent_states_table = agent_states_table
        self._records = ContactRecordsTable(client, contact_records_table)

    def record(self, chain_id: str, contact_id: str) -> Item:
        """As it is now; empty if there is none."""
        key = Key(chain_id, contact_id)
        return self._records.read([key], consistent=True).get(key, {})

    def delete(
        self, records: Iterable[tuple[str, str]], *, instance_id: str, agents: Iterable[str]
    ) -> None:
        """Delete them, whatever is in them: nobody else's items have these keys."""
        for chain_id, contact_id in records:
            self._delete(self._contact_records_table, ChainId=chain_id, ContactId=contact_id)
        for agent_id in agents:
            self._delete(self._agent_states_table, InstanceId=instance_id, AgentId=agent_id)

    def _delete(self, table_name: str, **key: str) -> None:
        try:
            self._client.delete_item(
                TableName=table_name, Key={name: {"S": value} for name, value in key.items()}
            )
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(str(error)) from error

"""Erasing in the table AgentStates: contacts that agents' states name, and agents' names."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adapters.dynamodb.table import DynamoDBTable
from adapters.errors import LostRaceError
from contacts.facts.agent_state import AgentState
from contacts.item.agent_state_item import agent_state_attributes, agent_state_of_item
from contacts.item.item_shape import check_state_shape
from contacts.item_parts import Changes, Item, Path
from operations.erasure.subject import Subject
from operations.records.stored_record import UNREADABLE, problem_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_AS_READ = "EventTimestamp = :timestamp AND Ordinal = :ordinal"
_ANY_DAYS = 1
"""How long the item lives is left as it is."""


class AgentStateErasure:
    """Takes the items of the table; counts what was read and rewritten, or would be.

    ``busy`` are the agents whose states changed at the same moment: they must be looked at again.
    ``unreadable`` is why by AgentId where an item makes no sense.
    """

    def __init__(
        self, client: "DynamoDBClient", table_name: str, subject: Subject, *, dry_run: bool
    ) -> None:
        self.read = 0
        self.rewritten = 0
        self.busy: list[str] = []
        self.unreadable: dict[str, str] = {}
        self._table = DynamoDBTable(client, table_name)
        self._subject = subject
        self._dry_run = dry_run

    def take(self, items: Iterable[Item]) -> None:
        """Rewrite the states that show the subject."""
        for item in items:
            self.read += 1
            try:
                check_state_shape(item)
                state = agent_state_of_item(item)
            except UNREADABLE as error:
                self.unreadable[item["AgentId"]] = problem_of(error)
                continue
            left = self._subject.redacted_state(state)
            if left != state:
                self.rewritten += 1
                if not self._dry_run:
                    self._write(state, left)

    def _write(self, state: AgentState, left: AgentState) -> None:
        before, after = _attributes(state), _attributes(left)
        # An update needs something to set, and these are never empty.
        sets: dict[Path, Any] = {
            (name,): value for name, value in after.items() if name != "ExpiresAt"
        }
        removes = tuple((name,) for name in before if name not in after)
        try:
            self._table.update(
                {"InstanceId": state.instance_id, "AgentId": state.agent_id},
                Changes(sets, removes),
                condition=_AS_READ,
                values={":timestamp": state.event_timestamp, ":ordinal": state.ordinal},
            )
        except LostRaceError:
            self.busy.append(state.agent_id)


def _attributes(state: AgentState) -> dict[str, Any]:
    return agent_state_attributes(state, record_ttl_days=_ANY_DAYS)

"""Ids of agents and queues as they are asked for: what is none must not look as if it had nothing.

Amazon Connect's ids are UUIDs. A name in place of an id finds no contact, and "no contacts" would
be a wrong answer to what was meant.
"""

import re
from typing import Final, NamedTuple, Protocol, Self

from adapters.contact_queries_table import BY_AGENT, BY_QUEUE, Index
from contact_queries.questions.errors import InvalidParameterError

_AGENTS_OWN_QUEUE: Final = "agent/"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PROBLEM: Final = "It is no id of Amazon Connect's, and no contact has it; names are not looked up."
_AGENT_CURE: Final = (
    "Give the agent's id, which follows /agent/ in the ARN. `aws connect list-users` lists ids "
    "beside names; every contact record of the agent shows it as Agent.Id, live agents as AgentId."
)
_QUEUE_CURE: Final = (
    "Give the queue's id, which follows /queue/ in the ARN. `aws connect list-queues` lists ids "
    "beside names; every contact record of the queue shows it as Queue.Id."
)


class ReadsIndexes(Protocol):
    """The part of the table that is needed here; raises UnavailableError."""

    def has_entries(self, index: Index, id_: str) -> bool:
        """Whether an index holds anything under an id."""


class AskedId(NamedTuple):
    """The id of an agent or a queue, and the index that finds its contacts."""

    parameter: str
    id: str
    found_by: Index
    cure: str

    @classmethod
    def of_agent(cls, agent_id: str, *, parameter: str = "AgentId") -> Self:
        return cls(parameter, agent_id, BY_AGENT, _AGENT_CURE)

    @classmethod
    def of_queue(cls, queue_id: str, *, parameter: str = "QueueId") -> Self:
        """Of an agent's own queue that is ``agent/<agent id>``."""
        return cls(parameter, queue_id, BY_QUEUE, _QUEUE_CURE)

    def check(self, table: ReadsIndexes) -> None:
        """Raises InvalidParameterError for what is neither an id nor known."""
        if _UUID.fullmatch(self.id.removeprefix(_AGENTS_OWN_QUEUE)):
            return
        if not table.has_entries(self.found_by, self.id):
            raise InvalidParameterError(self.parameter, _PROBLEM, self.cure)

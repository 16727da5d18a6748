"""What contacts are asked for, apart from when: by agent, queue, channel, status, offers."""

from dataclasses import dataclass
from typing import Final

from contact_queries.questions.errors import InvalidParameterError
from contacts.item_parts import Item
from contacts.record.attempts import ABANDONED, HANDLED, WITHDRAWN
from contacts.record.contact_record import (
    COMPLETED,
    DISCONNECTED,
    END_UNKNOWN,
    IN_PROGRESS,
    UNANSWERED,
)
from contacts.states import FAILED_STATES

STATUSES: Final = (IN_PROGRESS, COMPLETED, UNANSWERED, ABANDONED, DISCONNECTED, END_UNKNOWN)
OUTCOMES: Final = (HANDLED, *sorted(FAILED_STATES), WITHDRAWN, ABANDONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFilter:
    """A contact matches if it is all that is given. None and nothing are any.

    ``agent_id`` is who answered or, with ``outcomes``, to whom an offer ended so. ``transferred``
    contacts were passed on, or are what another contact was passed on to. Raises
    InvalidParameterError: a word that no record has would find nothing and look like an answer.
    """

    agent_id: str | None = None
    queue_id: str | None = None
    channel: str | None = None
    status: str | None = None
    outcomes: frozenset[str] = frozenset()
    transferred: bool = False

    def __post_init__(self) -> None:
        if self.status is not None and self.status not in STATUSES:
            raise _no_such_word("status", self.status, STATUSES)
        for each in self.outcomes.difference(OUTCOMES):
            raise _no_such_word("outcome", each, OUTCOMES)

    def matches(self, record: Item) -> bool:
        """Whether the contact is one of them."""
        return (
            self._is_of_agent(record)
            and self.queue_id in (None, record.get("QueueId"))
            and self.channel in (None, record.get("Channel"))
            and self.status in (None, record.get("Status"))
            and (not self.transferred or "NextContactId" in record or "PreviousContactId" in record)
        )

    def _is_of_agent(self, record: Item) -> bool:
        if self.outcomes:
            return any(
                each.get("Outcome") in self.outcomes
                and self.agent_id in (None, each.get("AgentId"))
                for each in record.get("Attempts", ())
            )
        return self.agent_id in (None, record.get("AgentId"))


def _no_such_word(parameter: str, word: str, words: tuple[str, ...]) -> InvalidParameterError:
    return InvalidParameterError(parameter, f"'{word}' is none.", f"Give {', '.join(words)}.")


EVERY_CONTACT: Final = ContactFilter()

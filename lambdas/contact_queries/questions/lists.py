"""Lists of contacts: by what they are, by failed offers; page by page, in order of time."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from itertools import islice
from typing import Final, NamedTuple, Protocol, Self

from adapters.contact_queries_table import (
    BY_AGENT,
    BY_FAILED_OFFER,
    BY_INSTANCE,
    BY_QUEUE,
    Between,
    Entry,
    Index,
)
from adapters.contact_records_table import Key
from contact_queries.questions.asked_ids import AskedId
from contact_queries.questions.contact_filter import EVERY_CONTACT, ContactFilter
from contact_queries.questions.cursors import cursor_text, entry_in
from contact_queries.questions.errors import InvalidParameterError
from contact_queries.questions.periods import Period
from contacts.item_parts import Item
from contacts.states import ERROR, MISSED, REJECTED

FAILED_OUTCOMES: Final = (MISSED, REJECTED, ERROR)
MOST_PER_PAGE: Final = 100
USUAL_PER_PAGE: Final = 50

_READ_WHEN_SEARCHING: Final = 100
_MOST_READS_PER_PAGE: Final = 40


class ReadsLists(Protocol):
    """The part of the table that is needed here; raises UnavailableError."""

    def items(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """The items there are among ``keys``."""

    def entries(
        self,
        index: Index,
        id_: str | None,
        between: Between,
        *,
        after: Entry | None = None,
        newest_first: bool = False,
        expected: int,
    ) -> Iterator[Entry]:
        """What an index holds under an id, in order, from behind ``after``."""

    def has_entries(self, index: Index, id_: str) -> bool:
        """Whether an index holds anything under an id."""


class Page(NamedTuple):
    """Some contacts of a list; the next page begins at ``cursor``, and there is none without."""

    items: list[Item]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactList:
    """Which contacts are asked for: ``wanted`` ones that ``index`` holds under ``id``, by time.

    ``asked`` are agent and queue that the question is about, as far as it is about any.
    """

    index: Index
    id: str | None
    period: Period
    wanted: ContactFilter = EVERY_CONTACT
    asked: tuple[AskedId, ...] = ()
    is_newest_first: bool = False

    @classmethod
    def answered_by(cls, agent_id: str, period: Period) -> Self:
        """Contacts that started in ``period`` and that the agent answered."""
        asked = (AskedId.of_agent(agent_id),)
        return cls(index=BY_AGENT, id=agent_id, period=period, asked=asked)

    @classmethod
    def in_queue(cls, queue_id: str, period: Period) -> Self:
        """Contacts of the queue that started in ``period``."""
        asked = (AskedId.of_queue(queue_id),)
        return cls(index=BY_QUEUE, id=queue_id, period=period, asked=asked)

    @classmethod
    def of_instance(cls, instance_id: str, period: Period, wanted: ContactFilter) -> Self:
        """``wanted`` contacts of an instance that started in ``period``."""
        return cls(
            index=BY_INSTANCE,
            id=instance_id,
            period=period,
            wanted=wanted,
            asked=_asked(wanted),
        )

    @classmethod
    def of_agent_or_queue(cls, period: Period, wanted: ContactFilter) -> Self | None:
        """``wanted`` contacts that started in ``period``, if one agent's or queue's are wanted.

        None if an index by agent or queue does not have them all: then ask ``of_instance``.
        """
        if wanted.agent_id and not wanted.outcomes:
            listed = cls.answered_by(wanted.agent_id, period)
            others = replace(wanted, agent_id=None)
            return replace(listed, wanted=others, asked=_asked(wanted))
        if wanted.queue_id:
            listed = cls.in_queue(wanted.queue_id, period)
            others = replace(wanted, queue_id=None)
            return replace(listed, wanted=others, asked=_asked(wanted))
        return None

    @classmethod
    def with_failed_offers(
        cls, period: Period, outcomes: Iterable[str], *, agent_id: str | None = None
    ) -> Self:
        """Contacts whose first failed offer failed in ``period``.

        At least one of their offers had one of ``outcomes``; it was the agent's, if one is given.
        """
        return cls(
            index=BY_FAILED_OFFER,
            id=None,
            period=period,
            wanted=ContactFilter(outcomes=frozenset(outcomes), agent_id=agent_id),
            asked=(AskedId.of_agent(agent_id),) if agent_id is not None else (),
        )

    def newest_first(self) -> Self:
        """The same list, from its end."""
        return replace(self, is_newest_first=True)

    def page(self, table: ReadsLists, *, limit: int, cursor: str | None = None) -> Page:
        """Up to ``limit`` contacts from ``cursor`` on. Raises InvalidParameterError.

        A page may hold fewer, even none, and not be the last: a search stops after a while.
        """
        is_search = self.wanted != EVERY_CONTACT
        entries = table.entries(
            self.index,
            self.id,
            Between(self.period.start, self.period.last),
            after=self._after(cursor),
            newest_first=self.is_newest_first,
            expected=_READ_WHEN_SEARCHING if is_search else limit,
        )
        found: list[Item] = []
        for _ in range(_MOST_READS_PER_PAGE):
            wanted = _READ_WHEN_SEARCHING if is_search else limit - len(found)
            read = list(islice(entries, wanted))
            items = table.items(entry.key for entry in read)
            for entry in read:
                item = items.get(entry.key)
                if item and self._matches(item):
                    found.append(item)
                if len(found) == limit:
                    return Page(found, cursor_text(self._digest, entry))
            if len(read) < wanted:
                break
        else:
            return Page(found, cursor_text(self._digest, entry))
        if not found and cursor is None:
            for each in self.asked:
                each.check(table)
        return Page(found, None)

    def _matches(self, item: Item) -> bool:
        """An index lags behind its table, so the item is asked again."""
        has_id = self.index.id is None or item.get(self.index.id) == self.id
        is_in_time = item.get(self.index.sort_key, "") in self.period
        return has_id and is_in_time and self.wanted.matches(item)

    @property
    def _digest(self) -> str:
        """The same for the same question alone."""
        wanted = astuple(replace(self.wanted, outcomes=frozenset())), sorted(self.wanted.outcomes)
        question = (self.index.name, self.id, self.period, wanted, self.is_newest_first)
        return hashlib.sha256(repr(question).encode()).hexdigest()[:16]

    def _after(self, cursor: str | None) -> Entry | None:
        if cursor is None:
            return None
        entry = entry_in(cursor, self._digest)
        if entry.timestamp not in self.period:
            problem = "It points to where this list has nothing."
            raise InvalidParameterError("cursor", problem, "Leave it out to begin again.")
        return entry


def _asked(wanted: ContactFilter) -> tuple[AskedId, ...]:
    agent_id, queue_id = wanted.agent_id, wanted.queue_id
    return (
        *((AskedId.of_agent(agent_id, parameter="agent"),) if agent_id is not None else ()),
        *((AskedId.of_queue(queue_id, parameter="queue"),) if queue_id is not None else ()),
    )

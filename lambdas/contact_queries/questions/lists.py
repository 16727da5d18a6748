"""Lists of contacts: by what they are, by failed offers; page by page, in order of time."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Final, NamedTuple, Protocol, Self

from adapters.contact_queries_table import (
    BY_AGENT,
    BY_FAILED_OFFER,
    BY_INSTANCE,
    BY_QUEUE,
    Entries,
    Entry,
    Index,
    StartRange,
)
from adapters.contact_records_table import Key
from contact_queries.questions.asked_ids import AskedId
from contact_queries.questions.contact_filter import EVERY_CONTACT, ContactFilter
from contact_queries.questions.cursors import Position, cursor_text, position_in
from contact_queries.questions.errors import InvalidParameterError
from contact_queries.questions.periods import Period
from contacts.item_parts import Item
from contacts.states import ERROR, FAILED_STATES, MISSED, REJECTED

FAILED_OUTCOMES: Final = (MISSED, REJECTED, ERROR)
MOST_PER_PAGE: Final = 100
USUAL_PER_PAGE: Final = 50

_READ_WHEN_SEARCHING: Final = 100
_MOST_READS_PER_PAGE: Final = 40
"""At least one for each day of the longest period."""


class ReadsLists(Protocol):
    """The part of the table that is needed here; raises UnavailableError."""

    def items(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """The items there are among ``keys``."""

    def entries(
        self,
        index: Index,
        partition: str,
        *,
        started: StartRange | None = None,
        after: Entry | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> Entries:
        """Entries of one partition of an index, at most ``limit``, from behind ``after``."""


class Page(NamedTuple):
    """Some contacts of a list; the next page begins at ``cursor``, and there is none without."""

    items: list[Item]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactList:
    """Which contacts are asked for: ``wanted`` ones in ``partitions`` of ``index``, in this order.

    ``asked`` are agent and queue that the question is about, as far as it is about any.
    """

    index: Index
    partitions: tuple[str, ...]
    period: Period
    wanted: ContactFilter = EVERY_CONTACT
    asked: tuple[AskedId, ...] = ()
    is_newest_first: bool = False

    @classmethod
    def answered_by(cls, agent_id: str, period: Period) -> Self:
        """Contacts that started in ``period`` and that the agent answered."""
        asked = (AskedId.of_agent(agent_id),)
        return cls(index=BY_AGENT, partitions=(agent_id,), period=period, asked=asked)

    @classmethod
    def in_queue(cls, queue_id: str, period: Period) -> Self:
        """Contacts of the queue that started in ``period``."""
        asked = (AskedId.of_queue(queue_id),)
        return cls(index=BY_QUEUE, partitions=(queue_id,), period=period, asked=asked)

    @classmethod
    def of_instance(cls, instance_id: str, period: Period, wanted: ContactFilter) -> Self:
        """``wanted`` contacts of an instance that started in ``period``."""
        return cls(
            index=BY_INSTANCE,
            partitions=(instance_id,),
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
            partitions=tuple(period.days()),
            period=period,
            wanted=ContactFilter(outcomes=frozenset(outcomes), agent_id=agent_id),
            asked=(AskedId.of_agent(agent_id),) if agent_id is not None else (),
        )

    def newest_first(self) -> Self:
        """The same list, from its end."""
        return replace(self, partitions=self.partitions[::-1], is_newest_first=True)

    def page(self, table: ReadsLists, *, limit: int, cursor: str | None = None) -> Page:
        """Up to ``limit`` contacts from ``cursor`` on. Raises InvalidParameterError.

        A page may hold fewer, even none, and not be the last: a search stops after a while.
        """
        here: Position | None = self._position(cursor)
        found: list[Item] = []
        for _ in range(_MOST_READS_PER_PAGE):
            if here is None or len(found) == limit:
                break
            here = self._read(table, here, found, limit)
        if not found and cursor is None:
            for each in self.asked:
                each.check(table)
        return Page(found, here and cursor_text(self._digest, here))

    def _read(
        self, table: ReadsLists, here: Position, found: list[Item], limit: int
    ) -> Position | None:
        """Add to what is ``found``; returns where to go on."""
        wanted = limit - len(found)
        page = table.entries(
            self.index,
            here.partition,
            started=self._started,
            after=here.entry,
            limit=wanted if self.wanted == EVERY_CONTACT else _READ_WHEN_SEARCHING,
            newest_first=self.is_newest_first,
        )
        items = table.items(entry.key for entry in page.entries)
        for entry in page.entries:
            item = items.get(entry.key)
            if item and self._matches(item, here.partition):
                found.append(item)
            if len(found) == limit:
                return Position(here.partition, entry)
        if not page.is_last:
            return Position(here.partition, page.entries[-1])
        following = self.partitions[self.partitions.index(here.partition) + 1 :]
        return Position(following[0], None) if following else None

    def _matches(self, item: Item, partition: str) -> bool:
        """An index lags behind its table, so the item is asked again."""
        if item.get(self.index.partition_key) != partition:
            return False
        moment = item.get("StartTimestamp", "")
        if self.index == BY_FAILED_OFFER:
            failed = [each for each in item.get("Attempts", ()) if each["Outcome"] in FAILED_STATES]
            ends = [each["EndedTimestamp"] for each in failed if "EndedTimestamp" in each]
            moment = min(ends, default="")
        return moment in self.period and self.wanted.matches(item)

    @property
    def _started(self) -> StartRange | None:
        """None where the index is not sorted by what the period is about."""
        return (
            None
            if self.index == BY_FAILED_OFFER
            else StartRange(self.period.start, self.period.last)
        )

    @property
    def _digest(self) -> str:
        """The same for the same question alone."""
        wanted = astuple(replace(self.wanted, outcomes=frozenset())), sorted(self.wanted.outcomes)
        question = (self.index.name, self.partitions, self.period, wanted, self.is_newest_first)
        return hashlib.sha256(repr(question).encode()).hexdigest()[:16]

    def _position(self, cursor: str | None) -> Position:
        if cursor is None:
            return Position(self.partitions[0], None)
        position = position_in(cursor, self._digest)
        if position.partition not in self.partitions or not self._is_inside(position.entry):
            problem = "It points to where this list has nothing."
            raise InvalidParameterError("cursor", problem, "Leave it out to begin again.")
        return position

    def _is_inside(self, entry: Entry | None) -> bool:
        return entry is None or not self._started or entry.start_timestamp in self.period


def _asked(wanted: ContactFilter) -> tuple[AskedId, ...]:
    agent_id, queue_id = wanted.agent_id, wanted.queue_id
    return (
        *((AskedId.of_agent(agent_id, parameter="agent"),) if agent_id is not None else ()),
        *((AskedId.of_queue(queue_id, parameter="queue"),) if queue_id is not None else ()),
    )

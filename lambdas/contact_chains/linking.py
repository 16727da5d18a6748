"""Links one chain: read it whole, work out all links, write the legs that differ.

Whatever the order in which legs arrive, the last one to be written finds the others: every write of
a leg that belongs to a longer chain leads here if it changes what links are made of, which Lambda 1
marks (``LinksDue``). Lambda 2's own writes take the mark away, so they do not come back. Instead
who has written looks again, and goes on if a leg has changed meanwhile: so links that were worked
out from an outdated view do not stay. A chain's first contact is told apart from a lonely
one by the mark ``ChainVersion``, which it gets when a leg that names it is linked, even before it
has been seen itself.

A record that turned out to belong to another chain leaves an item with ``MovedToChainId`` behind.
That is no leg any more, but its Version counts, so that what chains are linked on still grows.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from adapters.aws_calls import SecondsLeft, forever, gathered, tries
from adapters.contact_records_table import Key, version_of
from adapters.errors import ItemTooLargeError, LostRaceError, UnavailableError
from contacts.chain.abandonment import is_taken_back, may_be_abandoned
from contacts.chain.legs import leg_of
from contacts.chain.links import Links, link_chain
from contacts.item.contact_item import (
    AGENT,
    LINK_DISAGREEMENTS,
    facts_of_item,
    holds_record,
    link_changes,
    status_changes,
)
from contacts.item.item_shape import well_formed
from contacts.item_parts import (
    CHAIN_VERSION,
    LINKS_DUE,
    MOVED_TO_CHAIN_ID,
    VERSION,
    Changes,
    Item,
)
from contacts.record.contact_record import ContactRecord, contact_record, is_dated

_MOST_ROUNDS: Final = 6
_DAY: Final = 86_400
_LINK_EVIDENCE: Final = ("LinkEvidence",)


class ChainsTable(Protocol):
    """The part of the table that linking needs; raises UnavailableError, LostRaceError."""

    def read_chain(self, chain_id: str) -> list[Item]:
        """All items of a chain, strongly consistent."""

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        """Write ``changes`` if the leg has ``version`` and no link of a newer chain."""


class LegChange(NamedTuple):
    """The changes of one leg, written if it still has ``version``.

    ``evidence`` is what PreviousContactId is known by now, if that changes; ``disagreements`` are
    the attributes in which agent events are contradicted now and were not before.
    """

    key: Key
    changes: Changes
    version: int | None
    evidence: str | None = None
    disagreements: frozenset[str] = frozenset()


@dataclass(slots=True)
class Linked:
    """The results of linking. ``failures`` is reason by ChainId; ``legs`` has each chain's size.

    ``evidence`` counts the legs that were written by what their PreviousContactId is known by now,
    ``disagreements`` by attribute those that it was found to contradict. ``full`` counts the legs
    whose items have no room for their links.
    """

    legs: list[int] = field(default_factory=list)
    written: int = 0
    evidence: Counter[str] = field(default_factory=Counter)
    disagreements: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0
    full: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Linked") -> None:
        """Count what linking another chain did."""
        self.legs += other.legs
        self.written += other.written
        self.evidence += other.evidence
        self.disagreements += other.disagreements
        self.conflicts += other.conflicts
        self.full += other.full
        self.failures |= other.failures

    def count(self, change: LegChange) -> None:
        """Count what was written of one leg."""
        self.written += 1
        self.evidence.update([change.evidence] if change.evidence else [])
        self.disagreements.update(change.disagreements)


class ChainLinker:
    """Links chains, several at a time."""

    def __init__(
        self,
        table: ChainsTable,
        executor: Executor,
        *,
        seconds_left: SecondsLeft = forever,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self._executor = executor
        self._seconds_left = seconds_left
        self._pause = pause

    def link(self, chain_ids: Iterable[str]) -> Linked:
        """Bring the links of each chain up to date with its legs."""
        links = [(chain_id, self._executor.submit(self._link, chain_id)) for chain_id in chain_ids]
        linked = Linked()
        for chain_id, one in gathered(links, seconds_left=self._seconds_left):
            if isinstance(one, Exception):
                linked.failures[chain_id] = str(one)
            else:
                linked.add(one)
        return linked

    def _link(self, chain_id: str) -> Linked:
        linked = Linked()
        for _ in tries(_MOST_ROUNDS, self._pause):
            try:
                is_linked = self._link_once(chain_id, linked)
            except LostRaceError:
                linked.conflicts += 1
            except UnavailableError as error:
                linked.failures[chain_id] = str(error)
                return linked
            else:
                if is_linked:
                    return linked
        linked.failures[chain_id] = f"lost the race {_MOST_ROUNDS} times"
        return linked

    def _link_once(self, chain_id: str, linked: Linked) -> bool:
        """Link the chain; returns False if it changed before all was written."""
        items = self._table.read_chain(chain_id)
        basis = chain_version(map(well_formed, items))
        changes = list(leg_changes(chain_id, items))
        for change in changes:
            removes = (*change.changes.removes, (LINKS_DUE,))
            try:
                self._table.write_links(
                    change.key,
                    Changes(change.changes.sets, removes),
                    version=change.version,
                    chain_version=basis,
                )
            except ItemTooLargeError:
                linked.full += 1
            else:
                linked.count(change)
        if changes and _versions(items) != _versions(self._table.read_chain(chain_id)):
            return False
        linked.legs.append(sum(MOVED_TO_CHAIN_ID not in item for item in items))
        return True


def leg_changes(chain_id: str, items: Iterable[Item]) -> Iterator[LegChange]:
    """The writes that link the chain.

    Of an odd item counts what can be read of it (``contacts.item.item_shape``). One that tells no
    time is no leg, and one whose versions make no sense is not written: no condition would ever
    hold.
    """
    stored = {item["ContactId"]: item for item in items}
    readable = {contact_id: well_formed(item) for contact_id, item in stored.items()}
    facts = {each: facts_of_item(item) for each, item in readable.items() if _is_leg(item)}
    records = {each: contact_record(known) for each, known in facts.items() if is_dated(known)}
    links = link_chain(records.values())
    taken_back = _taken_back(records, links)
    is_chain = not all(record.is_first_contact for record in records.values())
    for contact_id, record in records.items():
        item = readable[contact_id]
        change = _leg_change(
            stored[contact_id],
            item,
            record,
            links[contact_id],
            taken_back=contact_id in taken_back,
        )
        is_unmarked_first = is_chain and contact_id == chain_id and CHAIN_VERSION not in item
        if (change.changes or is_unmarked_first) and _has_versions_of(stored[contact_id], item):
            yield change
    if is_chain and chain_id not in links:
        first = readable.get(chain_id, {})
        mark = _mark_of_unseen_first_contact(chain_id, first, (readable[each] for each in links))
        is_unmarked = bool(mark.changes) or CHAIN_VERSION not in first
        if is_unmarked and _has_versions_of(stored.get(chain_id, {}), first):
            yield mark


def _versions(items: Iterable[Item]) -> dict[str, Any]:
    """The Versions of the legs by ContactId; Lambda 1 changes them with each write."""
    return {item["ContactId"]: item[VERSION] for item in items if VERSION in item}


def _has_versions_of(stored: Item, readable: Item) -> bool:
    return all(name in readable for name in (VERSION, CHAIN_VERSION) if name in stored)


def _is_leg(item: Item) -> bool:
    return holds_record(item) and MOVED_TO_CHAIN_ID not in item


def _taken_back(records: Mapping[str, ContactRecord], links: Mapping[str, Links]) -> frozenset[str]:
    """The legs whose customer an agent took back, by ContactId."""
    abandoned = [each for each, record in records.items() if may_be_abandoned(record)]
    if not abandoned:
        return frozenset()
    legs = {contact_id: leg_of(record) for contact_id, record in records.items()}
    inviters = {
        contact_id: each.previous_contact_id
        for contact_id, each in links.items()
        if each.previous_contact_id
    }
    return frozenset(each for each in abandoned if is_taken_back(each, legs, inviters))


def _leg_change(
    stored: Item, item: Item, record: ContactRecord, links: Links, *, taken_back: bool
) -> LegChange:
    """``item`` is what can be read of ``stored``."""
    if AGENT in stored and AGENT not in item:
        stored = {name: stored[name] for name in stored if name != AGENT}
    changes = link_changes(stored, links)
    status = status_changes(stored, record, links, taken_back=taken_back)
    changes = Changes({**changes.sets, **status.sets}, (*changes.removes, *status.removes))
    return LegChange(
        Key(item["ChainId"], item["ContactId"]),
        changes,
        version_of(item),
        changes.sets.get(_LINK_EVIDENCE),
        frozenset(links.disagreements) - frozenset(item.get(LINK_DISAGREEMENTS, ())),
    )


def _mark_of_unseen_first_contact(chain_id: str, stored: Item, legs: Iterable[Item]) -> LegChange:
    """Make the first contact pass the filter when it comes, if ever.

    The mark goes with the last leg that names it, at the end of that day, so that it need not be
    written with every change of the leg. If ``stored`` tells where the contact's record is, it
    stays at least as long as Lambda 1 wants it to.
    """
    expiries = [int(leg["ExpiresAt"]) for leg in legs if "ExpiresAt" in leg]
    expiry = -(-max(expiries, default=0) // _DAY) * _DAY
    version = version_of(stored)
    if version is not None:
        expiry = max(expiry, int(stored.get("ExpiresAt", 0)))
    is_new = bool(expiries) and stored.get("ExpiresAt") != expiry
    changes = Changes({("ExpiresAt",): expiry} if is_new else {}, ())
    return LegChange(Key(chain_id, chain_id), changes, version)


def chain_version(items: Iterable[Item]) -> int:
    """The version of a chain: a number that grows with every write by Lambda 1.

    It is the sum of the items' Versions, also of what is left of a record that moved away. The
    marks themselves count, too: the sum shrinks when the time to live of an item is over, and must
    not fall below what another leg was linked on.
    """
    items = list(items)
    versions = sum(version_of(item) or 0 for item in items)
    return max([versions, *(int(item[CHAIN_VERSION]) for item in items if CHAIN_VERSION in item)])

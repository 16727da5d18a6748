"""Links one chain: read it whole, work out all links, write the legs that differ.

Whatever the order in which legs arrive, the last one to be written finds the others: every write of
a leg that belongs to a longer chain leads here. A chain's first contact is told apart from a lonely
one by the mark ``ChainVersion``, which it gets when a leg that names it is linked, even before it
has been seen itself.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final, Protocol

from adapters.aws_calls import OutOfTimeError, SecondsLeft, UnavailableError, forever, in_time
from adapters.contact_records_table import Key, version_of
from adapters.dynamodb_table import LostRaceError
from contacts.chain import link_chain
from contacts.contact_item import (
    CHAIN_VERSION,
    Changes,
    facts_of_item,
    holds_record,
    link_changes,
)
from contacts.contact_record import contact_record
from contacts.item_parts import Item

_MOST_ROUNDS: Final = 6
_FIRST_PAUSE_SECONDS: Final = 0.02
_DAY: Final = 86_400


class ChainsTable(Protocol):
    """The part of the table that linking needs; raises UnavailableError, LostRaceError."""

    def read_chain(self, chain_id: str) -> list[Item]:
        """All items of a chain, strongly consistent."""

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        """Write ``changes`` if the leg has ``version`` and no link of a newer chain."""


@dataclass(slots=True)
class Linked:
    """What linking did. ``failures`` is reason by ChainId; ``legs`` has each chain's size."""

    legs: list[int] = field(default_factory=list)
    written: int = 0
    conflicts: int = 0
    failures: dict[str, str] = field(default_factory=dict)


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
        for chain_id, link in links:
            try:
                one = in_time(link, self._seconds_left)
            except OutOfTimeError as error:
                linked.failures[chain_id] = str(error)
                continue
            linked.legs += one.legs
            linked.written += one.written
            linked.conflicts += one.conflicts
            linked.failures |= one.failures
        return linked

    def _link(self, chain_id: str) -> Linked:
        linked = Linked()
        for rounds in range(_MOST_ROUNDS):
            if rounds:
                self._pause(random.uniform(0, 1) * _FIRST_PAUSE_SECONDS * 2**rounds)
            try:
                self._link_once(chain_id, linked)
            except LostRaceError:
                linked.conflicts += 1
            except UnavailableError as error:
                linked.failures[chain_id] = str(error)
                return linked
            else:
                return linked
        linked.failures[chain_id] = f"lost the race {_MOST_ROUNDS} times"
        return linked

    def _link_once(self, chain_id: str, linked: Linked) -> None:
        items = self._table.read_chain(chain_id)
        for key, changes, version in leg_changes(chain_id, items):
            self._table.write_links(
                key, changes, version=version, chain_version=chain_version(items)
            )
            linked.written += 1
        linked.legs.append(len(items))


def leg_changes(chain_id: str, items: Sequence[Item]) -> Iterator[tuple[Key, Changes, int | None]]:
    """What must be written so that the chain is linked: key, changes, Version as read."""
    seen = {item["ContactId"]: item for item in items if holds_record(item)}
    records = [contact_record(facts_of_item(item)) for item in seen.values()]
    if all(record.is_first_contact for record in records):
        return
    links = link_chain(records)
    for contact_id, item in seen.items():
        changes = link_changes(item, links[contact_id])
        is_unmarked_first = contact_id == chain_id and CHAIN_VERSION not in item
        if changes or is_unmarked_first:
            yield Key(chain_id, contact_id), changes, version_of(item)
    if chain_id not in seen:
        # Not seen yet, if ever. It goes with the last leg that names it, at the end of that day, so
        # that it need not be written with every change of the leg.
        expiry = -(-max(int(item["ExpiresAt"]) for item in seen.values()) // _DAY) * _DAY
        mark = next((item for item in items if item["ContactId"] == chain_id), {})
        if mark.get("ExpiresAt") != expiry:
            yield Key(chain_id, chain_id), Changes({("ExpiresAt",): expiry}, ()), None


def chain_version(items: Iterable[Item]) -> int:
    """What a chain was linked on, as a number that grows with every write by Lambda 1.

    It is the sum of the legs' Versions. The marks themselves count, too: the sum shrinks when the
    time to live of a leg is over, and must not fall below what another leg was linked on.
    """
    items = list(items)
    versions = sum(version_of(item) or 0 for item in items)
    return max([versions, *(int(item[CHAIN_VERSION]) for item in items if CHAIN_VERSION in item)])

"""The table ``ContactRecords`` as the queries read it: by key, by chain, and by its indexes.

The indexes hold keys only; the items behind their entries are read by key. Of an odd item there is
what can be read of it (``contacts.item.item_shape``).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import merge
from itertools import batched, chain, dropwhile, groupby
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import Key
from adapters.dynamodb.table import MOST_KEYS_PER_READ, DynamoDBTable, IndexPage
from contacts.item.indexes import OPEN_INDEX, Index
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from contacts.timestamps import Timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LEAST_READ: Final = 16
"""Entries of an index that cost as much as one: less than 4 KB."""
_TIMES_MORE: Final = 4
"""Each page of an index is so much larger than the one before."""


class Entry(NamedTuple):
    """One entry of an index, with the time by which it is sorted; entries are in this order."""

    timestamp: Timestamp
    chain_id: str
    contact_id: str

    @property
    def key(self) -> Key:
        """The key of the item."""
        return Key(self.chain_id, self.contact_id)


class Between(NamedTuple):
    """The times of entries: from ``first`` to ``last``, both included."""

    first: Timestamp
    last: Timestamp


class ContactQueriesTable:
    """Every method raises UnavailableError when AWS fails."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = DynamoDBTable(client, table_name, pause=pause)
        self._executor = ThreadPoolExecutor(CONCURRENT_CALLS)

    def item(self, key: Key) -> Item | None:
        """One item, strongly consistent."""
        return next(map(well_formed, self._table.read([_attributes(key)], consistent=True)), None)

    def items(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items there are among ``keys``, which are distinct."""
        batches = batched(map(_attributes, keys), MOST_KEYS_PER_READ, strict=False)
        found = chain.from_iterable(self._executor.map(self._read, batches))
        return {Key(item["ChainId"], item["ContactId"]): item for item in found}

    def chain(self, chain_id: str) -> list[Item]:
        """All items of a chain, strongly consistent."""
        return list(map(well_formed, self._table.query({"ChainId": chain_id})))

    def has_entries(self, index: Index, id_: str) -> bool:
        """Whether an index holds anything under an id."""

        def read(partition: Item) -> IndexPage:
            return self._table.query_index(index.name, partition, limit=1)

        return any(page.entries for page in self._executor.map(read, index.partitions(id_)))

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
        """What an index holds under an id, in order, from behind ``after``.

        All buckets are asked at once, and again whenever one of them is used up. Whoever takes
        about as many entries as ``expected`` pays for few others.
        """
        if after and newest_first:
            between = Between(between.first, min(between.last, after.timestamp))
        elif after:
            between = Between(max(between.first, after.timestamp), between.last)
        partitions = index.partitions(id_)
        # One more than is expected: it tells whether another is of the same moment as the last.
        limit = max(_LEAST_READ, ceil(expected / len(partitions)) + 1)

        def read(partition: Item, limit: int = limit, behind: Item | None = None) -> IndexPage:
            return self._table.query_index(
                index.name,
                partition,
                between=(index.sort_key, *between),
                after=behind,
                limit=limit,
                descending=newest_first,
            )

        def bucket(partition: Item, page: IndexPage) -> Iterator[Entry]:
            size = limit
            while True:
                yield from (_entry(index, each) for each in page.entries)
                if page.is_last:
                    return
                size *= _TIMES_MORE
                page = read(partition, size, page.entries[-1])

        pages = self._executor.map(read, partitions)
        buckets = [
            _in_order(bucket(*each), newest_first=newest_first)
            for each in zip(partitions, pages, strict=True)
        ]
        found = merge(*buckets, reverse=newest_first)
        if after is None:
            return found
        return dropwhile(lambda entry: entry >= after if newest_first else entry <= after, found)

    def open_keys(self, instance_id: str | None = None) -> Iterator[Key]:
        """The keys of all contacts in progress, of an instance or of all, in no order.

        The whole index is read, which holds no others: a query for each bucket would cost a small
        contact centre more.
        """
        of_instance = {"InstanceId": instance_id} if instance_id else {}
        entries = self._table.scan(self._executor, OPEN_INDEX, equal=of_instance)
        return (Key(entry["ChainId"], entry["ContactId"]) for entry in entries)

    def _read(self, keys: Sequence[Item]) -> list[Item]:
        return list(map(well_formed, self._table.read(keys, consistent=False)))


def _in_order(entries: Iterable[Entry], *, newest_first: bool) -> Iterator[Entry]:
    """DynamoDB does not say in which order entries with equal sort keys come."""
    for _, together in groupby(entries, key=lambda entry: entry.timestamp):
        yield from sorted(together, reverse=newest_first)


def _attributes(key: Key) -> dict[str, str]:
    return {"ChainId": key.chain_id, "ContactId": key.contact_id}


def _entry(index: Index, entry: Item) -> Entry:
    return Entry(entry[index.sort_key], entry["ChainId"], entry["ContactId"])

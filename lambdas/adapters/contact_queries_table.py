"""The table ``ContactRecords`` as the queries read it: by key, by chain, and by its indexes.

The indexes hold keys only; the items behind their entries are read by key. Of an odd item there is
what can be read of it (``contacts.item.item_shape``).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched, chain
from typing import TYPE_CHECKING, Final, NamedTuple

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import Key
from adapters.dynamodb.table import MOST_KEYS_PER_READ, DynamoDBTable
from contacts.item.item_shape import well_formed
from contacts.item_parts import Item
from contacts.timestamps import Timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Index(NamedTuple):
    """An index: its name and its keys. Each is sorted by when its contacts started."""

    name: str
    partition_key: str
    sort_key: str = "StartTimestamp"


BY_AGENT: Final = Index("ByAgent", "AgentId")
BY_QUEUE: Final = Index("ByQueue", "QueueId")
BY_FAILED_OFFER: Final = Index("ByFailedOffer", "FailedOfferDay")
OPEN: Final = Index("Open", "InstanceId", "OpenSince")
"""OpenSince is StartTimestamp, as long as the contact is in progress."""
BY_INSTANCE: Final = Index("ByInstance", "InstanceId")


class Entry(NamedTuple):
    """One entry of an index, apart from its partition; entries are in this order."""

    start_timestamp: Timestamp
    chain_id: str
    contact_id: str

    @property
    def key(self) -> Key:
        """The key of the item."""
        return Key(self.chain_id, self.contact_id)


class StartRange(NamedTuple):
    """When contacts started: from ``first`` to ``last``, both included."""

    first: Timestamp
    last: Timestamp


class Entries(NamedTuple):
    """Some entries; more follow behind the last one unless ``is_last``."""

    entries: list[Entry]
    is_last: bool


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
        page = self._table.query_index(
            index.name,
            {index.partition_key: partition},
            between=(index.sort_key, *started) if started else None,
            after=after and _index_attributes(index, partition, after),
            limit=limit,
            descending=newest_first,
        )
        return Entries([_entry(index, each) for each in page.entries], page.is_last)

    def all_entries(self, index: Index, partition: str) -> Iterator[Entry]:
        """Every entry of one partition of an index."""
        page = Entries([], is_last=False)
        while not page.is_last:
            page = self.entries(index, partition, after=page.entries[-1] if page.entries else None)
            yield from page.entries

    def open_entries(self) -> Iterator[Entry]:
        """Every entry of the index of open contacts, of all instances: the whole index is read."""
        return (_entry(OPEN, each) for each in self._table.scan_index(OPEN.name))

    def _read(self, keys: Sequence[Item]) -> list[Item]:
        return list(map(well_formed, self._table.read(keys, consistent=False)))


def _attributes(key: Key) -> dict[str, str]:
    return {"ChainId": key.chain_id, "ContactId": key.contact_id}


def _index_attributes(index: Index, partition: str, entry: Entry) -> Item:
    keys = {index.partition_key: partition, index.sort_key: entry.start_timestamp}
    return keys | _attributes(entry.key)


def _entry(index: Index, entry: Item) -> Entry:
    return Entry(entry[index.sort_key], entry["ChainId"], entry["ContactId"])

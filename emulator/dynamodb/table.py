"""One table in memory: its keys, its indexes, its items in order, its stream."""

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.expressions import Bounds, plain
from emulator.dynamodb.item_size import WireItem, item_size

MOST_ITEM_BYTES: Final = 400 * 1024
MOST_PAGE_BYTES: Final = 1024 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""

type Partitions = dict[str, dict[str, WireItem]]
"""Items by partition key and sort key."""
type Position = tuple[Any, ...]
"""By what something is sorted; the last two are the key of the item."""
type Partition = tuple[str, ...]
"""The values of a partition key: one of a table, up to four of an index."""
type Order = dict[Partition, list[Position]]
"""Of one index: by partition key the positions of its items, sorted."""


@dataclass(frozen=True, slots=True)
class IndexInMemory:
    """The attributes of its partition key and of its sort key; whether it holds keys only.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
    """

    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...] = ()
    is_of_keys_only: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """All of its attributes."""
        return self.partition_key + self.sort_key


class TableContent(NamedTuple):
    """What a table holds, and the orders in which it is read."""

    partitions: Partitions
    orders: dict[str, Order]
    scanned: list[Position]

    def copied(self) -> "TableContent":
        """The same items in other containers."""
        return TableContent(
            {partition: dict(items) for partition, items in self.partitions.items()},
            {name: {key: list(order[key]) for key in order} for name, order in self.orders.items()},
            list(self.scanned),
        )


@dataclass(slots=True)
class TableInMemory:
    """All keys are strings. ``stream`` grows if ``has_stream``, and is never trimmed."""

    name: str
    keys: tuple[str, str]
    indexes: Mapping[str, IndexInMemory] = field(default_factory=dict)
    most_item_bytes: int = MOST_ITEM_BYTES
    has_stream: bool = False
    stream_arn: str | None = None
    stream: list[dict[str, Any]] = field(default_factory=list)
    content: TableContent = field(default_factory=lambda: TableContent({}, {}, []))
    changes: int = 0

    def __post_init__(self) -> None:
        for name in self.indexes:
            self.content.orders[name] = {}

    def add_index(self, name: str, index: IndexInMemory) -> None:
        """With what is there already."""
        self.indexes = {**self.indexes, name: index}
        self.content.orders[name] = {}
        for item in self.items():
            self._sort(name, None, item)

    def key_of(self, item: WireItem) -> dict[str, Any]:
        """The key of an item. Raises InvalidRequestError if it has none, or an empty one."""
        key = {name: item[name] for name in self.keys if name in item}
        if len(key) < len(self.keys) or not all("S" in value for value in key.values()):
            raise InvalidRequestError("The provided key element does not match the schema")
        if not all(value["S"] for value in key.values()):
            raise InvalidRequestError(
                "One or more parameter values are not valid."
                " The AttributeValue for a key attribute cannot contain an empty string value."
            )
        return key

    def check_key(self, key: WireItem) -> None:
        """Raises InvalidRequestError unless it is a key and nothing but a key."""
        if self.key_of(key).keys() != key.keys():
            raise InvalidRequestError("The provided key element does not match the schema")

    def check(self, item: WireItem, *, is_update: bool) -> None:
        """Raises InvalidRequestError if the table cannot hold the item."""
        self.key_of(item)
        if item_size(item) > self.most_item_bytes:
            raise InvalidRequestError(
                "Item size to update has exceeded the maximum allowed size"
                if is_update
                else "Item size has exceeded the maximum allowed size"
            )
        for name, index in self.indexes.items():
            for key in index.keys:
                if key in item and not item[key].get("S"):
                    raise InvalidRequestError(
                        "One or more parameter values were invalid:"
                        f" Type mismatch or empty value for Index Key {key} IndexName: {name}"
                    )

    def get(self, key: WireItem) -> WireItem | None:
        partition, sort = self.keys
        return self.content.partitions.get(key[partition]["S"], {}).get(key[sort]["S"])

    def put(self, before: WireItem | None, after: WireItem | None) -> None:
        """Replace an item, both of which have the same key; None is no item."""
        there = after or before
        if there is None:
            return
        partition, sort = (str(there[name]["S"]) for name in self.keys)
        if after is None:
            self.content.partitions.get(partition, {}).pop(sort, None)
        else:
            self.content.partitions.setdefault(partition, {})[sort] = after
        if before is None:
            insort(self.content.scanned, self._scan_position(there))
        elif after is None:
            _drop(self.content.scanned, self._scan_position(there))
        for name in self.indexes:
            self._sort(name, before, after)
        if self.has_stream and before != after:
            self._add_to_stream(before, after)

    def items(self) -> Iterator[WireItem]:
        """Every item."""
        for items in self.content.partitions.values():
            yield from items.values()

    def queried(
        self,
        index: str | None,
        partition: Partition,
        *,
        bounds: Bounds,
        after: WireItem | None,
        is_forward: bool,
    ) -> Iterator[WireItem]:
        """What the table, or its index, holds under a partition key, in the order of sort keys.

        Nothing outside ``bounds`` of the first sort key, and only what comes behind ``after``.
        """
        if index:
            order = self.content.orders[index].get(partition, [])
        else:
            sorts = sorted(self.content.partitions.get(partition[0], {}))
            order = [(sort, *partition, sort) for sort in sorts]
        begin, end = 0, len(order)
        if bounds.least is not None:
            begin = bisect_left(order, (bounds.least,))
        if bounds.greatest is not None:
            end = bisect_right(order, bounds.greatest, key=lambda position: position[0])
        if after and is_forward:
            begin = max(begin, bisect_right(order, self._position(index, after)))
        elif after:
            end = min(end, bisect_left(order, self._position(index, after)))
        numbers = range(begin, end) if is_forward else range(end - 1, begin - 1, -1)
        return self._found(index, (order[number] for number in numbers))

    def scanned(
        self, index: str | None, *, after: WireItem | None, segment: int = 0, segments: int = 1
    ) -> Iterator[WireItem]:
        """All that one segment of the table, or of its index, holds.

        In an order on which nobody can rely: by a hash of the partition key.
        """
        if index:
            orders = self.content.orders[index]
            scanned = sorted(
                (_hashed(partition), *position)
                for partition, order in orders.items()
                for position in order
            )
            start = after and (
                _hashed(self._partition(index, after)),
                *self._position(index, after),
            )
        else:
            scanned = self.content.scanned
            start = after and self._scan_position(after)
        begin, end = (
            bisect_left(scanned, each, key=lambda position: _segment(position[0], segments))
            for each in (segment, segment + 1)
        )
        if start:
            begin = max(begin, bisect_right(scanned, start))
        return self._found(index, (scanned[number] for number in range(begin, end)))

    def _found(self, index: str | None, positions: Iterable[Position]) -> Iterator[WireItem]:
        for *_, partition, sort in positions:
            item = self.content.partitions[partition][sort]
            keys_only = index and self.indexes[index].is_of_keys_only
            yield self.place(index, item) if keys_only else item

    def place(self, index: str | None, item: WireItem) -> dict[str, Any]:
        """The key after which a page can begin."""
        keys = self.indexes[index].keys if index else ()
        return {name: item[name] for name in dict.fromkeys((*self.keys, *keys))}

    def _scan_position(self, item: WireItem) -> Position:
        partition, sort = (item[name]["S"] for name in self.keys)
        return _hashed((partition,)), partition, sort

    def _position(self, index: str | None, item: WireItem) -> Position:
        """By what a query orders the items of one partition."""
        sorts = self.indexes[index].sort_key if index else self.keys[1:]
        return tuple(plain(item[name]) for name in (*sorts, *self.keys))

    def _partition(self, index: str, item: WireItem) -> Partition:
        return tuple(item[name]["S"] for name in self.indexes[index].partition_key)

    def _sort(self, index: str, before: WireItem | None, after: WireItem | None) -> None:
        """Move what an index holds of an item."""
        keys = self.indexes[index].keys
        if before and after and all(before.get(name) == after.get(name) for name in keys):
            return
        orders = self.content.orders[index]
        if before and all(name in before for name in keys):
            _drop(orders[self._partition(index, before)], self._position(index, before))
        if after and all(name in after for name in keys):
            order = orders.setdefault(self._partition(index, after), [])
            insort(order, self._position(index, after))

    def describe(self, arn: str) -> dict[str, Any]:
        """As CreateTable and DescribeTable answer."""
        attributes = {*self.keys, *(key for index in self.indexes.values() for key in index.keys)}
        return {
            "TableName": self.name,
            "TableArn": arn,
            "TableStatus": "ACTIVE",
            "ItemCount": len(self.content.scanned),
            "KeySchema": _key_schema(self.keys[:1], self.keys[1:]),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in sorted(attributes)
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": name,
                    "IndexStatus": "ACTIVE",
                    "KeySchema": _key_schema(index.partition_key, index.sort_key),
                    "Projection": {
                        "ProjectionType": "KEYS_ONLY" if index.is_of_keys_only else "ALL"
                    },
                }
                for name, index in self.indexes.items()
            ],
            **({"LatestStreamArn": self.stream_arn} if self.stream_arn else {}),
        }

    def _add_to_stream(self, before: WireItem | None, after: WireItem | None) -> None:
        """With both images, as the mapping hands it to a function.

        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
        """
        self.changes += 1
        there: WireItem = after or before or {}
        self.stream.append(
            {
                "eventID": str(self.changes),
                "eventName": "REMOVE" if after is None else "MODIFY" if before else "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "ApproximateCreationDateTime": datetime.now(UTC).timestamp(),
                    "Keys": {name: there[name] for name in self.keys},
                    **({"NewImage": after} if after is not None else {}),
                    **({"OldImage": before} if before is not None else {}),
                    "SequenceNumber": str(self.changes),
                    "SizeBytes": item_size(before or {}) + item_size(after or {}),
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }
        )


class ItemsPage(NamedTuple):
    """Some items; more may follow behind the last one unless ``is_last``."""

    items: list[WireItem]
    is_last: bool


def page(items: Iterable[WireItem], limit: int | None) -> ItemsPage:
    """The first items: up to ``limit`` of them, and up to the one that makes 1 MB full.

    A page that ends at its limit is not the last, even if nothing follows.
    """
    found: list[WireItem] = []
    size = 0
    for item in items:
        if size > MOST_PAGE_BYTES:
            return ItemsPage(found, is_last=False)
        found.append(item)
        size += item_size(item)
        if len(found) == limit:
            return ItemsPage(found, is_last=False)
    return ItemsPage(found, is_last=True)


def _drop(order: list[Position], position: Position) -> None:
    del order[bisect_left(order, position)]


def _hashed(partition: Partition) -> bytes:
    return hashlib.md5("\n".join(partition).encode(), usedforsecurity=False).digest()


def _segment(hashed: bytes, segments: int) -> int:
    """In which of ``segments`` equal parts of a scan something is."""
    return int.from_bytes(hashed[:4]) * segments >> 32


def _key_schema(partition_key: Iterable[str], sort_key: Iterable[str]) -> list[dict[str, str]]:
    return [
        *({"AttributeName": name, "KeyType": "HASH"} for name in partition_key),
        *({"AttributeName": name, "KeyType": "RANGE"} for name in sort_key),
    ]

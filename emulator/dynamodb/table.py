"""One table in memory: its keys, its indexes, its items in order, its stream."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.expressions import plain
from emulator.dynamodb.item_size import WireItem, item_size

MOST_ITEM_BYTES: Final = 400 * 1024
MOST_PAGE_BYTES: Final = 1024 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""

type Partitions = dict[str, dict[str, WireItem]]
"""Items by partition key and sort key."""


@dataclass(frozen=True, slots=True)
class IndexInMemory:
    """The attributes of its key, the sort key if it has one, and whether it holds whole items."""

    keys: tuple[str, ...]
    is_of_keys_only: bool = True


@dataclass(slots=True)
class TableInMemory:
    """All keys are strings. ``stream`` grows if ``has_stream``, and is never trimmed."""

    name: str
    keys: tuple[str, str]
    indexes: dict[str, IndexInMemory] = field(default_factory=dict)
    most_item_bytes: int = MOST_ITEM_BYTES
    has_stream: bool = False
    stream_arn: str | None = None
    stream: list[dict[str, Any]] = field(default_factory=list)
    partitions: Partitions = field(default_factory=dict)
    changes: int = 0

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
        return self.partitions.get(key[partition]["S"], {}).get(key[sort]["S"])

    def put(self, before: WireItem | None, after: WireItem | None) -> None:
        """Replace an item, both of which have the same key; None is no item."""
        there = after or before
        if there is None:
            return
        partition, sort = (str(there[name]["S"]) for name in self.keys)
        if after is None:
            self.partitions.get(partition, {}).pop(sort, None)
        else:
            self.partitions.setdefault(partition, {})[sort] = after
        if self.has_stream and before != after:
            self._add_to_stream(before, after)

    def items(self) -> Iterator[WireItem]:
        """Every item."""
        for items in self.partitions.values():
            yield from items.values()

    def of_partition(self, index: str | None, partition: str) -> Iterator[WireItem]:
        """What the table, or its index, holds under a partition key, in the order of sort keys."""
        if index is None:
            found = self.partitions.get(partition, {})
            yield from (found[sort] for sort in sorted(found))
            return
        first, *_ = self.indexes[index].keys
        entries = (
            self.entry(index, item)
            for item in self.items()
            if item.get(first, {}).get("S") == partition
        )
        yield from sorted(filter(None, entries), key=lambda entry: self.position(index, entry))

    def entry(self, index: str, item: WireItem) -> WireItem | None:
        """What an index holds of an item; None unless the item has every key."""
        keys = self.indexes[index].keys
        if not all(name in item for name in keys):
            return None
        if not self.indexes[index].is_of_keys_only:
            return item
        return {name: item[name] for name in (*self.keys, *keys)}

    def place(self, index: str | None, item: WireItem) -> dict[str, Any]:
        """The key after which a page can begin."""
        keys = self.indexes[index].keys if index else ()
        return {name: item[name] for name in dict.fromkeys((*self.keys, *keys))}

    def position(self, index: str | None, item: WireItem) -> tuple[Any, ...]:
        """By what a query orders the items of one partition."""
        sorts = self.indexes[index].keys[1:] if index else ()
        return tuple(plain(item[name]) for name in (*sorts, *self.keys))

    def scan_position(self, item: WireItem) -> tuple[bytes, Any]:
        """By what a scan orders all items: partitions by a hash, so that nobody relies on it."""
        partition, sort = (item[name]["S"] for name in self.keys)
        return hashlib.md5(partition.encode(), usedforsecurity=False).digest(), sort

    def describe(self, arn: str) -> dict[str, Any]:
        """As CreateTable and DescribeTable answer."""
        attributes = {*self.keys, *(key for index in self.indexes.values() for key in index.keys)}
        return {
            "TableName": self.name,
            "TableArn": arn,
            "TableStatus": "ACTIVE",
            "ItemCount": sum(map(len, self.partitions.values())),
            "KeySchema": _key_schema(self.keys),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in sorted(attributes)
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": name,
                    "IndexStatus": "ACTIVE",
                    "KeySchema": _key_schema(index.keys),
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


def page(items: Sequence[WireItem], limit: int | None) -> Sequence[WireItem]:
    """The first items: up to ``limit`` of them, and up to the one that makes 1 MB full."""
    size = 0
    for number, item in enumerate(items[:limit], start=1):
        size += item_size(item)
        if size > MOST_PAGE_BYTES:
            return items[:number]
    return items[:limit]


def _key_schema(keys: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]

"""Walks through the whole table, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.types import TypeDeserializer

from contacts.item_parts import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type TableKey = Mapping[str, Any]

MOST_ITEMS_PER_PAGE: Final = 100
_DESERIALIZER: Final = TypeDeserializer()


def pages(
    client: "DynamoDBClient", table_name: str, *, size: int, start: TableKey | None = None
) -> Iterator[tuple[Sequence[Item], TableKey | None]]:
    """Every page, each with the key after which the next one begins.

    Items of one partition key are neighbours. Not strongly consistent, at half the price.
    """
    paging: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
    while True:
        page = client.scan(TableName=table_name, Limit=size, **paging)
        items = [
            {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}
            for item in page["Items"]
        ]
        last_key = page.get("LastEvaluatedKey")
        yield items, last_key
        if not last_key:
            return
        paging = {"ExclusiveStartKey": last_key}

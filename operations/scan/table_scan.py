"""Scans the whole table, page by page, at a bounded rate."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from contacts.item_parts import Item
from operations.errors import NotDoneError
from operations.scan.rate_limiter import RateLimiter
from operations.scan.state_file import StateFile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type TableKey = Mapping[str, Any]

MOST_ITEMS_PER_PAGE: Final = 100
_DESERIALIZER: Final = TypeDeserializer()


def pages(
    client: "DynamoDBClient",
    table_name: str,
    *,
    items_per_second: int,
    start: TableKey | None = None,
) -> Iterator[tuple[Sequence[Item], TableKey | None]]:
    """Every page, each with the key after which the next one begins.

    Items of one partition key are neighbours. Not strongly consistent, at half the price.
    """
    limiter = RateLimiter(items_per_second)
    size = min(items_per_second, MOST_ITEMS_PER_PAGE)
    paging: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
    while True:
        try:
            page = client.scan(TableName=table_name, Limit=size, **paging)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            message = f"There is no table {table_name} in this account and region."
            raise NotDoneError(message) from error
        items = [
            {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}
            for item in page["Items"]
        ]
        last_key = page.get("LastEvaluatedKey")
        limiter.wait_for(len(items))
        yield items, last_key
        if not last_key:
            return
        paging = {"ExclusiveStartKey": last_key}


def remaining_pages(
    client: "DynamoDBClient", table_name: str, *, items_per_second: int, state: StateFile
) -> Iterator[Sequence[Item]]:
    """Every page that ``state`` lacks; a page is saved as done when the next one is asked for."""
    start = state.load()
    for items, last_key in pages(
        client, table_name, items_per_second=items_per_second, start=start
    ):
        yield items
        if last_key:
            state.save(last_key)
    state.done()


def about_items(client: "DynamoDBClient", table_name: str) -> int:
    """The number of items that the table had some hours ago, for progress."""
    return client.describe_table(TableName=table_name)["Table"].get("ItemCount", 0)

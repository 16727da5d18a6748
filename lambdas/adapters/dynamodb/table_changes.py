"""A record of the table's stream: an item before and after the change, and its time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from adapters.dynamodb.attribute_values import plain
from contacts.item_parts import Item


class TableChange(NamedTuple):
    """One write of one item; None is an item that was not there before, or is gone."""

    before: Item | None
    after: Item | None
    at: datetime
    """Cut off to the second by DynamoDB."""


def table_change(record: Mapping[str, Any]) -> TableChange:
    """The change that a stream record of Lambda's tells of."""
    change = record["dynamodb"]
    return TableChange(
        before=_item(change.get("OldImage")),
        after=_item(change.get("NewImage")),
        at=datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC),
    )


def _item(image: Mapping[str, Any] | None) -> Item | None:
    return plain(image) if image else None

"""Several items of one DynamoDB table, written all at once or not at all.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
Every write of a transaction costs twice the write units of an ordinary one.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from adapters.dynamodb.attribute_values import marshalled
from adapters.dynamodb.table import not_done, update_expression
from adapters.errors import LostRaceError
from contacts.item_parts import Attributes, Changes, Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_LOST_RACES: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class ItemUpdate(NamedTuple):
    """What is to be written of one item if ``condition``, an expression over ``values``, holds."""

    key: Item
    changes: Changes
    condition: str
    values: Attributes


def update_all(client: "DynamoDBClient", table_name: str, updates: Iterable[ItemUpdate]) -> None:
    """Make all ``updates``, each of an item of its own.

    Raises LostRaceError when a condition does not hold or somebody else is writing one of the
    items, UnavailableError when AWS fails; nothing is written then. botocore gives every call
    a token, so that its own second attempt does not lose against the first.
    """
    writes = [_transact_write_item(table_name, update) for update in updates]
    try:
        client.transact_write_items(TransactItems=writes)
    except client.exceptions.TransactionCanceledException as error:
        reasons = error.response.get("CancellationReasons", ())
        if {reason.get("Code") for reason in reasons} & _LOST_RACES:
            raise LostRaceError(str(error)) from error
        messages = [reason["Message"] for reason in reasons if "Message" in reason]
        raise not_done("; ".join([str(error), *messages])) from error
    except (BotoCoreError, ClientError) as error:
        raise not_done(str(error)) from error


def _transact_write_item(table_name: str, update: ItemUpdate) -> "TransactWriteItemTypeDef":
    expression, names, new_values = update_expression(update.changes)
    return {
        "Update": {
            "TableName": table_name,
            "Key": marshalled(update.key),
            "UpdateExpression": expression,
            "ConditionExpression": update.condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": marshalled({**new_values, **update.values}),
        }
    }

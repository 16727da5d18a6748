"""Many items of one DynamoDB table, each written on a condition of its own, in few calls.

BatchExecuteStatement takes up to 25 statements in PartiQL. It is no transaction: each statement
succeeds or fails by itself and costs the write units of an ordinary write. What is shared is the
call, and calls are what a function spends most of its time on.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.multiplestatements.batching.html
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_calls import tries
from adapters.dynamodb.attribute_values import marshalled_value
from adapters.dynamodb.table import DynamoDBTable
from adapters.dynamodb.transaction import ItemUpdate
from adapters.errors import ItemTooLargeError, LostRaceError, RetryableError, UnavailableError
from contacts.errors import PermanentError
from contacts.item_parts import Path

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        BatchStatementErrorTypeDef,
        BatchStatementRequestTypeDef,
    )

MOST_WRITES_PER_BATCH: Final = 25
"""The limit of one BatchExecuteStatement call."""

_MOST_STATEMENT_CHARACTERS: Final = 8192
_MOST_TRIES: Final = 8

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
_LOST_RACES: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_WILL_PASS: Final = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "InternalServerError",
    }
)
_LEFT_TO_UPDATE_ITEM: Final = frozenset({"DuplicateItem", "ValidationError"})
"""An item that is there may fulfil the condition all the same; and what a statement could not say,
UpdateItem may understand, or tell what is wrong with it."""

type Unwritten = RetryableError | PermanentError
"""Why an item was not written."""


class BatchedWrite(NamedTuple):
    """An update, and its condition once more in PartiQL, with a ``?`` for each of ``parameters``.

    Without a condition in PartiQL the item is inserted: nothing was there when it was read.
    """

    update: ItemUpdate
    condition: str | None = None
    parameters: Sequence[Any] = ()


class DynamoDBBatchWrite:
    """Writes items of one table; AWS's failures are results."""

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._name = name
        self._table = DynamoDBTable(client, name, pause=pause)
        self._pause = pause

    def write(self, writes: Sequence[BatchedWrite]) -> dict[int, Unwritten]:
        """Try up to 25 ``writes``, each of another item; by position what was not written, and why.

        botocore repeats a call that timed out and may find its own first attempt done: then that
        is a lost race, too.
        """
        statements = {
            position: statement
            for position, write in enumerate(writes)
            if (statement := _statement(self._name, write))
        }
        failures = self._failures(statements)
        unwritten: dict[int, Unwritten] = {}
        for position, write in enumerate(writes):
            failure = failures.get(position)
            if position not in statements or (failure and _code(failure) in _LEFT_TO_UPDATE_ITEM):
                error = self._update_item(write.update)
            else:
                error = _unwritten(failure) if failure else None
            if error:
                unwritten[position] = error
        return unwritten

    def _failures(
        self, statements: Mapping[int, "BatchStatementRequestTypeDef"]
    ) -> dict[int, "BatchStatementErrorTypeDef"]:
        """What DynamoDB says in the end of the statements that it did not carry out."""
        failures: dict[int, BatchStatementErrorTypeDef] = {}
        if not statements:
            return failures
        for _ in tries(_MOST_TRIES, self._pause):
            failed = self._execute(statements)
            done = statements.keys() - failed.keys()
            failures = {each: failures[each] for each in failures.keys() - done} | failed
            statements = {
                position: statements[position]
                for position, failure in failed.items()
                if _code(failure) in _WILL_PASS
            }
            if not statements:
                break
        return failures

    def _execute(
        self, statements: Mapping[int, "BatchStatementRequestTypeDef"]
    ) -> dict[int, "BatchStatementErrorTypeDef"]:
        """One call; what failed, by position. If the call fails, everything has."""
        try:
            answer = self._client.batch_execute_statement(Statements=list(statements.values()))
        except ClientError as error:
            return {position: _failure_of_all(error) for position in statements}
        except BotoCoreError as error:
            return {position: {"Message": str(error)} for position in statements}
        return {
            position: response["Error"]
            for position, response in zip(statements, answer["Responses"], strict=True)
            if "Error" in response
        }

    def _update_item(self, update: ItemUpdate) -> Unwritten | None:
        try:
            self._table.update(
                update.key, update.changes, condition=update.condition, values=update.values
            )
        except (RetryableError, ItemTooLargeError) as error:
            return error
        return None


def _failure_of_all(error: ClientError) -> "BatchStatementErrorTypeDef":
    """What a refused call says of each of its statements, be one of them malformed or too long."""
    refused = error.response.get("Error", {}).get("Code") == "ValidationException"
    return {"Message": str(error), **({"Code": "ValidationError"} if refused else {})}


def _code(failure: "BatchStatementErrorTypeDef") -> str:
    return failure.get("Code", "")


def _unwritten(failure: "BatchStatementErrorTypeDef") -> Unwritten:
    reason = ": ".join(filter(None, (_code(failure), failure.get("Message"))))
    if _code(failure) in _LOST_RACES:
        return LostRaceError(reason)
    return UnavailableError(reason)


def _statement(table: str, write: BatchedWrite) -> "BatchStatementRequestTypeDef | None":
    """None if there is no statement for it, or only one that is too long."""
    (key, changes, _, _), condition, parameters = write
    paths = tuple(changes.sets)
    if condition is None:
        text = _insert(table, tuple(key), paths)
        values = (*key.values(), *changes.sets.values())
    else:
        text = _update(table, tuple(key), paths, changes.removes, condition)
        values = (*changes.sets.values(), *key.values(), *parameters)
    if text is None or len(text) > _MOST_STATEMENT_CHARACTERS:
        return None
    return {"Statement": text, "Parameters": [marshalled_value(value) for value in values]}


@lru_cache(maxsize=1024)
def _insert(table: str, key: tuple[str, ...], paths: tuple[Path, ...]) -> str | None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html"""
    if any(len(path) > 1 for path in paths):
        return None
    members = (f"'{name}':?" for name in (*key, *(name for (name,) in paths)))
    return f"INSERT INTO {_quoted(table)} VALUE {{{','.join(members)}}}"


@lru_cache(maxsize=1024)
def _update(
    table: str,
    key: tuple[str, ...],
    sets: tuple[Path, ...],
    removes: tuple[Path, ...],
    condition: str,
) -> str:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html"""
    clauses = [f"SET {_place(path)}=?" for path in sets]
    clauses += [f"REMOVE {_place(path)}" for path in removes]
    item = " AND ".join(f"{_quoted(name)}=?" for name in key)
    return f"UPDATE {_quoted(table)} {' '.join(clauses)} WHERE {item} AND {condition}"


def _place(path: Path) -> str:
    return ".".join(map(_quoted, path))


def _quoted(name: str) -> str:
    """Many names are reserved words; none of ours has a quote in it."""
    return f'"{name}"'

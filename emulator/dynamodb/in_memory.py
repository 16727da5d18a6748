"""DynamoDB in memory: the six operations that are measured, the table's stream, and the bill.

Truthful where it counts: keys, conditions, transactions, images of the stream, capacity. It knows
neither limits of size nor throttling.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from emulator.dynamodb.capacity import (
    CONTACT_RECORDS,
    KEYS,
    TRANSACTION_FACTOR,
    index_write_units,
    read_units,
    write_units,
)
from emulator.dynamodb.expressions import ExpressionError, Request, holds, updated
from emulator.dynamodb.item_size import WireItem, item_size
from emulator.dynamodb.partiql import Statement, StatementError, parsed

type Table = dict[str, dict[str, WireItem]]
"""Items by partition key and sort key."""


@dataclass(frozen=True, slots=True)
class Write:
    """One item written; ``before`` is None for a new one."""

    caller: str
    table: str
    before: WireItem | None
    after: WireItem
    units: int
    index_units: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Read:
    """One item, or one query, read; ``key`` is the sort key of the former, or the partition."""

    caller: str
    table: str
    key: str
    units: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """One write whose condition did not hold; it costs what the item that is there would."""

    caller: str
    table: str
    units: int


@dataclass(slots=True)
class Bill:
    """All calls that were made; ``caller`` is who makes the next ones."""

    caller: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


class OperationError(Exception):
    """What DynamoDB answers instead; ``reasons`` are those of a cancelled transaction."""

    def __init__(self, name: str, message: str, reasons: list[str] | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.reasons = reasons


class DynamoDBStub:
    """``is_billed`` off leaves out sizes, stream and bill, where only time is measured."""

    def __init__(self, *, is_billed: bool) -> None:
        self.tables: dict[str, Table] = {name: {} for name in KEYS}
        self.bill = Bill()
        self._is_billed = is_billed
        self._stream: list[dict[str, Any]] = []
        self._sequence_number = 0
        self._lock = Lock()

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request. Raises OperationError."""
        with self._lock:
            match operation:
                case "BatchGetItem":
                    return self._batch_get_item(request)
                case "Query":
                    return self._query(request)
                case "UpdateItem":
                    return self._update_item(request)
                case "BatchExecuteStatement":
                    return self._batch_execute_statement(request)
                case "PutItem":
                    return self._put_item(request)
                case "TransactWriteItems":
                    return self._transact_write_items(request)
                case _:
                    raise OperationError("UnknownOperationException", operation)

    def take_stream_records(self) -> list[dict[str, Any]]:
        """What the stream of ContactRecords holds since the last time."""
        records, self._stream = self._stream, []
        return records

    def snapshot(self) -> dict[str, Table]:
        """The content of the tables, for ``restore``."""
        return {name: _copy(table) for name, table in self.tables.items()}

    def restore(self, snapshot: Mapping[str, Table]) -> None:
        """Make the tables as they were."""
        self.tables = {name: _copy(table) for name, table in snapshot.items()}

    def items(self, table: str) -> Iterator[WireItem]:
        """Every item of a table."""
        for items in self.tables[table].values():
            yield from items.values()

    def _batch_get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        responses: dict[str, list[WireItem]] = {}
        for table, wanted in request["RequestItems"].items():
            consistent = wanted.get("ConsistentRead", False)
            self._count("BatchGetItem", table)
            found = responses.setdefault(table, [])
            for key in wanted["Keys"]:
                item = self._get(table, key)
                name = key[KEYS[table][1]]["S"]
                self._count_read(table, name, [item] if item else [], consistent=consistent)
                if item:
                    found.append(item)
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = request["TableName"]
        if request["KeyConditionExpression"] != "#partition = :partition":
            raise OperationError("ValidationException", request["KeyConditionExpression"])
        partition = request["ExpressionAttributeValues"][":partition"]["S"]
        items = self.tables[table].get(partition, {})
        found = [items[sort] for sort in sorted(items)]
        self._count("Query", table)
        self._count_read(table, partition, found, consistent=request.get("ConsistentRead", False))
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}

    def _update_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._count("UpdateItem", request["TableName"])
        before, after = self._planned_update(request)
        self._write(request["TableName"], before, after)
        return {}

    def _batch_execute_statement(self, request: Mapping[str, Any]) -> dict[str, Any]:
        statements = [_statement(each["Statement"]) for each in request["Statements"]]
        self._count("BatchExecuteStatement", statements[0].table)
        responses: list[dict[str, Any]] = []
        for statement, each in zip(statements, request["Statements"], strict=True):
            response: dict[str, Any] = {"TableName": statement.table}
            try:
                self._execute(statement, each["Parameters"])
            except OperationError as error:
                response["Error"] = {
                    "Code": statement_error_code(error.name),
                    "Message": str(error),
                }
            responses.append(response)
        return {"Responses": responses}

    def _execute(self, statement: Statement, parameters: list[Any]) -> None:
        update = statement.update_item(parameters)
        there = self._get(statement.table, update["Key"])
        if statement.is_insert and there:
            self._refuse(statement.table, there)
            raise OperationError("DuplicateItemException", "Duplicate primary key exists in table")
        before, after = self._planned_update(update)
        self._write(statement.table, before, after)

    def _put_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table, item = request["TableName"], request["Item"]
        self._count("PutItem", table)
        self._write(table, self._get(table, item), item)
        return {}

    def _transact_write_items(self, request: Mapping[str, Any]) -> dict[str, Any]:
        updates = [each["Update"] for each in request["TransactItems"]]
        self._count("TransactWriteItems", updates[0]["TableName"])
        planned, reasons = [], []
        for update in updates:
            try:
                planned.append(
                    (
                        update["TableName"],
                        *self._planned_update(update, factor=TRANSACTION_FACTOR),
                    )
                )
                reasons.append("None")
            except OperationError as error:
                reasons.append(error.name.removesuffix("Exception"))
        if len(planned) < len(updates):
            raise OperationError("TransactionCanceledException", "cancelled", reasons)
        for table, before, after in planned:
            self._write(table, before, after, factor=TRANSACTION_FACTOR)
        return {}

    def _planned_update(
        self, request: Mapping[str, Any], *, factor: int = 1
    ) -> tuple[WireItem | None, WireItem]:
        before = self._get(request["TableName"], request["Key"])
        evaluated = Request(
            before or {},
            request.get("ExpressionAttributeNames", {}),
            request.get("ExpressionAttributeValues", {}),
        )
        condition = request.get("ConditionExpression")
        if condition and not holds(condition, evaluated):
            self._refuse(request["TableName"], before, factor=factor)
            raise OperationError(
                "ConditionalCheckFailedException", "The conditional request failed"
            )
        try:
            after = updated(before or request["Key"], request["UpdateExpression"], evaluated)
        except ExpressionError as error:
            raise OperationError("ValidationException", str(error)) from error
        return before, after

    def _get(self, table: str, key: WireItem) -> WireItem | None:
        partition, sort = KEYS[table]
        return self.tables[table].get(key[partition]["S"], {}).get(key[sort]["S"])

    def _write(
        self, table: str, before: WireItem | None, after: WireItem, *, factor: int = 1
    ) -> None:
        partition, sort = KEYS[table]
        self.tables[table].setdefault(after[partition]["S"], {})[after[sort]["S"]] = after
        if not self._is_billed:
            return
        units = write_units(item_size(before or {}), item_size(after))
        self.bill.writes.append(
            Write(
                self.bill.caller,
                table,
                before,
                after,
                units * factor,
                index_write_units(table, before, after),
            )
        )
        if table == CONTACT_RECORDS and before != after:
            self._stream.append(self._stream_record(before, after))

    def _refuse(self, table: str, there: WireItem | None, *, factor: int = 1) -> None:
        """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html"""
        if self._is_billed:
            units = write_units(item_size(there or {})) * factor
            self.bill.refusals.append(Refusal(self.bill.caller, table, units))

    def _stream_record(self, before: WireItem | None, after: WireItem) -> dict[str, Any]:
        self._sequence_number += 1
        return {
            "eventID": str(self._sequence_number),
            "eventName": "MODIFY" if before else "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": {name: after[name] for name in KEYS[CONTACT_RECORDS]},
                "NewImage": after,
                **({"OldImage": before} if before else {}),
                "SequenceNumber": str(self._sequence_number),
            },
        }

    def _count(self, operation: str, table: str) -> None:
        if self._is_billed:
            self.bill.calls.append((self.bill.caller, operation, table))

    def _count_read(self, table: str, key: str, items: list[WireItem], *, consistent: bool) -> None:
        if self._is_billed:
            units = read_units(sum(map(item_size, items)), consistent=consistent)
            self.bill.reads.append(Read(self.bill.caller, table, key, units))


def _statement(text: str) -> Statement:
    try:
        return parsed(text)
    except StatementError as error:
        raise OperationError("ValidationException", str(error)) from error


def statement_error_code(name: str) -> str:
    """How BatchExecuteStatement calls what other operations raise as exception ``name``."""
    code = name.removesuffix("Exception")
    return "ValidationError" if code == "Validation" else code


def _copy(table: Table) -> Table:
    return {partition: dict(items) for partition, items in table.items()}

"""DynamoDB in memory: the operations that Contact Chains and its tests call, streams, and the bill.

Truthful where it counts: keys, indexes, conditions, transactions, paging, limits of size, images of
the stream, capacity. It never throttles, its indexes are never late, and what it does not know it
refuses: an operation, a parameter, an expression. The same tests hold it to moto and to MiniStack
(``tests/emulator/dynamodb``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, Final, NamedTuple, Self

from emulator.dynamodb.bill import Bill, BilledRead, BilledWrite, Refusal
from emulator.dynamodb.capacity import (
    CONTACT_RECORDS,
    INDEXES,
    KEYS,
    TRANSACTION_FACTOR,
    index_write_units,
    read_units,
    write_units,
)
from emulator.dynamodb.errors import InvalidRequestError, OperationError
from emulator.dynamodb.expressions import (
    Bounds,
    Request,
    bounds,
    equalities,
    holds,
    placeholders,
    projected,
    updated,
    updated_attributes,
)
from emulator.dynamodb.item_size import WireItem, item_size
from emulator.dynamodb.partiql import Statement, parsed
from emulator.dynamodb.table import (
    MOST_ITEM_BYTES,
    IndexInMemory,
    ItemsPage,
    Partition,
    TableContent,
    TableInMemory,
    page,
)

MOST_STATEMENTS: Final = 25
MOST_KEYS: Final = 100
MOST_TRANSACTION_ITEMS: Final = 100

_ARN: Final = "arn:aws:dynamodb:{region}:123456789012:table/{name}"
_EXPRESSION: Final = {
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
}
_READ: Final = {"TableName", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}
_PAGE: Final = _READ | {
    "ExclusiveStartKey",
    "ExpressionAttributeValues",
    "FilterExpression",
    "Limit",
}
_PARAMETERS: Final[Mapping[str, set[str]]] = {
    "BatchExecuteStatement": {"Statements"},
    "BatchGetItem": {"RequestItems"},
    "CreateTable": {
        "TableName",
        "KeySchema",
        "AttributeDefinitions",
        "BillingMode",
        "StreamSpecification",
        "GlobalSecondaryIndexes",
    },
    "DeleteItem": {"TableName", "Key"} | _EXPRESSION,
    "DeleteTable": {"TableName"},
    "DescribeTable": {"TableName"},
    "GetItem": _READ | {"Key"},
    "PutItem": {"TableName", "Item"} | _EXPRESSION,
    "Query": _PAGE | {"IndexName", "KeyConditionExpression", "ScanIndexForward"},
    "Scan": _PAGE | {"IndexName", "Segment", "TotalSegments"},
    "TransactWriteItems": {"TransactItems", "ClientRequestToken"},
    "UpdateItem": {"TableName", "Key", "UpdateExpression"} | _EXPRESSION,
    "UpdateTable": {"TableName", "AttributeDefinitions", "GlobalSecondaryIndexUpdates"},
}
"""What is understood of each operation."""


class _Planned(NamedTuple):
    """A write whose condition holds."""

    table: TableInMemory
    before: WireItem | None
    after: WireItem | None


class InMemoryDynamoDB:
    """No tables at first; calls are added to ``bill`` if it ``is_billed``.

    Answers one call at a time, from any thread. Items are never changed in place.
    """

    def __init__(self, *, region: str = "eu-central-1", is_billed: bool = False) -> None:
        self.tables: dict[str, TableInMemory] = {}
        self.bill = Bill()
        self._is_billed = is_billed
        self._region = region
        self._tokens: dict[str, Mapping[str, Any]] = {}
        self._lock = Lock()
        self._operations: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "BatchExecuteStatement": self._batch_execute_statement,
            "BatchGetItem": self._batch_get_item,
            "CreateTable": self._create_table,
            "DeleteItem": self._write_item,
            "DeleteTable": self._delete_table,
            "DescribeTable": self._describe_table,
            "GetItem": self._get_item,
            "PutItem": self._write_item,
            "Query": self._query,
            "Scan": self._scan,
            "TransactWriteItems": self._transact_write_items,
            "UpdateItem": self._write_item,
            "UpdateTable": self._update_table,
        }

    @classmethod
    def of_contact_chains(
        cls, *, is_billed: bool = False, most_item_bytes: int = MOST_ITEM_BYTES
    ) -> Self:
        """With both tables as they are deployed, empty; their items may be kept smaller."""
        dynamodb = cls(is_billed=is_billed)
        for name, keys in KEYS.items():
            dynamodb.tables[name] = TableInMemory(
                name,
                keys,
                {index: IndexInMemory(*attributes) for index, attributes in INDEXES[name].items()},
                most_item_bytes=most_item_bytes,
                has_stream=name == CONTACT_RECORDS,
            )
        return dynamodb

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request. Raises OperationError."""
        if operation not in self._operations:
            raise OperationError("UnknownOperationException", operation)
        if unknown := request.keys() - _PARAMETERS[operation]:
            raise InvalidRequestError(
                f"not known here of {operation}: {', '.join(sorted(unknown))}"
            )
        with self._lock:
            return self._operations[operation](request)

    def stream_records(self, table: str, *, after: int = 0) -> list[dict[str, Any]]:
        """What is on a table's stream, less the first ``after`` records, as a function gets it."""
        return [
            {**record, "awsRegion": self._region} for record in self.tables[table].stream[after:]
        ]

    def take_stream_records(self, table: str = CONTACT_RECORDS) -> list[dict[str, Any]]:
        """What is on a table's stream since the last time."""
        records = self.stream_records(table)
        self.tables[table].stream.clear()
        return records

    def snapshot(self) -> dict[str, TableContent]:
        """The content of the tables, for ``restore``."""
        return {name: table.content.copied() for name, table in self.tables.items()}

    def restore(self, snapshot: Mapping[str, TableContent]) -> None:
        """Make the tables as they were."""
        for name, content in snapshot.items():
            self.tables[name].content = content.copied()

    def items(self, table: str) -> Iterator[WireItem]:
        """Every item of a table."""
        return self.tables[table].items()

    # Tables

    def _create_table(self, request: Mapping[str, Any]) -> dict[str, Any]:
        name = request["TableName"]
        if name in self.tables:
            raise OperationError("ResourceInUseException", f"Table already exists: {name}")
        if any(each["AttributeType"] != "S" for each in request["AttributeDefinitions"]):
            raise InvalidRequestError("keys are strings here")
        table = TableInMemory(name, _two(request["KeySchema"]))
        for index in request.get("GlobalSecondaryIndexes", ()):
            _add_index(table, index)
        if request.get("StreamSpecification", {}).get("StreamEnabled"):
            table.has_stream = True
            table.stream_arn = f"{self._arn(name)}/stream/2026-01-01T00:00:00.000"
        self.tables[name] = table
        return {"TableDescription": table.describe(self._arn(name))}

    def _update_table(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        for update in request["GlobalSecondaryIndexUpdates"]:
            _add_index(table, update["Create"])
        return {"TableDescription": table.describe(self._arn(table.name))}

    def _delete_table(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        del self.tables[table.name]
        return {"TableDescription": table.describe(self._arn(table.name))}

    def _describe_table(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        return {"Table": table.describe(self._arn(table.name))}

    def _arn(self, table: str) -> str:
        return _ARN.format(region=self._region, name=table)

    def _table(self, request: Mapping[str, Any]) -> TableInMemory:
        if request["TableName"] not in self.tables:
            raise OperationError("ResourceNotFoundException", "Requested resource not found")
        return self.tables[request["TableName"]]

    # Reads

    def _get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        table.check_key(request["Key"])
        item = table.get(request["Key"])
        self._count("GetItem", table)
        self._count_item(table, request["Key"], item, request)
        return {"Item": _projection(request)(item)} if item else {}

    def _batch_get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        responses: dict[str, list[WireItem]] = {}
        if sum(len(wanted["Keys"]) for wanted in request["RequestItems"].values()) > MOST_KEYS:
            raise InvalidRequestError("Too many items requested for the BatchGetItem call")
        for name, wanted in request["RequestItems"].items():
            table = self._table({"TableName": name})
            self._count("BatchGetItem", table)
            found = responses.setdefault(name, [])
            for key in wanted["Keys"]:
                table.check_key(key)
            if len({_identity(table, key) for key in wanted["Keys"]}) < len(wanted["Keys"]):
                raise InvalidRequestError("Provided list of item keys contains duplicates")
            for key in wanted["Keys"]:
                item = table.get(key)
                self._count_item(table, key, item, wanted)
                if item:
                    found.append(item)
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        index = request.get("IndexName")
        _check_index(table, request)
        _check_placeholders(
            request, "KeyConditionExpression", "FilterExpression", "ProjectionExpression"
        )
        expression = request["KeyConditionExpression"]
        named = table.indexes[index] if index else IndexInMemory(table.keys[:1], table.keys[1:])
        evaluated = _evaluated(request, {})
        partition = _partition(named.partition_key, expression, evaluated)
        found = table.queried(
            index,
            partition,
            bounds=bounds(expression, evaluated, named.sort_key[0]) if named.sort_key else Bounds(),
            after=request.get("ExclusiveStartKey"),
            is_forward=request.get("ScanIndexForward", True),
        )
        items = (item for item in found if holds(expression, _evaluated(request, item)))
        read = page(items, request.get("Limit"))
        self._count("Query", table)
        self._count_read(table, "/".join(partition), read.items, request)
        return _answer(table, index, read, request)

    def _scan(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        index = request.get("IndexName")
        _check_index(table, request)
        _check_placeholders(request, "FilterExpression", "ProjectionExpression")
        found = table.scanned(
            index,
            after=request.get("ExclusiveStartKey"),
            segment=request.get("Segment", 0),
            segments=request.get("TotalSegments", 1),
        )
        read = page(found, request.get("Limit"))
        self._count("Scan", table)
        self._count_read(table, "", read.items, request)
        return _answer(table, index, read, request)

    # Writes

    def _write_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        operation = _kind(request)
        self._count(f"{operation}Item", self._table(request))
        self._write(self._planned(operation, request))
        return {}

    def _batch_execute_statement(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if len(request["Statements"]) > MOST_STATEMENTS:
            raise InvalidRequestError(
                f"Member must have length less than or equal to {MOST_STATEMENTS}"
            )
        statements = [parsed(each["Statement"]) for each in request["Statements"]]
        self._count("BatchExecuteStatement", self._table({"TableName": statements[0].table}))
        responses: list[dict[str, Any]] = []
        for statement, each in zip(statements, request["Statements"], strict=True):
            response: dict[str, Any] = {"TableName": statement.table}
            try:
                self._execute(statement, each["Parameters"])
            except OperationError as error:
                response["Error"] = _statement_error(error.name, str(error))
            responses.append(response)
        return {"Responses": responses}

    def _execute(self, statement: Statement, parameters: list[Any]) -> None:
        update = statement.update_item(parameters)
        table = self._table(update)
        table.check_key(update["Key"])
        there = table.get(update["Key"])
        if statement.is_insert and there:
            self._refuse(table, there)
            raise OperationError("DuplicateItemException", "Duplicate primary key exists in table")
        self._write(self._planned("Update", update))

    def _transact_write_items(self, request: Mapping[str, Any]) -> dict[str, Any]:
        token = request.get("ClientRequestToken")
        if token in self._tokens:
            if self._tokens[token] != request:
                raise OperationError("IdempotentParameterMismatchException", "other parameters")
            return {}
        writes = [next(iter(each.items())) for each in request["TransactItems"]]
        if len(writes) > MOST_TRANSACTION_ITEMS:
            raise InvalidRequestError("Member must have length less than or equal to 100")
        self._count("TransactWriteItems", self._table(writes[0][1]))
        self._check_distinct(writes)
        planned, reasons = [], []
        for operation, write in writes:
            try:
                planned.append(self._planned(operation, write, factor=TRANSACTION_FACTOR))
                reasons.append({"Code": "None"})
            except OperationError as error:
                reasons.append(_statement_error(error.name, str(error)))
        if len(planned) < len(writes):
            codes = ", ".join(reason["Code"] for reason in reasons)
            raise OperationError(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons"
                f" [{codes}]",
                reasons,
            )
        for each in planned:
            self._write(each, factor=TRANSACTION_FACTOR)
        if token:
            self._tokens[token] = request
        return {}

    def _check_distinct(self, writes: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        places = set()
        for _, write in writes:
            table = self._table(write)
            places.add((table.name, _identity(table, write.get("Key") or write["Item"])))
        if len(places) < len(writes):
            raise InvalidRequestError(
                "Transaction request cannot include multiple operations on one item"
            )

    def _planned(self, operation: str, request: Mapping[str, Any], *, factor: int = 1) -> _Planned:
        """What a write comes to. Raises if it is malformed, or if its condition does not hold."""
        table = self._table(request)
        if operation == "Put":
            key = table.key_of(request["Item"])
        else:
            key = request["Key"]
            table.check_key(key)
        _check_placeholders(request, "ConditionExpression", "UpdateExpression")
        before = table.get(key)
        evaluated = _evaluated(request, before or {})
        condition = request.get("ConditionExpression")
        if condition and not holds(condition, evaluated):
            self._refuse(table, before, factor=factor)
            raise OperationError(
                "ConditionalCheckFailedException", "The conditional request failed"
            )
        match operation:
            case "Put":
                after = request["Item"]
                table.check(after, is_update=False)
            case "Update":
                expression = request["UpdateExpression"]
                if updated_attributes(expression, evaluated.names) & set(table.keys):
                    raise InvalidRequestError(
                        "Cannot update attribute: this attribute is part of the key"
                    )
                after = updated(before or key, expression, evaluated)
                table.check(after, is_update=True)
            case "Delete":
                after = None
            case "ConditionCheck":
                after = before
            case _:
                raise InvalidRequestError(f"no write that is known: {operation}")
        return _Planned(table, before, after)

    def _write(self, planned: _Planned, *, factor: int = 1) -> None:
        table, before, after = planned
        table.put(before, after)
        if not self._is_billed:
            return
        units = write_units(item_size(before or {}), item_size(after or {}))
        self.bill.writes.append(
            BilledWrite(
                self.bill.caller,
                table.name,
                before,
                after or {},
                units * factor,
                index_write_units(table.name, before, after),
            )
        )

    # The bill

    def _refuse(self, table: TableInMemory, there: WireItem | None, *, factor: int = 1) -> None:
        """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html"""
        if self._is_billed:
            units = write_units(item_size(there or {})) * factor
            self.bill.refusals.append(Refusal(self.bill.caller, table.name, units))

    def _count(self, operation: str, table: TableInMemory) -> None:
        if self._is_billed:
            self.bill.calls.append((self.bill.caller, operation, table.name))

    def _count_item(
        self, table: TableInMemory, key: WireItem, item: WireItem | None, request: Mapping[str, Any]
    ) -> None:
        self._count_read(table, key[table.keys[1]]["S"], [item] if item else [], request)

    def _count_read(
        self, table: TableInMemory, key: str, items: Sequence[WireItem], request: Mapping[str, Any]
    ) -> None:
        if self._is_billed:
            consistent = request.get("ConsistentRead", False)
            units = read_units(sum(map(item_size, items)), consistent=consistent)
            self.bill.reads.append(BilledRead(self.bill.caller, table.name, key, units))


def statement_error_code(name: str) -> str:
    """How BatchExecuteStatement calls what other operations raise as exception ``name``."""
    code = name.removesuffix("Exception")
    return "ValidationError" if code == "Validation" else code


def _statement_error(name: str, message: str) -> dict[str, str]:
    return {"Code": statement_error_code(name), "Message": message}


def _kind(request: Mapping[str, Any]) -> str:
    if "Item" in request:
        return "Put"
    return "Update" if "UpdateExpression" in request else "Delete"


def _identity(table: TableInMemory, item: WireItem) -> tuple[str, str]:
    partition, sort = (str(value["S"]) for value in table.key_of(item).values())
    return partition, sort


def _names(key_schema: Sequence[Mapping[str, str]], kind: str) -> tuple[str, ...]:
    """The attributes of a partition key (HASH) or of a sort key (RANGE)."""
    return tuple(each["AttributeName"] for each in key_schema if each["KeyType"] == kind)


def _two(key_schema: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    names = _names(key_schema, "HASH") + _names(key_schema, "RANGE")
    if len(names) != 2:
        raise InvalidRequestError("tables have a partition key and a sort key here")
    return names[0], names[1]


def _check_index(table: TableInMemory, request: Mapping[str, Any]) -> None:
    index = request.get("IndexName")
    if index and index not in table.indexes:
        raise InvalidRequestError(f"The table does not have the specified index: {index}")
    if index and request.get("ConsistentRead"):
        raise InvalidRequestError("Consistent reads are not supported on global secondary indexes")


def _add_index(table: TableInMemory, index: Mapping[str, Any]) -> None:
    projection = index["Projection"]["ProjectionType"]
    if projection == "INCLUDE":
        raise InvalidRequestError("indexes hold keys or whole items here")
    added = IndexInMemory(
        _names(index["KeySchema"], "HASH"),
        _names(index["KeySchema"], "RANGE"),
        is_of_keys_only=projection == "KEYS_ONLY",
    )
    table.add_index(index["IndexName"], added)


def _evaluated(request: Mapping[str, Any], item: WireItem) -> Request:
    return Request(
        item,
        request.get("ExpressionAttributeNames", {}),
        request.get("ExpressionAttributeValues", {}),
    )


def _check_placeholders(request: Mapping[str, Any], *expressions: str) -> None:
    """DynamoDB refuses names and values that no expression uses."""
    given = {
        *request.get("ExpressionAttributeNames", ()),
        *request.get("ExpressionAttributeValues", ()),
    }
    used = frozenset[str]().union(
        *(placeholders(request[each]) for each in expressions if each in request)
    )
    if unused := given - used:
        raise InvalidRequestError(
            f"Value provided unused in expressions: {', '.join(sorted(unused))}"
        )
    if undefined := used - given:
        raise InvalidRequestError(
            f"An expression attribute is not defined: {', '.join(sorted(undefined))}"
        )


def _partition(names: Sequence[str], expression: str, evaluated: Request) -> Partition:
    """The values of a partition key, all of which a key condition must fix."""
    fixed = {evaluated.name(written): value for written, value in equalities(expression).items()}
    for name in names:
        if name not in fixed:
            raise InvalidRequestError(f"Query condition missed key schema element: {name}")
    return tuple(str(evaluated.value(fixed[name])["S"]) for name in names)


def _projection(request: Mapping[str, Any]) -> Callable[[WireItem], WireItem]:
    if "ProjectionExpression" not in request:
        return lambda item: item
    evaluated = _evaluated(request, {})
    names = [evaluated.name(each) for each in projected(request["ProjectionExpression"])]
    return lambda item: {name: item[name] for name in names if name in item}


def _answer(
    table: TableInMemory, index: str | None, read: ItemsPage, request: Mapping[str, Any]
) -> dict[str, Any]:
    condition = request.get("FilterExpression")
    shown = [
        item for item in read.items if not condition or holds(condition, _evaluated(request, item))
    ]
    return {
        "Items": list(map(_projection(request), shown)),
        "Count": len(shown),
        "ScannedCount": len(read.items),
        **({} if read.is_last else {"LastEvaluatedKey": table.place(index, read.items[-1])}),
    }

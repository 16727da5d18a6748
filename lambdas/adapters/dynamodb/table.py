"""One DynamoDB table in plain Python values: batch reads to the end, conditional updates."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_calls import tries
from adapters.dynamodb.attribute_values import marshalled, plain
from adapters.errors import ItemTooLargeError, LostRaceError, UnavailableError
from contacts.item_parts import Attributes, Changes, Item, Path

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import KeysAndAttributesTypeDef

MOST_KEYS_PER_READ: Final = 100
"""The limit of one BatchGetItem call."""

_MOST_READS: Final = 8
_SEGMENTS: Final = 4
"""Of a scan. Each costs a small table a read unit at most, and a large one is read sooner."""
_ANY: Final[Item] = {}


class IndexPage(NamedTuple):
    """Some entries of an index; more follow behind the last one unless ``is_last``."""

    entries: Sequence[Item]
    is_last: bool


class _Equal(NamedTuple):
    """A condition on several attributes, with its placeholders."""

    expression: str
    names: dict[str, str]
    values: Attributes


class DynamoDBTable:
    """Items are plain dicts; every method raises UnavailableError when AWS fails."""

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def read(self, keys: Sequence[Item], *, consistent: bool) -> Iterator[Item]:
        """The items there are among up to 100 distinct ``keys``."""
        wanted: KeysAndAttributesTypeDef = {
            "Keys": [marshalled(key) for key in keys],
            "ConsistentRead": consistent,
        }
        for _ in tries(_MOST_READS, self._pause):
            response = self._call(self._client.batch_get_item, RequestItems={self._name: wanted})
            yield from map(plain, response["Responses"].get(self._name, ()))
            unprocessed = response.get("UnprocessedKeys", {}).get(self._name)
            if not unprocessed:
                return
            wanted = {**wanted, "Keys": unprocessed["Keys"]}
        message = f"BatchGetItem left {len(wanted['Keys'])} keys unprocessed {_MOST_READS} times"
        raise UnavailableError(message)

    def query(self, partition: Item, *, consistent: bool = True) -> Iterator[Item]:
        """All items whose partition key is ``partition``."""
        [(name, value)] = partition.items()
        start: dict[str, Any] = {}
        while True:
            response = self._call(
                self._client.query,
                TableName=self._name,
                ConsistentRead=consistent,
                KeyConditionExpression="#partition = :partition",
                ExpressionAttributeNames={"#partition": name},
                ExpressionAttributeValues=marshalled({":partition": value}),
                **start,
            )
            yield from map(plain, response["Items"])
            if "LastEvaluatedKey" not in response:
                return
            start = {"ExclusiveStartKey": response["LastEvaluatedKey"]}

    def query_index(
        self,
        index: str,
        partition: Item,
        *,
        between: tuple[str, str, str] | None = None,
        after: Item | None = None,
        limit: int | None = None,
        descending: bool = False,
    ) -> IndexPage:
        """The entries of an index for ``partition``, in order, from behind the entry ``after``.

        ``between`` is the sort key with its least and its greatest value, both included.
        """
        sort_name, least, greatest = between or ("", "", "")
        within = " AND #sort BETWEEN :least AND :greatest" if between else ""
        values = {":least": least, ":greatest": greatest} if between else {}
        equal = _equal(partition)
        response = self._call(
            self._client.query,
            TableName=self._name,
            IndexName=index,
            KeyConditionExpression=equal.expression + within,
            ExpressionAttributeNames={**equal.names, **({"#sort": sort_name} if between else {})},
            ExpressionAttributeValues=marshalled({**equal.values, **values}),
            **({"ExclusiveStartKey": marshalled(after)} if after else {}),
            **({"Limit": limit} if limit else {}),
            **({"ScanIndexForward": False} if descending else {}),
        )
        entries = [plain(each) for each in response["Items"]]
        return IndexPage(entries, is_last="LastEvaluatedKey" not in response or not entries)

    def scan(
        self, executor: Executor, index: str | None = None, *, equal: Item = _ANY
    ) -> Iterator[Item]:
        """All items that have these values, or all entries of an index; in no order.

        Everything is read, a few parts at the same time.
        """
        request: dict[str, Any] = {"TableName": self._name, "TotalSegments": _SEGMENTS}
        if index:
            request["IndexName"] = index
        if equal:
            wanted = _equal(equal)
            request["FilterExpression"] = wanted.expression
            request["ExpressionAttributeNames"] = wanted.names
            request["ExpressionAttributeValues"] = marshalled(wanted.values)

        def read(start: Mapping[str, Any]) -> Mapping[str, Any]:
            return self._call(self._client.scan, **request, **start)

        starts: list[dict[str, Any]] = [{"Segment": number} for number in range(_SEGMENTS)]
        while starts:
            pages = list(executor.map(read, starts))
            for page in pages:
                yield from map(plain, page["Items"])
            starts = [
                {**start, "ExclusiveStartKey": page["LastEvaluatedKey"]}
                for start, page in zip(starts, pages, strict=True)
                if "LastEvaluatedKey" in page
            ]

    def update(self, key: Item, changes: Changes, *, condition: str, values: Attributes) -> None:
        """Write ``changes`` if ``condition``, an expression over ``values``, holds.

        Raises LostRaceError when it does not.
        """
        expression, names, new_values = update_expression(changes)
        try:
            self._call(
                self._client.update_item,
                TableName=self._name,
                Key=marshalled(key),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=marshalled({**new_values, **values}),
            )
        except _lost_races(self._client) as error:
            raise LostRaceError(key) from error

    def _call[Response](self, operation: Callable[..., Response], **request: Any) -> Response:
        try:
            return operation(**request)
        except _lost_races(self._client):
            raise
        except (BotoCoreError, ClientError) as error:
            raise not_done(str(error)) from error


def _equal(values: Item) -> _Equal:
    names = {f"#{number}": name for number, name in enumerate(values)}
    return _Equal(
        " AND ".join(f"{place} = :{place[1:]}" for place in names),
        names,
        {f":{place[1:]}": values[name] for place, name in names.items()},
    )


def not_done(message: str) -> UnavailableError | ItemTooLargeError:
    """What a failure is, by what DynamoDB says of it.

    A full item has no code of its own. There are two sentences, for new items and for updates;
    expressions have a size, too.
    """
    if "Item size" in message and "exceeded the maximum allowed size" in message:
        return ItemTooLargeError(message)
    return UnavailableError(message)


def _lost_races(client: "DynamoDBClient") -> tuple[type[ClientError], ...]:
    """What DynamoDB says when an item is not as it was read, or is just being moved."""
    known = client.exceptions
    return known.ConditionalCheckFailedException, known.TransactionConflictException


def update_expression(changes: Changes) -> tuple[str, dict[str, str], Attributes]:
    """The expression with placeholders for every name (many are reserved words) and value."""
    parts = sorted({part for path in (*changes.sets, *changes.removes) for part in path})
    places = {part: f"#{number}" for number, part in enumerate(parts)}
    values = {f":{number}": value for number, value in enumerate(changes.sets.values())}
    sets = [
        f"{_place(path, places)} = {value}"
        for path, value in zip(changes.sets, values, strict=True)
    ]
    clauses = ["SET " + ", ".join(sets)]
    if changes.removes:
        clauses.append("REMOVE " + ", ".join(_place(path, places) for path in changes.removes))
    return " ".join(clauses), {place: part for part, place in places.items()}, values


def _place(path: Path, places: Mapping[str, str]) -> str:
    return ".".join(places[part] for part in path)

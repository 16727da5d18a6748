"""The DynamoDB table ``ContactRecords``: reading records and chains, writing conditionally."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from contacts.contact_item import CHAIN_VERSION, VERSION, Attributes, Changes, Item, Path

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesTypeDef

MOST_KEYS_PER_READ: Final = 100
"""The limit of one BatchGetItem call."""

_MOST_READS: Final = 8
_FIRST_PAUSE_SECONDS: Final = 0.05


class LostRaceError(Exception):
    """Somebody else wrote the item since it was read: read again and decide again."""


class TableUnavailableError(Exception):
    """The table did not do it (throttled, timed out, refused): to be retried from outside."""


class Key(NamedTuple):
    """The key of an item."""

    chain_id: str
    contact_id: str


class ContactRecordsTable:
    """Items are plain dicts; every method raises TableUnavailableError when AWS fails."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._pause = pause

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        """The items of up to 100 distinct ``keys``; keys without an item are left out."""
        found: dict[Key, Item] = {}
        wanted: KeysAndAttributesTypeDef = {
            "Keys": [_marshalled_key(key) for key in keys],
            "ConsistentRead": consistent,
        }
        for reads in range(_MOST_READS):
            response = self._call(
                self._client.batch_get_item, RequestItems={self._table_name: wanted}
            )
            for marshalled in response["Responses"].get(self._table_name, ()):
                item = _item(marshalled)
                found[Key(item["ChainId"], item["ContactId"])] = item
            unprocessed = response.get("UnprocessedKeys", {}).get(self._table_name)
            if not unprocessed:
                return found
            wanted = {**wanted, "Keys": unprocessed["Keys"]}
            # Jitter, so that throttled batches do not come back together.
            self._pause(random.uniform(0.5, 1) * _FIRST_PAUSE_SECONDS * 2**reads)
        message = f"BatchGetItem left {len(wanted['Keys'])} keys unprocessed {_MOST_READS} times"
        raise TableUnavailableError(message)

    def read_chain(self, chain_id: str) -> list[Item]:
        """All items of a chain, strongly consistent."""
        items: list[Item] = []
        start: dict[str, Any] = {}
        while True:
            response = self._call(
                self._client.query,
                TableName=self._table_name,
                ConsistentRead=True,
                KeyConditionExpression="ChainId = :chain",
                ExpressionAttributeValues={":chain": {"S": chain_id}},
                **start,
            )
            items += [_item(marshalled) for marshalled in response["Items"]]
            if "LastEvaluatedKey" not in response:
                return items
            start = {"ExclusiveStartKey": response["LastEvaluatedKey"]}

    def write_record(self, key: Key, changes: Changes, *, version: int | None) -> None:
        """Write what changed of a record that was read with ``version`` (None: no record yet).

        Raises LostRaceError when the record has another version by now.
        """
        grown = Changes({**changes.sets, (VERSION,): (version or 0) + 1}, changes.removes)
        self._update(key, grown, condition=_version_condition(version), values=_versions(version))

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        """Write what changed of a leg's links, worked out from a chain of ``chain_version``.

        Raises LostRaceError when the leg has another version by now, or has been linked on the
        basis of a newer chain.
        """
        marked = Changes({**changes.sets, (CHAIN_VERSION,): chain_version}, changes.removes)
        not_newer = f"(attribute_not_exists({CHAIN_VERSION}) OR {CHAIN_VERSION} <= :basis)"
        self._update(
            key,
            marked,
            condition=f"{_version_condition(version)} AND {not_newer}",
            values={**_versions(version), ":basis": chain_version},
        )

    def _update(self, key: Key, changes: Changes, *, condition: str, values: Attributes) -> None:
        expression, names, new_values = _update_expression(changes)
        try:
            self._call(
                self._client.update_item,
                TableName=self._table_name,
                Key=_marshalled_key(key),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={
                    name: _SERIALIZER.serialize(value)
                    for name, value in {**new_values, **values}.items()
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise LostRaceError(key) from error

    def _call[Response](self, operation: Callable[..., Response], **request: Any) -> Response:
        try:
            return operation(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            raise
        except (BotoCoreError, ClientError) as error:
            raise TableUnavailableError(str(error)) from error


_SERIALIZER: Final = TypeSerializer()
_DESERIALIZER: Final = TypeDeserializer()


def version_of(item: Item | None) -> int | None:
    """The Version of an item that Lambda 1 has written; None when it has not."""
    return int(item[VERSION]) if item and VERSION in item else None


def _version_condition(version: int | None) -> str:
    return f"attribute_not_exists({VERSION})" if version is None else f"{VERSION} = :version"


def _versions(version: int | None) -> Attributes:
    return {} if version is None else {":version": version}


def _update_expression(changes: Changes) -> tuple[str, dict[str, str], Attributes]:
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


def _marshalled_key(key: Key) -> dict[str, "AttributeValueTypeDef"]:
    return {"ChainId": {"S": key.chain_id}, "ContactId": {"S": key.contact_id}}


def _item(marshalled: Mapping[str, Any]) -> Item:
    return {name: _DESERIALIZER.deserialize(value) for name, value in marshalled.items()}

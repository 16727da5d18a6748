"""The table ``ContactRecords``: reading records and chains, writing either kind of change."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from adapters.dynamodb.batch_write import BatchedWrite, DynamoDBBatchWrite, Unwritten
from adapters.dynamodb.table import DynamoDBTable
from adapters.dynamodb.transaction import ItemUpdate, update_all
from contacts.item_parts import CHAIN_VERSION, VERSION, Attributes, Changes, Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Key(NamedTuple):
    """The key of a contact record."""

    chain_id: str
    contact_id: str


class RecordWrite(NamedTuple):
    """What changed of an item that was read with ``version`` (None: Lambda 1 never wrote it)."""

    key: Key
    changes: Changes
    version: int | None


class ContactRecordsTable:
    """Every method raises UnavailableError when AWS fails."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = DynamoDBTable(client, table_name, pause=pause)
        self._batch = DynamoDBBatchWrite(client, table_name, pause=pause)
        self._client = client
        self._table_name = table_name

    def read(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, Item]:
        """The items of up to 100 distinct ``keys``; keys without an item are left out."""
        items = self._table.read([_attributes(key) for key in keys], consistent=consistent)
        return {Key(item["ChainId"], item["ContactId"]): item for item in items}

    def read_chain(self, chain_id: str) -> list[Item]:
        """All items of a chain, strongly consistent."""
        return list(self._table.query({"ChainId": chain_id}))

    def write_record(self, key: Key, changes: Changes, *, version: int | None) -> None:
        """Write what changed of a record that was read with ``version`` (None: no record yet).

        Raises LostRaceError when the record has another version by now.
        """
        update = _update(RecordWrite(key, changes, version))
        self._table.update(
            update.key, update.changes, condition=update.condition, values=update.values
        )

    def write_each(self, writes: Sequence[RecordWrite]) -> dict[int, Unwritten]:
        """Write what changed of up to 25 items, each another one and each by itself.

        By position what was not written, and why: an item has another version by now (read it
        again), or AWS failed.
        """
        return self._batch.write([_batched(write) for write in writes])

    def write_records(self, writes: Iterable[RecordWrite]) -> None:
        """Write what changed of several items, each another one: everything or nothing.

        Raises LostRaceError when one of them has another version by now.
        """
        update_all(self._client, self._table_name, map(_update, writes))

    def write_links(
        self, key: Key, changes: Changes, *, version: int | None, chain_version: int
    ) -> None:
        """Write what changed of a leg's links, worked out from a chain of ``chain_version``.

        Raises LostRaceError when the leg has another version by now, or has been linked on the
        basis of a newer chain.
        """
        marked = Changes({**changes.sets, (CHAIN_VERSION,): chain_version}, changes.removes)
        not_newer = f"(attribute_not_exists({CHAIN_VERSION}) OR {CHAIN_VERSION} <= :basis)"
        self._table.update(
            _attributes(key),
            marked,
            condition=f"{_version_condition(version)} AND {not_newer}",
            values={**_versions(version), ":basis": chain_version},
        )


def version_of(item: Item | None) -> int | None:
    """The Version of an item that Lambda 1 has written; None when it has not."""
    return int(item[VERSION]) if item and VERSION in item else None


def _update(write: RecordWrite) -> ItemUpdate:
    key, changes, version = write
    grown = Changes({**changes.sets, (VERSION,): (version or 0) + 1}, changes.removes)
    return ItemUpdate(_attributes(key), grown, _version_condition(version), _versions(version))


def _batched(write: RecordWrite) -> BatchedWrite:
    """An item without a Version mostly is not there at all."""
    update = _update(write)
    if write.version is None:
        return BatchedWrite(update)
    return BatchedWrite(update, f'"{VERSION}"=?', (write.version,))


def _version_condition(version: int | None) -> str:
    return f"attribute_not_exists({VERSION})" if version is None else f"{VERSION} = :version"


def _versions(version: int | None) -> Attributes:
    return {} if version is None else {":version": version}


def _attributes(key: Key) -> Attributes:
    return {"ChainId": key.chain_id, "ContactId": key.contact_id}

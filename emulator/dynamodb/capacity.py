"""What DynamoDB bills for a read or a write, by its documented rules.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from collections.abc import Mapping
from typing import Final

from emulator.dynamodb.item_size import WireItem, item_size
from infra.table_indexes import READ_INDEXES, IndexKeys

WRITE_UNIT_BYTES: Final = 1024
READ_UNIT_BYTES: Final = 4096
TRANSACTION_FACTOR: Final = 2
OVERHEAD_BYTES: Final = 100
"""That are billed as stored besides, of each item and each entry of an index."""

CONTACT_RECORDS: Final = "ContactRecords"
AGENT_STATES: Final = "AgentStates"
KEYS: Final[Mapping[str, tuple[str, str]]] = {
    CONTACT_RECORDS: ("ChainId", "ContactId"),
    AGENT_STATES: ("AgentId", "InstanceId"),
}
INDEXES: Final[Mapping[str, Mapping[str, IndexKeys]]] = {
    CONTACT_RECORDS: READ_INDEXES,
    AGENT_STATES: {},
}
"""The keys of each index, all of which project keys only."""


def write_units(*sizes: int) -> int:
    """Of a write, given the sizes of the item before and after: the larger one counts."""
    return max(1, _units(max(sizes, default=0), WRITE_UNIT_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """Of one item, or of all that a query reads; what is not there costs as the smallest does."""
    return max(1, _units(size, READ_UNIT_BYTES)) * (1 if consistent else 0.5)


def index_write_units(
    table: str, before: WireItem | None, after: WireItem | None
) -> dict[str, int]:
    """By index what a write costs there; an entry whose key moves is deleted and put."""
    return {
        name: units
        for name in INDEXES[table]
        if (units := _entry_units(_entry(table, name, before), _entry(table, name, after)))
    }


def index_entry_sizes(table: str, item: WireItem) -> dict[str, int]:
    """By index the bytes of an item's entry, where it has one."""
    entries = {name: _entry(table, name, item) for name in INDEXES[table]}
    return {name: item_size(entry) for name, entry in entries.items() if entry}


def _entry_units(before: WireItem | None, after: WireItem | None) -> int:
    if before == after:
        return 0
    return sum(write_units(item_size(entry)) for entry in (before, after) if entry)


def _entry(table: str, index: str, item: WireItem | None) -> WireItem | None:
    """What an index holds of an item; None unless the item has every key."""
    keys = INDEXES[table][index]
    names = (*KEYS[table], *keys.partition_key, *keys.sort_key)
    if item is None or not all(name in item for name in names):
        return None
    return {name: item[name] for name in names}


def _units(size: int, unit: int) -> int:
    return -(-size // unit)

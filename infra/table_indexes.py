"""The read side's indexes, in the order in which a table gets them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from contacts.item.indexes import (
    BY_AGENT,
    BY_FAILED_OFFER,
    BY_INSTANCE,
    BY_QUEUE,
    OPEN_INDEX,
    Index,
)


class IndexKeys(NamedTuple):
    """The attributes of an index's partition key, and of its sort key."""

    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...]


def _keys(*indexes: Index) -> dict[str, IndexKeys]:
    return {each.name: IndexKeys(each.partition_key, (each.sort_key,)) for each in indexes}


# The order matters for a table that exists already: DynamoDB adds one index to a table at a time,
# and CloudFormation no more than one with each update.
READ_INDEXES: Final[Mapping[str, IndexKeys]] = {
    **_keys(BY_AGENT, BY_QUEUE, BY_FAILED_OFFER),
    # Only contacts in progress have the attribute Open, so this index holds no other.
    OPEN_INDEX: IndexKeys(("InstanceId", "Open"), ()),
    **_keys(BY_INSTANCE),
}

"""The indexes of the table ContactRecords: the read side alone asks them."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class IndexKeys(NamedTuple):
    """The attributes of an index's partition key, and of its sort key."""

    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...]


# In the order in which a table that exists already gets them: DynamoDB adds one index to a table
# at a time, and CloudFormation no more than one with each update.
READ_INDEXES: Final[Mapping[str, IndexKeys]] = {
    "ByAgent": IndexKeys(("AgentId",), ("StartTimestamp",)),
    "ByQueue": IndexKeys(("QueueId",), ("StartTimestamp",)),
    "ByFailedOffer": IndexKeys(("FailedOfferDay",), ("StartTimestamp",)),
    # OpenSince exists only while a contact is in progress, so this index holds no other.
    "Open": IndexKeys(("InstanceId",), ("OpenSince",)),
    "ByInstance": IndexKeys(("InstanceId",), ("StartTimestamp",)),
}

"""The indexes of the table ContactRecords: the read side alone asks them.

A partition key may have several attributes, all of which a query names: the bucket beside an id
spreads what many contacts share (``contacts.item.buckets``).
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class IndexKeys(NamedTuple):
    """The attributes of an index's partition key, and of its sort key."""

    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...]


OPEN_INDEX: Final = "Open"

# In the order in which a table that exists already gets them: DynamoDB adds one index to a table
# at a time, and CloudFormation no more than one with each update.
READ_INDEXES: Final[Mapping[str, IndexKeys]] = {
    "ByAgent": IndexKeys(("AgentId",), ("StartTimestamp",)),
    "ByQueue": IndexKeys(("QueueId", "Bucket"), ("StartTimestamp",)),
    "ByFailedOffer": IndexKeys(("Bucket",), ("FailedOfferTimestamp",)),
    # Open exists only while a contact is in progress, so this index holds no other.
    OPEN_INDEX: IndexKeys(("InstanceId", "Open"), ()),
    "ByInstance": IndexKeys(("InstanceId", "Bucket"), ("StartTimestamp",)),
}

"""The indexes of the table ContactRecords: their names and keys.

A partition key may have several attributes, all of which a query names: the bucket beside an id
spreads what many contacts share (``contacts.item.buckets``).
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from typing import Final, NamedTuple

from contacts.item.buckets import BUCKET, BUCKETS
from contacts.item_parts import Item

OPEN_INDEX: Final = "Open"
"""The index of contacts in progress. Only their records have the attribute of this name."""


class Index(NamedTuple):
    """An index: its name, the id that it is asked for, its sort key; whether it has buckets."""

    name: str
    id: str | None
    sort_key: str = "StartTimestamp"
    has_buckets: bool = True

    @property
    def partition_key(self) -> tuple[str, ...]:
        """The attributes of the partition key."""
        return (*([self.id] if self.id else []), *([BUCKET] if self.has_buckets else []))

    def partitions(self, id_: str | None) -> list[Item]:
        """The partition keys under which an id stands."""
        ids = {self.id: id_} if self.id else {}
        return [{**ids, BUCKET: each} for each in BUCKETS] if self.has_buckets else [ids]


BY_AGENT: Final = Index("ByAgent", "AgentId", has_buckets=False)
BY_QUEUE: Final = Index("ByQueue", "QueueId")
BY_FAILED_OFFER: Final = Index("ByFailedOffer", None, "FailedOfferTimestamp")
BY_INSTANCE: Final = Index("ByInstance", "InstanceId")

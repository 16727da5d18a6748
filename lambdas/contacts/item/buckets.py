"""Buckets: parts of an index, so that no key of it is written more often than a partition takes.

A partition takes 1000 write units a second, and all contacts of an instance, or of its largest
queue, are written under one id. With a bucket beside the id they are spread evenly; who reads asks
every bucket and merges. So many for everybody: an instance with a million agents uses a third of a
partition with each (docs/scale.md), and a page of a list costs 32 reads of the smallest size.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html
"""

from typing import Final
from zlib import crc32

BUCKET: Final = "Bucket"
BUCKETS: Final = tuple(f"{number:02}" for number in range(32))


def bucket_of(contact_id: str) -> str:
    """The bucket of a contact, for good."""
    return BUCKETS[crc32(contact_id.encode()) % len(BUCKETS)]

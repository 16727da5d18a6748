"""Buckets are the same in any language, and equally large."""

import random
import uuid
from collections import Counter

from contacts.item.buckets import BUCKETS, bucket_of


def test_bucket_is_the_remainder_of_crc_32() -> None:
    """The check value in catalogues of CRC-32, of 123456789, is CBF43926."""
    assert bucket_of("123456789") == f"{0xCBF43926 % 32:02}" == "06"
    assert (BUCKETS[0], BUCKETS[-1], len(BUCKETS)) == ("00", "31", 32)


def test_contacts_are_spread_evenly() -> None:
    """A partition takes 1000 units a second: none may get a tenth more than its part."""
    source = random.Random(7)
    ids = (str(uuid.UUID(int=source.getrandbits(128), version=4)) for _ in range(64_000))

    counted = Counter(map(bucket_of, ids))

    assert counted.keys() == set(BUCKETS)
    assert max(counted.values()) <= 1.1 * 64_000 / 32

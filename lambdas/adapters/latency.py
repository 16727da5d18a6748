"""How long it took until something was done."""

from collections.abc import Iterable
from datetime import UTC, datetime

from contacts.timestamps import Timestamp, milliseconds_between, timestamp_text


def utc_now() -> Timestamp:
    """The clock of the machine."""
    return timestamp_text(datetime.now(UTC))


def milliseconds_since(moments: Iterable[Timestamp]) -> list[int]:
    """How long ago each time was, 0 for one that is still to come.

    Clocks differ by a few milliseconds, and CloudWatch keeps no percentiles of a metric with
    negative values.
    """
    now = utc_now()
    return [max(0, milliseconds_between(moment, now)) for moment in moments]

"""How an on-demand Kinesis stream copes with jumps of the rate of events.

https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html: it begins with 4 MB/s,
takes up to twice the peak of the last 30 days, and refuses what goes beyond twice that peak within
15 minutes. How fast it grows inside the 15 minutes no page says: here, at their end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FIRST_BYTES_PER_SECOND: Final = 4_000_000
HEADROOM: Final = 2
MINUTES_TO_GROW: Final = 15


@dataclass(frozen=True, slots=True)
class Taken:
    """The results of a run, in minutes."""

    offered_bytes: float
    refused_bytes: float
    minutes_refusing: int
    capacity: float
    """In bytes per second, at the end."""

    @property
    def refused_share(self) -> float:
        """The share of the offered bytes that was refused."""
        return self.refused_bytes / self.offered_bytes if self.offered_bytes else 0.0


def capacity_after(peak: float) -> float:
    """Bytes per second that a stream takes whose peak in 30 days was ``peak``."""
    return max(FIRST_BYTES_PER_SECOND, HEADROOM * peak)


def taken_in(rates: Sequence[float], *, peak_before: float) -> Taken:
    """``rates`` are bytes per second, minute by minute."""
    capacity = capacity_after(peak_before)
    refused = 0.0
    minutes = 0
    peak = peak_before
    for minute, rate in enumerate(rates):
        if minute and minute % MINUTES_TO_GROW == 0:
            capacity = capacity_after(peak)
        peak = max(peak, min(rate, capacity))
        refused += 60 * max(0.0, rate - capacity)
        minutes += rate > capacity
    return Taken(60 * sum(rates), refused, minutes, capacity)

"""Periods of requests: from, inclusive, to, exclusive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from contact_queries.questions.errors import InvalidParameterError
from contacts.timestamps import Timestamp, milliseconds_between, timestamp_text

LONGEST_DAYS: Final = 31
TIME_CURE: Final = (
    "Give a day or a time in ISO 8601, UTC unless it says otherwise: 2026-03-09, "
    "2026-03-09T08:30:00Z or 2026-03-09T09:30:00+01:00 (in a URL the + is written %2B)."
)

_MILLISECONDS_PER_DAY: Final = 86_400_000
_LEAST_STEP: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start``, inclusive, to ``end``, exclusive."""

    start: Timestamp
    end: Timestamp

    @property
    def last(self) -> Timestamp:
        """The last millisecond of the period."""
        return timestamp_text(datetime.fromisoformat(self.end) - _LEAST_STEP)

    def days(self) -> Iterator[str]:
        """The UTC days that the period touches, as ``2026-03-09``."""
        first, last = (date.fromisoformat(each[:10]) for each in (self.start, self.last))
        # Added to the first day, because stepping on from 9999-12-31 would overflow.
        for number in range((last - first).days + 1):
            yield (first + timedelta(days=number)).isoformat()

    def __contains__(self, timestamp: Timestamp) -> bool:
        return self.start <= timestamp < self.end


def period(start: Timestamp, end: Timestamp) -> Period:
    """A period of at most 31 days. Raises InvalidParameterError."""
    length = milliseconds_between(start, end)
    if length <= 0:
        raise InvalidParameterError("to", f"{end} is not after from, {start}.", _END_CURE)
    if length > LONGEST_DAYS * _MILLISECONDS_PER_DAY:
        raise InvalidParameterError("to", f"More than {LONGEST_DAYS} days after from.", _END_CURE)
    return Period(start, end)


def moment(text: str) -> Timestamp:
    """A day or a time as a timestamp. Raises ValueError."""
    try:
        read = datetime.fromisoformat(text)
        return timestamp_text(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        message = "It is neither a day nor a time"
        raise ValueError(message) from None


_END_CURE: Final = (
    f"Ask for a period that ends after it begins and lasts {LONGEST_DAYS} days at most; for a "
    "longer one, ask several times."
)

"""Timestamps as text: ISO 8601, UTC, milliseconds, ``Z``; in this form text order is time order."""

from datetime import UTC, datetime

type Timestamp = str
"""For example ``2026-03-09T08:01:22.123Z``."""

_MILLISECONDS_PER_SECOND = 1000


def timestamp_text(moment: datetime) -> Timestamp:
    """Write an aware ``moment`` as a timestamp; finer digits than milliseconds are cut off."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def epoch_milliseconds(timestamp: Timestamp) -> int:
    """Milliseconds since 1970 (exact: integers only)."""
    moment = datetime.fromisoformat(timestamp)
    whole = moment.replace(microsecond=0)
    return int(whole.timestamp()) * _MILLISECONDS_PER_SECOND + moment.microsecond // 1000


def milliseconds_between(start: Timestamp, end: Timestamp) -> int:
    """Milliseconds from ``start`` to ``end``; negative when ``end`` is the earlier one."""
    return epoch_milliseconds(end) - epoch_milliseconds(start)


def whole_seconds(milliseconds: int) -> int:
    """Milliseconds as the whole seconds that contact records use, rounded down."""
    return milliseconds // _MILLISECONDS_PER_SECOND

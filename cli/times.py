"""Times as people write and read them: ISO 8601, ``today``, ``2h``, in any time zone."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cyclopts import Parameter

from contacts.timestamps import Timestamp, timestamp_text
from operations.errors import AskedWronglyError

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998
_AGO: Final = re.compile(r"(\d{1,5})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
TIME_HELP: Final = "ISO 8601 (2026-03-09, 2026-03-09T08:30), today, yesterday, now, or 2h (ago)"


class Zone:
    """A time zone: what times without an offset are in, and how times are shown."""

    def __init__(self, name: str, zone: tzinfo) -> None:
        self.name = name
        self._zone = zone

    @classmethod
    def named(cls, name: str) -> "Zone":
        """``Europe/Berlin``, ``UTC``, or ``local``. Raises ValueError."""
        if name == "local":
            return cls("local", datetime.now(UTC).astimezone().tzinfo or UTC)
        try:
            return cls(name, UTC if name == "UTC" else ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"'{name}' is no time zone; for example UTC, Europe/Berlin or local"
            raise ValueError(message) from None

    def moment(self, text: str, now: datetime) -> datetime:
        """A moment that a person wrote, seen from ``now``.

        From 1970 to 9998, so that the days around it are in the calendar, too. Raises
        AskedWronglyError.
        """
        try:
            moment = self._moment(text.strip(), now)
        except (ValueError, OverflowError):
            raise AskedWronglyError(f"'{text}' is no time. Give {TIME_HELP}.") from None
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise AskedWronglyError(f"'{text}' is not between {_FIRST_YEAR} and {_LAST_YEAR}.")
        return moment

    def _moment(self, text: str, now: datetime) -> datetime:
        if text == "now":
            return now
        if text in {"today", "yesterday"}:
            here = now.astimezone(self._zone)
            midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
            # Reckoned in wall clock time: a day in which clocks change is not 24 hours long.
            return (midnight - timedelta(days=text == "yesterday")).astimezone(UTC)
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=self._zone)).astimezone(UTC)

    def clock(self, timestamp: Timestamp | None) -> str | None:
        """``2026-03-09 08:01:22``."""
        if not timestamp:
            return None
        try:
            here = datetime.fromisoformat(timestamp).astimezone(self._zone)
        except (ValueError, OverflowError):
            return timestamp
        return f"{here:%Y-%m-%d %H:%M:%S}"


def _zone(_: Any, tokens: Any) -> Zone:
    return Zone.named(tokens[0].value)


UTC_ZONE: Final = Zone("UTC", UTC)

Tz = Annotated[
    Zone,
    Parameter(
        name="--tz",
        converter=_zone,
        n_tokens=1,
        accepts_keys=False,
        show_default=False,
        metavar="ZONE",
        help="Time zone of times that are given and shown: Europe/Berlin, or local (default: UTC).",
    ),
]


def now() -> datetime:
    """This machine's clock."""
    return datetime.now(UTC)


def current_time() -> Timestamp:
    """This machine's clock, as records have it."""
    return timestamp_text(now())

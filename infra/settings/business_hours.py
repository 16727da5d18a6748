"""When agents are expected to work: days and hours of the week, in UTC as CloudWatch counts them.

Written `Mon-Fri 07-17`: from 7:00 on Monday to Friday until 17:00. Hours may pass midnight, and
then belong to the day on which they begin: `Sun-Thu 22-07`.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

HOURS_ACCEPTED: Final = (
    "<first day>[-<last day>] <from>-<to> with days Mon to Sun and hours 00 to 24 in UTC; several "
    "separated by commas"
)
HOURS_EXAMPLE: Final = '"Mon-Fri 07-17"'

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY: Final = "|".join(_DAYS)
_FORM: Final = re.compile(
    rf"(?P<first>{_DAY})(?:-(?P<last>{_DAY}))? (?P<begin>[01]\d|2[0-3])-(?P<end>[01]\d|2[0-4])"
)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Days from 1 (Monday) to 7, as CloudWatch's DAY() counts; whole hours, the last excluded."""

    first_day: int
    last_day: int
    begin: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError if ``text`` is not of the form above."""
        found = _FORM.fullmatch(text)
        if found is None or found["begin"] == found["end"]:
            raise ValueError(HOURS_ACCEPTED)
        first = _DAYS.index(found["first"]) + 1
        last = _DAYS.index(found["last"]) + 1 if found["last"] else first
        return cls(first, last, int(found["begin"]), int(found["end"]))

    def condition(self, series: str) -> str:
        """A condition of CloudWatch's metric math: whether a point of ``series`` lies within."""
        days = _days(self.first_day, self.last_day, series)
        if self.begin < self.end:
            return f"({days} AND HOUR({series})>={self.begin} AND HOUR({series})<{self.end})"
        next_days = _days(_next(self.first_day), _next(self.last_day), series)
        return (
            f"(({days} AND HOUR({series})>={self.begin})"
            f" OR ({next_days} AND HOUR({series})<{self.end}))"
        )


def is_business_hours(text: str) -> bool:
    """Whether ``text`` is of the form that is accepted."""
    try:
        BusinessHours.parse(text)
    except ValueError:
        return False
    return True


def _days(first: int, last: int, series: str) -> str:
    either = "AND" if first <= last else "OR"
    return f"(DAY({series})>={first} {either} DAY({series})<={last})"


def _next(day: int) -> int:
    return day % 7 + 1

"""Arguments that several commands share, and how their values are read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter

from cli.times import TIME_HELP, Zone
from contact_queries.questions import periods
from contact_queries.questions.periods import Period
from contacts.timestamps import timestamp_text
from operations.deployed import Deployment, WholeDeployment
from operations.errors import AskedWronglyError

DEFAULT_EVENTS_PER_SECOND: Final = 200
"""A fifth of what one Kinesis shard takes, about 0.6 MB/s; live traffic keeps the rest."""

_USUAL_PERIOD: Final = "1d"
_DEPLOYMENT: Final = Group(
    "Deployment",
    help="Credentials are those of the AWS CLI. Names come from the outputs of the deployed "
    "stacks, unless they are given here.",
    sort_key=90,
)


def _positive_number(_: Any, tokens: Any) -> int:
    text = tokens[0].value
    if not text.isdecimal() or int(text) == 0:
        message = f"'{text}' is no whole number above 0"
        raise ValueError(message)
    return int(text)


PositiveNumber = Annotated[int, Parameter(converter=_positive_number, metavar="N")]

Where = Annotated[Deployment, Parameter(name="*", group=_DEPLOYMENT)]
WHERE: Final = Deployment()
WholeWhere = Annotated[WholeDeployment, Parameter(name="*", group=_DEPLOYMENT)]
WHOLE_WHERE: Final = WholeDeployment()

From = Annotated[str, Parameter(name="--from", metavar="TIME", help=f"From then on: {TIME_HELP}.")]
To = Annotated[str, Parameter(name="--to", metavar="TIME", help="Before then.")]
AskedFrom = Annotated[
    str | None,
    Parameter(
        name="--from",
        metavar="TIME",
        help=f"The beginning: {TIME_HELP} (default: a day before the end).",
    ),
]
AskedTo = Annotated[
    str | None,
    Parameter(
        name="--to",
        metavar="TIME",
        help=f"The end, exclusive; at most {periods.LONGEST_DAYS} days later (default: now).",
    ),
]
Yes = Annotated[
    bool,
    Parameter(help="Do it (default: a dry run that says what would be done).", show_default=False),
]
Json = Annotated[bool, Parameter(help="Print one JSON document.", show_default=False)]
Rate = Annotated[
    PositiveNumber,
    Parameter(
        metavar="ITEMS_PER_SECOND",
        help="Read, and at most write, so many items of a table a second.",
    ),
]
StateFilePath = Annotated[
    Path | None, Parameter(name="--state-file", metavar="PATH", help="Remember progress here.")
]
EventsPerSecond = Annotated[
    PositiveNumber, Parameter(help="Put at most so many on the stream a second.")
]


def period_asked_for(start: str | None, end: str | None, zone: Zone, now: datetime) -> Period:
    """At most 31 days; the day before the end unless it is said. Raises AskedWronglyError."""
    ended = now if end is None else zone.moment(end, now)
    started = zone.moment(_USUAL_PERIOD, ended) if start is None else zone.moment(start, now)
    return periods.period(timestamp_text(started), timestamp_text(ended))


def moments(
    start: str | None, end: str | None, zone: Zone, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Both ends of a period of any length, None where not given. Raises AskedWronglyError."""
    first = None if start is None else zone.moment(start, now)
    last = None if end is None else zone.moment(end, now)
    if first is not None and last is not None and last <= first:
        raise AskedWronglyError("The period ends before it begins: --to must be later than --from.")
    return first, last

"""Arguments that several commands share, and how their values are read."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Final

from contact_queries.questions import periods
from contact_queries.questions.errors import InvalidParameterError
from contact_queries.questions.lists import FAILED_OUTCOMES
from contact_queries.questions.periods import Period
from contacts.facts.normalised import queue_id
from contacts.timestamps import Timestamp, timestamp_text
from operations.arguments import positive_number

DEFAULT_STACK: Final = "ContactChainsStateful"
DEFAULT_LIMIT: Final = 1000
_USUAL_PERIOD: Final = timedelta(days=1)
_TIME_HELP: Final = "a day or a time, ISO 8601, UTC unless it says otherwise"


def common_options() -> argparse.ArgumentParser:
    """Where the tables are, and how answers are printed; a parent of every command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--json", action="store_true", help="print one JSON document, as the API")
    group = parser.add_argument_group(
        "deployment",
        "Credentials are those of the AWS CLI. The tables are those in the outputs of the deployed "
        "stack, unless named here.",
    )
    group.add_argument("--region", help="AWS region (default: the user's own)")
    group.add_argument("--profile", help="AWS profile (default: the user's own)")
    group.add_argument(
        "--endpoint-url", metavar="URL", help="a local endpoint (default: AWS_ENDPOINT_URL)"
    )
    group.add_argument(
        "--stack", metavar="NAME", default=DEFAULT_STACK, help="default: %(default)s"
    )
    group.add_argument("--table", metavar="NAME", help="the table ContactRecords")
    group.add_argument("--agent-states-table", metavar="NAME", help="the table AgentStates")
    return parser


def add_contact(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contact_id", metavar="CONTACT_ID", help="the id of a contact")


def add_period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="start",
        type=moment,
        metavar="TIME",
        help=f"the beginning, inclusive; {_TIME_HELP} (default: a day before the end)",
    )
    parser.add_argument(
        "--to",
        dest="end",
        type=moment,
        metavar="TIME",
        help=f"the end, exclusive, {periods.LONGEST_DAYS} days later at most (default: now)",
    )
    parser.add_argument(
        "--limit",
        type=positive_number,
        default=DEFAULT_LIMIT,
        metavar="N",
        help="print at most so many contacts (default: %(default)s)",
    )


def add_outcome(
    parser: argparse.ArgumentParser, *, default: tuple[str, ...], explained: str
) -> None:
    parser.add_argument(
        "--outcome",
        action="append",
        choices=FAILED_OUTCOMES,
        default=None,
        help=f"{explained}; may be repeated",
    )
    parser.set_defaults(default_outcomes=default)


def outcomes_of(options: argparse.Namespace) -> tuple[str, ...]:
    return tuple(options.outcome or options.default_outcomes)


def period_of(options: argparse.Namespace, now: Timestamp) -> Period:
    """Raises InvalidParameterError."""
    end = options.end or now
    return periods.period(options.start or _usual_start(end), end)


def _usual_start(end: Timestamp) -> Timestamp:
    try:
        return timestamp_text(datetime.fromisoformat(end) - _USUAL_PERIOD)
    except OverflowError:
        problem = "The calendar has no day before this end."
        raise InvalidParameterError("--to", problem, "Give --from, too.") from None


def queue(text: str) -> str:
    """A queue's id; an ARN will do, and so will ``agent/<agent id>`` for an agent's own queue."""
    return queue_id(text) if text.startswith("arn:") else text


def current_time() -> Timestamp:
    return timestamp_text(datetime.now(UTC))


def moment(text: str) -> Timestamp:
    try:
        return periods.moment(text)
    except ValueError:
        message = f"'{text}' is no time; for example 2026-03-09 or 2026-03-09T08:30:00Z"
        raise argparse.ArgumentTypeError(message) from None

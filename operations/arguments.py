"""Arguments that several commands share, and how their values are read."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from contacts.facts.normalised import resource_id

DEFAULT_STACK: Final = "ContactChainsStateful"
DEFAULT_ARCHIVE_STACK: Final = "ContactChainsArchive"
DEFAULT_CONNECT_STACK: Final = "ContactChainsConnect"
DEFAULT_EVENTS_STACK: Final = "ContactChainsEvents"
DEFAULT_EVENTS_PER_SECOND: Final = 200
"""A fifth of what one Kinesis shard takes, about 0.6 MB/s; live traffic keeps the rest."""

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998

TIME_HELP: Final = "a day or a time, ISO 8601, UTC unless it says otherwise"


def moment(text: str) -> datetime:
    """``2026-03-09`` (midnight), ``2026-03-09T08:30``, ``2026-03-09T08:30:00.250+01:00``.

    From 1970 to 9998, so that the days around it are in the calendar, too.
    """
    try:
        read = datetime.fromisoformat(text)
        moment = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        message = f"'{text}' is no time; for example 2026-03-09 or 2026-03-09T08:30:00Z"
        raise argparse.ArgumentTypeError(message) from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        message = f"'{text}' is not between {_FIRST_YEAR} and {_LAST_YEAR}"
        raise argparse.ArgumentTypeError(message)
    return moment


def agent(text: str) -> str:
    """An agent's id; an ARN will do."""
    return resource_id(text)


def positive_number(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) == 0:
        message = f"'{text}' is no whole number above 0"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def deployment_options() -> argparse.ArgumentParser:
    """Where the deployment is; a parent of every command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group(
        "deployment",
        "Credentials are those of the AWS CLI. Names are those in the outputs of the deployed "
        "stacks, unless given here.",
    )
    group.add_argument("--region", help="AWS region (default: the user's own)")
    group.add_argument("--profile", help="AWS profile (default: the user's own)")
    group.add_argument(
        "--endpoint-url", metavar="URL", help="a local endpoint (default: AWS_ENDPOINT_URL)"
    )
    group.add_argument(
        "--stack",
        metavar="NAME",
        default=DEFAULT_STACK,
        help="stream, table and quarantine are its (default: %(default)s)",
    )
    group.add_argument(
        "--archive-stack",
        metavar="NAME",
        default=DEFAULT_ARCHIVE_STACK,
        help="the archive is its (default: %(default)s)",
    )
    group.add_argument("--stream", metavar="NAME", help="the stream of agent events")
    group.add_argument("--table", metavar="NAME", help="the table ContactRecords")
    group.add_argument("--agent-states-table", metavar="NAME", help="the table AgentStates")
    group.add_argument("--bucket", metavar="NAME", help="the quarantine bucket")
    group.add_argument("--archive-bucket", metavar="NAME", help="the archive bucket")
    return parser


def add_command(commands: Any, name: str, purpose: str, examples: str) -> argparse.ArgumentParser:
    """A command on one deployment that can answer in JSON."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=examples,
        parents=[deployment_options()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_json(parser)
    return parser


def add_period(parser: argparse.ArgumentParser, *, of: str, required: bool) -> None:
    """``options.first`` and ``options.end``, None where they may be left out."""
    parser.add_argument(
        "--from",
        dest="first",
        type=moment,
        required=required,
        metavar="TIME",
        help=f"{of} from then on; {TIME_HELP}",
    )
    parser.add_argument(
        "--to",
        dest="end",
        type=moment,
        required=required,
        metavar="TIME",
        help=f"{of} before then",
    )


def is_backwards(options: argparse.Namespace) -> bool:
    """Whether a period was given that ends before it begins."""
    first, end = (getattr(options, name, None) for name in ("first", "end"))
    return first is not None and end is not None and end <= first


def add_rate(
    parser: argparse.ArgumentParser, *, default: int, what: str = "read, and at most write,"
) -> None:
    parser.add_argument(
        "--rate",
        type=positive_number,
        default=default,
        metavar="ITEMS_PER_SECOND",
        help=f"{what} so many items of a table a second (default: %(default)s)",
    )


def add_state_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state-file", type=Path, metavar="PATH", help="remembers here how far it has come"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def add_yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="do it (default: a dry run that says what would be done)"
    )


def add_events_per_second(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--events-per-second",
        type=positive_number,
        default=DEFAULT_EVENTS_PER_SECOND,
        metavar="N",
        help="put at most so many on the stream (default: %(default)s)",
    )

"""The command line: which commands there are, and what happens when one fails."""

import argparse
from collections.abc import Sequence
from typing import Final

from adapters.aws_calls import UnavailableError
from contact_queries.questions.errors import InvalidParameterError, QueryError
from contacts_cli import chain_command, list_commands, live_command, show_command
from contacts_cli.arguments import common_options
from contacts_cli.deployed_tables import DeployedTables
from operations.deployed import DeployedError
from operations.messages import say
from operations.program import (
    AWS_FAILURES,
    WRONG_ARGUMENTS,
    Parser,
    exit_code_of,
    failure_message,
)

FAILURES: Final = (*AWS_FAILURES, DeployedError, QueryError, UnavailableError)

DESCRIPTION: Final = """\
Asks about contacts: one of them, its chain, lists of them, and what is going on now.

Answers go to standard output, as tables or, with --json, as the documents of the API; everything
else goes to standard error. Exit codes: 0 answered, 1 failed or not known, 2 wrong arguments,
130 interrupted.
"""

EPILOG: Final = """\
examples:
  python -m contacts_cli show 0ee9ed70-e143-577a-a6d0-84c357d59b43
  python -m contacts_cli chain a09a8b61-e476-5250-b5bc-fc89c04140c9
  python -m contacts_cli agent 5a328fab-2e8b-5ed9-b586-7bb211b3aa9d --from 2026-03-09
  python -m contacts_cli failed --outcome MISSED --json
  python -m contacts_cli live

Each command has its own --help.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)

    def run() -> int:
        try:
            options.run(options, DeployedTables(options))
        except InvalidParameterError as error:
            say(str(error))
            return WRONG_ARGUMENTS
        return 0

    return exit_code_of(run, FAILURES, message=_message)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m contacts_cli",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = common_options()
    for command in (show_command, chain_command, list_commands, live_command):
        command.add_to(commands, common)
    return parser


def _message(error: Exception) -> str:
    """What is not known, or was asked wrongly, says itself so."""
    return str(error) if isinstance(error, QueryError) else failure_message(error)

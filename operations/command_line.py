"""The command line: which commands there are, and what happens when one fails."""

import argparse
from collections.abc import Sequence

from adapters.dynamodb.table import LostRaceError, TableUnavailableError
from adapters.event_bus import EventBusUnavailableError
from operations import (
    agreement_command,
    erase_command,
    publish_command,
    quarantine_commands,
    recompute_command,
    replay_command,
    restore_command,
    undelivered_commands,
)
from operations.arguments import is_backwards
from operations.deployed import Deployed, DeployedError
from operations.messages import say
from operations.program import AWS_FAILURES, WRONG_ARGUMENTS, Parser, exit_code_of
from operations.quarantine.bucket import NoSuchObjectError
from operations.quarantine.record import UnreadableObjectError
from operations.records.chains import ChainsNotLinkedError
from operations.streams.event_stream import EventsError
from operations.walk.state_file import StateFileError

FAILURES = (
    *AWS_FAILURES,
    ChainsNotLinkedError,
    DeployedError,
    EventBusUnavailableError,
    EventsError,
    LostRaceError,
    NoSuchObjectError,
    StateFileError,
    TableUnavailableError,
    UnreadableObjectError,
)

DESCRIPTION = """\
Operates Contact Chains: what could not be used, what is archived, what is stored and must be
erased, and how far it agrees with Amazon's own contact records.

Nothing is changed without --yes: every command that would change something first says what.
Results go to standard output, messages and progress to standard error. Exit codes: 0 done,
1 failed or only partly done, 2 wrong arguments, 130 interrupted.
"""

EPILOG = """\
examples:
  python -m operations quarantine list
  python -m operations quarantine replay --all --reason EventTimestamp
  python -m operations replay --from 2026-03-09 --to 2026-03-10 --yes
  python -m operations recompute --state-file recompute.json --yes
  python -m operations agreement --from 2026-03-01 --to 2026-03-08
  python -m operations erase contact 0ee9ed70-e143-577a-a6d0-84c357d59b43 --chain

Each command has its own --help.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if is_backwards(options):
        say("The period ends before it begins: --to must be later than --from.")
        return WRONG_ARGUMENTS
    return exit_code_of(lambda: options.run(options, Deployed(options)), FAILURES)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m operations",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    quarantine_commands.add_to(commands)
    undelivered_commands.add_to(commands)
    replay_command.add_to(commands)
    recompute_command.add_to(commands)
    agreement_command.add_to(commands)
    restore_command.add_to(commands)
    erase_command.add_to(commands)
    publish_command.add_to(commands)
    return parser

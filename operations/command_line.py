"""The command line: which commands there are, and what happens when one fails."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
)

from adapters.dynamodb_table import TableUnavailableError
from local.producer import EventsError
from operations import agreement_command, quarantine_commands, recompute_command, replay_command
from operations.chains import ChainsNotLinkedError
from operations.deployed import Deployed, DeployedError
from operations.messages import say
from operations.quarantine_bucket import NoSuchObjectError
from operations.quarantined_record import UnreadableObjectError
from operations.state_file import StateFileError

FAILED = 1
INTERRUPTED = 130

FAILURES = (
    BotoCoreError,
    ChainsNotLinkedError,
    ClientError,
    DeployedError,
    EventsError,
    NoSuchObjectError,
    StateFileError,
    TableUnavailableError,
    UnreadableObjectError,
)

DESCRIPTION = """\
Operates Contact Chains: what could not be used, what is archived, what is stored, and how far it
agrees with Amazon's own contact records.

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

Each command has its own --help.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    _never_fail_to_print()
    try:
        exit_code: int = options.run(options, Deployed(options))
        # Here and not at exit, so that a closed pipe (`... | head`) is noticed in this function.
        sys.stdout.flush()
    except KeyboardInterrupt:
        say("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on; else Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except FAILURES as error:
        say(_message(error))
        return FAILED
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m operations",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    quarantine_commands.add_to(commands)
    replay_command.add_to(commands)
    recompute_command.add_to(commands)
    agreement_command.add_to(commands)
    return parser


def _never_fail_to_print() -> None:
    """A character that the terminal's encoding lacks is shown as `?`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _message(error: Exception) -> str:
    match error:
        case NoCredentialsError():
            return "No AWS credentials: sign in, or set AWS_PROFILE."
        case NoRegionError():
            return "No AWS region: give --region, or set AWS_REGION."
        case _:
            return f"Failed. {error}"

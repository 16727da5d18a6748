"""What every command line does alike: it prints what it can, ends tidily, and says what failed."""

import argparse
import io
import os
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from operations.escapes import printable
from operations.messages import say

FAILED: Final = 1
WRONG_ARGUMENTS: Final = 2
INTERRUPTED: Final = 130

AWS_FAILURES: Final = (BotoCoreError, ClientError)


class Parser(argparse.ArgumentParser):
    """Repeats no argument as it came: an id that was pasted comes from anywhere, too."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def failure_message(error: Exception) -> str:
    """What is wrong, and the cure where it is known."""
    match error:
        case NoCredentialsError():
            return "No AWS credentials: sign in, or set AWS_PROFILE."
        case NoRegionError():
            return "No AWS region: give --region, or set AWS_REGION."
        case _:
            return f"Failed. {error}"


def exit_code_of(
    command: Callable[[], int],
    failures: tuple[type[Exception], ...],
    *,
    message: Callable[[Exception], str] = failure_message,
) -> int:
    """Run ``command``, which returns its exit code; ``failures`` end it with a sentence."""
    _never_fail_to_print()
    try:
        exit_code = command()
        # Here and not at exit, so that a closed pipe (`... | head`) is noticed in this function.
        sys.stdout.flush()
    except KeyboardInterrupt:
        say("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on; else Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except failures as error:
        say(message(error))
        return FAILED
    return exit_code


def _never_fail_to_print() -> None:
    """A character that the terminal's encoding lacks is shown as `?`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

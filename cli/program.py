"""How every command ends: with an exit code, and a sentence instead of a traceback."""

import io
import os
import re
import sys
from collections.abc import Callable
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)
from cyclopts.exceptions import CycloptsError, UnusedCliTokensError

from adapters.errors import RetryableError
from cli.messages import say, show_messages_of_operations
from contact_queries.questions.errors import InvalidParameterError
from contacts.errors import PermanentError
from operations.errors import AskedWronglyError, NotDoneError

DONE: Final = 0
NOT_DONE: Final = 1
"""Nothing was found, or something could not be done."""
ASKED_WRONGLY: Final = 2
INTERRUPTED: Final = 130
_BY_MAKE: Final = "ASKED_BY_MAKE"
"""Set in the Makefile, whose variables become options."""
_OF_MAKE: Final = re.compile(r"--(agents|hours|keep|minutes|output|port|score|seed|speed)\b")


def exit_code_of(command: Callable[[], int | None]) -> int:
    """Run ``command``, which returns its exit code or None; failures are said in a sentence."""
    _never_fail_to_print()
    show_messages_of_operations()
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
        return NOT_DONE
    except (AskedWronglyError, CycloptsError, InvalidParameterError) as error:
        say(_as_typed(_wrongly_asked(error)))
        return ASKED_WRONGLY
    except (NotDoneError, PermanentError) as error:
        say(str(error))
        return NOT_DONE
    except (BotoCoreError, ClientError, OSError, RetryableError) as error:
        say(_message(error))
        return NOT_DONE
    return exit_code or DONE


def _wrongly_asked(error: Exception) -> str:
    match error:
        case UnusedCliTokensError(unused_tokens=list(tokens)):
            return f"Too many arguments: {' '.join(tokens)}. See --help."
        case _:
            return str(error)


def _as_typed(message: str) -> str:
    """Who typed ``AGENTS=0`` is told of AGENTS, not of --agents."""
    if os.environ.get(_BY_MAKE):
        return _OF_MAKE.sub(lambda option: option[1].upper(), message)
    return message


def _message(error: Exception) -> str:
    """What is wrong, and the cure where it is known."""
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return "No AWS credentials: sign in, or set AWS_PROFILE."
        case NoRegionError():
            return "No AWS region: give --region, or set AWS_REGION."
        case _:
            return f"Failed. {error}"


def _never_fail_to_print() -> None:
    """A character that the terminal's encoding lacks is shown as `?`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

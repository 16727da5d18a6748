"""`day`: a simulated day in two files."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.messages import say
from cli.try_it.simulated_day import USUAL_DAY, WhichDay, messages
from demo.day import write_day
from operations.errors import AskedWronglyError, NotDoneError


def day(
    *,
    events: Annotated[
        Path, Parameter(help="Where to write what Connect publishes: NDJSON, as it arrives.")
    ],
    truth: Annotated[
        Path, Parameter(help="Where to write what happened: NDJSON, a line for each contact.")
    ],
    which: WhichDay = USUAL_DAY,
) -> None:
    """Write what Amazon Connect would publish of a simulated day, and what happened in truth.

    The same options give the same files. contact-chains score compares records with the truth.
    """
    if events.resolve() == truth.resolve():
        raise AskedWronglyError("--events and --truth name the same file.")
    try:
        summary = write_day(which.day(), events_to=events, truth_to=truth, messages=messages())
    except KeyboardInterrupt:
        say("The files are incomplete.")
        raise
    except OSError as error:
        message = f"{error.filename or 'The file'} cannot be written: {error.strerror}."
        raise NotDoneError(message) from error
    print(summary)

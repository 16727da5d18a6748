"""What `export` and `backfill` have in common: Amazon's own contact records, from files."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from cli.messages import say
from cli.program import AskedWronglyError
from contacts.facts.kept_fields import KeptFields
from operations.exports.events import ExportedEvents

AmazonRecords = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--amazon-records",
        consume_multiple=True,
        metavar="PATH",
        help="Amazon's own contact records, also from before the installation: files and folders "
        "of JSON in any form that `demo` takes.",
    ),
]
Kept = Annotated[
    str,
    Parameter(
        name="--kept-contact-record-fields",
        metavar="NAMES",
        help="What is kept of the customer in them, as in the setting keptContactRecordFields.",
    ),
]
NOTHING_KEPT: Final = ""


def kept_fields(names: str) -> KeptFields:
    """Raises AskedWronglyError."""
    try:
        return KeptFields.parse(filter(None, (name.strip() for name in names.split(","))))
    except ValueError as error:
        raise AskedWronglyError(f"--kept-contact-record-fields: {error}.") from error


def say_what_was_left_out(events: ExportedEvents, others: int) -> None:
    """What of the files is no contact record, and what cannot be used, with some examples."""
    for name in events.left_out:
        say(f"Left out: {name}")
    if others:
        say(f"Left out: {others} agent or contact events. Here only contact records are taken.")
    if events.unusable:
        say(f"Not usable: {events.unusable}.")
    for each in events.examples:
        for line in str(each).splitlines():
            say(line)

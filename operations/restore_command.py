"""`restore`: what a copy of the table knows, into the table in use."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from operations.arguments import (
    add_command,
    add_rate,
    add_state_file,
    add_yes,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.program import WRONG_ARGUMENTS
from operations.records.restoration import Restoration, Restored
from operations.tables import print_json
from operations.walk.state_file import StateFile
from operations.walk.table_walk import remembered_pages

DEFAULT_ITEMS_PER_SECOND: Final = 100

_EXAMPLES = """\
examples:
  python -m operations restore --source-table restored
  python -m operations restore --source-table restored --yes --state-file restore.json

For the day on which records are lost that no archive has any more. Restore the table from a backup
into another one (aws dynamodb restore-table-to-point-in-time), then fold that one into the table in
use: nothing newer is lost. What was erased after the backup comes back with it: erase it again.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands, "restore", "fold a restored copy of the table into the table in use", _EXAMPLES
    )
    parser.add_argument(
        "--source-table", required=True, metavar="NAME", help="the copy of ContactRecords"
    )
    add_rate(parser, default=DEFAULT_ITEMS_PER_SECOND)
    add_state_file(parser)
    add_yes(parser)
    parser.set_defaults(run=_restore)


def _restore(options: argparse.Namespace, deployed: Deployed) -> int:
    source, table_name = options.source_table, deployed.contact_records_table
    if source == table_name:
        say(f"{source} is the table in use: name its copy.")
        return WRONG_ARGUMENTS
    state = StateFile(
        options.state_file, table=table_name, dry_run=not options.yes, of=f"restore {source}"
    )
    progress = Progress()
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        restoration = Restoration(
            ContactRecordsTable(deployed.dynamodb, table_name), executor, dry_run=not options.yes
        )
        done = restoration.done
        for items in remembered_pages(
            deployed.dynamodb, source, items_per_second=options.rate, state=state
        ):
            restoration.take(items)
            progress.report(f"{done.items} items read, {done.written} records written.")
    _print_result(options, done)
    return 1 if done.problems else 0


def _print_result(options: argparse.Namespace, done: Restored) -> None:
    if options.json:
        print_json(
            {
                "DryRun": not options.yes,
                "Items": done.items,
                "RecordsWritten": done.written,
                "RecordsUnchanged": done.unchanged,
                "LocationEntriesWritten": done.location_entries,
                "Problems": done.problems,
            }
        )
    for contact_id, problem in done.problems.items():
        say(f"{contact_id} cannot be restored: {problem}")
    missing = counted(done.location_entries, "missing location entry", "missing location entries")
    entries = f" and {missing} of later legs" if done.location_entries else ""
    what = f"{counted(done.written, 'record')} of {done.items} items{entries}"
    if options.yes:
        say(f"Restored: {what}; {done.unchanged} were there already.")
    else:
        say(
            f"Dry run: {what} would be restored, {done.unchanged} are there already. "
            "To do it, add --yes."
        )

"""`recompute`: every stored contact record again, from its own Timeline."""

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
    positive_number,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.records.recomputation import Recomputation, Recomputed
from operations.tables import print_json, print_row
from operations.walk.state_file import StateFile
from operations.walk.table_walk import about_items, remembered_pages

DEFAULT_ITEMS_PER_SECOND: Final = 100

_EXAMPLES = """\
examples:
  python -m operations recompute
  python -m operations recompute --yes --rate 500 --state-file recompute.json

For the day on which folding or linking has learned something. Deploy the new version first, else
the functions write again what this command has just corrected. Records keep the time to live that
they have. Stopped while it had a --state-file, the same command goes on where it was.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands, "recompute", "recompute all records from their own facts, and links", _EXAMPLES
    )
    add_rate(parser, default=DEFAULT_ITEMS_PER_SECOND)
    add_state_file(parser)
    parser.add_argument(
        "--record-ttl-days",
        type=positive_number,
        metavar="DAYS",
        help="new time to live, counted from each record's last update (default: keep it)",
    )
    add_yes(parser)
    parser.set_defaults(run=_recompute)


def _recompute(options: argparse.Namespace, deployed: Deployed) -> int:
    table_name = deployed.contact_records_table
    state = StateFile(options.state_file, table=table_name, dry_run=not options.yes, of="recompute")
    about = about_items(deployed.dynamodb, table_name)
    progress = Progress()
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        recomputation = Recomputation(
            ContactRecordsTable(deployed.dynamodb, table_name),
            executor,
            dry_run=not options.yes,
            record_ttl_days=options.record_ttl_days,
        )
        done = recomputation.done
        for items in remembered_pages(
            deployed.dynamodb, table_name, items_per_second=options.rate, state=state
        ):
            recomputation.take(items)
            progress.report(f"{done.items} of about {about} items, {_what_differed(done)}.")
    _print_result(options, done)
    return 1 if done.unreadable else 0


def _print_result(options: argparse.Namespace, done: Recomputed) -> None:
    attributes = done.attributes.most_common()
    if options.json:
        print_json(
            {
                "DryRun": not options.yes,
                "Items": done.items,
                "LeftAlone": done.left_alone,
                "Unreadable": len(done.unreadable),
                "RecordsChanged": done.records,
                "LinksChanged": done.links,
                "LocationEntriesWritten": done.location_entries,
                "Attributes": {
                    attribute: {
                        "Items": count,
                        "Examples": [
                            {**key._asdict(), "before": before, "after": after}
                            for key, before, after in done.examples[attribute]
                        ],
                    }
                    for attribute, count in attributes
                },
            }
        )
    elif attributes:
        print_row(["Items", "Attribute", "Before", "After", "ChainId", "ContactId"])
        for attribute, count in attributes:
            key, before, after = done.examples[attribute][0]
            print_row([count, attribute, before, after, *key])
    for key, problem in done.unreadable.items():
        say(f"{key.chain_id} {key.contact_id} cannot be recomputed: {problem}")
    say(f"{counted(done.items, 'item')} read; without a record of their own: {done.left_alone}.")
    if options.yes:
        say(f"Corrected: {_what_differed(done)}.")
    else:
        say(f"Dry run: {_what_differed(done)} would be corrected. To do it, add --yes.")


def _what_differed(done: Recomputed) -> str:
    missing = counted(done.location_entries, "missing location entry", "missing location entries")
    entries = f", {missing} of later legs" if done.location_entries else ""
    return f"{counted(done.records, 'record')}, and the links of {done.links}{entries}"

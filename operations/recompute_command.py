"""`recompute`: every stored contact record again, from its own Timeline."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from operations.arguments import (
    add_json,
    add_rate,
    add_state_file,
    add_yes,
    deployment_options,
    positive_number,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.pace import Pace
from operations.recomputation import Recomputation, Recomputed
from operations.state_file import StateFile
from operations.table_walk import MOST_ITEMS_PER_PAGE, pages
from operations.tables import print_json, print_row

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
    parser = commands.add_parser(
        "recompute",
        help="recompute stored contact records from their own facts",
        description="Recompute all stored contact records from their own facts, and their links.",
        epilog=_EXAMPLES,
        parents=[deployment_options()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    add_json(parser)
    parser.set_defaults(run=_recompute)


def _recompute(options: argparse.Namespace, deployed: Deployed) -> int:
    table_name = deployed.contact_records_table
    state = (
        StateFile(options.state_file, table=table_name, dry_run=not options.yes)
        if options.state_file
        else None
    )
    start = state.load() if state else None
    if start:
        say(f"Going on where {options.state_file} says.")
    about = deployed.dynamodb.describe_table(TableName=table_name)["Table"].get("ItemCount", 0)
    pace = Pace(options.rate)
    progress = Progress()
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        recomputation = Recomputation(
            ContactRecordsTable(deployed.dynamodb, table_name),
            executor,
            dry_run=not options.yes,
            record_ttl_days=options.record_ttl_days,
        )
        done = recomputation.done
        size = min(options.rate, MOST_ITEMS_PER_PAGE)
        for items, last_key in pages(deployed.dynamodb, table_name, size=size, start=start):
            pace.wait_for(len(items))
            recomputation.take(items)
            if state and last_key:
                state.save(last_key)
            progress.report(f"{done.items} of about {about} items, {_what_differed(done)}.")
    if state:
        state.done()
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
                "MarksWritten": done.marks,
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
    marks = f", {counted(done.marks, 'missing mark')} of later legs" if done.marks else ""
    return f"{counted(done.records, 'record')}, and the links of {done.links}{marks}"

"""`recompute`: computes every stored contact record again, from its own Timeline."""

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Final

from cyclopts import Parameter

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from cli.arguments import (
    WHOLE_WHERE,
    Json,
    PositiveNumber,
    Rate,
    StateFilePath,
    WholeWhere,
    Yes,
)
from cli.messages import Progress, say
from cli.output import print_json, print_row
from operations.deployed import Deployed
from operations.messages import counted
from operations.records.recomputation import Recomputation, Recomputed
from operations.scan.state_file import StateFile
from operations.scan.table_scan import about_items, remaining_pages

DEFAULT_ITEMS_PER_SECOND: Final = 100


def recompute(
    *,
    rate: Rate = DEFAULT_ITEMS_PER_SECOND,
    state_file: StateFilePath = None,
    record_ttl_days: Annotated[
        PositiveNumber | None,
        Parameter(
            metavar="DAYS",
            help="New time to live, counted from each record's last update (default: keep it).",
        ),
    ] = None,
    yes: Yes = False,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Recompute all records from their own facts, and their links."""
    deployed = Deployed(deployment)
    table_name = deployed.contact_records_table
    state = StateFile(state_file, table=table_name, dry_run=not yes, of="recompute")
    about = about_items(deployed.dynamodb, table_name)
    progress = Progress()
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        recomputation = Recomputation(
            ContactRecordsTable(deployed.dynamodb, table_name),
            executor,
            dry_run=not yes,
            record_ttl_days=record_ttl_days,
        )
        done = recomputation.done
        for items in remaining_pages(
            deployed.dynamodb, table_name, items_per_second=rate, state=state
        ):
            recomputation.take(items)
            progress.report(f"{done.items} of about {about} items, {_what_differed(done)}.")
    _print_result(done, dry_run=not yes, as_json=json)
    return 1 if done.unreadable else 0


def _print_result(done: Recomputed, *, dry_run: bool, as_json: bool) -> None:
    attributes = done.attributes.most_common()
    if as_json:
        print_json(
            {
                "DryRun": dry_run,
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
    if not dry_run:
        say(f"Corrected: {_what_differed(done)}.")
    else:
        say(f"Dry run: {_what_differed(done)} would be corrected. To do it, add --yes.")


def _what_differed(done: Recomputed) -> str:
    missing = counted(done.location_entries, "missing location entry", "missing location entries")
    entries = f", {missing} of later legs" if done.location_entries else ""
    return f"{counted(done.records, 'record')}, and the links of {done.links}{entries}"

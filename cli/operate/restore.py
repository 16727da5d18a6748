"""`restore`: merges a restored copy of the table into the table in use."""

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Final

from cyclopts import Parameter

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from cli.arguments import WHOLE_WHERE, Json, Rate, StateFilePath, WholeWhere, Yes
from cli.messages import Progress, say
from cli.output import print_json
from operations.deployed import Deployed
from operations.errors import AskedWronglyError
from operations.messages import counted
from operations.records.restoration import Restoration, Restored
from operations.scan.state_file import StateFile
from operations.scan.table_scan import remaining_pages

DEFAULT_ITEMS_PER_SECOND: Final = 100


def restore(
    *,
    source_table: Annotated[str, Parameter(help="The copy of ContactRecords.")],
    rate: Rate = DEFAULT_ITEMS_PER_SECOND,
    state_file: StateFilePath = None,
    yes: Yes = False,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Merge a restored copy of the table into the table in use."""
    deployed = Deployed(deployment)
    source, table_name = source_table, deployed.contact_records_table
    if source == table_name:
        raise AskedWronglyError(f"{source} is the table in use: name its copy.")
    state = StateFile(state_file, table=table_name, dry_run=not yes, of=f"restore {source}")
    progress = Progress()
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        restoration = Restoration(
            ContactRecordsTable(deployed.dynamodb, table_name), executor, dry_run=not yes
        )
        done = restoration.done
        for items in remaining_pages(deployed.dynamodb, source, items_per_second=rate, state=state):
            restoration.take(items)
            progress.report(f"{done.items} items read, {done.written} records written.")
    _print_result(done, dry_run=not yes, as_json=json)
    return 1 if done.problems else 0


def _print_result(done: Restored, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "DryRun": dry_run,
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
    if not dry_run:
        say(f"Restored: {what}; {done.unchanged} were there already.")
    else:
        say(
            f"Dry run: {what} would be restored, {done.unchanged} are there already. "
            "To do it, add --yes."
        )

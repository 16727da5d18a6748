"""`backfill`: history on AWS made complete."""

from typing import Final

from cli.arguments import WHOLE_WHERE, Json, Rate, StateFilePath, WholeWhere, Yes
from cli.messages import Progress, say
from cli.output import print_json, print_row
from cli.program import DONE, NOT_DONE
from operations.deployed import Deployed
from operations.history.backfill import Backfill, create_views
from operations.messages import counted
from operations.walk.state_file import StateFile
from operations.walk.table_walk import about_items, remembered_pages

DEFAULT_ITEMS_PER_SECOND: Final = 500


def backfill(
    *,
    rate: Rate = DEFAULT_ITEMS_PER_SECOND,
    state_file: StateFilePath = None,
    yes: Yes = False,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Create the views in Athena, and write every finished record of the table into history.

    Once after analytics=on, after an upgrade that changes columns, and when history lacks records.
    What is there twice shows once.
    """
    deployed = Deployed(deployment)
    table = deployed.contact_records_table
    progress = Progress()
    failed = (
        create_views(
            deployed.athena,
            database=deployed.history_database,
            work_group=deployed.history_work_group,
            report=progress.report,
        )
        if yes
        else {}
    )
    work = Backfill(deployed.firehose if yes else None, deployed.history_delivery_stream)
    about = about_items(deployed.dynamodb, table)
    state = StateFile(state_file, table=table, dry_run=not yes, of="backfill")
    for items in remembered_pages(deployed.dynamodb, table, items_per_second=rate, state=state):
        work.take(items)
        progress.report(f"{work.done.items} of about {about} items.")
    if json:
        print_json(
            {
                "DryRun": not yes,
                "Items": work.done.items,
                "Versions": work.done.versions,
                "ViewsNotCreated": failed,
            }
        )
    else:
        print_row(["Items", "Versions"])
        print_row([work.done.items, work.done.versions])
    for name, reason in failed.items():
        say(f"The view {name} could not be created: {reason}")
    if yes:
        say(f"Written: {counted(work.done.versions, 'record or move')}. In history within 15 min.")
    else:
        say(
            f"Dry run: {counted(work.done.versions, 'record or move')} would be written. "
            "To do it, add --yes."
        )
    return NOT_DONE if failed else DONE

"""`backfill`: history on AWS made complete."""

from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cli.arguments import WHOLE_WHERE, Json, Rate, StateFilePath, WholeWhere, Yes
from cli.history.amazons_records import NO_FILES, Files, GivenRecords
from cli.messages import Progress, say
from cli.output import print_json, print_row
from cli.program import DONE, NOT_DONE
from contacts.facts.kept_fields import KeptFields
from operations.deployed import Deployed
from operations.errors import AskedWronglyError
from operations.history.amazons_records import AmazonsRecords
from operations.history.backfill import Backfill, create_views
from operations.messages import counted
from operations.scan.rate_limiter import RateLimiter
from operations.scan.state_file import StateFile
from operations.scan.table_scan import about_items, remaining_pages

DEFAULT_ITEMS_PER_SECOND: Final = 500
_VERSIONS_AT_A_TIME: Final = 500


def backfill(
    *,
    rate: Rate = DEFAULT_ITEMS_PER_SECOND,
    state_file: StateFilePath = None,
    files: Files = NO_FILES,
    yes: Yes = False,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Create the views in Athena, and write every finished record of the table into history.

    Run it once after analytics=on, after an upgrade that changes columns, and when history lacks
    records. With --amazon-records or --data-lake it writes those, and does not read the table. A
    record that is written twice shows once.
    """
    given, kept = files.records(), files.kept
    if given and state_file:
        raise AskedWronglyError("--state-file is for the table, which is not read with files.")
    deployed = Deployed(deployment)
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
    if given:
        _write_amazons(work, given, kept, rate, progress)
    else:
        _write_table(work, deployed, state_file, rate, progress)
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
    return NOT_DONE if failed or (given and given.unusable) else DONE


def _write_table(
    work: Backfill, deployed: Deployed, state_file: Path | None, rate: int, progress: Progress
) -> None:
    table = deployed.contact_records_table
    about = about_items(deployed.dynamodb, table)
    state = StateFile(state_file, table=table, dry_run=work.is_dry, of="backfill")
    for items in remaining_pages(deployed.dynamodb, table, items_per_second=rate, state=state):
        work.take(items)
        progress.report(f"{work.done.items} of about {about} items.")


def _write_amazons(
    work: Backfill, given: GivenRecords, kept: KeptFields, rate: int, progress: Progress
) -> None:
    limiter = RateLimiter(rate)
    with TemporaryDirectory() as folder:
        made = AmazonsRecords(Path(folder, "records"), kept)
        for versions in batched(
            made.versions(given, progress.report), _VERSIONS_AT_A_TIME, strict=False
        ):
            if not work.is_dry:
                limiter.wait_for(len(versions))
            work.write(versions)
        work.done.items = made.records
    given.say_what_was_left_out(made.others)

"""`export`: finished contact records, their offers, links and chains, as tables in files."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from cli.arguments import WHERE, Json, Rate, Where, moments
from cli.history.amazons_records import NO_FILES, Files, GivenRecords
from cli.messages import Progress, say
from cli.output import print_counts, print_json
from cli.program import DONE, NOT_DONE
from cli.times import TIME_HELP, UTC_ZONE, Tz, now
from contacts.facts.kept_fields import KeptFields
from operations.deployed import Deployed
from operations.errors import AskedWronglyError, NotDoneError
from operations.history.amazons_records import AmazonsRecords
from operations.history.export import Chosen, Sources, part_of, write_history
from operations.history.staging import append, stage_table
from operations.messages import counted

DEFAULT_HISTORY: Final = Path("history.duckdb")
DEFAULT_ITEMS_PER_SECOND: Final = 1000
"""125 read units a second at most: what the table's on-demand capacity does not notice."""


def export(
    output: Annotated[
        Path,
        Parameter(help="The file to write; of parquet, csv and ndjson a folder, with a file each."),
    ] = DEFAULT_HISTORY,
    /,
    *,
    kind: Annotated[
        Literal["duckdb", "parquet", "csv", "ndjson", "sqlite"],
        Parameter(name="--format", help="What to write."),
    ] = "duckdb",
    start: Annotated[
        str | None,
        Parameter(name="--from", metavar="TIME", help=f"Chains that began then: {TIME_HELP}."),
    ] = None,
    end: Annotated[
        str | None, Parameter(name="--to", metavar="TIME", help="Or later, but before then.")
    ] = None,
    records: Annotated[
        Path | None,
        Parameter(help="A file of contact records, as the demo writes it (default: the table)."),
    ] = None,
    no_table: Annotated[
        bool, Parameter(help="Read no table: Amazon's records alone.", show_default=False)
    ] = False,
    files: Files = NO_FILES,
    agent_events: Annotated[
        str | None,
        Parameter(
            metavar="PATH",
            help="Agent events for the table agent_status: NDJSON, compressed or not. A pattern "
            "(archive/**/*.gz) names several files.",
        ),
    ] = None,
    rate: Annotated[Rate, Parameter(help="Read so many items of a table a second.")] = (
        DEFAULT_ITEMS_PER_SECOND
    ),
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> int:
    """Write contacts, attempts, links, chains, and of agent events agent_status, as tables.

    A chain is in the export whole, or not at all. Stopped while it reads the table, the same
    command goes on where it was.
    """
    first, last = moments(start, end, tz, now())
    if output.exists():
        raise AskedWronglyError(f"{output} is there already: name another, or remove it.")
    if not output.absolute().parent.is_dir():
        raise AskedWronglyError(f"{output} cannot be written: there is no such folder.")
    if records and not records.is_file():
        raise NotDoneError(f"{records} is no file.")
    given, kept = files.records(), files.kept
    if no_table and not given:
        raise AskedWronglyError("Give --amazon-records or --data-lake with --no-table.")
    report = Progress().report
    staged = [] if records or no_table else [_staged(output, Deployed(deployment), rate, report)]
    if given:
        staged.append(_staged_of_amazons(output, given, kept, report))
    rows = write_history(
        Sources(
            records=[*map(str, staged), *([str(records)] if records else [])],
            agent_events=agent_events,
        ),
        Chosen(first=first, end=last),
        kind,
        output,
        report,
    )
    for each in staged:
        each.unlink()
    if staged:
        part_of(output).rmdir()
    if json:
        print_json({"Rows": rows})
    else:
        print_counts(["Rows", "Table"], rows)
    if not any(rows.values()):
        say("No finished contact record was found. Nothing is written.")
        return NOT_DONE
    say(f"{counted(rows['contacts'], 'finished contact record')}: {output}")
    return NOT_DONE if given and given.unusable else DONE


def _staged(output: Path, deployed: Deployed, rate: int, report: Callable[[str], None]) -> Path:
    """The file into which the table's records were copied."""
    return stage_table(
        deployed.dynamodb,
        deployed.contact_records_table,
        part_of(output),
        items_per_second=rate,
        report=report,
    )


def _staged_of_amazons(
    output: Path, given: GivenRecords, kept: KeptFields, report: Callable[[str], None]
) -> Path:
    """The file into which records were written that were made of Amazon's."""
    folder = part_of(output)
    folder.mkdir(exist_ok=True)
    staged = folder / "amazons_records.ndjson"
    staged.unlink(missing_ok=True)
    made = AmazonsRecords(folder / "amazons_records", kept)
    append(staged, made.versions(given, report))
    given.say_what_was_left_out(made.others)
    return staged

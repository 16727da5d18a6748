"""`replay`: an archived period through the normal path again."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta
from typing import Annotated, Final

from cyclopts import Parameter

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from cli.arguments import (
    DEFAULT_EVENTS_PER_SECOND,
    WHOLE_WHERE,
    EventsPerSecond,
    From,
    Json,
    PositiveNumber,
    To,
    WholeWhere,
    Yes,
    moments,
)
from cli.messages import Progress, say
from cli.names import NameLookup
from cli.output import print_json, print_row
from cli.times import UTC_ZONE, Tz, now
from contacts.incoming.stream_record import RecordKind
from operations.archive.archive import Archive
from operations.archive.period import ArchiveCounts, ArchiveReader, RecordSelection
from operations.archive.record import ArchivedRecord
from operations.deployed import Deployed
from operations.errors import AskedWronglyError, NotDoneError
from operations.messages import counted
from operations.records.chains import link_chains
from operations.streams.event_stream import EventStream, RecordToPut

_SECONDS_PER_HOUR: Final = 3600
_KINDS: Final = {kind.replace(" ", "-"): kind for kind in RecordKind}


class Replayer:
    """Puts records on the stream as they came, and keeps the links of their chains right.

    The pipeline links a chain when one of its legs is written that is known to be in it. A first
    contact that was lost, and comes back, no longer has its ChainVersion, and its later legs,
    which were not lost, are not written again. Linking the chain from here sets it: before
    the first contact is written again or after, either is enough.
    """

    def __init__(self, deployed: Deployed, executor: Executor, *, events_per_second: int) -> None:
        self._stream = EventStream(
            deployed.kinesis, deployed.stream, events_per_second=events_per_second
        )
        self._table = ContactRecordsTable(deployed.dynamodb, deployed.contact_records_table)
        self._executor = executor

    def replay(self, records: Iterator[ArchivedRecord]) -> None:
        """Put the records on the stream in their order; return when all of them are there."""
        chains: set[str] = set()

        def to_put() -> Iterator[RecordToPut]:
            for record in records:
                chains.update(record.chain_ids())
                yield RecordToPut(partition_key=record.partition_key, data=record.data)

        self._stream.put(to_put())
        link_chains(self._table, chains, self._executor)


def replay(
    *,
    start: From,
    end: To,
    agent: Annotated[
        list[str] | None,
        Parameter(
            help="Only events of this agent (username, id or ARN), and contact events and contact "
            "records of contacts that this agent answered. May be given several times."
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        Parameter(help=f"Only {', '.join(_KINDS)}. May be given several times."),
    ] = None,
    margin_hours: Annotated[
        PositiveNumber,
        Parameter(
            help="The archive goes by arrival: look N hours before and after the period, too."
        ),
    ] = 1,
    resume_from: Annotated[
        str | None, Parameter(metavar="KEY", help="Begin with this archived object.")
    ] = None,
    events_per_second: EventsPerSecond = DEFAULT_EVENTS_PER_SECOND,
    yes: Yes = False,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Feed an archived period through the pipeline again: what Connect wrote in it."""
    first, last = moments(start, end, tz, now())
    assert first is not None
    assert last is not None
    if unknown := set(kind or ()) - set(_KINDS):
        raise AskedWronglyError(f"--kind is one of {', '.join(_KINDS)}, not {min(unknown)}.")
    deployed = Deployed(deployment)
    names = NameLookup(deployed)
    margin = timedelta(hours=margin_hours)
    archive = Archive(deployed.s3, deployed.archive_bucket)
    keys = archive.keys(first - margin, last + margin)
    if resume_from:
        if resume_from not in keys:
            raise NotDoneError(f"There is no {resume_from} among the objects of the period.")
        keys = keys[keys.index(resume_from) :]
    reader = ArchiveReader(
        archive,
        RecordSelection(
            first=first,
            end=last,
            agents=frozenset(names.agent(each) for each in agent or ()),
            kinds=frozenset(_KINDS[each] for each in kind or ()),
        ),
    )
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        replayer = (
            Replayer(deployed, executor, events_per_second=events_per_second) if yes else None
        )
        _replay_objects(keys, reader, replayer, rows=not json)
    _print_result(reader.read, dry_run=not yes, as_json=json, events_per_second=events_per_second)
    return 1 if reader.read.broken else 0


def _replay_objects(
    keys: Sequence[str], reader: ArchiveReader, replayer: Replayer | None, *, rows: bool
) -> None:
    progress = Progress()
    if rows:
        print_row(["Records", "Key"])
    for key in keys:
        before = reader.read.records
        try:
            records = reader.records(key)
            if replayer:
                replayer.replay(records)
            else:
                for _ in records:
                    pass
        except BaseException:
            say(f"Stopped within {key}. To go on from there: --resume-from {key}")
            raise
        if rows:
            print_row([reader.read.records - before, key])
            sys.stdout.flush()
        progress.report(
            f"{reader.read.objects} of {len(keys)} objects, {reader.read.records} records."
        )


def _print_result(
    read: ArchiveCounts, *, dry_run: bool, as_json: bool, events_per_second: int
) -> None:
    if as_json:
        print_json(
            {
                "DryRun": dry_run,
                "Objects": read.objects,
                "Records": read.records,
                "RecordsNotSelected": read.other_records,
                "UndecodableLines": read.undecodable,
                "BrokenObjects": len(read.broken),
                "RecordsByKind": dict(read.kinds),
                "RecordsByAgent": dict(read.agents),
            }
        )
    for problem in [*read.broken, *read.problems]:
        say(problem)
    say(
        f"Left out: {counted(read.other_records, 'record')} of other times, agents or kinds, "
        f"{counted(read.undecodable, 'line')} that cannot be decoded."
    )
    what = f"{_counted_by_kind(read)} in {counted(read.objects, 'object')}"
    if not dry_run:
        say(f"{what} put on the stream.")
    else:
        hours, seconds = divmod(read.records // events_per_second, _SECONDS_PER_HOUR)
        say(
            f"Dry run: {what} would be put on the stream, in about {hours} h {seconds // 60} min "
            f"at {events_per_second} a second. To do it, add --yes."
        )


def _counted_by_kind(read: ArchiveCounts) -> str:
    """``3 records (2 agent events, 1 contact record)``, or ``2 agent events`` if that is all."""
    kinds = [counted(read.kinds[kind], kind) for kind in RecordKind if read.kinds[kind]]
    if len(kinds) == 1:
        return kinds[0]
    return counted(read.records, "record") + (f" ({', '.join(kinds)})" if kinds else "")

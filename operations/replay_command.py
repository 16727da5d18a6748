"""`replay`: an archived period through the normal path again."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from contacts.incoming.stream_record import RecordKind
from operations.archive.archive import Archive
from operations.archive.period import ArchiveReader, Period, Read
from operations.archive.record import ArchivedRecord
from operations.arguments import (
    add_command,
    add_events_per_second,
    add_period,
    add_yes,
    agent,
    positive_number,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.records.chains import link_chains
from operations.streams.event_stream import EventStream, RecordToPut
from operations.tables import print_json, print_row

_SECONDS_PER_HOUR: Final = 3600
_KINDS: Final = {kind.replace(" ", "-"): kind for kind in RecordKind}

_EXAMPLES = """\
examples:
  python -m operations replay --from 2026-03-09 --to 2026-03-10
  python -m operations replay --from 2026-03-09T08:00 --to 2026-03-09T09:30 --agent 5a328fab --yes
  python -m operations replay --from 2026-03-01 --to 2026-04-01 --kind contact-record --yes
  python -m operations replay --from 2026-03-09 --to 2026-03-10 --yes --resume-from KEY

What Connect wrote in the period (from --from, up to but without --to) is put on the stream of agent
events again, whichever stream it came on: agent events by EventTimestamp, contact records by
LastUpdateTimestamp, contact events by the time in EventBridge's envelope; without that, by the
newest time in them. Replaying over what is there is safe: folding is idempotent. What cannot be
decoded is left out. The links of every chain met are looked after as well: a record that comes back
may have later legs that did not change.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands, "replay", "feed an archived period through the pipeline again", _EXAMPLES
    )
    add_period(parser, of="what Connect wrote", required=True)
    parser.add_argument(
        "--agent",
        dest="agents",
        type=agent,
        action="append",
        default=[],
        metavar="ID",
        help="only events of this agent (id or ARN), and contact events and contact records of "
        "contacts that this agent answered; may be given several times",
    )
    parser.add_argument(
        "--kind",
        dest="kinds",
        choices=_KINDS,
        action="append",
        default=[],
        metavar="KIND",
        help=f"only {', '.join(_KINDS)}; may be given several times",
    )
    parser.add_argument(
        "--margin-hours",
        type=positive_number,
        default=1,
        metavar="N",
        help="the archive goes by arrival: look N hours before and after the period, too "
        "(default: %(default)s)",
    )
    parser.add_argument("--resume-from", metavar="KEY", help="begin with this archived object")
    add_events_per_second(parser)
    add_yes(parser)
    parser.set_defaults(run=_replay)


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


def _replay(options: argparse.Namespace, deployed: Deployed) -> int:
    margin = timedelta(hours=options.margin_hours)
    archive = Archive(deployed.s3, deployed.archive_bucket)
    keys = archive.keys(options.first - margin, options.end + margin)
    if options.resume_from:
        if options.resume_from not in keys:
            say(f"There is no {options.resume_from} among the objects of the period.")
            return 1
        keys = keys[keys.index(options.resume_from) :]
    reader = ArchiveReader(
        archive,
        Period(
            first=options.first,
            end=options.end,
            agents=frozenset(options.agents),
            kinds=frozenset(_KINDS[kind] for kind in options.kinds),
        ),
    )
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        replayer = (
            Replayer(deployed, executor, events_per_second=options.events_per_second)
            if options.yes
            else None
        )
        _replay_objects(keys, reader, replayer, rows=not options.json)
    _print_result(options, reader.read)
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


def _print_result(options: argparse.Namespace, read: Read) -> None:
    if options.json:
        print_json(
            {
                "DryRun": not options.yes,
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
    if options.yes:
        say(f"{what} put on the stream.")
    else:
        hours, seconds = divmod(read.records // options.events_per_second, _SECONDS_PER_HOUR)
        say(
            f"Dry run: {what} would be put on the stream, in about {hours} h {seconds // 60} min "
            f"at {options.events_per_second} a second. To do it, add --yes."
        )


def _counted_by_kind(read: Read) -> str:
    """``3 records (2 agent events, 1 contact record)``, or ``2 agent events`` if that is all."""
    kinds = [counted(read.kinds[kind], kind) for kind in RecordKind if read.kinds[kind]]
    if len(kinds) == 1:
        return kinds[0]
    return counted(read.records, "record") + (f" ({', '.join(kinds)})" if kinds else "")

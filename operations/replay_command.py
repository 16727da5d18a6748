"""`replay`: an archived period through the normal path again."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.aws_calls import CONCURRENT_CALLS
from adapters.contact_records_table import ContactRecordsTable
from contacts.agent_event import AgentEvent
from contacts.normalised import resource_id
from contacts.stream_record import UnusableRecordError, decode
from local.producer import BATCH_RECORDS, AgentEventRecord, put_records
from operations.archive import Archive, BrokenObjectError
from operations.arguments import (
    TIME_HELP,
    add_events_per_second,
    add_json,
    add_yes,
    agent,
    deployment_options,
    moment,
    positive_number,
)
from operations.chains import link_chains
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.pace import Pace
from operations.tables import print_json, print_row

_SECONDS_PER_HOUR: Final = 3600
_MOST_PROBLEMS_SAID: Final = 5

_EXAMPLES = """\
examples:
  python -m operations replay --from 2026-03-09 --to 2026-03-10
  python -m operations replay --from 2026-03-09T08:00 --to 2026-03-09T09:30 --agent 5a328fab --yes
  python -m operations replay --from 2026-03-09 --to 2026-03-10 --yes --resume-from KEY

Events of the period (from --from, up to but without --to, by EventTimestamp) are put on the stream
again. Replaying over what is there is safe: folding is idempotent. What is no agent event, or was
quarantined, is left out. The links of every chain met are looked after as well: a record that comes
back may have later legs that did not change.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "replay",
        help="feed an archived period through the pipeline again",
        description="Feed an archived period through the pipeline again.",
        epilog=_EXAMPLES,
        parents=[deployment_options()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--from",
        dest="first",
        type=moment,
        required=True,
        metavar="TIME",
        help=f"beginning of the period; {TIME_HELP}",
    )
    parser.add_argument(
        "--to", dest="end", type=moment, required=True, metavar="TIME", help="end of the period"
    )
    parser.add_argument(
        "--agent",
        dest="agents",
        type=agent,
        action="append",
        default=[],
        metavar="ID",
        help="only events of this agent (id or ARN); may be given several times",
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
    add_json(parser)
    parser.set_defaults(run=_replay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Which events are meant: from ``first`` until before ``end``, of ``agents`` or of anybody."""

    first: datetime
    end: datetime
    agents: frozenset[str]

    def holds(self, event: AgentEvent) -> bool:
        return self.first <= event.event_timestamp < self.end and (
            not self.agents or resource_id(event.agent_arn) in self.agents
        )


@dataclass(slots=True)
class Read:
    """What was read of the archive. ``problems`` are a few of the lines that cannot be used."""

    objects: int = 0
    events: int = 0
    other_events: int = 0
    other_records: int = 0
    undecodable: int = 0
    agents: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class ArchiveReader:
    """Selects the events of a period, and counts what was not selected."""

    def __init__(self, archive: Archive, period: Period) -> None:
        self.read = Read()
        self._archive = archive
        self._period = period

    def events(self, key: str) -> Iterator[tuple[bytes, AgentEvent]]:
        """The events of one object, each with the line that it is."""
        self.read.objects += 1
        try:
            for number, line in enumerate(self._archive.lines(key), start=1):
                if line and (event := self._selected(line, f"{key}, line {number}")):
                    yield line, event
        except BrokenObjectError as error:
            self.read.broken.append(str(error))

    def _selected(self, line: bytes, place: str) -> AgentEvent | None:
        try:
            decoded = decode(line)
        except UnusableRecordError as error:
            self.read.undecodable += 1
            if len(self.read.problems) < _MOST_PROBLEMS_SAID:
                self.read.problems.append(f"{place}: {error}")
            return None
        if not isinstance(decoded, AgentEvent):
            self.read.other_records += 1
            return None
        if not self._period.holds(decoded):
            self.read.other_events += 1
            return None
        self.read.events += 1
        self.read.agents[resource_id(decoded.agent_arn)] += 1
        return decoded


class Replayer:
    """Puts events on the stream as Connect does, and keeps the links of their chains right.

    The pipeline links a chain when one of its legs is written that is known to be in it. A first
    contact that was lost, and comes back, no longer bears the mark of a chain, and its later legs,
    which were not lost, are not written again. Linking the chain from here sets the mark: before
    the first contact is written again or after, either is enough.
    """

    def __init__(self, deployed: Deployed, executor: Executor, *, events_per_second: int) -> None:
        self._deployed = deployed
        self._stream = deployed.stream
        self._table = ContactRecordsTable(deployed.dynamodb, deployed.contact_records_table)
        self._executor = executor
        self._pace = Pace(events_per_second)
        self._at_a_time = min(events_per_second, BATCH_RECORDS)

    def replay(self, events: Iterator[tuple[bytes, AgentEvent]]) -> None:
        """Put the events on the stream in their order; return when all of them are there."""
        chains: set[str] = set()
        batch: list[AgentEventRecord] = []
        for line, event in events:
            batch.append(AgentEventRecord(partition_key=event.agent_arn, data=line))
            chains.update(_chains_of(event))
            if len(batch) == self._at_a_time:
                self._put(batch)
                batch = []
        self._put(batch)
        link_chains(self._table, chains, self._executor)

    def _put(self, batch: Sequence[AgentEventRecord]) -> None:
        if batch:
            self._pace.wait_for(len(batch))
            put_records(self._deployed.kinesis, self._stream, batch)


def _chains_of(event: AgentEvent) -> Iterator[str]:
    for snapshot in (event.previous_agent_snapshot, event.current_agent_snapshot):
        for contact in (snapshot.contacts if snapshot else None) or ():
            yield contact.initial_contact_id or contact.contact_id


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
        Period(first=options.first, end=options.end, agents=frozenset(options.agents)),
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
        print_row(["Events", "Key"])
    for key in keys:
        before = reader.read.events
        try:
            events = reader.events(key)
            if replayer:
                replayer.replay(events)
            else:
                for _ in events:
                    pass
        except BaseException:
            say(f"Stopped within {key}. To go on from there: --resume-from {key}")
            raise
        if rows:
            print_row([reader.read.events - before, key])
            sys.stdout.flush()
        progress.report(
            f"{reader.read.objects} of {len(keys)} objects, {reader.read.events} events."
        )


def _print_result(options: argparse.Namespace, read: Read) -> None:
    if options.json:
        print_json(
            {
                "DryRun": not options.yes,
                "Objects": read.objects,
                "Events": read.events,
                "EventsNotSelected": read.other_events,
                "OtherRecords": read.other_records,
                "UndecodableLines": read.undecodable,
                "BrokenObjects": len(read.broken),
                "EventsByAgent": dict(read.agents),
            }
        )
    for problem in [*read.broken, *read.problems]:
        say(problem)
    say(
        f"Left out: {counted(read.other_events, 'event')} of other times or agents, "
        f"{counted(read.other_records, 'record')} of other kinds, "
        f"{counted(read.undecodable, 'line')} that cannot be decoded."
    )
    what = (
        f"{counted(read.events, 'event')} of {counted(len(read.agents), 'agent')} "
        f"in {counted(read.objects, 'object')}"
    )
    if options.yes:
        say(f"{what} put on the stream.")
    else:
        hours, seconds = divmod(read.events // options.events_per_second, _SECONDS_PER_HOUR)
        say(
            f"Dry run: {what} would be put on the stream, in about {hours} h {seconds // 60} min "
            f"at {options.events_per_second} a second. To do it, add --yes."
        )

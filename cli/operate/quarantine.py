"""`quarantine list`, `show`, `replay` and `relink`: records that could not be used."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter

from adapters.aws_calls import CONCURRENT_CALLS
from cli.arguments import (
    DEFAULT_EVENTS_PER_SECOND,
    WHOLE_WHERE,
    EventsPerSecond,
    Json,
    PositiveNumber,
    WholeWhere,
    Yes,
)
from cli.groups import command_group
from cli.messages import Progress, say
from cli.names import NameLookup
from cli.output import (
    AS_TABLE,
    HowPrinted,
    OutputColumn,
    chosen_members,
    known,
    print_counts,
    print_json,
    print_listing,
    print_members,
    print_rows,
)
from cli.times import TIME_HELP, UTC_ZONE, Tz, Zone, now
from contacts.timestamps import timestamp_text
from operations.deployed import Deployed
from operations.errors import AskedWronglyError, NotDoneError
from operations.messages import counted
from operations.quarantine.bucket import REPLAYED_PREFIX, QuarantineBucket
from operations.quarantine.record import (
    QuarantinedChange,
    QuarantinedRecord,
    StreamedData,
    records_of,
)
from operations.quarantine.remedies import LinkAgain, PutBack, Remedy
from operations.quarantine.selection import Filters, Selection

_OBJECTS_PER_STEP: Final = 50
"""How many objects are replayed before that is recorded; a stopped command may repeat them."""

_LIST_EXAMPLES = """\
Examples:
  contact-chains quarantine list
  contact-chains quarantine list --reason EventTimestamp --since 2026-03-09
  contact-chains quarantine list --json | jq .Reasons

Prints ids, never names. Leaves out what was replayed already, unless --replayed is given.
"""

_SHOW_EXAMPLES = """\
Examples:
  contact-chains quarantine show agent_events/agent-events/shardId-000000000000/4954.json
  contact-chains quarantine show KEY --record 2 --json

Prints the whole payload. It holds personal data: agents' names, customers' phone numbers and
contact attributes.
"""

_REPLAY_EXAMPLES = """\
Examples:
  contact-chains quarantine replay KEY
  contact-chains quarantine replay --all --reason EventTimestamp
  contact-chains quarantine replay --all --yes

Puts the original data back on the agent event stream, with its own partition key, whichever stream
it came on. Replay after the cause is fixed: a record that is still unusable returns to quarantine
as a new object (the outlook is what the code of this program makes of the record). An object is
replayed as a whole. It stays in the bucket, and a copy under replayed/ records that it was
replayed. Changes of the table do not belong on this stream: see quarantine relink.
"""

_RELINK_EXAMPLES = """\
Examples:
  contact-chains quarantine relink --all
  contact-chains quarantine relink KEY --yes

For changes of the table ContactRecords that Lambda gave up on. The records themselves are stored;
only the links of their chains may be missing. Computes the links again from the table, as the
function contact_chains would have done.
"""


@dataclass(frozen=True, kw_only=True)
class AskedFilters:
    """Which records are meant."""

    reason: Annotated[str | None, Parameter(metavar="TEXT")] = None
    """Only records whose reason contains this."""
    agent: str | None = None
    """Only records of this agent: username, id or ARN."""
    since: Annotated[
        str | None,
        Parameter(metavar="TIME", help=f"Only records that arrived then or later: {TIME_HELP}."),
    ] = None
    until: Annotated[str | None, Parameter(metavar="TIME")] = None
    """Only records that arrived before this time."""

    def filters(self, deployed: Deployed, zone: Zone) -> Filters:
        """The same with ids and moments."""
        return Filters(
            reason=self.reason,
            agent=NameLookup(deployed).agent(self.agent) if self.agent else None,
            since=zone.moment(self.since, now()) if self.since else None,
            until=zone.moment(self.until, now()) if self.until else None,
        )


Filtered = Annotated[AskedFilters, Parameter(name="*", group=Group("Filters", sort_key=70))]
ANY: Final = AskedFilters()
All = Annotated[bool, Parameter(name="--all", help="All objects.", show_default=False)]
Again = Annotated[bool, Parameter(help="Include what was replayed already.", show_default=False)]

quarantine = command_group(
    "quarantine", "Records that could not be used: list, show, replay, relink."
)


@quarantine.command(name="list", help_epilogue=_LIST_EXAMPLES)
def quarantine_list(
    *,
    filters: Filtered = ANY,
    replayed: Annotated[
        bool, Parameter(help="Include what was replayed already.", show_default=False)
    ] = False,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> None:
    """List what is in quarantine, and why."""
    deployed = Deployed(deployment)
    with _bucket(deployed) as bucket:
        selection = Selection(bucket, filters.filters(deployed, tz))
        rows = [
            _row(record, each.replayed)
            for each in selection.objects(bucket.keys())
            for record in each.records
            if selection.filters.match(record) and (replayed or not each.replayed)
        ]
    reasons = Counter(str(row["Reason"]) for row in rows)
    if output.json:
        records = [chosen_members(known(row), output.paths) for row in rows]
        print_json({"Records": records, "Reasons": dict(reasons)})
    elif rows:
        print_listing(rows, _COLUMNS, output, csv_fields=list(rows[0]))
        if not output.csv and not output.paths:
            print()
            print_counts(["Records", "Reason"], reasons)
    for problem in selection.unreadable.values():
        say(problem)
    say(f"{counted(len(rows), 'record')}.")


def _row(record: QuarantinedRecord, replayed: datetime | None) -> dict[str, Any]:
    return {
        "Arrival": timestamp_text(record.arrival),
        "Reason": record.reason,
        "Kind": record.kind,
        "AgentId": record.agent_id,
        "ContactId": record.contact_id,
        "Stream": record.stream,
        "Shard": record.shard_id,
        "SequenceNumber": record.sequence_number,
        "Replayed": timestamp_text(replayed) if replayed else None,
        "Record": record.number,
        "Key": record.key,
    }


@quarantine.command(name="show", help_epilogue=_SHOW_EXAMPLES)
def quarantine_show(
    key: Annotated[str, Parameter(help="The key of an object, as listed.")],
    /,
    *,
    record: Annotated[
        PositiveNumber | None, Parameter(help="Only its Nth record, as listed.")
    ] = None,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> None:
    """Print quarantined records in full."""
    with _bucket(Deployed(deployment)) as bucket:
        records = records_of(key, bucket.read(key))
        replayed = bucket.replayed().get(key)
    shown = [each for each in records if record in {None, each.number}]
    if not shown:
        raise NotDoneError(f"{key} has no record {record}: it holds {len(records)}.")
    whole = [known(_row(each, replayed)) | _whole(each) for each in shown]
    if json:
        print_json({"Records": whole})
        return
    for one in whole:
        print_members(one)
        print()


def _whole(record: QuarantinedRecord) -> dict[str, Any]:
    """What was quarantined, decoded as far as possible, with its metadata."""
    match record.content:
        case StreamedData(partition_key=key) as streamed:
            return {"PartitionKey": key, "Metadata": record.metadata} | streamed.decoded
        case QuarantinedChange(record=change):
            return {"Metadata": record.metadata, "Payload": change}


@dataclass(frozen=True, kw_only=True)
class _MendOptions:
    """What to mend; all objects if there are no ``keys``."""

    keys: Sequence[str]
    filters: Filters
    again: bool
    yes: bool
    json: bool


@quarantine.command(name="replay", help_epilogue=_REPLAY_EXAMPLES)
def quarantine_replay(
    *keys: Annotated[str, Parameter(help="Objects, as listed.")],
    all_: All = False,
    filters: Filtered = ANY,
    again: Again = False,
    events_per_second: EventsPerSecond = DEFAULT_EVENTS_PER_SECOND,
    yes: Yes = False,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Put records back on the stream."""
    _check_selection(keys, is_all=all_)
    deployed = Deployed(deployment)
    options = _MendOptions(
        keys=keys, filters=filters.filters(deployed, tz), again=again, yes=yes, json=json
    )
    remedy = PutBack(deployed, events_per_second=events_per_second)
    with _bucket(deployed) as bucket:
        return _mend(options, bucket, remedy)


@quarantine.command(name="relink", help_epilogue=_RELINK_EXAMPLES)
def quarantine_relink(
    *keys: Annotated[str, Parameter(help="Objects, as listed.")],
    all_: All = False,
    filters: Filtered = ANY,
    again: Again = False,
    yes: Yes = False,
    json: Json = False,
    tz: Tz = UTC_ZONE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Link the chains of changes that Lambda gave up on."""
    _check_selection(keys, is_all=all_)
    deployed = Deployed(deployment)
    options = _MendOptions(
        keys=keys, filters=filters.filters(deployed, tz), again=again, yes=yes, json=json
    )
    with _bucket(deployed) as bucket, ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        return _mend(options, bucket, LinkAgain(deployed, executor))


def _check_selection(keys: Sequence[str], *, is_all: bool) -> None:
    if bool(keys) == is_all:
        raise AskedWronglyError("Which objects? Give their keys as listed, or --all.")


def _mend(options: _MendOptions, bucket: QuarantineBucket, remedy: Remedy) -> int:
    """Mend what was chosen, or say what would be; returns the exit code."""
    selection = Selection(bucket, options.filters)
    chosen = selection.objects_to_mend(
        _original_keys(options.keys) if options.keys else bucket.keys(),
        kind=remedy.kind,
        again=options.again,
    )
    progress = Progress()
    rows: list[dict[str, Any]] = []
    for objects in batched(chosen, _OBJECTS_PER_STEP, strict=False):
        if options.yes:
            remedy.mend(objects)
            for each in objects:
                bucket.keep_as_replayed(each.key, at=datetime.now(UTC))
        new_rows = [row for each in objects for row in remedy.rows(each)]
        if not options.json:
            print_rows(new_rows, with_heading=not rows)
        rows += new_rows
        progress.report(f"{counted(len(rows), remedy.unit)} so far.")
    if options.json:
        print_json({"DryRun": not options.yes, "Records": [known(row) for row in rows]})
    _say_what_was_left_out(selection, remedy)
    what = counted(len(rows), remedy.unit)
    if options.yes:
        say(f"{what} {remedy.does}.")
    else:
        say(f"Dry run: {what} would be {remedy.does}. To do it, add --yes.")
    left_out = len(selection.unreadable)
    if options.keys:
        left_out += len(selection.replayed) + len(selection.other_kind)
    return 1 if left_out else 0


def _original_keys(keys: Sequence[str]) -> list[str]:
    for key in keys:
        if key.startswith(REPLAYED_PREFIX):
            message = f"{key} only notes a replay: name the object itself."
            raise NotDoneError(message)
    return list(dict.fromkeys(keys))


def _say_what_was_left_out(selection: Selection, remedy: Remedy) -> None:
    for problem in selection.unreadable.values():
        say(problem)
    if selection.other_kind:
        say(f"{counted(len(selection.other_kind), 'object')} left out: they {remedy.instead}.")
    if selection.replayed:
        say(
            f"{counted(len(selection.replayed), 'object')} left out: replayed already, see --again."
        )


@contextmanager
def _bucket(deployed: Deployed) -> Iterator[QuarantineBucket]:
    with ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        yield QuarantineBucket(deployed.s3, deployed.quarantine_bucket, executor)


_COLUMNS: Final[Sequence[OutputColumn[dict[str, Any]]]] = (
    OutputColumn("Arrival", lambda row: row["Arrival"], 1),
    OutputColumn("Reason", lambda row: row["Reason"]),
    OutputColumn("Kind", lambda row: row["Kind"], 2),
    OutputColumn("AgentId", lambda row: row["AgentId"], 4),
    OutputColumn("ContactId", lambda row: row["ContactId"], 3),
    OutputColumn("Stream", lambda row: row["Stream"], 7),
    OutputColumn("Shard", lambda row: row["Shard"], 8),
    OutputColumn("SequenceNumber", lambda row: row["SequenceNumber"], 9),
    OutputColumn("Replayed", lambda row: row["Replayed"], 6),
    OutputColumn("Record", lambda row: row["Record"], 5),
    OutputColumn("Key", lambda row: row["Key"]),
)

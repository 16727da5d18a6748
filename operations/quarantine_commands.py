"""`quarantine list`, `show`, `replay` and `relink`: working with what could not be used."""

import argparse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Final

from adapters.aws_calls import CONCURRENT_CALLS
from contacts.timestamps import timestamp_text
from operations.arguments import (
    add_command,
    add_events_per_second,
    add_yes,
    positive_number,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.quarantine.bucket import REPLAYED_PREFIX, NoSuchObjectError, QuarantineBucket
from operations.quarantine.mending import LinkAgain, PutBack, Remedy
from operations.quarantine.record import QuarantinedRecord, StreamedData, TableChange, records_of
from operations.quarantine.selection import Filters, Selection
from operations.tables import known, print_counts, print_json, print_members, print_rows

_OBJECTS_PER_STEP: Final = 50
"""After so many it is noted which were replayed: what is done twice if the command is stopped."""

_LIST_EXAMPLES = """\
examples:
  python -m operations quarantine list
  python -m operations quarantine list --reason EventTimestamp --since 2026-03-09
  python -m operations quarantine list --json | jq .Reasons

Names are never printed, only ids. What was replayed is left out unless --replayed is given.
"""

_SHOW_EXAMPLES = """\
examples:
  python -m operations quarantine show agent_events/agent-events/shardId-000000000000/4954.json
  python -m operations quarantine show KEY --record 2 --json

Prints the payload with everything in it: agents' names, customers' numbers and contact attributes
are personal data.
"""

_REPLAY_EXAMPLES = """\
examples:
  python -m operations quarantine replay KEY
  python -m operations quarantine replay --all --reason EventTimestamp
  python -m operations quarantine replay --all --yes

Puts the original data back under its own partition key, on the stream of agent events whichever
stream it came on. Replay when the cause is cured: what is still unusable comes back into quarantine
as a new object (the outlook is that of the code here). An object is replayed whole. It stays where
it is, and a copy under replayed/ notes that it was replayed. Changes of the table are not for this
stream: see quarantine relink.
"""

_RELINK_EXAMPLES = """\
examples:
  python -m operations quarantine relink --all
  python -m operations quarantine relink KEY --yes

For changes of the table ContactRecords that Lambda gave up. The records themselves are stored, only
the links of their chains may be missing. Works out the links again from the table, as the function
contact_chains would have done.
"""


def add_to(commands: Any) -> None:
    """Add the commands to the command line."""
    parser = commands.add_parser(
        "quarantine", help="list, show and replay what could not be used", description=__doc__
    )
    quarantine = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    listing = add_command(quarantine, "list", "what is in quarantine, and why", _LIST_EXAMPLES)
    Filters.add_to(listing)
    listing.add_argument("--replayed", action="store_true", help="also what was replayed")
    listing.set_defaults(run=_list)

    show = add_command(quarantine, "show", "print quarantined records, whole", _SHOW_EXAMPLES)
    show.add_argument("key", metavar="KEY", help="the object, as listed")
    show.add_argument(
        "--record", type=positive_number, metavar="N", help="only its Nth record, as listed"
    )
    show.set_defaults(run=_show)

    replay = add_command(quarantine, "replay", "put records back on the stream", _REPLAY_EXAMPLES)
    _add_selection(replay)
    add_events_per_second(replay)
    replay.set_defaults(run=_replay)

    relink = add_command(quarantine, "relink", "link chains that were given up", _RELINK_EXAMPLES)
    _add_selection(relink)
    relink.set_defaults(run=_relink)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("keys", nargs="*", default=[], metavar="KEY", help="objects, as listed")
    which.add_argument("--all", action="store_true", help="all objects")
    Filters.add_to(parser)
    parser.add_argument("--again", action="store_true", help="also what was replayed already")
    add_yes(parser)


def _list(options: argparse.Namespace, deployed: Deployed) -> int:
    with _bucket(deployed) as bucket:
        selection = Selection(bucket, Filters.of(options))
        rows = [
            _row(record, each.replayed)
            for each in selection.objects(bucket.keys())
            for record in each.records
            if selection.filters.match(record) and (options.replayed or not each.replayed)
        ]
    reasons = Counter(str(row["Reason"]) for row in rows)
    if options.json:
        print_json({"Records": [known(row) for row in rows], "Reasons": dict(reasons)})
    elif rows:
        print_rows(rows)
        print()
        print_counts(["Records", "Reason"], reasons)
    for problem in selection.unreadable.values():
        say(problem)
    say(f"{counted(len(rows), 'record')}.")
    return 0


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


def _show(options: argparse.Namespace, deployed: Deployed) -> int:
    with _bucket(deployed) as bucket:
        records = records_of(options.key, bucket.read(options.key))
        replayed = bucket.replayed().get(options.key)
    shown = [each for each in records if options.record in {None, each.number}]
    if not shown:
        say(f"{options.key} has no record {options.record}: it holds {len(records)}.")
        return 1
    whole = [known(_row(each, replayed)) | _whole(each) for each in shown]
    if options.json:
        print_json({"Records": whole})
        return 0
    for each in whole:
        print_members(each)
        print()
    return 0


def _whole(record: QuarantinedRecord) -> dict[str, Any]:
    """What was quarantined, decoded as far as it can be, and what is known of its object."""
    match record.content:
        case StreamedData(partition_key=key) as streamed:
            return {"PartitionKey": key, "Metadata": record.metadata} | streamed.decoded
        case TableChange(record=change):
            return {"Metadata": record.metadata, "Payload": change}


def _replay(options: argparse.Namespace, deployed: Deployed) -> int:
    remedy = PutBack(deployed, events_per_second=options.events_per_second)
    with _bucket(deployed) as bucket:
        return _mend(options, bucket, remedy)


def _relink(options: argparse.Namespace, deployed: Deployed) -> int:
    with _bucket(deployed) as bucket, ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
        return _mend(options, bucket, LinkAgain(deployed, executor))


def _mend(options: argparse.Namespace, bucket: QuarantineBucket, remedy: Remedy) -> int:
    """Mend what was chosen, or say what would be; returns the exit code."""
    selection = Selection(bucket, Filters.of(options))
    chosen = selection.objects_to_mend(
        bucket.keys() if options.all else _original_keys(options.keys),
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
    if not options.all:
        left_out += len(selection.replayed) + len(selection.other_kind)
    return 1 if left_out else 0


def _original_keys(keys: list[str]) -> list[str]:
    for key in keys:
        if key.startswith(REPLAYED_PREFIX):
            message = f"{key} only notes a replay: name the object itself."
            raise NoSuchObjectError(message)
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

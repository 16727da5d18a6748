"""`undelivered list`, `show` and `redeliver`: contact events that EventBridge could not deliver."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from contacts.timestamps import timestamp_text
from operations.arguments import (
    DEFAULT_CONNECT_STACK,
    add_command,
    add_events_per_second,
    add_yes,
    positive_number,
)
from operations.deployed import Deployed
from operations.messages import Progress, counted, say
from operations.streams.event_stream import EventStream, stream_record
from operations.streams.undelivered_queue import UndeliveredEvent, UndeliveredQueue
from operations.tables import known, print_counts, print_json, print_members, print_rows

DEFAULT_MOST: Final = 1000
"""SQS hands messages out, it does not list them: those looked at are hidden meanwhile."""

_LIST_EXAMPLES = """\
examples:
  python -m operations undelivered list
  python -m operations undelivered list --json | jq .Errors

Looking at messages hides them from others for a moment; they are given back. What a contact event
says of a customer is not printed.
"""

_SHOW_EXAMPLES = """\
examples:
  python -m operations undelivered show 6a0b1c2d-0000-0000-0000-000000000000

Prints the event with everything in it: customers' numbers are personal data.
"""

_REDELIVER_EXAMPLES = """\
examples:
  python -m operations undelivered redeliver --all
  python -m operations undelivered redeliver --all --yes
  python -m operations undelivered redeliver MESSAGE_ID --yes

Puts the events on the stream of agent events, where late is as good as in time and twice as good as
once. A message is removed from the queue only after its event is on the stream. What the function
cannot use lands in quarantine, as it would have.
"""


def add_to(commands: Any) -> None:
    """Add the commands to the command line."""
    parser = commands.add_parser(
        "undelivered",
        help="contact events that EventBridge could not deliver",
        description=__doc__,
    )
    undelivered = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    listing = _command(undelivered, "list", "what is in the queue, and why", _LIST_EXAMPLES)
    listing.set_defaults(run=_list)

    show = _command(undelivered, "show", "print one event, whole", _SHOW_EXAMPLES)
    show.add_argument("message_id", metavar="MESSAGE_ID", help="the message, as listed")
    show.set_defaults(run=_show)

    redeliver = _command(undelivered, "redeliver", "put events on the stream", _REDELIVER_EXAMPLES)
    which = redeliver.add_mutually_exclusive_group(required=True)
    which.add_argument("message_ids", nargs="*", default=[], metavar="MESSAGE_ID", help="as listed")
    which.add_argument("--all", action="store_true", help="all events")
    add_events_per_second(redeliver)
    add_yes(redeliver)
    redeliver.set_defaults(run=_redeliver)


def _command(commands: Any, name: str, purpose: str, examples: str) -> argparse.ArgumentParser:
    parser = add_command(commands, name, purpose, examples)
    parser.add_argument(
        "--connect-stack",
        metavar="NAME",
        default=DEFAULT_CONNECT_STACK,
        help="the queue is its (default: %(default)s)",
    )
    parser.add_argument(
        "--queue-url", metavar="URL", help="the queue of undelivered contact events"
    )
    parser.add_argument(
        "--most",
        type=positive_number,
        default=DEFAULT_MOST,
        metavar="N",
        help="look at no more than so many messages (default: %(default)s)",
    )
    return parser


def _list(options: argparse.Namespace, deployed: Deployed) -> int:
    with _looked_at(options, deployed) as events:
        rows = [_row(event) for event in events]
    errors = Counter(str(row["ErrorCode"]) for row in rows)
    if options.json:
        print_json({"Events": [known(row) for row in rows], "Errors": dict(errors)})
    elif rows:
        print_rows(rows)
        print()
        print_counts(["Events", "ErrorCode"], errors)
    say(f"{counted(len(rows), 'event')}.")
    _say_if_there_may_be_more(options, len(rows))
    return 0


def _show(options: argparse.Namespace, deployed: Deployed) -> int:
    with _looked_at(options, deployed) as events:
        found = next((each for each in events if each.message_id == options.message_id), None)
    if found is None:
        say(f"No message {options.message_id} is to be had; another reader may hide it just now.")
        return 1
    whole = known(_row(found)) | found.content.decoded
    if options.json:
        print_json(whole)
    else:
        print_members(whole)
    return 0


def _redeliver(options: argparse.Namespace, deployed: Deployed) -> int:
    wanted = set(options.message_ids)
    queue = UndeliveredQueue(deployed.sqs, deployed.undelivered_queue)
    done: list[UndeliveredEvent] = []
    others: list[UndeliveredEvent] = []
    not_removed: list[str] = []
    stream = EventStream(
        deployed.kinesis, deployed.stream, events_per_second=options.events_per_second
    )
    progress = Progress()
    try:
        for events in queue.receive(options.most):
            chosen = [each for each in events if options.all or each.message_id in wanted]
            others += [each for each in events if each not in chosen]
            if options.yes:
                stream.put(stream_record(each.content.data) for each in chosen)
                not_removed += queue.remove(chosen)
            done += chosen
            progress.report(f"{counted(len(done), 'event')} so far.")
    finally:
        queue.give_back(others if options.yes else [*others, *done])
    _print_redelivered(options, done)
    for message_id in not_removed:
        say(f"{message_id} is on the stream, but still in the queue: it may be redelivered twice.")
    _say_if_there_may_be_more(options, len(done) + len(others))
    missing = wanted - {each.message_id for each in done}
    if missing:
        say(f"Not found: {' '.join(sorted(missing))}")
    return 1 if missing or not_removed else 0


def _print_redelivered(options: argparse.Namespace, done: Sequence[UndeliveredEvent]) -> None:
    rows = [_row(event) for event in done]
    if options.json:
        print_json({"DryRun": not options.yes, "Events": [known(row) for row in rows]})
    else:
        print_rows(rows)
    what = counted(len(done), "event")
    if options.yes:
        say(f"{what} put on the stream.")
    else:
        say(f"Dry run: {what} would be put on the stream. To do it, add --yes.")


@contextmanager
def _looked_at(
    options: argparse.Namespace, deployed: Deployed
) -> Iterator[Sequence[UndeliveredEvent]]:
    """Messages as they are; they are given back afterwards."""
    queue = UndeliveredQueue(deployed.sqs, deployed.undelivered_queue)
    events: list[UndeliveredEvent] = []
    try:
        for some in queue.receive(options.most):
            events += some
        yield sorted(events, key=lambda each: each.sent)
    finally:
        queue.give_back(events)


def _say_if_there_may_be_more(options: argparse.Namespace, looked_at: int) -> None:
    if looked_at == options.most:
        say(f"{looked_at} were looked at, there may be more: see --most.")


def _row(event: UndeliveredEvent) -> dict[str, Any]:
    return {
        "MessageId": event.message_id,
        "Sent": timestamp_text(event.sent),
        "ErrorCode": event.error_code,
        "ErrorMessage": event.error_message,
        "RetryAttempts": event.retry_attempts,
        "ContactId": event.content.contact_id,
        "Rule": event.rule.rpartition("/")[2] if event.rule else None,
    }

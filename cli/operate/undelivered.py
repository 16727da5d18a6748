"""`undelivered list`, `show` and `redeliver`: contact events that EventBridge could not deliver."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final

from cyclopts import Parameter

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
from contacts.timestamps import timestamp_text
from operations.deployed import Deployed
from operations.errors import AskedWronglyError, NotDoneError
from operations.messages import counted
from operations.streams.event_stream import EventStream, stream_record
from operations.streams.undelivered_queue import UndeliveredEvent, UndeliveredQueue

DEFAULT_MOST: Final = 1000
"""SQS cannot list messages: it hides each that is read from other readers for a while."""

_LIST_EXAMPLES = """\
Examples:
  contact-chains undelivered list
  contact-chains undelivered list --json | jq .Errors

Reading messages hides them from other readers for a moment. Nothing about customers is printed.
"""

_SHOW_EXAMPLES = """\
Examples:
  contact-chains undelivered show 6a0b1c2d-0000-0000-0000-000000000000

Prints the whole event. It holds personal data: customers' phone numbers.
"""

_REDELIVER_EXAMPLES = """\
Examples:
  contact-chains undelivered redeliver --all
  contact-chains undelivered redeliver --all --yes
  contact-chains undelivered redeliver MESSAGE_ID --yes

Puts the events on the agent event stream. Events that come late or twice give the same records. A
message is removed from the queue only after its event is on the stream. Events that the function
cannot use go to quarantine.
"""


Most = Annotated[PositiveNumber, Parameter(help="Read at most this many messages.")]

undelivered = command_group("undelivered", "Contact events that EventBridge could not deliver.")


@undelivered.command(name="list", help_epilogue=_LIST_EXAMPLES)
def undelivered_list(
    *,
    most: Most = DEFAULT_MOST,
    output: HowPrinted = AS_TABLE,
    deployment: WholeWhere = WHOLE_WHERE,
) -> None:
    """List what is in the queue, and why."""
    with _looked_at(most, Deployed(deployment)) as events:
        rows = [_row(event) for event in events]
    errors = Counter(str(row["ErrorCode"]) for row in rows)
    if output.json:
        events_shown = [chosen_members(known(row), output.paths) for row in rows]
        print_json({"Events": events_shown, "Errors": dict(errors)})
    elif rows:
        print_listing(rows, _COLUMNS, output, csv_fields=list(rows[0]))
        if not output.csv and not output.paths:
            print()
            print_counts(["Events", "ErrorCode"], errors)
    say(f"{counted(len(rows), 'event')}.")
    _say_if_there_may_be_more(most, len(rows))


@undelivered.command(name="show", help_epilogue=_SHOW_EXAMPLES)
def undelivered_show(
    message_id: Annotated[str, Parameter(help="The id of a message, as listed.")],
    /,
    *,
    most: Most = DEFAULT_MOST,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> None:
    """Print one event in full."""
    with _looked_at(most, Deployed(deployment)) as events:
        found = next((each for each in events if each.message_id == message_id), None)
    if found is None:
        message = f"Message {message_id} was not found; another reader may be hiding it just now."
        raise NotDoneError(message)
    whole = known(_row(found)) | found.content.decoded
    if json:
        print_json(whole)
    else:
        print_members(whole)


@undelivered.command(name="redeliver", help_epilogue=_REDELIVER_EXAMPLES)
def undelivered_redeliver(
    *message_ids: Annotated[str, Parameter(help="Ids of messages, as listed.")],
    all_: Annotated[bool, Parameter(name="--all", help="All events.", show_default=False)] = False,
    most: Most = DEFAULT_MOST,
    events_per_second: EventsPerSecond = DEFAULT_EVENTS_PER_SECOND,
    yes: Yes = False,
    json: Json = False,
    deployment: WholeWhere = WHOLE_WHERE,
) -> int:
    """Put events on the stream."""
    if bool(message_ids) == all_:
        raise AskedWronglyError("Which events? Give their message ids as listed, or --all.")
    deployed = Deployed(deployment)
    wanted = set(message_ids)
    queue = UndeliveredQueue(deployed.sqs, deployed.undelivered_queue)
    done: list[UndeliveredEvent] = []
    others: list[UndeliveredEvent] = []
    not_removed: list[str] = []
    stream = EventStream(deployed.kinesis, deployed.stream, events_per_second=events_per_second)
    progress = Progress()
    try:
        for events in queue.receive(most):
            chosen = [each for each in events if all_ or each.message_id in wanted]
            others += [each for each in events if each not in chosen]
            if yes:
                stream.put(stream_record(each.content.data) for each in chosen)
                not_removed += queue.remove(chosen)
            done += chosen
            progress.report(f"{counted(len(done), 'event')} so far.")
    finally:
        queue.give_back(others if yes else [*others, *done])
    _print_redelivered(done, dry_run=not yes, as_json=json)
    for message_id in not_removed:
        say(f"{message_id} is on the stream, but still in the queue: it may be redelivered twice.")
    _say_if_there_may_be_more(most, len(done) + len(others))
    missing = wanted - {each.message_id for each in done}
    if missing:
        say(f"Not found: {' '.join(sorted(missing))}")
    return 1 if missing or not_removed else 0


def _print_redelivered(done: Sequence[UndeliveredEvent], *, dry_run: bool, as_json: bool) -> None:
    rows = [_row(event) for event in done]
    if as_json:
        print_json({"DryRun": dry_run, "Events": [known(row) for row in rows]})
    else:
        print_rows(rows)
    what = counted(len(done), "event")
    if not dry_run:
        say(f"{what} put on the stream.")
    else:
        say(f"Dry run: {what} would be put on the stream. To do it, add --yes.")


@contextmanager
def _looked_at(most: int, deployed: Deployed) -> Iterator[Sequence[UndeliveredEvent]]:
    """The messages of the queue, oldest first; afterwards they are visible to others again."""
    queue = UndeliveredQueue(deployed.sqs, deployed.undelivered_queue)
    events: list[UndeliveredEvent] = []
    try:
        for some in queue.receive(most):
            events += some
        yield sorted(events, key=lambda each: each.sent)
    finally:
        queue.give_back(events)


def _say_if_there_may_be_more(most: int, looked_at: int) -> None:
    if looked_at == most:
        say(f"Read {looked_at} messages, there may be more: see --most.")


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


_COLUMNS: Final[Sequence[OutputColumn[dict[str, Any]]]] = (
    OutputColumn("MessageId", lambda row: row["MessageId"]),
    OutputColumn("Sent", lambda row: row["Sent"], 1),
    OutputColumn("ErrorCode", lambda row: row["ErrorCode"]),
    OutputColumn("ErrorMessage", lambda row: row["ErrorMessage"], 5),
    OutputColumn("RetryAttempts", lambda row: row["RetryAttempts"], 4),
    OutputColumn("ContactId", lambda row: row["ContactId"], 2),
    OutputColumn("Rule", lambda row: row["Rule"], 3),
)

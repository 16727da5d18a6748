"""`capture`: the records of your own Kinesis stream, in a file that the demo reads."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from adapters.aws_calls import CONCURRENT_CALLS
from cli.arguments import WHERE, Where
from cli.messages import Progress, say
from cli.program import DONE, NOT_DONE
from cli.times import TIME_HELP, UTC_ZONE, Tz, now
from contacts.errors import UnusableRecordError
from contacts.incoming.stream_record import RecordKind, decode, kind_of
from operations.deployed import Deployed
from operations.errors import AskedWronglyError
from operations.messages import command_path, counted
from operations.scan.state_file import StateFile
from operations.streams.capture import StreamCapture, exported_line

_SECONDS_PER_MINUTE: Final = 60.0
_READABLE_BY_ITS_OWNER: Final = 0o600
_NOT_USABLE: Final = "other record"


def capture(
    *,
    stream: Annotated[str, Parameter(help="The stream that Connect writes to: its name or ARN.")],
    minutes: Annotated[
        float, Parameter(validator=Number(gt=0), help="How long to read the stream.")
    ] = 10.0,
    start: Annotated[
        str | None,
        Parameter(
            name="--from",
            metavar="TIME",
            help=f"Begin with records that came at this time: {TIME_HELP} (default: now). A stream "
            "keeps records for its retention period, one day by default.",
        ),
    ] = None,
    output: Annotated[
        Path, Parameter(help="The file to write, one record per line; it holds personal data.")
    ] = Path("captured-events.ndjson"),
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> int:
    """Write the records of your own Kinesis stream to a file, before anything is deployed.

    It reads all shards and changes nothing. Run it again to continue where it stopped.
    """
    since = now() if start is None else tz.moment(start, now())
    state = StateFile(
        output.with_name(f"{output.name}.state"), table=stream, dry_run=False, of="capture"
    )
    if not output.exists():
        state.done()
    went_to = state.load()
    if went_to is None and output.exists() and output.stat().st_size:
        raise AskedWronglyError(f"{output} is there already: name another file with --output.")
    if went_to is not None:
        since = datetime.fromisoformat(went_to["Since"])
    positions = went_to["Shards"] if went_to is not None else {}
    captured = StreamCapture(Deployed(deployment).kinesis, stream, since=since, positions=positions)
    counts: Counter[str] = Counter()
    progress = Progress()
    say(f"Reading {stream} for {minutes:g} minutes; Ctrl-C stops it.")
    try:
        with _appended(output) as file, ThreadPoolExecutor(CONCURRENT_CALLS) as executor:
            for records in captured.rounds(
                seconds=minutes * _SECONDS_PER_MINUTE, executor=executor
            ):
                # Asking for the next round confirms that the round before was written.
                state.save({"Since": since.isoformat(), "Shards": captured.positions})
                file.writelines(map(exported_line, records))
                file.flush()
                counts.update(map(_kind, records))
                progress.report(f"{_in_words(counts)} so far.")
    finally:
        say(f"{_in_words(counts)}: {output}")
    if not counts:
        say("No record came. Does Connect write to this stream, and are agents at work?")
        return NOT_DONE
    say(f"See their chains: {command_path()} demo {output}")
    return DONE


@contextmanager
def _appended(output: Path) -> Iterator[BinaryIO]:
    descriptor = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _READABLE_BY_ITS_OWNER)
    with os.fdopen(descriptor, "ab") as file:
        yield file


def _kind(data: bytes) -> str:
    try:
        return kind_of(decode(data))
    except UnusableRecordError:
        return _NOT_USABLE


def _in_words(counts: Counter[str]) -> str:
    kinds = [counted(counts[each], each) for each in (*RecordKind, _NOT_USABLE) if counts[each]]
    return ", ".join(kinds) or "0 records"

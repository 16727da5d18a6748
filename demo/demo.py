"""`make demo`: the whole pipeline on this machine, from events to linked contact records.

Starts MiniStack, deploys the synthesized template into it, puts events on the deployed stream, lets
the deployed functions work, prints what came out and stops everything, or keeps it up.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from demo.deployed import deployed_pipeline
from demo.inputs import Input, instance_arn_of
from demo.kept_demo import stay
from demo.report import chains_of, contact_records_of, is_record, report
from demo.score import score_line, score_report
from demo.site import running_site, started_ministack
from demo.stages import stage
from emulator.pipeline import LocalPipeline
from emulator.streams.stream_reader import StreamProgress
from emulator.synthesis import local_context
from operations.errors import NotDoneError
from operations.escapes import printable, printable_lines
from operations.exports.events import ExportedEvents
from operations.messages import command_path, counted
from operations.quarantine.record import QuarantinedRecord

QUARANTINED_SHOWN: Final = 20
EVENTS_AT_A_TIME: Final = 10_000
"""Put and processed before more is read: some 50 MB of agent events."""
_LOG: Final = "ministack.log"


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a run."""

    output: Path
    keep: bool = False
    port: int = 0
    shows_score: bool = False


def run_demo(given: Input, options: Options, messages: Console) -> int:
    """Run the pipeline and print what came out; returns the exit code. Raises FAILURES."""
    started = time.monotonic()
    _check_output(options.output)
    events = iter(given.events)
    if given.exported:
        for text in given.exported.left_out:
            _say(messages, f"Left out: {printable(text)}")
    first = next(events, None)
    if first is None:
        assert given.exported
        _print_unusable(given.exported, messages)
        _say(messages, f"{why_nothing_is_usable(given.exported)} Nothing is started or written.")
        return 1
    with ExitStack() as running:
        site = None
        if options.keep:
            site = running.enter_context(_site(options.port, first, messages))
            pipeline = site.pipeline
        else:
            endpoint = running.enter_context(started_ministack(_LOG, messages))
            pipeline = deployed_pipeline(endpoint, messages, context=local_context())
        progress = _processed(pipeline, chain([first], events), messages)
        items = pipeline.contact_records()
        quarantined = pipeline.quarantined()
        if not site:
            with stage(messages, "MiniStack stopped"):
                running.close()
        exit_code = _print_what_came(given, items, quarantined, options, messages, started)
        exit_code = _print_faults(progress, messages) or exit_code
        if site and items:
            stay(site, items, messages)
    return exit_code


def _site(port: int, first: bytes, messages: Console) -> Any:
    return running_site(
        port=port, instance_arn=instance_arn_of(first), log_name=_LOG, messages=messages
    )


def _check_output(output: Path) -> None:
    if not output.parent.is_dir():
        raise NotDoneError(f"{output} cannot be written: there is no folder {output.parent}.")
    if output.is_dir():
        raise NotDoneError(f"{output} cannot be written: it is a folder. Name a file in it.")


def _processed(
    pipeline: LocalPipeline, events: Iterable[bytes], messages: Console
) -> StreamProgress:
    agent_events = pipeline.deployment.agent_events_function
    contact_chains = pipeline.deployment.contact_chains_function
    progress = pipeline.reader.progress
    with stage(messages, "Processing") as under_way:

        def say(progress: StreamProgress) -> None:
            under_way.say(
                f"Processed {progress.records[agent_events]} events and "
                f"{progress.records[contact_chains]} changes of contact records "
                f"in {progress.invocations.total()} invocations"
            )

        for some in _rounds(events):
            put = pipeline.put(some)
            seconds = _most_seconds(len(some))
            progress = pipeline.process(put, timeout_seconds=seconds, on_progress=say)
    return progress


def _rounds(events: Iterable[bytes]) -> Iterator[list[bytes]]:
    coming = iter(events)
    while some := list(islice(coming, EVENTS_AT_A_TIME)):
        yield some


def _most_seconds(events: int) -> float:
    return 120 + 0.1 * events


def _print_what_came(
    given: Input,
    items: Sequence[Mapping[str, Any]],
    quarantined: Sequence[QuarantinedRecord],
    options: Options,
    messages: Console,
    started: float,
) -> int:
    output = options.output
    if not items:
        _print_quarantined(quarantined, messages)
        _say(messages, f"{why_nothing(given, quarantined)} Nothing is written to {output}.")
        return 1
    write_records(items, output)
    score = None
    if given.truth:
        truth = given.truth()
        score = truth.score(items)
        is_right = score.is_perfect or not truth.is_told_whole
    if score and options.shows_score:
        print(score_report(score))
    else:
        print(report(items, is_beginning=score is not None, where=str(output)))
    if score and not options.shows_score:
        print(f"\n{score_line(score)}")
    if given.exported:
        _print_unusable(given.exported, messages)
    _print_quarantined(quarantined, messages)
    records = sum(is_record(item) for item in contact_records_of(items))
    command = command_path()
    unusable = len(quarantined) + (given.exported.unusable if given.exported else 0)
    _say(
        messages,
        f"{given.counted()}: {counted(records, 'contact record')}, "
        f"{counted(len(chains_of(items)), 'chain')}, "
        f"{unusable} not usable; {time.monotonic() - started:.1f} s.\n"
        f"All items of the table: {output}\n"
        f"In SQL: {command} export --records {output}; {command} sql 'FROM chains'",
    )
    if given.must_be_usable and quarantined:
        _say(messages, "The demo failed. Its own events must not land in quarantine.")
        return 1
    if score and not is_right:
        _say(messages, "The demo failed. The records differ from what really happened.")
        return 1
    return 0


def why_nothing_is_usable(exported: ExportedEvents) -> str:
    """Why nothing of an export can be used; the first thing in it is named."""
    if not exported.examples:
        return "The demo failed. There is no event in what was given."
    first = exported.examples[0]
    count = "The one object" if exported.unusable == 1 else f"None of the {exported.unusable}"
    verb = "cannot" if exported.unusable == 1 else "can"
    return (
        f"The demo failed. {count} {verb} be used. "
        f"{printable(first.place)}: {printable(first.reason)}."
    )


def why_nothing(given: Input, quarantined: Sequence[QuarantinedRecord]) -> str:
    """Why no contact record has come of the events; the first in quarantine is named."""
    if not quarantined:
        return f"The demo failed. No contact record came of the {given.counted()}."
    first = quarantined[0]
    return (
        f"The demo failed. No contact record came of the {given.counted()}. "
        f"{first.key}: {printable(first.reason)}."
    )


def write_records(items: Iterable[Mapping[str, Any]], output: Path) -> None:
    """Write them to ``output``, which holds all of the old ones until it holds all of the new.

    Raises NotDoneError.
    """
    lines = "".join(json_line(item) for item in items)
    written_to = output.resolve()
    is_device = written_to.exists() and not written_to.is_file()
    try:
        if is_device:
            written_to.write_text(lines, encoding="utf-8")
            return
        written = written_to.with_name(written_to.name + ".part")
        written.write_text(lines, encoding="utf-8")
        written.replace(written_to)
    except OSError as error:
        raise NotDoneError(f"{output} cannot be written: {error.strerror}.") from error


def json_line(item: Mapping[str, Any]) -> str:
    """One item as a line of NDJSON."""
    return json.dumps(item, default=_number, ensure_ascii=False, sort_keys=True) + "\n"


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"not expected in a contact record: {type(value).__name__}")
    return int(value) if value == int(value) else float(value)


def _print_unusable(exported: ExportedEvents, messages: Console) -> None:
    """Print unusable events on the terminal only: their first characters may hold names."""
    for each in exported.examples:
        _say(messages, f"Not used: {each}")
    if exported.unusable > len(exported.examples):
        _say(messages, f"and {exported.unusable - len(exported.examples)} more.")


def _print_quarantined(quarantined: Sequence[QuarantinedRecord], messages: Console) -> None:
    for record in quarantined[:QUARANTINED_SHOWN]:
        reason = printable_lines(record.reason)
        _say(messages, f"In quarantine: {printable(record.key)}\n  {reason}")
    if len(quarantined) > QUARANTINED_SHOWN:
        _say(messages, f"and {len(quarantined) - QUARANTINED_SHOWN} more.")


def _print_faults(progress: StreamProgress, messages: Console) -> int:
    """Print errors that should not happen, though Lambda would retry; returns the exit code."""
    for error in progress.function_errors:
        _say(messages, f"Function error: {error}")
    for batch in progress.discarded:
        _say(
            messages,
            f"Given up: {len(batch.records)} records of {batch.settings.function_name}, "
            f"{batch.condition}",
        )
    return 1 if progress.function_errors or progress.discarded else 0


def _say(messages: Console, text: str) -> None:
    messages.print(Text(text), soft_wrap=True)

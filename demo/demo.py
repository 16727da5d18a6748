"""`make demo`: the whole pipeline on this machine, from events to linked contact records.

Starts MiniStack, deploys the synthesized template into it, puts events on the deployed stream, lets
the deployed functions work, prints what came out and stops everything.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from contact_centre.generated_day import GeneratedDay
from contact_centre.published.event_lines import EventLines
from contact_centre.published.publishing import Published
from contact_centre.small_day import small_day
from contact_centre.sources import Source, counted_by_source, source_of
from demo.deployed import BUILD, deployed_pipeline
from demo.events_file import read_events
from demo.report import chains_of, contact_records_of, is_record, report
from demo.score import Score, score, score_report
from demo.stages import stage
from emulator.machine import ministack
from emulator.pipeline import LocalPipeline, QuarantinedRecord
from emulator.streams.stream_reader import Progress
from emulator.synthesis import REPOSITORY, local_context
from operations.escapes import printable, printable_lines
from operations.streams.event_stream import EventsError

DOCUMENTED_EVENTS = [
    REPOSITORY / "tests" / "events" / "determine-acw-time-2019.agent-events.ndjson",
    REPOSITORY / "tests" / "events" / "sample-agent-event-stream-2019.agent-events.ndjson",
]
QUARANTINED_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Input:
    """Events in the order in which they arrive, and what is expected of them."""

    events: Sequence[bytes]
    counted: str
    places: Mapping[bytes, str] = field(default_factory=dict)
    """Where an event stands that came from a file: file and line."""
    truth: "KnownTruth | None" = None
    must_be_usable: bool = True

    def in_order(self, quarantined: Iterable[QuarantinedRecord]) -> list[QuarantinedRecord]:
        """In the order of the events that they were."""
        order = {data: number for number, data in enumerate(self.events)}
        return sorted(quarantined, key=lambda record: order[record.data])


@dataclass(frozen=True, kw_only=True)
class KnownTruth:
    """What really happened, as far as the sources tell; some of it may be lost on the way."""

    contacts: Sequence[Mapping[str, Any]]
    sources: Set[Source]
    is_told_whole: bool

    def score(self, items: Sequence[Mapping[str, Any]]) -> Score:
        return score(items, self.contacts, sources=self.sources)


def sample_input() -> Input:
    """The small day, and the agent events that Amazon documents."""
    events = default_events()
    return Input(events=events, counted=f"{len(events)} agent events")


def input_of_file(path: Path) -> Input:
    """The events of a file. Raises EventsError."""
    lines = read_events(path)
    return Input(
        events=list(lines.values()),
        counted=f"{len(lines)} events",
        # Of equal lines the first.
        places={data: f"{path}, line {number}" for number, data in reversed(lines.items())},
        must_be_usable=False,
    )


def generated_input(day: GeneratedDay, published: Published) -> Input:
    """Contact records say everything once more, so that with them no loss can be seen."""
    lines = EventLines()
    counts: Counter[Source] = Counter()
    events = []
    for event in day.events():
        counts[source_of(event)] += 1
        events.append(lines.line(event))
    truth = KnownTruth(
        contacts=list(day.take_truth()),
        sources=published.sources,
        is_told_whole=not published.contact_event_loss
        or Source.CONTACT_RECORDS in published.sources,
    )
    return Input(events=events, counted=counted_by_source(counts), truth=truth)


def default_events() -> list[bytes]:
    """The small day in time order, then the documented agent events."""
    scripted = [json.dumps(event, ensure_ascii=False).encode() for event in small_day()]
    return scripted + [line for path in DOCUMENTED_EVENTS for line in read_events(path).values()]


def run_demo(given: Input, output: Path, messages: Console) -> int:
    """Run the pipeline and print what came out; returns the exit code. Raises FAILURES."""
    started = time.monotonic()
    if not output.parent.is_dir():
        raise EventsError(f"{output} cannot be written: there is no folder {output.parent}.")
    if output.is_dir():
        raise EventsError(f"{output} cannot be written: it is a folder. Name a file in it.")
    with ExitStack() as running:
        with stage(messages, "Starting MiniStack") as under_way:
            endpoint = running.enter_context(ministack.running(log_file=BUILD / "ministack.log"))
            under_way.say(f"MiniStack runs on {endpoint}")
        pipeline = deployed_pipeline(endpoint, messages, context=local_context())
        progress = _processed(pipeline, given, messages)
        items = pipeline.contact_records()
        quarantined = given.in_order(pipeline.quarantined())
        with stage(messages, "MiniStack stopped"):
            running.close()
    if not items:
        _print_quarantined(quarantined, given.places)
        _print_faults(progress, messages)
        messages.print(Text(f"{why_nothing(given, quarantined)} Nothing is written to {output}."))
        return 1
    write_records(items, output)
    print(report(items) if given.truth is None else score_report(given.truth.score(items)))
    _print_quarantined(quarantined, given.places)
    records = sum(is_record(item) for item in contact_records_of(items))
    messages.print(
        Text(
            f"{given.counted}: {records} contact records, {len(chains_of(items))} chains, "
            f"{len(quarantined)} in quarantine; {time.monotonic() - started:.1f} s.\n"
            f"All items of the table: {output}\n"
            f"In SQL: contact-chains export --records {output}; contact-chains sql 'FROM chains'\n"
            "The same live, on a board of a simulated centre: make board"
        )
    )
    if given.must_be_usable and quarantined:
        messages.print(Text("The demo failed. Its own events must not land in quarantine."))
        return 1
    if given.truth and given.truth.is_told_whole and not given.truth.score(items).is_perfect:
        messages.print(Text("The demo failed. The records differ from what really happened."))
        return 1
    return _print_faults(progress, messages)


def _processed(pipeline: LocalPipeline, given: Input, messages: Console) -> Progress:
    events = given.events
    with stage(messages, "Putting events") as under_way:
        put = pipeline.put(events)
        under_way.say(f"Put {given.counted} on {len(put)} shards of the stream")
    agent_events = pipeline.deployment.agent_events_function
    contact_chains = pipeline.deployment.contact_chains_function
    with stage(messages, "Processing") as under_way:

        def say(progress: Progress) -> None:
            under_way.say(
                f"Processed {progress.records[agent_events]} of {len(events)} events and "
                f"{progress.records[contact_chains]} changes of contact records "
                f"in {progress.invocations.total()} invocations"
            )

        return pipeline.process(put, timeout_seconds=_most_seconds(len(events)), on_progress=say)


def _most_seconds(events: int) -> float:
    return 120 + 0.1 * events


def why_nothing(given: Input, quarantined: Sequence[QuarantinedRecord]) -> str:
    """Why no contact record has come of the events; the first that is unusable is named."""
    if len(quarantined) < len(given.events):
        return f"The demo failed. No contact record came of the {given.counted}."
    first = quarantined[0]
    return (
        f"The demo failed. None of the {given.counted} could be used. "
        f"{given.places.get(first.data, first.key)}: {printable(first.reason)}."
    )


def write_records(items: Iterable[Mapping[str, Any]], output: Path) -> None:
    """Write them to ``output``, which holds all of the old ones until it holds all of the new.

    Raises EventsError.
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
        raise EventsError(f"{output} cannot be written: {error.strerror}.") from error


def json_line(item: Mapping[str, Any]) -> str:
    return json.dumps(item, default=_number, ensure_ascii=False, sort_keys=True) + "\n"


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"not expected in a contact record: {type(value).__name__}")
    return int(value) if value == int(value) else float(value)


def _print_quarantined(
    quarantined: Sequence[QuarantinedRecord], places: Mapping[bytes, str]
) -> None:
    for record in quarantined[:QUARANTINED_SHOWN]:
        place = places.get(record.data, record.key)
        print(f"In quarantine: {printable(place)}\n  {printable_lines(record.reason)}")
    if len(quarantined) > QUARANTINED_SHOWN:
        print(f"and {len(quarantined) - QUARANTINED_SHOWN} more.")


def _print_faults(progress: Progress, messages: Console) -> int:
    """What should not happen here, though Lambda would have tried again; returns the exit code."""
    for error in progress.function_errors:
        messages.print(Text(f"Function error: {error}"))
    for batch in progress.discarded:
        messages.print(
            Text(
                f"Given up: {len(batch.records)} records of {batch.settings.function_name}, "
                f"{batch.condition}"
            )
        )
    return 1 if progress.function_errors or progress.discarded else 0

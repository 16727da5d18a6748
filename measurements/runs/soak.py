"""`make soak`: a day through the deployed pipeline as fast as it takes it, while things go wrong.

What goes wrong: calls to DynamoDB are refused, now and then for a whole second, some answers are
lost and some reads come back undone; function processes are killed at random; events are delivered
twice, the second time long after, when newer ones have come. In the end the table must say what
happened in the simulated centre.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from random import Random
from typing import Any, Final

from rich.console import Console

from contact_centre.arguments import day_of
from contact_centre.published.event_lines import EventLines
from demo.score import Score, score, score_report
from demo.stages import stage
from emulator.faults.faulty_endpoint import FaultSettings, FaultyEndpoint, faulty_endpoint
from emulator.faults.process_killer import ProcessKiller
from emulator.machine.function_processes import can_be_watched
from emulator.pipeline import LocalPipeline
from emulator.streams.stream_reader import StreamProgress
from measurements.errors import MeasurementError
from measurements.runs.function_memory import MemorySamples, memory_report, sampled_memory
from measurements.runs.measurement import (
    Figures,
    carry_out,
    measurement_arguments,
    pipeline_in_emulator,
    this_machine,
)

AGENTS: Final = 500
HOURS: Final = 1.25
MOST_PUT_AT_ONCE: Final = 1000
FEWEST_CHUNKS: Final = 10
SHARE_DELIVERED_TWICE: Final = 0.03
DELIVERED_AGAIN_AFTER: Final = 3000
"""So many events later, which is minutes of the day: other events of the agent have come since."""
SECONDS_BETWEEN_KILLS: Final = 15.0
SHARE_SPARING_NONE: Final = 0.25
"""Of the events; while the rest goes through, one process of each function is spared."""
SECONDS_AFTER_ERROR: Final = 0.5
NAME: Final = "soak"


@dataclass(kw_only=True)
class SoakOutcome:
    """What there is to say at the end."""

    arguments: str
    events: int
    delivered_twice: int
    seconds: float
    killed: int
    happened: dict[str, int]
    progress: StreamProgress
    quarantined: int
    score: Score
    memory: MemorySamples
    services: dict[str, str] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether the table says what happened and nothing was lost."""
        return self.score.is_perfect and not self.quarantined and not self.progress.discarded


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 if everything stated is right, 1 if not."""
    options = _options(arguments)
    return carry_out(NAME, lambda messages: _figures(options, messages), write=options.write)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = measurement_arguments(
        NAME,
        "Pushes a generated day through the deployed pipeline on this machine, as fast as it takes "
        "it, with faults on, and compares the table with what happened. Needs Linux.",
    )
    parser.set_defaults(agents=AGENTS, hours=HOURS)
    parser.add_argument(
        "--seconds-between-kills",
        type=float,
        default=SECONDS_BETWEEN_KILLS,
        metavar="S",
        help="mean time between two kills of a function process (default: %(default)s; 0: none)",
    )
    parser.add_argument(
        "--no-faulty-calls", action="store_true", help="let all calls to DynamoDB pass"
    )
    return parser.parse_args(arguments)


def _figures(options: argparse.Namespace, messages: Console) -> Figures:
    if not can_be_watched():
        raise MeasurementError("It needs Linux: it watches and kills processes by /proc.")
    outcome = _soak(options, messages)
    return Figures(
        text=outcome_report(outcome),
        details=score_report(outcome.score),
        is_right=outcome.is_right,
    )


def _soak(options: argparse.Namespace, messages: Console) -> SoakOutcome:
    with stage(messages, "Playing the day") as under_way:
        day = day_of(options)
        lines = EventLines()
        events = [lines.line(event) for event in day.events()]
        truth = list(day.take_truth())
        under_way.say(f"The day: {len(events)} events, {len(truth)} contacts")
    faults = FaultSettings()
    if options.no_faulty_calls:
        faults = FaultSettings(
            refused=0, answers_lost=0, reads_undone=0, refused_in_spells=0, spell_seconds=0
        )
    killer = ProcessKiller(options.seconds_between_kills, seed=options.seed)
    deliveries = list(twice_delivered(events, seed=options.seed))
    with (
        # A killed function is taken for what it is: the mapping tries again.
        pipeline_in_emulator(
            NAME,
            messages,
            function_errors_accepted=sys.maxsize,
            seconds_after_error=SECONDS_AFTER_ERROR,
        ) as pipeline,
        faulty_endpoint(
            pipeline.clients.lambda_.meta.endpoint_url, faults, seed=options.seed
        ) as faulty,
        sampled_memory() as memory,
    ):
        services = _lead_functions_to(faulty, pipeline)
        began = time.monotonic()
        progress = _push(deliveries, pipeline, killer, faulty, messages)
        seconds = time.monotonic() - began
        with stage(messages, "Comparing with what happened"):
            items = pipeline.contact_records()
            quarantined = pipeline.quarantined()
    return SoakOutcome(
        arguments=f"{options.agents} agents, {options.hours:g} h, seed {options.seed}",
        events=len(events),
        delivered_twice=len(deliveries) - len(events),
        seconds=seconds,
        killed=killer.killed,
        happened=dict(faulty.happened),
        progress=progress,
        quarantined=len(quarantined),
        score=score(items, truth, sources=options.sources),
        memory=memory,
        services=services,
    )


def _lead_functions_to(faulty: FaultyEndpoint, pipeline: LocalPipeline) -> dict[str, str]:
    """Let the functions call AWS through the faulty endpoint; returns their services by name."""
    services = {}
    deployment = pipeline.deployment
    for name in (deployment.agent_events_function, deployment.contact_chains_function):
        lambda_ = pipeline.clients.lambda_
        configuration = lambda_.get_function_configuration(FunctionName=name)
        variables = configuration["Environment"]["Variables"]
        lambda_.update_function_configuration(
            FunctionName=name,
            Environment={"Variables": {**variables, "AWS_ENDPOINT_URL": faulty.url}},
        )
        services[name] = configuration["Handler"].partition(".")[0]
    return services


def twice_delivered(events: Sequence[bytes], *, seed: int) -> Iterator[bytes]:
    """The events in their order; some come once more, long after."""
    chances = Random(seed)
    again: dict[int, list[bytes]] = {}
    for position, event in enumerate(events):
        yield event
        yield from again.pop(position, ())
        if chances.random() < SHARE_DELIVERED_TWICE:
            later = position + chances.randrange(1, DELIVERED_AGAIN_AFTER)
            again.setdefault(later, []).append(event)
    for position in sorted(again):
        yield from again[position]


def _push(
    deliveries: Sequence[bytes],
    pipeline: LocalPipeline,
    killer: ProcessKiller,
    faulty: FaultyEndpoint,
    messages: Console,
) -> StreamProgress:
    """As fast as it goes: the next events are put as soon as the last ones are through."""
    at_once = max(1, min(MOST_PUT_AT_ONCE, len(deliveries) // FEWEST_CHUNKS))
    chunks = list(batched(deliveries, at_once, strict=False))
    began = time.monotonic()
    done = 0
    with stage(messages, "The first events") as under_way:
        for number, chunk in enumerate(chunks):
            is_one_spared = number >= SHARE_SPARING_NONE * len(chunks)
            with killer.at_work(sparing_one_each=is_one_spared):
                pipeline.process(pipeline.put(chunk), timeout_seconds=120 + len(chunk))
            done += len(chunk)
            under_way.say(
                f"{done} of {len(deliveries)} events, {done / (time.monotonic() - began):.0f}/s; "
                f"{killer.killed} kills, {faulty.happened.total()} calls gone wrong"
            )
    return pipeline.reader.progress


def outcome_report(outcome: SoakOutcome) -> str:
    """The figures, for reading."""
    progress = outcome.progress
    delivered = outcome.events + outcome.delivered_twice
    wrong = len(outcome.score.disagreements)
    lines = [
        f"Soak of {datetime.now(UTC):%Y-%m-%d}: {outcome.arguments}",
        f"  {outcome.events} events and {outcome.delivered_twice} of them again, in "
        f"{outcome.seconds:.0f} s: {delivered / outcome.seconds:.0f} events per second "
        f"through the emulator, on {this_machine()}",
        f"  Invocations: {_counted(progress.invocations, outcome.services)}; in part done: "
        f"{_counted(progress.partial_responses, outcome.services)}; died: "
        f"{len(progress.function_errors)}",
        f"  Processes killed: {outcome.killed}",
        *(f"  {kind[0].upper()}{kind[1:]}: {count}" for kind, count in outcome.happened.items()),
        f"  Given up: {len(progress.discarded)} batches; in quarantine: {outcome.quarantined}",
        f"  {outcome.score.contacts} contacts, {len(outcome.score.unrecorded)} without a record, "
        f"{len(outcome.score.surplus)} surplus; {outcome.score.stated.total} values stated, "
        f"{outcome.score.stated.total - outcome.score.stated.right} not right; "
        f"{wrong} disagreements with what is inferred among them",
        memory_report(outcome.memory, outcome.services),
        f"Right: {'yes' if outcome.is_right else 'NO'}",
    ]
    return "\n".join(lines)


def _counted(counts: Any, services: dict[str, str]) -> str:
    return ", ".join(f"{services.get(name, name)} {count}" for name, count in counts.items()) or "0"


if __name__ == "__main__":
    sys.exit(main())

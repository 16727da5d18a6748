"""`make soak`: a day through the deployed pipeline as fast as it takes it, while things go wrong.

What goes wrong: calls to DynamoDB are refused, now and then for a whole second, some answers are
lost and some reads come back undone; function processes are killed at random in the first half;
events are delivered twice, the second time long after, when newer ones have come. In the end the
table must say what happened in the simulated centre, and memory must have stayed flat.
"""

import argparse
import os
import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from local import ministack
from local.day_arguments import add_day_arguments
from local.deploying import BUILD, FAILURES, deployed_pipeline
from local.event_lines import EventLines
from local.faulty_endpoint import FaultSettings, FaultyEndpoint, faulty_endpoint
from local.function_memory import MemorySamples, memory_report, sampled_memory
from local.function_processes import FunctionProcess, can_be_watched, function_processes
from local.generated_day import day_of
from local.pipeline import LocalPipeline
from local.report import WIDTH
from local.scale_document import MarksError, write_part
from local.score import Score, score, score_report
from local.stages import Stage, stage
from local.stream_reader import Progress, StreamReader, take_over_mappings
from local.synthesis import local_context

AGENTS: Final = 500
HOURS: Final = 1.0
MOST_PUT_AT_ONCE: Final = 1000
FEWEST_CHUNKS: Final = 10
SHARE_DELIVERED_TWICE: Final = 0.03
DELIVERED_AGAIN_AFTER: Final = 3000
"""So many events later, which is minutes of the day: other events of the agent have come since."""
SECONDS_BETWEEN_KILLS: Final = 15.0
SECONDS_AFTER_ERROR: Final = 0.5
INTERRUPTED: Final = 130
PART: Final = "soak"


class SoakError(Exception):
    """The soak cannot be run here; the message says why."""


@dataclass(kw_only=True)
class Outcome:
    """What there is to say at the end."""

    arguments: str
    events: int
    delivered_twice: int
    seconds: float
    killed: int
    happened: dict[str, int]
    progress: Progress
    quarantined: int
    score: Score
    memory: MemorySamples
    services: dict[str, str] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether the table says what happened, and nothing was lost, and no process grows."""
        return (
            self.score.is_perfect
            and not self.quarantined
            and not self.progress.discarded
            and all(each.is_flat for each in self.memory.judgements())
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 if everything stated is right, 1 if not."""
    options = _options(arguments)
    messages = Console(stderr=True, width=WIDTH)
    try:
        if not can_be_watched():
            raise SoakError("The soak needs Linux: it watches and kills processes by /proc.")
        outcome = _soak(options, messages)
        text = outcome_report(outcome)
        print(score_report(outcome.score))
        print(f"\n{text}")
        if options.write:
            write_part(PART, f"```\n{text}\n```")
            messages.print(Text("Written to docs/scale.md."))
    except KeyboardInterrupt:
        messages.print(Text("Stopped."))
        return INTERRUPTED
    except (*FAILURES, MarksError, OSError, SoakError) as error:
        messages.print(Text(f"The soak failed. {error}"))
        return 1
    if not outcome.is_right:
        messages.print(Text("The soak failed: see what is wrong above."))
    return 0 if outcome.is_right else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.soak",
        description="Pushes a generated day through the deployed pipeline on this machine, as fast "
        "as it takes it, with faults on, and compares the table with what happened. Needs Linux.",
    )
    add_day_arguments(parser)
    parser.set_defaults(agents=AGENTS, hours=HOURS)
    parser.add_argument(
        "--seconds-between-kills",
        type=float,
        default=SECONDS_BETWEEN_KILLS,
        metavar="S",
        help="mean time between two kills of a function process, in the first half of the events "
        "(default: %(default)s; 0: none)",
    )
    parser.add_argument(
        "--no-faulty-calls", action="store_true", help="let all calls to DynamoDB pass"
    )
    parser.add_argument("--write", action="store_true", help="the figures into docs/scale.md, too")
    return parser.parse_args(arguments)


def _soak(options: argparse.Namespace, messages: Console) -> Outcome:
    with stage(messages, "Playing the day") as under_way:
        day = day_of(options)
        lines = EventLines()
        events = [lines.line(event) for event in day.events()]
        truth = list(day.take_truth())
        under_way.say(f"The day: {len(events)} events, {len(truth)} contacts")
    with ExitStack() as running:
        with stage(messages, "Starting MiniStack") as under_way:
            endpoint = running.enter_context(
                ministack.running(log_file=BUILD / "ministack-soak.log")
            )
            under_way.say(f"MiniStack runs on {endpoint}")
        pipeline = _patient(deployed_pipeline(endpoint, messages, context=local_context()))
        faults = FaultSettings()
        if options.no_faulty_calls:
            faults = FaultSettings(
                refused=0, answers_lost=0, reads_undone=0, refused_in_spells=0, spell_seconds=0
            )
        faulty = running.enter_context(faulty_endpoint(endpoint, faults, seed=options.seed))
        services = _lead_functions_to(faulty, pipeline)
        memory = running.enter_context(sampled_memory())
        killer = Killer(options.seconds_between_kills, seed=options.seed)
        deliveries = list(twice_delivered(events, seed=options.seed))
        began = time.monotonic()
        progress = _push(deliveries, pipeline, killer, faulty, messages)
        seconds = time.monotonic() - began
        with stage(messages, "Comparing with what happened"):
            items = pipeline.contact_records()
            quarantined = pipeline.quarantined()
    return Outcome(
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


def _patient(pipeline: LocalPipeline) -> LocalPipeline:
    """With a reader that takes a killed function for what it is: the mapping tries again."""
    mappings = take_over_mappings(pipeline.clients.lambda_)
    reader = StreamReader(
        pipeline.clients,
        mappings,
        function_errors_accepted=sys.maxsize,
        seconds_after_error=SECONDS_AFTER_ERROR,
    )
    return replace(pipeline, reader=reader)


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
        services[name] = variables["POWERTOOLS_SERVICE_NAME"]
    return services


def twice_delivered(events: Sequence[bytes], *, seed: int) -> Iterator[bytes]:
    """The events in their order; some come once more, long after."""
    chances = random.Random(seed)
    again: dict[int, list[bytes]] = {}
    for position, event in enumerate(events):
        yield event
        yield from again.pop(position, ())
        if chances.random() < SHARE_DELIVERED_TWICE:
            later = position + chances.randrange(1, DELIVERED_AGAIN_AFTER)
            again.setdefault(later, []).append(event)
    for position in sorted(again):
        yield from again[position]


class Killer:
    """Kills one of the functions' processes at random, again and again while it is let.

    Only those that have come through a batch already: when one dies while it begins, the emulator
    stops all of its function, those that begin included, and may go on with that for ever.
    """

    def __init__(self, seconds_between: float, *, seed: int) -> None:
        self.killed = 0
        self._seconds_between = seconds_between
        self._random = random.Random(seed)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For the length of the block, from a thread of its own."""
        is_over = threading.Event()
        experienced = function_processes()
        thread = threading.Thread(target=self._kill_until, args=(is_over, experienced), daemon=True)
        if self._seconds_between > 0:
            thread.start()
        try:
            yield
        finally:
            is_over.set()
            if thread.is_alive():
                thread.join()

    def _kill_until(self, is_over: threading.Event, experienced: list[FunctionProcess]) -> None:
        while experienced and not is_over.wait(self._random.expovariate(1 / self._seconds_between)):
            chosen = self._random.choice(experienced)
            experienced.remove(chosen)
            self.killed += chosen.kill()


def _push(
    deliveries: Sequence[bytes],
    pipeline: LocalPipeline,
    killer: Killer,
    faulty: FaultyEndpoint,
    messages: Console,
) -> Progress:
    """As fast as it goes: the next events are put as soon as the last ones are through."""
    at_once = max(1, min(MOST_PUT_AT_ONCE, len(deliveries) // FEWEST_CHUNKS))
    chunks = list(batched(deliveries, at_once, strict=False))
    began = time.monotonic()
    done = 0
    with stage(messages, "The first events") as under_way:
        for number, chunk in enumerate(chunks):
            with ExitStack() as faults:
                if 2 * number < len(chunks):
                    faults.enter_context(killer.at_work())
                pipeline.process(pipeline.put(chunk), timeout_seconds=120 + len(chunk))
            done += len(chunk)
            _say(under_way, f"{done} of {len(deliveries)} events", done, began, killer, faulty)
    return pipeline.reader.progress


def _say(
    under_way: Stage, of: str, done: int, began: float, killer: Killer, faulty: FaultyEndpoint
) -> None:
    rate = done / (time.monotonic() - began)
    under_way.say(
        f"{of}, {rate:.0f}/s; {killer.killed} kills, {faulty.happened.total()} calls gone wrong"
    )


def outcome_report(outcome: Outcome) -> str:
    """The figures, for reading."""
    progress = outcome.progress
    delivered = outcome.events + outcome.delivered_twice
    wrong = len(outcome.score.disagreements)
    lines = [
        f"Soak of {datetime.now(UTC):%Y-%m-%d}: {outcome.arguments}",
        f"  {outcome.events} events and {outcome.delivered_twice} of them again, in "
        f"{outcome.seconds:.0f} s: {delivered / outcome.seconds:.0f} events per second "
        f"through the emulator, on {os.cpu_count()} cores with load average "
        f"{os.getloadavg()[0]:.1f}",
        f"  Invocations: {_counted(progress.invocations, outcome.services)}; in part done: "
        f"{_counted(progress.partial_responses, outcome.services)}; died: "
        f"{len(progress.function_errors)}",
        f"  Processes killed: {outcome.killed} (in the first half)",
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

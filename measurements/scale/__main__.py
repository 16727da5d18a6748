"""`make simulate`: measures a small day, works out what larger installations need, prints it."""

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from contextlib import redirect_stdout
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

from contact_centre.sources import ALL_SOURCES, Source
from measurements.cost import day_capacity, machine
from measurements.cost.day_capacity import Day, Pace
from measurements.cost.logged import CountedLines
from measurements.errors import MeasurementError
from measurements.runs.scale_document import write_part
from measurements.scale import function_costs, hot_keys
from measurements.scale.centre import Centre, Measured, centre
from measurements.scale.function_costs import FunctionCost
from measurements.scale.report import Results, markdown
from measurements.scale.sample_day import sample_day

PART: Final = "simulate"
AGENTS: Final = (100, 10_000, 100_000, 1_000_000)
CAPACITY_AGENTS: Final = 60
CAPACITY_HOURS: Final = 1.5
INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _options(arguments)
    try:
        text = markdown(_results(options))
        if options.raw:
            print(text)
        else:
            Console(width=180 if not sys.stdout.isatty() else None).print(Markdown(text))
        if options.write:
            write_part(PART, text)
            _say("written to docs/scale.md")
    except KeyboardInterrupt:
        _say("Stopped.")
        return INTERRUPTED
    except (MeasurementError, OSError) as error:
        _say(f"The simulation cannot be written. {error}")
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument(
        "--agents", type=int, default=300, help="of the day that is measured (default: %(default)s)"
    )
    parser.add_argument("--hours", type=float, default=1.5, help="of it (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="(default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="into docs/scale.md, too")
    parser.add_argument("--raw", action="store_true", help="Markdown as it is")
    return parser.parse_args(arguments)


def _results(options: argparse.Namespace) -> Results:
    load = os.getloadavg()[0]
    logged = CountedLines()
    seed = options.seed
    with redirect_stdout(logged):
        _say("measuring what batches cost")
        costs = function_costs.measure(logged, seed=seed)
        alone = _measured(options, {Source.AGENT_EVENTS}, costs, logged.metrics())
        measured = _measured(options, ALL_SOURCES, costs, logged.metrics())
        _say("contacts far from usual")
        held, chain, agent = hot_keys.held_contact(), hot_keys.long_chain(), hot_keys.busy_agent()
    return Results(
        machine=machine.description(load_before=load),
        alone=alone,
        centres_alone=_centres(alone, seed=seed),
        measured=measured,
        centres=_centres(measured, seed=seed),
        held=held,
        chain=chain,
        agent=agent,
    )


def _measured(
    options: argparse.Namespace,
    sources: Collection[Source],
    costs: tuple[FunctionCost, FunctionCost],
    metrics: int,
) -> Measured:
    named = " and ".join(sorted(source.words for source in sources))
    _say(f"measuring rates, sizes and capacity units: {named}")
    agents, hours, seed = options.agents, options.hours, options.seed
    sample = sample_day(agents=agents, hours=hours, seed=seed, sources=sources)
    usage = day_capacity.measure(
        Day(CAPACITY_AGENTS, CAPACITY_HOURS, seed), pace=Pace.STEADY, sources=sources
    )
    return Measured(sample, usage, *costs, metrics)


def _centres(measured: Measured, *, seed: int) -> list[Centre]:
    found = []
    for agents in AGENTS:
        _say(f"simulating {agents:,} agents")
        found.append(centre(agents, measured, seed=seed))
    return found


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""`make simulate`: measures a small day, works out what larger installations need, prints it."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

from contact_centre.sources import ALL_SOURCES
from measurements.cost import day_capacity, machine
from measurements.cost.day_capacity import Day, Pace
from measurements.runs.scale_document import MarksError, write_part
from measurements.scale import function_costs, hot_keys
from measurements.scale.centre import Centre, Measured, centre
from measurements.scale.function_costs import CountedLines
from measurements.scale.report import Results, markdown
from measurements.scale.sample_day import sample_day

PART: Final = "simulate"
AGENTS: Final = (100, 10_000, 100_000)
CAPACITY_AGENTS: Final = 30
CAPACITY_HOURS: Final = 0.75
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
    except (MarksError, OSError) as error:
        _say(f"The simulation cannot be written. {error}")
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
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
        measured = _measured(options, logged)
        _say("contacts far from usual")
        held, chain, agent = hot_keys.held_contact(), hot_keys.long_chain(), hot_keys.busy_agent()
    centres: list[Centre] = []
    for agents in AGENTS:
        _say(f"simulating {agents:,} agents")
        centres.append(centre(agents, measured, seed=seed))
    return Results(
        machine=machine.description(load_before=load),
        measured=measured,
        centres=centres,
        held=held,
        chain=chain,
        agent=agent,
    )


def _measured(options: argparse.Namespace, logged: CountedLines) -> Measured:
    _say("measuring rates and sizes")
    sample = sample_day(agents=options.agents, hours=options.hours, seed=options.seed)
    _say("measuring what batches cost")
    first, second = function_costs.measure(logged, seed=options.seed)
    _say("measuring capacity units")
    day = Day(CAPACITY_AGENTS, CAPACITY_HOURS, options.seed)
    usage = day_capacity.measure(day, pace=Pace.STEADY, sources=ALL_SOURCES)
    return Measured(sample, usage, first, second)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

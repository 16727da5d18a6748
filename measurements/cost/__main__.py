"""`make bench`: measures everything, prints the tables, and writes them where they are kept."""

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from itertools import product

from rich.console import Console
from rich.markdown import Markdown

from contact_centre.sources import ALL_SOURCES, Source
from measurements.cost import day_capacity, emulator, machine, processes, throughput
from measurements.cost.day_capacity import Day, Pace
from measurements.cost.document import DOCUMENT, with_figures
from measurements.cost.processes import FOLDER
from measurements.cost.report import CostFigures, markdown


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: a target that is not reached is a figure, no failure."""
    options = _options(arguments)
    # Powertools warns at every batch without a metric, which the baseline has.
    warnings.simplefilter("ignore", UserWarning)
    figures = markdown(_measured(options))
    if options.raw:
        print(figures)
    else:
        Console(width=180 if not sys.stdout.isatty() else None).print(Markdown(figures))
    if options.write:
        DOCUMENT.write_text(with_figures(DOCUMENT.read_text("utf-8"), figures), "utf-8")
        print(f"written to {DOCUMENT}", file=sys.stderr)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--agents", type=int, default=60, help="of the day (default: %(default)s)")
    parser.add_argument("--hours", type=float, default=1.5, help="of it (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="(default: %(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=7, help="medians of so many (default: %(default)s)"
    )
    parser.add_argument("--write", action="store_true", help=f"into docs/{DOCUMENT.name}, too")
    parser.add_argument("--raw", action="store_true", help="Markdown as it is")
    return parser.parse_args(arguments)


def _measured(options: argparse.Namespace) -> CostFigures:
    load = os.getloadavg()[0]
    day = Day(options.agents, options.hours, options.seed)
    FOLDER.mkdir(parents=True, exist_ok=True)
    # The functions' log goes into a file; formatting it stays part of the measurement.
    with (
        (FOLDER / "functions.log").open("w", encoding="utf-8") as log,
        contextlib.redirect_stdout(log),
    ):
        _say("whole processes")
        bare_seconds, started, shipped = processes.measure(rounds=options.rounds)
        _say("batches of Lambda 1")
        compared = throughput.measure(rounds=options.rounds)
        days = {}
        for pace, has_all in product(Pace, (False, True)):
            _say(f"the day, {pace}, {'all sources' if has_all else 'agent events'}")
            sources = ALL_SOURCES if has_all else {Source.AGENT_EVENTS}
            days[pace, has_all] = day_capacity.measure(day, pace=pace, sources=sources)
        baseline_day = day_capacity.measure_baseline(day)
        _say("the same writes in an emulator")
        agreement = emulator.compare(
            days[Pace.STEADY, True].sampled_writes, log_file=FOLDER / "ministack.log"
        )
    return CostFigures(
        machine=machine.description(load_before=load),
        day=day,
        compared=compared,
        days=days,
        baseline_day=baseline_day,
        bare_seconds=bare_seconds,
        started=started,
        shipped=shipped,
        agreement=agreement,
    )


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

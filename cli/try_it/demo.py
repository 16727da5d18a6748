"""`demo`: the whole pipeline on this machine, from events to linked contact records."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.try_it.simulated_day import USUAL_DAY, WhichDay, failures_in_words, messages
from demo.demo import Options, run_demo
from demo.inputs import exported_input, generated_input, sample_input
from operations.errors import AskedWronglyError

DEFAULT_OUTPUT: Final = Path("contact-records.ndjson")


def demo(
    *events: Annotated[
        Path,
        Parameter(
            # So that - can be given.
            allow_leading_hyphen=True,
            help="Agent events, contact events and contact records of Amazon's: files, folders, or "
            "- for standard input. JSON as lines, as an array or one behind the other, answers of "
            "aws kinesis get-records, test events of Lambda, log lines; plain, gzip or zstd "
            "(default: a scripted day in which every case happens once, and the agent events that "
            "Amazon's guide documents).",
        ),
    ],
    generated_day: Annotated[
        bool,
        Parameter(
            help="A simulated day, as its options say; ends with a score against what really "
            "happened.",
            show_default=False,
        ),
    ] = False,
    day: WhichDay = USUAL_DAY,
    score: Annotated[
        bool,
        Parameter(help="Of a simulated day, show the score of every field.", show_default=False),
    ] = False,
    keep: Annotated[
        bool,
        Parameter(
            help="Keep all of it up until Ctrl-C, for the command line, the API and the pages.",
            show_default=False,
        ),
    ] = False,
    port: Annotated[
        int,
        Parameter(
            validator=Number(gte=0, lte=65_535),
            help="With --keep: where pages and API are on 127.0.0.1 (0: a port that is free).",
        ),
    ] = 0,
    output: Annotated[
        Path, Parameter(help="Where to write all contact records, one JSON object per line.")
    ] = DEFAULT_OUTPUT,
) -> int:
    """Run the pipeline on this machine and print the contact records and chains."""
    for each in events:
        if str(each).startswith("--"):
            raise AskedWronglyError(f"{each} is no option of demo; contact-chains demo --help.")
    is_generated = generated_day or day != USUAL_DAY
    if events and is_generated:
        names = ", ".join(map(str, events))
        raise AskedWronglyError(f"Give {names} or a simulated day, not both.")
    if score and not is_generated:
        raise AskedWronglyError("--score is for simulated days: of others the truth is not known.")
    if port and not keep:
        raise AskedWronglyError("--port is for --keep: else there are neither pages nor API.")
    with failures_in_words("The demo"):
        if events:
            given = exported_input(events)
        elif is_generated:
            given = generated_input(day.day(), day.published)
        else:
            given = sample_input()
        options = Options(output=output, keep=keep, port=port, shows_score=score)
        return run_demo(given, options, messages())

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
            # Lets - stand for standard input.
            allow_leading_hyphen=True,
            help="Amazon's agent events, contact events and contact records: files, folders, or - "
            "for standard input. Formats: JSON lines, a JSON array, JSON documents one after "
            "another, output of aws kinesis get-records, test events of Lambda, log lines; plain, "
            "gzip or zstd (default: a scripted day in which every case happens once, and the agent "
            "events that Amazon's guide documents).",
        ),
    ],
    generated_day: Annotated[
        bool,
        Parameter(
            help="Use a simulated day, which its options describe; ends with a score against what "
            "really happened.",
            show_default=False,
        ),
    ] = False,
    day: WhichDay = USUAL_DAY,
    score: Annotated[
        bool,
        Parameter(help="Show the score of every field of a simulated day.", show_default=False),
    ] = False,
    keep: Annotated[
        bool,
        Parameter(
            help="Keep everything running until Ctrl-C, for commands, the API and the pages.",
            show_default=False,
        ),
    ] = False,
    port: Annotated[
        int,
        Parameter(
            validator=Number(gte=0, lte=65_535),
            help="With --keep: the port of pages and API on 127.0.0.1 (0: any free port).",
        ),
    ] = 0,
    output: Annotated[
        Path, Parameter(help="Where to write all contact records, one JSON object per line.")
    ] = DEFAULT_OUTPUT,
) -> int:
    """Run the pipeline on this machine and print the contact records and chains."""
    for each in events:
        if str(each).startswith("--"):
            raise AskedWronglyError(
                f"{each} is not an option of demo; see contact-chains demo --help."
            )
    is_generated = generated_day or day != USUAL_DAY
    if events and is_generated:
        names = ", ".join(map(str, events))
        raise AskedWronglyError(f"Give {names} or a simulated day, not both.")
    if score and not is_generated:
        raise AskedWronglyError(
            "--score needs a simulated day: the truth of other events is not known."
        )
    if port and not keep:
        raise AskedWronglyError("--port needs --keep: without it there are neither pages nor API.")
    with failures_in_words("The demo"):
        if events:
            given = exported_input(events)
        elif is_generated:
            given = generated_input(day.day(), day.published)
        else:
            given = sample_input()
        options = Options(output=output, keep=keep, port=port, shows_score=score)
        return run_demo(given, options, messages())

"""`demo`: the whole pipeline on this machine, from events to linked contact records."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from cli.program import AskedWronglyError
from cli.try_it.simulated_day import USUAL_DAY, WhichDay, failures_in_words, messages
from demo.demo import generated_input, input_of_file, run_demo, sample_input

DEFAULT_OUTPUT: Final = Path("contact-records.ndjson")


def demo(
    events: Annotated[
        Path | None,
        Parameter(
            help="Agent events, contact events and contact records of Amazon's, one JSON object "
            "per line (default: a scripted day in which every case happens once, and the agent "
            "events that Amazon's guide documents)."
        ),
    ] = None,
    /,
    *,
    generated_day: Annotated[
        bool,
        Parameter(
            help="A simulated day, as its options say; ends with a score against what really "
            "happened.",
            show_default=False,
        ),
    ] = False,
    day: WhichDay = USUAL_DAY,
    output: Annotated[
        Path, Parameter(help="Where to write all contact records, one JSON object per line.")
    ] = DEFAULT_OUTPUT,
) -> int:
    """Run the pipeline on this machine and print the contact records and chains."""
    is_generated = generated_day or day != USUAL_DAY
    if events and is_generated:
        raise AskedWronglyError(f"Give {events} or a simulated day, not both.")
    with failures_in_words("The demo"):
        if events:
            given = input_of_file(events)
        elif is_generated:
            given = generated_input(day.day(), day.published)
        else:
            given = sample_input()
        return run_demo(given, output, messages())

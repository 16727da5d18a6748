"""`board`: the live board of a simulated contact centre, on this machine."""

from typing import Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.messages import say
from cli.try_it.simulated_day import (
    DAY_ON_THE_BOARD,
    WhichDayOnTheBoard,
    failures_in_words,
    messages,
)
from demo.board import show_board

FASTEST: Final = 60.0


def board(
    *,
    day: WhichDayOnTheBoard = DAY_ON_THE_BOARD,
    speed: Annotated[
        float,
        Parameter(
            validator=Number(gt=0, lte=FASTEST),
            help="1 is real time; 10 is ten times as fast.",
        ),
    ] = 1.0,
    port: Annotated[
        int,
        Parameter(
            validator=Number(gte=0, lte=65_535),
            help="The port of the pages on 127.0.0.1 (0: any free port).",
        ),
    ] = 0,
) -> None:
    """Show a simulated contact centre on the live board, on this machine, until Ctrl-C."""
    with failures_in_words("The board"):
        try:
            show_board(day.day(), speed=speed, port=port, messages=messages())
        except KeyboardInterrupt:
            # Ctrl-C is the usual end.
            say("Stopped.")

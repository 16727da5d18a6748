"""What all commands share: the headings of help, and how groups of commands are made."""

from typing import Final

from cyclopts import App, Group, Parameter

TRY_IT: Final = Group("Try it, on this machine", sort_key=1)
ASK: Final = Group("Ask", sort_key=2)
HISTORY: Final = Group("History", sort_key=3)
CHECK: Final = Group("Check", sort_key=4)
OPERATE: Final = Group("Operate", sort_key=5)
THIS_PROGRAM: Final = Group("This program", sort_key=9)

OPTIONS: Final = Group("Options", sort_key=50)

NO_NEGATIVES: Final = Parameter(negative=())
"""No option --no-x beside an option --x."""


def command_group(name: str, about: str) -> App:
    """A command that is only the name of several; each has its own examples."""
    return App(
        name=name,
        help=about,
        help_epilogue="",
        group_commands="Commands",
        group_parameters=OPTIONS,
        default_parameter=NO_NEGATIVES,
    )

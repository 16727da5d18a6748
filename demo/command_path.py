"""How the command is called in the shell of whoever reads what is printed."""

import sys
from pathlib import Path


def command_path() -> str:
    """The path of `contact-chains`: `make setup` puts it beside Python, not on the PATH."""
    command = Path(sys.executable).with_name("contact-chains")
    here = Path.cwd()
    return str(command.relative_to(here) if command.is_relative_to(here) else command)

"""The version of this app, from pyproject.toml; the outputs of every stack repeat it."""

import tomllib
from pathlib import Path
from typing import Final

PYPROJECT: Final = Path(__file__).resolve().parent.parent / "pyproject.toml"
VERSION_OUTPUT: Final = "ContactChainsVersion"


def version() -> str:
    """The version as in the changelog, e.g. `1.0.0`."""
    stated: str = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["version"]
    return stated

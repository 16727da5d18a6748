"""Which version this is: pyproject.toml says it, and the outputs of every stack repeat it."""

import tomllib
from pathlib import Path
from typing import Final

PYPROJECT: Final = Path(__file__).resolve().parent.parent / "pyproject.toml"
VERSION_OUTPUT: Final = "ContactChainsVersion"


def version() -> str:
    """As in the changelog, e.g. `1.0.0`."""
    stated: str = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["version"]
    return stated

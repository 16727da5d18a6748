"""Which version this program is."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def program_version() -> str:
    """As in pyproject.toml, e.g. `1.0.0`."""
    try:
        return version("contact-chains")
    except PackageNotFoundError:
        # In a clone the program runs from its folder.
        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])

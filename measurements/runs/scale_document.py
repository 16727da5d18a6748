"""The parts of docs/scale.md that commands write."""

from pathlib import Path
from typing import Final

from emulator.synthesis import REPOSITORY
from measurements.errors import MeasurementError

DOCUMENT: Final = REPOSITORY / "docs" / "scale.md"


def with_part(text: str, name: str, content: str) -> str:
    """``text`` with everything between the two marks of ``name`` replaced by ``content``."""
    begin, end = f"<!-- {name}: written by `make {name} WRITE=1` -->", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise MeasurementError(
            f"{DOCUMENT.name} has no place for what lies between {begin} and {end}."
        )
    return f"{before}{begin}\n\n{content}\n\n{end}{after}"


def write_part(name: str, content: str, *, document: Path = DOCUMENT) -> None:
    """Put ``content`` where ``name`` has its place. Raises MeasurementError and OSError."""
    document.write_text(with_part(document.read_text("utf-8"), name, content), "utf-8")

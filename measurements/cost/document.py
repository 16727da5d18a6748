"""The part of docs/performance.md that `make bench WRITE=1` writes."""

from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN: Final = "<!-- figures: written by `make bench WRITE=1` -->"
END: Final = "<!-- end of figures -->"


def with_figures(text: str, figures: str) -> str:
    """``text`` with everything between the two marks replaced. Raises ValueError without them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT.name} has no place for figures between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}"

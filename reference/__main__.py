"""Writes the generated pages into docs/."""

from pathlib import Path
from typing import Final

from reference.api_page import api_page
from reference.commands_page import commands_page
from reference.settings_page import settings_page

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
PAGES: Final = {
    "settings.md": settings_page,
    "command-line.md": commands_page,
    "api-reference.md": api_page,
}
"""What writes each page, by the page's file name."""


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

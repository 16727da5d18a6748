"""Remembers which ids were shown shortened, so that the next command finds them at once.

Without it the table would have to be read for the beginning of an id. The file holds ids only, is
the user's own, and may be deleted at any time.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_MOST: Final = 5000


def shown_ids() -> list[str]:
    """The ids that were shown last; none if there is no such file, or it cannot be read."""
    try:
        return list(dict.fromkeys(_file().read_text(encoding="utf-8").splitlines()))
    except (OSError, ValueError):
        return []


def remember_shown(ids: Iterable[str]) -> None:
    """Add ``ids``; a file that cannot be written is no error."""
    new = [each for each in ids if each.isprintable()]
    if not new:
        return
    kept = [*(each for each in shown_ids() if each not in set(new)), *new][-_MOST:]
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = file.with_name(f"{file.name}.{os.getpid()}")
        written.write_text("\n".join(kept) + "\n", encoding="utf-8")
        written.replace(file)
    except OSError:
        return


def _file() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(cache, "contact-chains", "shown-ids")

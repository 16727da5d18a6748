"""Makes text safe for a terminal: invisible characters are shown as escapes.

Ids and names come from anywhere. Control characters (C0, DEL, C1) move a terminal's cursor, set its
title or more; bidirectional controls (U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F) make a
text look like another one (https://www.unicode.org/reports/tr36/). Both, and all other
invisible characters except spaces, are written as JSON writes them: ``\\u001b``, ``\\u202e``.
"""

import unicodedata
from itertools import batched
from typing import Final

_SPACE: Final = "Zs"
"""Unicode's category of spaces; except for U+0020 Python counts them as unprintable."""


def printable(text: str) -> str:
    """``text`` as one line, every invisible character escaped."""
    if text.isprintable():
        return text
    return "".join(each if _is_visible(each) else _escape(each) for each in text)


def printable_lines(text: str) -> str:
    """``text`` with its line feeds, every other invisible character escaped.

    A JSON document stays one and means the same: within its strings no line feed is ever raw, and
    outside of them there is nothing else to escape.
    """
    return "\n".join(map(printable, text.split("\n")))


def _is_visible(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == _SPACE


def _escape(character: str) -> str:
    """One escape for each UTF-16 code unit: two beyond U+FFFF."""
    encoded = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in batched(encoded, 2, strict=True))

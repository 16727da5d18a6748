"""Cursors: where in a list the next page begins.

A cursor holds the keys of the last contact on the page and a digest of the question, no more: it
tells nothing that the page did not, opens nothing that the question would not, and so needs no
signature. It is a position and no count, so contacts that come or go do not shift the pages.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from adapters.contact_queries_table import Entry
from contact_queries.questions.errors import InvalidParameterError

_LONGEST_ID: Final = 256


def cursor_text(question: str, entry: Entry) -> str:
    """Behind ``entry`` in the answer to the question whose digest is ``question``."""
    content = json.dumps([question, *entry])
    return urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


def entry_in(cursor: str, question: str) -> Entry:
    """The inverse of ``cursor_text``. Raises InvalidParameterError."""
    match _content(cursor):
        case [str(asked), str(), *_] if asked != question:
            problem = "It belongs to another question: the other parameters were not the same."
            raise InvalidParameterError("cursor", problem, _CURE)
        case [_, str(timestamp), str(chain_id), str(contact_id)]:
            if all(0 < len(each) <= _LONGEST_ID for each in (timestamp, chain_id, contact_id)):
                return Entry(timestamp, chain_id, contact_id)
    raise InvalidParameterError("cursor", _DAMAGED, _CURE)


def _content(cursor: str) -> object:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (binascii.Error, ValueError, RecursionError):
        raise InvalidParameterError("cursor", _DAMAGED, _CURE) from None


_DAMAGED: Final = "It is none that a page of this list came with."
_CURE: Final = (
    "Take the Cursor of the page before as it is and repeat the question; only limit may differ. "
    "Without a cursor the list begins again."
)

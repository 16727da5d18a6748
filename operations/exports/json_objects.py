"""Finds the JSON objects in a stream of bytes, however they are separated.

One per line, in an array, over many lines, one behind the other, or each behind a time as log files
have it: what stands between objects is skipped. Of the stream no more is in memory than the object
that is being read needs, and what was read ahead.
"""

import codecs
import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import BinaryIO, Final, NamedTuple

from operations.exports.sources import BROKEN, filled

MOST_CHARACTERS: Final = 64 * 1024 * 1024
"""An object may have so many: ten times as much as `aws kinesis get-records` answers."""

_CHUNK: Final = 1024 * 1024
_BETWEEN: Final = re.compile(r"[\s,\[\]\ufeff\x1e]*")
_WHITE_SPACE: Final = " \t\r\n\v\f"
"""Behind a piece: what a file puts there to end a line is no part of a record."""
_OBJECT_OR_LINE: Final = re.compile(r"[{\n]")
_NEXT_LINE: Final = re.compile(r"\n|(?<=\})(?=\{)")
_TIME: Final = re.compile(r'["(]?(\d{4}[-/]\d\d?[-/]\d\d?|\d{10,13}\b|[A-Z][a-z]{2} +\d)')
_NEAR_THE_END: Final = 12
"""Characters of the longest token that an error may point to the beginning of, if it is cut."""


class Piece(NamedTuple):
    """An object as it stands in the text and as a value; or text that is none, and why."""

    line: int
    number: int
    """1 is the first that begins on its line."""
    text: str
    value: dict[str, object] | None
    problem: str = ""

    @property
    def data(self) -> bytes:
        """The bytes that were read, whatever they are."""
        return self.text.encode("utf-8", "surrogateescape")


def json_objects(stream: BinaryIO) -> Iterator[Piece]:
    """Every object, and everything between them that is no separator."""
    text = _Text(stream)
    while text.find_next():
        yield text.taken()
    if text.problem:
        yield Piece(text.line, 1, "", None, text.problem)


class _Text:
    """The part of the text from which something is taken next."""

    def __init__(self, stream: BinaryIO) -> None:
        self.line = 1
        self.problem = ""
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._decode = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._is_last = False
        self._number = 0
        self._indent: str | None = ""
        """What is in front of the next piece on its line; None if more than white space is."""

    def find_next(self) -> bool:
        """Go to the next piece; False if there is none."""
        while True:
            end = self._match_between()
            between = self._text[self._at : end]
            before, newline, indent = between.rpartition("\n")
            if newline:
                self.line += before.count("\n") + 1
                self._number = 0
                self._indent = indent
            elif not between.isspace() and self._number:
                self._indent = None
            self._at = end
            if end < len(self._text):
                return True
            if not self._read_more():
                return False

    def taken(self) -> Piece:
        """The piece that begins here."""
        if self._text[self._at] != "{":
            return self._text_piece()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except JSONDecodeError as error:
                if self._is_cut(error) and self._read_more():
                    continue
                return self._broken(is_cut=self._is_cut(error))
            except (ValueError, RecursionError):
                return self._broken(is_cut=False)
            return self._piece(end, value)

    def _match_between(self) -> int:
        found = _BETWEEN.match(self._text, self._at)
        assert found
        return found.end()

    def _is_cut(self, error: JSONDecodeError) -> bool:
        is_at_the_end = error.pos >= len(self._text) - _NEAR_THE_END
        return is_at_the_end or error.msg.startswith("Unterminated string")

    def _text_piece(self) -> Piece:
        """Up to the end of the line, or to an object on it; a time in front of that is skipped."""
        end = self._end_of(_OBJECT_OR_LINE)
        before = self._text[self._at : end]
        if self._text[end : end + 1] == "{" and _TIME.match(before):
            self._at = end
            self._indent = None
            return self.taken()
        return self._piece(end, None, "no JSON object")

    def _broken(self, *, is_cut: bool) -> Piece:
        """Up to where the next object seems to begin."""
        pattern = _NEXT_LINE
        if self._indent is not None:
            pattern = re.compile(rf"\n{re.escape(self._indent)}(?=[{{\[])|(?<=\}})(?=\{{)")
        reason = "not one whole JSON object"
        end = self._end_of(pattern)
        if is_cut and end == len(self._text):
            reason += ": the file ends within it"
        return self._piece(end, None, reason)

    def _end_of(self, pattern: re.Pattern[str]) -> int:
        while not (found := pattern.search(self._text, self._at + 1)):
            if not self._read_more():
                return len(self._text)
        return found.start()

    def _piece(self, end: int, value: dict[str, object] | None, problem: str = "") -> Piece:
        self._number += 1
        text = self._text[self._at : end]
        piece = Piece(self.line, self._number, text.rstrip(_WHITE_SPACE), value, problem)
        newlines = text.count("\n")
        self.line += newlines
        if newlines:
            self._number = 1
        self._at = end
        return piece

    def _read_more(self) -> bool:
        """As much again as there is, so that an object is not begun anew too often."""
        rest = self._text[self._at :]
        if self._is_last or len(rest) > MOST_CHARACTERS:
            return False
        try:
            data = filled(self._stream, max(_CHUNK, len(rest)))
        except (OSError, *BROKEN) as error:
            self.problem = f"what is packed breaks off: {error}"
            data = b""
        self._is_last = not data
        self._text = rest + self._decoder.decode(data, final=self._is_last)
        self._at = 0
        return True

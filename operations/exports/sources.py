"""The files, folders and standard input that events are read from, unpacked.

What cannot be read at all is refused by its beginning, before anything else is done.
"""

import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from backports import zstd

from operations.errors import NotDoneError

STANDARD_INPUT: Final = Path("-")
WANTED: Final = (
    "Wanted are agent events, contact events or contact records of Amazon's: JSON in UTF-8, plain "
    "or packed with gzip or zstd."
)

BROKEN: Final = (EOFError, zlib.error, zstd.ZstdError)
"""What unpacking raises, apart from OSError."""

_LOOKED_AT: Final = 64 * 1024
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MOST_LAYERS: Final = 3
_OTHER_FORMS: Final = {
    b"\xff\xfe": "UTF-16 text. Convert it: iconv -f UTF-16 -t UTF-8",
    b"\xfe\xff": "UTF-16 text. Convert it: iconv -f UTF-16 -t UTF-8",
    b"PK\x03\x04": "a ZIP archive, or a spreadsheet. Unpack it",
    b"PAR1": "Parquet",
    b"Obj\x01": "Avro",
    b"ORC": "ORC",
    b"BZh": "packed with bzip2. Unpack it: bunzip2",
    b"\xfd7zXZ": "packed with xz. Unpack it: unxz",
    b"\xff\x06\x00\x00sNaPpY": "packed with Snappy. Unpack it, or let Firehose use gzip",
    b"%PDF": "a PDF",
}
_ROW_OF_NAMES: Final = re.compile(rb'"?[\w@ .-]+"?([,;\t]"?[\w@ .-]+"?)+\r?')
_JSON_OR_TIME: Final = re.compile(
    rb'^\s*([{\[]|["(]?\d{4}[-/]\d|\d{10,13}\b|[A-Z][a-z]{2} +\d)', re.MULTILINE
)
"""How some line begins in files that hold JSON."""


class NotAnExportError(NotDoneError):
    """What is in a file is nothing that events can be read from."""


@dataclass(frozen=True, kw_only=True)
class EventInput:
    """Something to read events from; standard input can be read once."""

    name: str
    path: Path | None = None
    stream: BinaryIO | None = None

    def open(self) -> BinaryIO:
        """Its content, unpacked. Raises NotDoneError."""
        if self.stream is not None:
            return self.stream
        assert self.path is not None
        try:
            return _unpacked(self.path.open("rb"))
        except (OSError, *BROKEN) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise NotDoneError(f"{self.name} cannot be read: {why or error}.") from error


def sources(given: Sequence[Path]) -> tuple[list[EventInput], list[str]]:
    """What to read, and why files of folders are left out.

    Raises NotDoneError for a file that is named and is no export, and if nothing is left.
    """
    found: list[EventInput] = []
    left_out: list[str] = []
    for path in given:
        if path == STANDARD_INPUT:
            found.append(_checked(EventInput(name="standard input", stream=_standard_input())))
        elif path.is_dir():
            for each in _files_in(path):
                try:
                    found.append(_checked(EventInput(name=str(each), path=each)))
                except NotAnExportError as error:
                    left_out.append(str(error))
        else:
            found.append(_checked(EventInput(name=str(path), path=path)))
    if not found:
        folders = ", ".join(map(str, given))
        why = left_out[0] if left_out else f"{folders} is empty. {WANTED}"
        raise NotAnExportError(why)
    return found, left_out


def _files_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not is_hidden:
            yield path


def _standard_input() -> BinaryIO:
    if sys.stdin.isatty():
        raise NotDoneError("Standard input is a terminal: pipe events into it, or name a file.")
    return _unpacked(sys.stdin.buffer)


def _checked(source: EventInput) -> EventInput:
    """Raises NotAnExportError, NotDoneError."""
    opened = source.open()
    try:
        beginning, opened = _with_beginning(opened)
    except (OSError, *BROKEN) as error:
        raise NotAnExportError(f"{source.name} cannot be unpacked: {error}.") from error
    finally:
        if source.stream is None:
            opened.close()
    form = other_form(beginning)
    if form:
        raise NotAnExportError(f"{source.name} is {form}. {WANTED}")
    return replace(source, stream=opened) if source.stream else source


def other_form(beginning: bytes) -> str | None:
    """What a file is that begins so; None if it may hold JSON objects."""
    for magic, form in _OTHER_FORMS.items():
        if beginning.startswith(magic):
            return form
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "empty"
    if b"\0" in beginning:
        is_text = beginning[0::2].count(0) > len(beginning) // 4
        is_text |= beginning[1::2].count(0) > len(beginning) // 4
        return _OTHER_FORMS[b"\xff\xfe"] if is_text else "binary"
    first = text.partition(b"\n")[0]
    if _ROW_OF_NAMES.fullmatch(first):
        return "CSV"
    if text.startswith(b"<"):
        return "XML or HTML"
    if b"{" not in text or not _JSON_OR_TIME.search(text):
        return "JSON without any object" if text.startswith((b"[", b'"')) else "text without JSON"
    return None


def filled(stream: BinaryIO, size: int) -> bytes:
    """As many bytes as there are, up to ``size``; of what is packed and breaks off, all till then.

    Raises OSError, and what is in BROKEN.
    """
    data = b""
    try:
        while len(data) < size and (more := stream.read1(size - len(data))):  # type: ignore[attr-defined]
            data += more
    except (OSError, *BROKEN):
        if not data:
            raise
    return data


def _unpacked(raw: BinaryIO) -> BinaryIO:
    layers: list[Any] = [raw]
    for _ in range(_MOST_LAYERS):
        beginning, stream = _with_beginning(layers[-1])
        layers.append(stream)
        if beginning.startswith(_GZIP):
            layers.append(gzip.GzipFile(fileobj=stream))
        elif beginning.startswith(_ZSTD):
            layers.append(zstd.ZstdFile(stream))
        else:
            break
    return io.BufferedReader(_Joined(b"", layers[-1], *layers))


def _with_beginning(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first bytes, and a stream that still has them: a pipe cannot go back."""
    beginning = filled(stream, _LOOKED_AT)
    return beginning, io.BufferedReader(_Joined(beginning, stream, stream), _LOOKED_AT)


class _Joined(io.RawIOBase):
    """Some bytes, then a stream; with it everything that it stands on is closed."""

    def __init__(self, beginning: bytes, stream: BinaryIO, *layers: BinaryIO) -> None:
        self._beginning = beginning
        self._stream = stream
        self._layers = layers

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._beginning[: len(buffer)] or self._stream.read1(len(buffer))  # type: ignore[attr-defined]
        self._beginning = self._beginning[len(data) :]
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        for layer in self._layers:
            layer.close()
        super().close()

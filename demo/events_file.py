"""Reads a file of events, one JSON object per line."""

import json
from pathlib import Path

from operations.streams.event_stream import PARTITION_KEY_CHARACTERS, RECORD_BYTES, EventsError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"


def read_events(path: Path) -> dict[int, bytes]:
    """The lines of an NDJSON file by their number, unchanged but for a byte order mark.

    Whether a line is an event is not decided here: the pipeline's quarantine says what is wrong
    with it. Raises EventsError for a file that is obviously not NDJSON.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EventsError(f"{path} cannot be read: {error.strerror}.") from error
    if content.startswith(_GZIP):
        raise EventsError(f"{path} is compressed. Unpack it first: gunzip < {path}")
    lines = {
        number: text
        for number, line in enumerate(content.split(b"\n"), start=1)
        if (text := line.removeprefix(_BYTE_ORDER_MARK)).strip()
    }
    if not lines:
        raise EventsError(f"{path} is empty: one event per line is expected.")
    _refuse_other_forms(path, lines)
    for number, line in lines.items():
        if len(line) > RECORD_BYTES - PARTITION_KEY_CHARACTERS:
            raise EventsError(f"{path}, line {number}: larger than a Kinesis record may be (1 MB).")
    return lines


def _refuse_other_forms(path: Path, lines: dict[int, bytes]) -> None:
    """Lines of which none is a JSON object hold something else: an array, CSV, several objects."""
    number, first = next(iter(lines.items()))
    begins_array = first.lstrip().startswith(b"[")
    if begins_array or all(_what_is_wrong(line) for line in lines.values()):
        raise EventsError(
            f"{path}, line {number}: {_what_is_wrong(first) or 'a JSON array'}. "
            "One JSON object per line is expected."
        )


def _what_is_wrong(line: bytes) -> str | None:
    """Why ``line`` is not one JSON object, in words that repeat nothing of it; None if it is one.

    A long line is not read beyond its first object.
    """
    if line.lstrip().startswith(b"["):
        return "a JSON array"
    try:
        text = line.decode().strip()
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return "not one whole JSON object"
    if not isinstance(value, dict):
        return "not one whole JSON object"
    return None if end == len(text) else "more than one JSON object"

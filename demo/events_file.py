"""Reads a file of events, one JSON object per line."""

from pathlib import Path

from operations.streams.event_stream import PARTITION_KEY_CHARACTERS, RECORD_BYTES, EventsError


def read_events(path: Path) -> list[bytes]:
    """The lines of an NDJSON file, unchanged: whether they are agent events is not decided here."""
    try:
        lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    except OSError as error:
        raise EventsError(f"{path} cannot be read: {error.strerror}.") from error
    if not lines:
        raise EventsError(f"{path} is empty: one agent event per line is expected.")
    for number, line in enumerate(lines, start=1):
        if len(line) > RECORD_BYTES - PARTITION_KEY_CHARACTERS:
            raise EventsError(
                f"{path}, event {number}: larger than a Kinesis record may be (1 MB)."
            )
    return lines

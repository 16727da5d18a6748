"""What a file of events may hold, and what is said of one that cannot be read."""

from pathlib import Path

import pytest

from demo.events_file import read_events
from operations.streams.event_stream import EventsError


def test_lines_of_a_file_are_kept_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(b'{"a": 1}\n\n  \n\xff\xfe\r\nlast')

    assert read_events(path) == [b'{"a": 1}', b"\xff\xfe\r", b"last"]


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match=r"missing\.ndjson cannot be read: No such file"):
        read_events(tmp_path / "missing.ndjson")


def test_empty_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "empty.ndjson"
    path.write_text("\n\n")

    with pytest.raises(EventsError, match=r"empty\.ndjson is empty"):
        read_events(path)


def test_event_larger_than_kinesis_takes_is_named(tmp_path: Path) -> None:
    path = tmp_path / "large.ndjson"
    path.write_bytes(b"{}\n" + b"x" * 1024 * 1024)

    with pytest.raises(EventsError, match="event 2: larger than a Kinesis record may be"):
        read_events(path)

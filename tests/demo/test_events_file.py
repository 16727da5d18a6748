"""What a file of events may hold, and what is said of one that cannot be read."""

import gzip
from pathlib import Path

import pytest

from demo.events_file import read_events
from operations.streams.event_stream import EventsError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(EventsError) as caught:
        read_events(path)
    return str(caught.value)


def test_lines_of_a_file_are_kept_byte_for_byte_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(b'{"a": 1}\n\n  \n\xff\xfe\r\nlast')

    assert read_events(path) == {1: b'{"a": 1}', 4: b"\xff\xfe\r", 5: b"last"}


def test_byte_order_mark_of_a_file_or_of_files_put_together_costs_no_event(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(2 * (BYTE_ORDER_MARK + b'{"a": 1}\n'))

    assert read_events(path) == {1: b'{"a": 1}', 2: b'{"a": 1}'}


def test_unusable_first_line_is_left_to_the_quarantine(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(b'5, "b": 1}\n{"a": 1}\n')

    assert len(read_events(path)) == 2


@pytest.mark.parametrize(
    ("content", "what_is_wrong"),
    [
        (b'[{"a": 1}, {"a": 2}]', "line 1: a JSON array"),
        (b'[\n{"a": 1},\n{"a": 2}\n]\n', "line 1: a JSON array"),
        (b'\n  [\n  {\n    "a": {}\n  }\n]\n', "line 2: a JSON array"),
        (b'{"a": 1}{"a": 2}', "line 1: more than one JSON object"),
        (b'{"a": 1} {"a": 2}\n{"a": 3}{"a": 4}\n', "line 1: more than one JSON object"),
        (b'{\n  "a": 1\n}\n', "line 1: not one whole JSON object"),
        (b"ContactId,Channel\n1,VOICE\n", "line 1: not one whole JSON object"),
        (b'"a"\n5\nnull\n', "line 1: not one whole JSON object"),
        ('{"a": 1}\n'.encode("utf-16"), "line 1: not one whole JSON object"),
        (b'{"a":' + b"[" * 100_000, "line 1: not one whole JSON object"),
        (b'{"a": 1}' * 200_000, "line 1: more than one JSON object"),
    ],
    ids=[
        "array",
        "array of lines",
        "array over many lines",
        "concatenated",
        "two a line",
        "object over many lines",
        "csv",
        "other JSON",
        "utf-16",
        "deep",
        "concatenated, large",
    ],
)
def test_file_in_another_form_is_refused_by_its_first_line(
    content: bytes, what_is_wrong: str, tmp_path: Path
) -> None:
    path = tmp_path / "export.json"

    assert refusal(path, content) == (
        f"{path}, {what_is_wrong}. One JSON object per line is expected."
    )


def test_compressed_file_is_refused_with_the_command_that_unpacks_it(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson.gz"

    assert refusal(path, gzip.compress(b'{"a": 1}\n')) == (
        f"{path} is compressed. Unpack it first: gunzip < {path}"
    )


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match=r"missing\.ndjson cannot be read: No such file"):
        read_events(tmp_path / "missing.ndjson")


@pytest.mark.parametrize("content", [b"", b"\n\n", BYTE_ORDER_MARK])
def test_empty_file_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "empty.ndjson"

    assert refusal(path, content) == f"{path} is empty: one event per line is expected."


def test_event_larger_than_kinesis_takes_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "large.ndjson"

    assert refusal(path, b"{}\n\n" + b"x" * 1024 * 1024) == (
        f"{path}, line 3: larger than a Kinesis record may be (1 MB)."
    )

"""Any export of events gives the same events; what is none of it is told by its place."""

import gzip
import io
import json
import os
import random
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.errors import NotDoneError
from operations.exports import json_objects as reading
from operations.exports.events import EXAMPLES, ExportedEvents, exported_events
from operations.exports.json_objects import json_objects
from operations.exports.sources import WANTED
from tests.operations.exports.forms import EVENTS, FORMS, LINES, REFUSED, in_file, parsed


def unusable(path: Path, content: bytes) -> list[tuple[str, str, str]]:
    """Place, reason and beginning of what cannot be used; the place without the file."""
    path.write_bytes(content)
    events = exported_events([path])
    list(events)
    return [
        (each.place.removeprefix(f"{path}, "), each.reason, each.beginning)
        for each in events.examples
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_events(form: str, tmp_path: Path) -> None:
    events = exported_events([in_file(tmp_path, FORMS[form])])

    assert parsed(list(events)) == EVENTS
    assert (events.unusable, events.counted) == (0, "15 agent events")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_it_does_not_matter_where_reading_stops_to_read_on(
    form: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if chunk == 1 and len(FORMS[form]) > 30_000:
        chunk = 3
    monkeypatch.setattr(reading, "_CHUNK", chunk)

    events = exported_events([in_file(tmp_path, FORMS[form])])

    assert parsed(list(events)) == EVENTS
    assert events.unusable == 0


@pytest.mark.parametrize("form", REFUSED)
def test_other_files_are_refused_by_what_they_are(form: str, tmp_path: Path) -> None:
    content, what = REFUSED[form]
    path = in_file(tmp_path, content)

    with pytest.raises(NotDoneError) as caught:
        exported_events([path])

    assert str(caught.value).startswith(f"{path} is {what}")
    assert str(caught.value).endswith(WANTED)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotDoneError, match=r"missing\.ndjson cannot be read: No such file"):
        exported_events([tmp_path / "missing.ndjson"])


def test_damaged_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotDoneError, match="export cannot be"):
        exported_events([in_file(tmp_path, b"\x1f\x8b damaged")])


def test_events_of_lines_are_kept_byte_for_byte(tmp_path: Path) -> None:
    lines = [LINES[0].replace(b'"AgentARN": ', b'"AgentARN"   :\t'), LINES[1]]

    assert list(exported_events([in_file(tmp_path, b"\n".join(lines))])) == lines


def test_folders_are_read_with_all_that_is_below_them(tmp_path: Path) -> None:
    (tmp_path / "2026" / "03").mkdir(parents=True)
    (tmp_path / "2026" / "03" / "b").write_bytes(gzip.compress(LINES[1]))
    (tmp_path / "2026" / "a.json").write_bytes(LINES[0])
    (tmp_path / "2026" / ".DS_Store").write_bytes(b"\0\0")
    (tmp_path / "2026" / "read-me.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "c").write_bytes(LINES[2])

    events = exported_events([tmp_path / "2026", tmp_path / "c"])

    assert parsed(list(events)) == [EVENTS[1], EVENTS[0], EVENTS[2]]
    (left_out,) = events.left_out
    assert "read-me.csv is CSV" in left_out


def test_folder_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotDoneError, match="is empty"):
        exported_events([tmp_path])


@pytest.mark.parametrize("form", ["lines", "gzip", "aws kinesis get-records"])
def test_standard_input_may_be_any_of_it(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as pipe:
        # So much fits into a pipe.
        os.write(write_end, FORMS[form][:60_000])
        os.close(write_end)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=pipe, isatty=lambda: False))

        found = list(exported_events([Path("-")]))

    assert parsed(found)[0] == EVENTS[0]


def test_terminal_as_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))

    with pytest.raises(NotDoneError, match="is a terminal"):
        exported_events([Path("-")])


class TestUnusable:
    """What cannot be used is told by its place, with its first characters."""

    def test_others_are_used_all_the_same(self, tmp_path: Path) -> None:
        content = LINES[0] + b'\n{"kind": "unknown"}\nnonsense\n{"AgentARN": \n' + LINES[1] + b"\n"
        path = in_file(tmp_path, content)

        events = exported_events([path])

        assert parsed(list(events)) == EVENTS[:2]
        assert unusable(path, content) == [
            (
                "line 2",
                "no known kind: neither agent event nor contact record nor contact event",
                '{"kind": "unknown"}',
            ),
            ("line 3", "no JSON object", "nonsense"),
            ("line 4", "not one whole JSON object", '{"AgentARN":'),
        ]

    def test_records_of_an_envelope_are_counted(self, tmp_path: Path) -> None:
        content = b'\n{"Records": [{"Data": "e30="}, {"Data": "!"}, 5]}'

        places = [place for place, _, _ in unusable(tmp_path / "e", content)]

        assert places == ["line 2, record 1", "line 2, record 2", "line 2, record 3"]

    def test_objects_of_one_line_are_counted(self, tmp_path: Path) -> None:
        places = [each[0] for each in unusable(tmp_path / "e", b'{"a": 1}{"b": 2} {"c": 3}')]

        assert places == ["line 1", "line 1, object 2", "line 1, object 3"]

    def test_broken_object_over_many_lines_is_told_once(self, tmp_path: Path) -> None:
        pretty = json.dumps({"AgentARN": "a", "x": [{"y": 1}]}, indent=2).encode()
        content = pretty.replace(b": 1", b" 1") + b"\n" + LINES[0]

        told = unusable(tmp_path / "e", content)

        assert [(place, reason) for place, reason, _ in told] == [
            ("line 1", "not one whole JSON object")
        ]

    def test_file_that_was_cut_off_says_so(self, tmp_path: Path) -> None:
        told = unusable(tmp_path / "e", LINES[0] + b"\n" + LINES[1][:100])

        assert [each[:2] for each in told] == [
            ("line 2", "not one whole JSON object: the file ends within it")
        ]

    def test_archive_that_was_cut_off_gives_what_it_has(self, tmp_path: Path) -> None:
        noise = random.Random(7).randbytes(300_000).hex().encode()
        packed = gzip.compress(LINES[0] + b"\n" + noise)[:-200_000]
        events = exported_events([in_file(tmp_path, packed)])

        assert parsed(list(events)) == EVENTS[:1]
        assert "breaks off" in events.examples[-1].reason

    def test_event_larger_than_kinesis_takes_is_told(self, tmp_path: Path) -> None:
        large = json.dumps({**EVENTS[0], "More": "x" * 1024 * 1024}).encode()

        (told,) = unusable(tmp_path / "e", large)

        assert told[:2] == ("line 1", "larger than a Kinesis record may be (1 MB)")

    def test_event_from_the_future_is_told(self, tmp_path: Path) -> None:
        later = json.dumps({**EVENTS[0], "EventTimestamp": "2126-03-09T09:00:00.000Z"}).encode()

        (told,) = unusable(tmp_path / "e", later)

        assert "more than a day after" in told[1]

    def test_nothing_moves_the_cursor(self, tmp_path: Path) -> None:
        ((_, _, beginning),) = unusable(tmp_path / "e", b'{"a": "\xc2\x9b2J\xe2\x80\xae"}')

        assert beginning == '{"a": "\\u009b2J\\u202e"}'

    def test_not_all_of_many_are_shown(self, tmp_path: Path) -> None:
        events = exported_events([in_file(tmp_path, b'{"a": 1}\n' * (EXAMPLES + 5))])

        assert list(events) == []
        assert (events.unusable, len(events.examples)) == (EXAMPLES + 5, EXAMPLES)

    def test_deep_or_odd_values_end_nothing(self, tmp_path: Path) -> None:
        content = b'{"a":' + b"[" * 100_000 + b'\n{"a": ' + b"9" * 10_000 + b"}\n" + LINES[0]

        assert parsed(list(exported_events([in_file(tmp_path, content)]))) == EVENTS[:1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.text(max_size=3), JSON, max_size=3), max_size=5),
    st.sampled_from(["", "\n", ", ", "\r\n\r\n", " \x1e"]),
    st.sampled_from([None, 1]),
)
def test_any_objects_are_found_whatever_is_between(
    values: list[dict[str, object]], between: str, indent: int | None
) -> None:
    text = between.join(json.dumps(each, indent=indent) for each in values)

    found = list(json_objects(io.BytesIO(text.encode())))

    assert [each.value for each in found] == values
    assert b"".join(each.data for each in found) == text.replace(between, "").encode() or between


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_report(content: bytes) -> None:
    found = list(json_objects(io.BytesIO(content)))

    assert all(each.problem or each.value is not None for each in found)


def test_memory_does_not_grow_with_the_file() -> None:
    """A stream of 32 MB, of which no more than a few MB are ever in memory."""

    block = b"\n".join([*LINES, b""]) * 20

    class Large(io.RawIOBase):
        left = 32 * 1024 * 1024

        def read1(self, size: int = -1, /) -> bytes:
            data = block[: min(size, self.left)]
            self.left -= len(data)
            return data

    def peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def objects() -> Iterator[object]:
        return iter(json_objects(Large()))  # type: ignore[arg-type]

    next(objects())
    before = peak()
    count = sum(1 for _ in objects())

    assert count > 5_000
    assert peak() - before < 16 * 1024


def test_events_are_counted_by_kind(tmp_path: Path) -> None:
    contact_event = {
        "detail-type": "Amazon Connect Contact Event",
        "detail": {
            "contactId": "c",
            "eventType": "INITIATED",
            "instanceArn": "arn:aws:connect:eu-central-1:1:instance/i",
            "initiationTimestamp": "2026-03-09T09:00:00.000Z",
            "channel": "VOICE",
        },
    }
    content = b"\n".join([*LINES[:2], json.dumps(contact_event).encode()])
    events: ExportedEvents = exported_events([in_file(tmp_path, content)])

    list(events)

    assert events.counted == "2 agent events, 1 contact event"

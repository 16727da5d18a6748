"""The demo, end to end, and what it says when it cannot go on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from cli.__main__ import main
from demo import demo
from demo.report import WIDTH
from emulator.machine import ministack
from emulator.pipeline import QuarantinedRecord
from operations.streams.event_stream import EventsError


@pytest.mark.enable_socket
def test_demo_turns_the_default_events_into_contact_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "contact-records.ndjson"

    exit_code = main(["demo", "--output", str(output)])

    printed, messages = capsys.readouterr()
    assert exit_code == 0, messages
    items = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert len(items) > 25
    assert items == sorted(items, key=lambda item: (item["ChainId"], item["ContactId"]))
    documented = next(item for item in items if item["ContactId"] == "ContactId-1")
    assert documented["Agent"]["AfterContactWorkDuration"] == 5
    for word in ("HANDLED", "MISSED", "REJECTED", "ERROR", "WITHDRAWN"):
        assert any(
            attempt["Outcome"] == word for item in items for attempt in item.get("Attempts", [])
        )
    for word in ("CONSULT", "CONFERENCE", "CALLBACK", "MONITOR", "seen by no agent (yet)", "└── "):
        assert word in printed
    assert max(len(line) for line in printed.splitlines()) <= WIDTH
    assert f"Processed {len(demo.default_events())} of" in messages
    assert f"{len(demo.default_events())} agent events: " in messages
    assert "0 in quarantine" in messages


def test_missing_events_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(tmp_path / "missing.ndjson")]) == 1
    assert "missing.ndjson cannot be read" in _one_line(capsys)


def test_empty_events_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.ndjson").touch()

    assert main(["demo", str(tmp_path / "empty.ndjson")]) == 1
    assert "empty.ndjson is empty" in _one_line(capsys)


def test_file_that_is_not_ndjson_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export, output = tmp_path / "export.json", tmp_path / "records.ndjson"
    export.write_text('[{"AgentARN": "a"}]')
    output.write_text("of last time")

    assert main(["demo", str(export), "--output", str(output)]) == 1
    assert "export.json, line 1: a JSON array" in _one_line(capsys)
    assert output.read_text() == "of last time"


@pytest.mark.enable_socket
def test_file_without_a_usable_event_fails_by_its_first_line_and_keeps_the_old_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, output = tmp_path / "events.ndjson", tmp_path / "records.ndjson"
    events.write_text('\n{"kind": "unknown"}\n{"AgentARN": "a"}\n')
    output.write_text("of last time")

    exit_code = main(["demo", str(events), "--output", str(output)])

    printed, messages = capsys.readouterr()
    assert exit_code == 1
    assert f"In quarantine: {events}, line 2\n  no known kind" in printed
    assert f"In quarantine: {events}, line 3\n  agent event: " in printed
    said = "".join(messages.split())
    assert "".join(f"None of the 2 events could be used. {events}, line 2: no".split()) in said
    assert "".join(f"Nothing is written to {output}.".split()) in said
    assert output.read_text() == "of last time"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.ndjson", "records.ndjson"]


def test_unusable_events_are_named_in_the_order_of_the_file() -> None:
    given = demo.Input(events=[b"one", b"two", b"three"], counted="3 events")
    unusable = [QuarantinedRecord(key="k", reason="odd", data=data) for data in (b"three", b"one")]

    assert [record.data for record in given.in_order(unusable)] == [b"one", b"three"]


def test_first_unusable_event_is_named_by_file_and_line() -> None:
    given = demo.Input(
        events=[b"one", b"two"], counted="2 events", places={b"one": "e.ndjson, line 1"}
    )
    unusable = [QuarantinedRecord(key=f"k{n}", reason="odd", data=b"one") for n in range(2)]

    assert demo.why_nothing(given, unusable) == (
        "The demo failed. None of the 2 events could be used. e.ndjson, line 1: odd."
    )
    assert demo.why_nothing(given, unusable[:1]) == (
        "The demo failed. No contact record came of the 2 events."
    )


def test_records_are_written_through_a_link_into_the_file_that_is_meant(tmp_path: Path) -> None:
    records, link = tmp_path / "records.ndjson", tmp_path / "link.ndjson"
    records.write_text("of last time")
    link.symlink_to(records)

    demo.write_records([{"ContactId": "c"}], link)

    assert records.read_text() == '{"ContactId": "c"}\n'
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [link, records]


def test_a_device_is_written_to_and_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    demo.write_records([{"ContactId": "c"}], Path("/dev/null"))

    assert Path("/dev/null").is_char_device()
    assert capsys.readouterr().err == ""


def test_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "records.ndjson.part").mkdir()

    with pytest.raises(EventsError, match=r"records\.ndjson cannot be written: Is a directory"):
        demo.write_records([{"ContactId": "c"}], tmp_path / "records.ndjson")


def test_output_into_a_folder_that_is_not_there_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--output", str(tmp_path / "nowhere" / "records.ndjson")]) == 1
    assert "there is no folder" in _one_line(capsys)


def test_output_that_is_a_folder_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--output", str(tmp_path)]) == 1
    assert "it is a folder" in _one_line(capsys)


@pytest.mark.parametrize(
    ("error", "exit_code", "message"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (ministack.MinistackError("did not come up"), 1, "The demo failed. did not come up"),
    ],
)
def test_demo_ends_tidily(
    error: BaseException,
    exit_code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @contextmanager
    def failing(*, log_file: Path) -> Iterator[str]:
        assert log_file.name == "ministack.log"
        raise error
        yield ""

    monkeypatch.setattr(ministack, "running", failing)

    assert main(["demo", "--output", str(tmp_path / "records.ndjson")]) == exit_code
    assert message in _one_line(capsys)


def test_whole_numbers_are_written_as_such() -> None:
    item = {"b": Decimal(5), "a": {"c": [Decimal("0.5")]}, "Username": "Zoë"}

    assert demo.json_line(item) == '{"Username": "Zoë", "a": {"c": [0.5]}, "b": 5}\n'


def _one_line(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.enable_socket
def test_generated_day_comes_out_as_it_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "contact-records.ndjson"
    day = ["--generated-day", "--agents", "12", "--hours", "0.3", "--seed", "3", "--queues", "2"]

    exit_code = main(["demo", *day, "--output", str(output)])

    printed, messages = capsys.readouterr()
    assert exit_code == 0, messages
    assert "Sources: agent events, contact events, contact records of Amazon's" in printed
    (stated,) = [line for line in printed.splitlines() if "All that is stated" in line]
    assert stated.split()[-5:] == [stated.split()[-5], "0", "0", "100", "%"]
    assert output.read_text("utf-8")

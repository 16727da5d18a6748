"""The demo, end to end, and what it says when it cannot go on.

It runs on a packed export in test_kept_demo.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from cli.__main__ import main
from demo import demo, inputs
from demo.report import WIDTH
from emulator.errors import EmulatorError
from emulator.machine import ministack
from operations.errors import NotDoneError
from operations.quarantine.record import records_of


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
    assert f"Processed {len(inputs.default_events())} events" in messages
    assert f"{len(inputs.default_events())} agent events: " in messages
    assert "0 not usable" in messages


def test_missing_events_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(tmp_path / "missing.ndjson")]) == 1
    assert "missing.ndjson cannot be read" in _one_line(capsys)


def test_empty_events_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.ndjson").touch()

    assert main(["demo", str(tmp_path / "empty.ndjson")]) == 1
    assert "empty.ndjson is empty" in _one_line(capsys)


def test_file_that_cannot_be_read_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export, output = tmp_path / "export.json", tmp_path / "records.ndjson"
    export.write_text("ContactId,Channel\n1,VOICE\n")
    output.write_text("of last time")

    assert main(["demo", str(export), "--output", str(output)]) == 1
    assert "export.json is CSV" in _one_line(capsys)
    assert output.read_text() == "of last time"


def test_file_without_a_usable_event_fails_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, output = tmp_path / "events.ndjson", tmp_path / "records.ndjson"
    events.write_text('\n{"kind": "unknown"}\n{"AgentARN": "a"}\n')
    output.write_text("of last time")

    exit_code = main(["demo", str(events), "--output", str(output)])

    printed, messages = capsys.readouterr()
    assert (exit_code, printed) == (1, "")
    assert f"Not used: {events}, line 2: no known kind: neither" in messages
    assert '\n  {"kind": "unknown"}\n' in messages
    assert f"Not used: {events}, line 3: agent event: " in messages
    assert f"None of the 2 can be used. {events}, line 2: no known kind" in messages
    assert output.read_text() == "of last time"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.ndjson", "records.ndjson"]


def test_first_record_in_quarantine_is_named() -> None:
    given = inputs.Input(events=[b"one"], counted=lambda: "1 event")

    kept = {
        "Reason": "odd",
        "EventSourceARN": "arn:aws:kinesis:us-east-1:000000000000:stream/agent-events",
        "Record": {
            "sequenceNumber": "1",
            "approximateArrivalTimestamp": 0,
            "partitionKey": "ada",
            "data": base64.b64encode(b"one").decode(),
        },
    }
    quarantined = records_of("agent_events/shard/1", json.dumps(kept).encode())

    assert demo.why_nothing(given, quarantined) == (
        "The demo failed. No contact record came of the 1 event. agent_events/shard/1: odd."
    )
    assert demo.why_nothing(given, []) == (
        "The demo failed. No contact record came of the 1 event."
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

    with pytest.raises(NotDoneError, match=r"records\.ndjson cannot be written: Is a directory"):
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
        (EmulatorError("did not come up"), 1, "The demo failed. did not come up"),
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
    assert printed.startswith("Contact records\n")
    assert re.search(r"^and \d+ more contacts, \d+ more chains: ", printed, re.MULTILINE)
    (score,) = [line for line in printed.splitlines() if line.startswith("Score: ")]
    right, stated = re.findall(r"\d+", score)[:2]
    assert right == stated
    assert output.read_text("utf-8")

"""The demo, end to end, and what it says when it cannot go on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from local import demo, ministack
from local.report import WIDTH


@pytest.mark.enable_socket
def test_demo_turns_the_default_events_into_contact_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "contact-records.ndjson"

    exit_code = demo.main(["--output", str(output)])

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
    assert demo.main(["--events", str(tmp_path / "missing.ndjson")]) == 1
    assert "missing.ndjson cannot be read" in _one_line(capsys)


def test_empty_events_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.ndjson").touch()

    assert demo.main(["--events", str(tmp_path / "empty.ndjson")]) == 1
    assert "empty.ndjson is empty" in _one_line(capsys)


def test_output_into_a_folder_that_is_not_there_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo.main(["--output", str(tmp_path / "nowhere" / "records.ndjson")]) == 1
    assert "there is no folder" in _one_line(capsys)


def test_output_that_is_a_folder_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo.main(["--output", str(tmp_path)]) == 1
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

    assert demo.main(["--output", str(tmp_path / "records.ndjson")]) == exit_code
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

    exit_code = demo.main([*day, "--output", str(output)])

    printed, messages = capsys.readouterr()
    assert exit_code == 0, messages
    assert "Sources: agent events, contact events, contact records of Amazon's" in printed
    (stated,) = [line for line in printed.splitlines() if "All that is stated" in line]
    assert stated.split()[-5:] == [stated.split()[-5], "0", "0", "100", "%"]
    assert output.read_text("utf-8")

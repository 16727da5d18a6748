"""`capture`: everything that a stream carries, once, through resharding and interruptions."""

import io
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import example, given
from hypothesis import strategies as st
from moto import mock_aws

from cli.__main__ import main
from operations.exports.events import exported_events
from operations.exports.json_objects import json_objects
from operations.streams.capture import ENDED, StreamCapture, exported_line
from tests.fakes.aws_in_memory import ENVIRONMENT
from tests.fakes.skipped_pauses import skip_pauses
from tests.operations.exports.forms import EVENTS, LINES, parsed

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
STREAM = "connect-agent-events"


class SplitStream:
    """Shards that can be split, which moto's get_records does not tell its readers of."""

    def __init__(self, **shards: list[bytes]) -> None:
        self.shards = {name: list(records) for name, records in shards.items()}
        self.closed: set[str] = set()
        self.refusals: list[str] = []
        self.asked: list[Mapping[str, Any]] = []

    def get_paginator(self, name: str) -> "SplitStream":
        assert name == "list_shards"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        assert asked == {"StreamName": STREAM}
        for name in self.shards:
            yield {"Shards": [{"ShardId": name}]}

    def get_shard_iterator(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        first = int(asked["StartingSequenceNumber"]) + 1 if "StartingSequenceNumber" in asked else 0
        return {"ShardIterator": f"{asked['ShardId']} {first}"}

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]:  # noqa: N803
        if self.refusals:
            code = self.refusals.pop()
            raise ClientError({"Error": {"Code": code, "Message": "not now"}}, "GetRecords")
        name, first = ShardIterator.split()
        found = list(enumerate(self.shards[name]))[int(first) :][: min(Limit, 2)]
        following = int(first) + len(found)
        is_ended = name in self.closed and following == len(self.shards[name])
        return {
            "Records": [{"Data": data, "SequenceNumber": str(number)} for number, data in found],
            "MillisBehindLatest": len(self.shards[name]) - following,
            **({} if is_ended else {"NextShardIterator": f"{name} {following}"}),
        }


class Clock:
    """Time passes when somebody waits, and then something may happen."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: dict[float, Any] = {}

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds
        for moment in sorted(self.at):
            if moment <= self.now:
                self.at.pop(moment)()


def captured(
    stream: SplitStream,
    *,
    seconds: float = 5,
    positions: Mapping[str, str] | None = None,
    clock: Clock | None = None,
) -> tuple[list[bytes], dict[str, str]]:
    """What was captured, and up to where."""
    clock = clock or Clock()
    capture = StreamCapture(
        stream,  # type: ignore[arg-type]
        STREAM,
        since=NOON,
        positions=positions or {},
        clock=clock,
        pause=clock.pause,
    )
    with ThreadPoolExecutor(2) as executor:
        rounds = list(capture.rounds(seconds=seconds, executor=executor))
    return [data for each in rounds for data in each], capture.positions


def test_all_shards_are_read_from_the_moment_that_was_asked_for() -> None:
    stream = SplitStream(one=LINES[:5], two=LINES[5:6], three=[])

    data, positions = captured(stream)

    assert sorted(data) == sorted(LINES[:6])
    assert positions == {"one": "4", "two": "0"}
    assert {each["ShardIteratorType"] for each in stream.asked} == {"AT_TIMESTAMP"}
    assert {each["Timestamp"] for each in stream.asked} == {NOON}


def test_shards_that_take_the_place_of_another_are_read_too() -> None:
    stream, clock = SplitStream(one=LINES[:3]), Clock()

    def split() -> None:
        stream.shards["one"].append(LINES[3])
        stream.closed.add("one")
        stream.shards |= {"left": [LINES[4]], "right": [LINES[5]]}

    clock.at[2.0] = split

    data, positions = captured(stream, clock=clock)

    assert sorted(data) == sorted(LINES[:6])
    assert positions == {"one": ENDED, "left": "0", "right": "0"}


def test_capture_continues_where_it_stopped() -> None:
    stream = SplitStream(one=LINES[:3], two=LINES[3:4], gone=[])
    stream.closed.add("gone")
    _, positions = captured(stream)
    stream.shards["one"].append(LINES[4])

    data, _ = captured(stream, positions=positions)

    assert data == [LINES[4]]


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "ExpiredIteratorException"]
)
def test_refusal_that_passes_costs_nothing(code: str) -> None:
    stream = SplitStream(one=LINES[:3])
    stream.refusals = [code, code]

    assert captured(stream)[0] == LINES[:3]


def test_refusal_that_stays_is_raised() -> None:
    stream = SplitStream(one=LINES[:3])
    stream.refusals = ["AccessDeniedException"]

    with pytest.raises(ClientError, match="AccessDenied"):
        captured(stream)


@example(b"{")
@given(st.binary(max_size=40) | st.sampled_from(LINES) | st.just(b'{\n "a": 1\n}'))
def test_record_is_one_line_and_comes_out_of_it_as_it_was(data: bytes) -> None:
    line = exported_line(data)

    (piece,) = json_objects(io.BytesIO(line))
    assert line.count(b"\n") == 1
    if "Records" not in (piece.value or {}):
        assert piece.text.encode() == data.strip()


@pytest.fixture
def kinesis(monkeypatch: pytest.MonkeyPatch) -> Iterator["KinesisClient"]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # Moto takes no time, so that time must not pass either.
    skip_pauses(monkeypatch, StreamCapture)
    with mock_aws():
        client = boto3.client("kinesis", region_name="eu-central-1")
        client.create_stream(StreamName=STREAM, ShardCount=3)
        yield client


def put(kinesis: "KinesisClient", lines: list[bytes]) -> None:
    kinesis.put_records(
        StreamName=STREAM,
        Records=[{"Data": line, "PartitionKey": str(number)} for number, line in enumerate(lines)],
    )


def test_captured_file_is_one_that_the_demo_takes(
    kinesis: "KinesisClient", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(kinesis, [*LINES, b"\xff\xfe", b'{"kind": "unknown"}'])
    output = tmp_path / "captured.ndjson"

    options = ["--from", "1h", "--minutes", "0.001", "--output", str(output)]
    exit_code = main(["capture", "--stream", STREAM, *options])

    said = capsys.readouterr().err
    assert exit_code == 0, said
    assert f"15 agent events, 2 other records: {output}" in said
    events = exported_events([output])
    assert sorted(map(json.dumps, parsed(list(events)))) == sorted(map(json.dumps, EVENTS))
    assert output.stat().st_mode & 0o077 == 0


def test_same_command_again_adds_what_came_since(
    kinesis: "KinesisClient", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "captured.ndjson"
    command = ["capture", "--stream", STREAM, "--minutes", "0.001", "--output", str(output)]
    put(kinesis, LINES[:5])
    assert main([*command, "--from", "1h"]) == 0
    put(kinesis, LINES[5:8])

    assert main(command) == 0

    assert "3 agent events" in capsys.readouterr().err
    assert len(output.read_bytes().splitlines()) == 8


def test_file_of_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "captured.ndjson"
    output.write_text("mine")

    assert main(["capture", "--stream", STREAM, "--output", str(output)]) == 2

    assert "name another file" in capsys.readouterr().err
    assert output.read_text() == "mine"


def test_quiet_stream_is_told(
    kinesis: "KinesisClient", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kinesis.list_shards(StreamName=STREAM)["Shards"]
    output = str(tmp_path / "captured.ndjson")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    exit_code = main(
        ["capture", "--stream", STREAM, "--minutes", "0.001", "--output", output, "--from", later]
    )

    assert exit_code == 1
    assert "No record came." in capsys.readouterr().err


def test_stream_that_is_not_there_is_told(
    kinesis: "KinesisClient", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kinesis
    output = str(tmp_path / "captured.ndjson")

    assert main(["capture", "--stream", "another", "--minutes", "1", "--output", output]) == 1

    assert "another" in capsys.readouterr().err

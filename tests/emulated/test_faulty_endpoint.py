"""What goes wrong with a call, as boto3 sees it; everything else passes unchanged."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from emulator.faults.faulty_endpoint import (
    ANSWER_LOST,
    READS_UNDONE,
    REFUSED,
    FaultSettings,
    FaultyEndpoint,
    faulty_endpoint,
)
from emulator.machine.ministack import HOST

pytestmark = pytest.mark.enable_socket

NONE = FaultSettings(
    refused=0, answers_lost=0, reads_undone=0, refused_in_spells=0, spell_seconds=0
)
KEYS: Any = {"table": {"Keys": [{"Id": {"S": "1"}}]}}


class Upstream(ThreadingHTTPServer):
    """Answers every call as if it had read nothing, and remembers them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Answer)
        self.calls: list[str] = []


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(self.headers["X-Amz-Target"])
        body = json.dumps({"Responses": {"table": []}, "UnprocessedKeys": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name in the library
        """Nothing."""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def read(server: FaultyEndpoint) -> dict[str, Any]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )
    try:
        return dict(client.batch_get_item(RequestItems=KEYS))
    finally:
        client.close()


def endpoint_of(upstream: Upstream) -> str:
    return f"http://{HOST}:{upstream.server_port}"


def test_calls_pass_unless_a_fault_is_drawn(upstream: Upstream) -> None:
    with faulty_endpoint(endpoint_of(upstream), NONE, seed=1) as server:
        answer = read(server)

        assert answer["Responses"] == {"table": []}
        assert upstream.calls == ["DynamoDB_20120810.BatchGetItem"]
        assert not server.happened


def test_refused_call_is_throttled_and_never_made(upstream: Upstream) -> None:
    settings = FaultSettings(refused=1)
    with faulty_endpoint(endpoint_of(upstream), settings, seed=1) as server:
        with pytest.raises(ClientError, match="ProvisionedThroughputExceededException"):
            read(server)

        assert upstream.calls == []
        assert server.happened == {REFUSED: 1}


def test_lost_answer_leaves_a_call_that_was_done(upstream: Upstream) -> None:
    settings = FaultSettings(refused=0, answers_lost=1)
    with faulty_endpoint(endpoint_of(upstream), settings, seed=1) as server:
        with pytest.raises(ConnectionClosedError):
            read(server)

        assert len(upstream.calls) == 1
        assert server.happened == {ANSWER_LOST: 1}


def test_reads_undone_come_back_whole(upstream: Upstream) -> None:
    settings = FaultSettings(refused=0, answers_lost=0, reads_undone=1)
    with faulty_endpoint(endpoint_of(upstream), settings, seed=1) as server:
        answer = read(server)

        assert answer["UnprocessedKeys"] == KEYS
        assert upstream.calls == []
        assert server.happened == {READS_UNDONE: 1}


def test_only_batches_of_reads_come_back_undone() -> None:
    settings = FaultSettings(refused=0, answers_lost=0, reads_undone=1, spell_seconds=0)
    with faulty_endpoint("http://127.0.0.1:9", settings, seed=1) as server:
        assert server.fault_of("UpdateItem") is None
        assert server.fault_of("BatchGetItem") == READS_UNDONE


def test_most_calls_are_refused_in_a_spell() -> None:
    settings = FaultSettings(refused=0, seconds_between_spells=-1, spell_seconds=1e9)
    with faulty_endpoint("http://127.0.0.1:9", settings, seed=1) as server:
        drawn = [server.fault_of("UpdateItem") for _ in range(200)]

    assert 150 < drawn.count(REFUSED) < 200

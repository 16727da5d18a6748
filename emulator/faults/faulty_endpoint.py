"""Stands between the functions and the emulator and lets some calls go wrong, as they may on AWS.

It answers in AWS's own words where the network would, so that boto3's retries are at work: a call
is refused, its answer is lost after it was done, or a batch of reads comes back undone. Most calls
are refused in spells, as when a partition is hot: only then do boto3's retries come to nothing.
"""

import http.client
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from emulator.machine.ministack import HOST

ANSWER_SECONDS: Final = 60.0
_NOT_HANDED_ON: Final = frozenset({"connection", "host", "transfer-encoding"})
_NOT_HANDED_BACK: Final = frozenset({"connection", "content-length", "transfer-encoding"})
_JSON: Final = "application/x-amz-json-1.0"
TOO_MUCH: Final = "The level of configured provisioned throughput for the table was exceeded."


@dataclass(frozen=True, kw_only=True)
class FaultSettings:
    """The rates of faults, as shares of the calls to DynamoDB."""

    refused: float = 0.01
    answers_lost: float = 0.005
    reads_undone: float = 0.01
    refused_in_spells: float = 0.9
    seconds_between_spells: float = 10.0
    spell_seconds: float = 1.0


class FaultyEndpoint(ThreadingHTTPServer):
    """Hands every call on to ``endpoint``; ``happened`` counts what went wrong, by kind."""

    daemon_threads = True

    def __init__(self, endpoint: str, settings: FaultSettings, *, seed: int) -> None:
        super().__init__((HOST, 0), _Call)
        address = urlsplit(endpoint)
        self.upstream = (address.hostname or HOST, address.port or 80)
        self.happened: Counter[str] = Counter()
        self._settings = settings
        self._random = random.Random(seed)
        self._began = time.monotonic()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address that the functions must call."""
        return f"http://{HOST}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A function that was killed leaves its connections behind; all else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def fault_of(self, operation: str) -> str | None:
        """The fault of the next call, or None; it is counted at once."""
        with self._lock:
            fault = self._drawn(operation)
            if fault:
                self.happened[fault] += 1
            return fault

    def _drawn(self, operation: str) -> str | None:
        settings = self._settings
        if self._is_in_spell() and self._random.random() < settings.refused_in_spells:
            return REFUSED
        drawn = self._random.random()
        if drawn < settings.refused:
            return REFUSED
        if drawn < settings.refused + settings.answers_lost:
            return ANSWER_LOST
        is_undone = drawn < settings.refused + settings.answers_lost + settings.reads_undone
        return READS_UNDONE if is_undone and operation == "BatchGetItem" else None

    def _is_in_spell(self) -> bool:
        settings = self._settings
        if not settings.spell_seconds:
            return False
        since = time.monotonic() - self._began
        whole = settings.seconds_between_spells + settings.spell_seconds
        return since % whole > settings.seconds_between_spells


REFUSED: Final = "calls refused (throttled)"
ANSWER_LOST: Final = "answers lost after the call was done"
READS_UNDONE: Final = "batches of reads returned undone"


@contextmanager
def faulty_endpoint(
    endpoint: str, settings: FaultSettings, *, seed: int
) -> Iterator[FaultyEndpoint]:
    """Answers for the length of the block."""
    server = FaultyEndpoint(endpoint, settings, seed=seed)
    thread = threading.Thread(target=server.serve_forever, name="faulty endpoint", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FaultyEndpoint

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name in the library
        """Log nothing: faults are counted."""

    def setup(self) -> None:
        super().setup()
        host, port = self.server.upstream
        self._upstream = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)

    def finish(self) -> None:
        self._upstream.close()
        super().finish()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
        fault = self.server.fault_of(operation) if service.startswith("DynamoDB") else None
        try:
            self._play(fault, body)
        except (OSError, http.client.HTTPException):
            # The function is gone, or the emulator is: either way nobody waits for an answer.
            self.close_connection = True

    def _play(self, fault: str | None, body: bytes) -> None:
        if fault == REFUSED:
            error = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
            self._send_json(HTTPStatus.BAD_REQUEST, {"__type": error, "message": TOO_MUCH})
        elif fault == READS_UNDONE:
            wanted = json.loads(body)["RequestItems"]
            self._send_json(HTTPStatus.OK, {"Responses": {}, "UnprocessedKeys": wanted})
        else:
            status, headers, answer = self._handed_on(body)
            if fault == ANSWER_LOST:
                self.close_connection = True
            else:
                self._send(status, headers, answer)

    def _handed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _NOT_HANDED_ON
        }
        host, port = self.server.upstream
        self._upstream.request(
            self.command, self.path, body=body, headers={**headers, "Host": f"{host}:{port}"}
        )
        response = self._upstream.getresponse()
        back = {
            name: value
            for name, value in response.getheaders()
            if name.lower() not in _NOT_HANDED_BACK
        }
        return response.status, back, response.read()

    def _send_json(self, status: HTTPStatus, answer: object) -> None:
        self._send(status, {"Content-Type": _JSON}, json.dumps(answer).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

"""A web server for browser tests: the files of web/, and answers that the test may change."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

type JsonObject = dict[str, Any]

WEB = Path(__file__).resolve().parents[2] / "web"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
NOTHING_YET: dict[str, JsonObject] = {
    "/live/queues": {
        "InstanceId": "instance-1",
        "Timestamp": "2026-03-09T09:00:00.000Z",
        "Queues": [],
    },
    "/live/names": {"Agents": [], "Queues": []},
    "/queues": {
        "InstanceId": "instance-1",
        "Timestamp": "2026-03-09T09:00:00.000Z",
        "Quarters": [],
    },
    "/contacts": {"Items": []},
}
"""What is answered to what pages ask on the side, unless a test says otherwise."""
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class Request:
    """What the browser asked: `path` is decoded, `query` is not."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Reply:
    """What a route answers."""

    status: int = HTTPStatus.OK
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


type Route = Callable[[Request], Reply]


def json_reply(
    document: object, *, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Reply:
    kind = "application/json" if status < HTTPStatus.BAD_REQUEST else "application/problem+json"
    text = json.dumps(document, ensure_ascii=False)
    return Reply(status, text, {"Content-Type": kind, **(headers or {})})


def problem(status: int, detail: str) -> Reply:
    """RFC 9457, as the API answers."""
    return json_reply(
        {"type": "about:blank", "title": HTTPStatus(status).phrase, "detail": detail},
        status=status,
    )


def _always(document: JsonObject, _request: Request) -> Reply:
    return json_reply(document)


class Site:
    """A server. Routes go by the longest beginning of the path that has one; `now` is its clock."""

    def __init__(self, content_security_policy: str) -> None:
        self.routes: dict[str, Route] = {
            f"{beginning}{path}": partial(_always, document)
            for beginning in ("/api", "")
            for path, document in NOTHING_YET.items()
        }
        self.requests: list[Request] = []
        self.is_reachable = True
        self.config: JsonObject = {
            "apiUrl": "/api",
            "issuer": None,
            "clientId": None,
            "scopes": [],
        }
        self.content_security_policy = content_security_policy
        self.now: datetime | None = None
        self._server = _Server(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["Site"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def answer(self, path: str, document: object, *, headers: dict[str, str] | None = None) -> None:
        """Answers `path` with `document` and an ETag of it, or 304 to whoever has it."""
        content = json.dumps(document, sort_keys=True).encode()
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'

        def reply(request: Request) -> Reply:
            if request.headers.get("if-none-match") == etag:
                return Reply(HTTPStatus.NOT_MODIFIED, headers={"ETag": etag, **(headers or {})})
            return json_reply(document, headers={"ETag": etag, **(headers or {})})

        self.routes[path] = reply

    @contextmanager
    def held(self, path: str) -> Iterator[threading.Event]:
        """Holds answers to `path` back until the event is set, at the latest at the end."""
        may_go = threading.Event()
        usual = self.routes.get(path, self._own)

        def late(request: Request) -> Reply:
            may_go.wait()
            return usual(request)

        self.routes[path] = late
        try:
            yield may_go
        finally:
            may_go.set()
            self.routes[path] = usual

    def reply(self, request: Request) -> Reply:
        for path in sorted(self.routes, key=len, reverse=True):
            if request.path == path or request.path.startswith(path + "/"):
                return self.routes[path](request)
        return self._own(request)

    def _own(self, request: Request) -> Reply:
        if request.path == "/config.json":
            return json_reply(self.config, headers={"Cache-Control": "no-cache"})
        return self._file(request.path)

    def _file(self, path: str) -> Reply:
        file = (WEB / (path.removeprefix("/") or "index.html")).resolve()
        if not file.is_relative_to(WEB) or not file.is_file():
            return problem(HTTPStatus.NOT_FOUND, f"There is no {path}.")
        headers = {
            "Content-Type": CONTENT_TYPES[file.suffix],
            "Cache-Control": "no-cache",
            "Content-Security-Policy": self.content_security_policy,
            **SECURITY_HEADERS,
        }
        return Reply(HTTPStatus.OK, file.read_text("utf-8"), headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.site = site


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out together: apart, the second would wait 40 ms for the first's delayed ACK.
    wbufsize = -1
    server: _Server

    def handle_one_request(self) -> None:
        """The browser may go before it has its answer."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def _serve(self) -> None:
        site = self.server.site
        request = self._request()
        site.requests.append(request)
        if site.is_reachable:
            self._send(site.reply(request))
        else:
            self.close_connection = True

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", "0"))
        return Request(
            self.command,
            unquote(parts.path),
            parts.query,
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length).decode(),
        )

    def _send(self, reply: Reply) -> None:
        content = reply.body.encode()
        now = self.server.site.now or datetime.now(UTC)
        self.send_response_only(reply.status)
        self.send_header("Date", format_datetime(now, usegmt=True))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """The browser's requests are in `Site.requests`."""

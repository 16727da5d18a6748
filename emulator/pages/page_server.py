"""A server on loopback in the place of CloudFront: the pages, and the API's paths handed on.

What it sends along is what CloudFront sends (`infra.page_headers`), so that what a browser refuses
there is refused here, too. It is also the issuer's address; see `emulator.pages.issuer`.
"""

import http.client
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from contact_queries.routes import FIRST_SEGMENTS, SCOPES
from emulator.errors import EmulatorError
from emulator.machine.ministack import HOST
from emulator.pages.issuer import CLIENT_ID, LocalIssuer, SignInRefusedError
from emulator.synthesis import REPOSITORY
from infra.read_side.page_headers import page_headers

WEB: Final = REPOSITORY / "web"
ISSUER_PATH: Final = "/issuer"
HANDED_ON: Final = ("Authorization", "If-None-Match", "Accept", "Accept-Encoding")
NOT_HANDED_BACK: Final = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
)
API_SECONDS: Final = 30.0

type Headers = Mapping[str, str]


@contextmanager
def page_server(*, port: int, web: Path = WEB) -> Iterator["PageServer"]:
    """Has the port for the length of the block; 0 is any that is free."""
    try:
        server = PageServer(port=port, web=web)
    except OSError as error:
        message = f"Port {port} of {HOST} cannot be used: {error.strerror}."
        raise EmulatorError(message) from error
    try:
        yield server
    finally:
        server.server_close()


class PageServer(ThreadingHTTPServer):
    """Has its address at once, and answers inside `serving`."""

    daemon_threads = True

    def __init__(self, *, port: int, web: Path) -> None:
        super().__init__((HOST, port), partial(_Visit, directory=str(web)))
        self.origin = f"http://{HOST}:{self.server_port}"
        self.issuer = LocalIssuer(
            url=f"{self.origin}{ISSUER_PATH}", redirect_uri=f"{self.origin}/session.html"
        )
        self.api_url: str | None = None
        self.headers = page_headers([])

    @property
    def configuration(self) -> dict[str, Any]:
        """What the pages read, as the deployed stack writes it."""
        return {
            "issuer": self.issuer.url,
            "clientId": CLIENT_ID,
            "scopes": ["openid", *SCOPES],
        }

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong; that a browser left in the middle of an answer is nothing wrong."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer for the length of the block."""
        thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="pages")
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()


class _Visit(SimpleHTTPRequestHandler):
    server: PageServer
    _is_page = False
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012  the class it comes from has it so
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.split("/")[1] in FIRST_SEGMENTS:
            self._hand_on()
        elif path.startswith(f"{ISSUER_PATH}/"):
            self._ask_issuer(path.removeprefix(ISSUER_PATH))
        elif path == "/config.json":
            self._send_json(self.server.configuration)
        else:
            self._is_page = True
            super().do_GET()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        given = dict(parse_qsl(self.rfile.read(length).decode()))
        if self.path != f"{ISSUER_PATH}/token":
            self._send_json({"error": "not_found"}, HTTPStatus.NOT_FOUND)
            return
        try:
            self._send_json(self.server.issuer.trade(given))
        except SignInRefusedError as refused:
            self._send_json({"error": str(refused)}, HTTPStatus.BAD_REQUEST)

    def end_headers(self) -> None:
        """Called at the end of every answer's headers."""
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if self._is_page:
            # As in the bucket: whoever changes a page sees the change.
            self.send_header("Cache-Control", "no-cache")
            self._is_page = False
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the browser has its own list of requests."""

    def _ask_issuer(self, path: str) -> None:
        issuer = self.server.issuer
        asked = dict(parse_qsl(urlsplit(self.path).query))
        match path:
            case "/.well-known/openid-configuration":
                self._send_json(issuer.discovery())
            case "/jwks.json":
                self._send_json(issuer.jwks())
            case "/authorize":
                self._authorize(asked)
            case "/sign-out":
                self._redirect(f"{self.server.origin}/session.html")
            case _:
                self._send_json({"error": "not_found"}, HTTPStatus.NOT_FOUND)

    def _authorize(self, asked: Mapping[str, str]) -> None:
        try:
            self._redirect(self.server.issuer.authorize(asked))
        except SignInRefusedError as refused:
            self._send_json({"error": str(refused)}, HTTPStatus.BAD_REQUEST)

    def _hand_on(self) -> None:
        """The API's own answer; 502 when there is none."""
        try:
            status, headers, body = self._api_answer()
        except (OSError, http.client.HTTPException) as error:
            problem = {"title": "Bad Gateway", "status": 502, "detail": f"No answer: {error}"}
            self._send_json(problem, HTTPStatus.BAD_GATEWAY)
            return
        self._send(status, headers, body)

    def _api_answer(self) -> tuple[int, Headers, bytes]:
        if self.server.api_url is None:
            raise ConnectionError("the API is not deployed yet")
        api = urlsplit(self.server.api_url)
        # Its host name is one below localhost, which not every resolver knows.
        connection = http.client.HTTPConnection(HOST, api.port, timeout=API_SECONDS)
        try:
            given = {name: self.headers[name] for name in HANDED_ON if name in self.headers}
            connection.request("GET", self.path, headers={**given, "Host": api.netloc})
            answer = connection.getresponse()
            body = answer.read()
            headers = {
                name: value
                for name, value in answer.getheaders()
                if name.lower() not in NOT_HANDED_BACK
            }
            return answer.status, headers, body
        finally:
            connection.close()

    def _redirect(self, address: str) -> None:
        self._send(HTTPStatus.FOUND, {"Location": address}, b"")

    def _send_json(self, document: object, status: int = HTTPStatus.OK) -> None:
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        self._send(status, headers, json.dumps(document).encode())

    def _send(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

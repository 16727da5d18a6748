"""The server in the place of CloudFront: which paths go where, and with which headers."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from contact_queries.routes import SCOPES
from emulator.errors import EmulatorError
from emulator.pages.page_server import PageServer, page_server
from infra.read_side.page_headers import page_headers
from tests.emulated.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.enable_socket

HOST = "127.0.0.1"


@dataclass
class Api:
    """Stands for the deployed API: it remembers what it was asked and gives one answer."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    asked: list[tuple[str, Message]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://abcd1234.execute-api.localhost:{self.port}"


@contextmanager
def running(api: Api) -> Iterator[Api]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            api.asked.append((self.path, self.headers))
            self.send_response(api.status)
            for name, value in api.headers.items():
                self.send_header(name, value)
            if api.status != 304:
                self.send_header("Content-Length", str(len(api.body)))
            self.end_headers()
            if api.status != 304:
                self.wfile.write(api.body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        api.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def api() -> Iterator[Api]:
    with running(Api()) as api:
        yield api


@pytest.fixture
def pages(tmp_path: Path, api: Api) -> Iterator[PageServer]:
    (tmp_path / "board").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Board</title>")
    (tmp_path / "board" / "board.js").write_text("export {};\n")
    with page_server(port=0, web=tmp_path) as server, server.serving():
        server.api_url = api.url
        yield server


def ask(
    pages: PageServer, path: str, *, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, HTTPMessage, bytes]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection(HOST, pages.server_port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request(method, path, body=body or None, headers=given)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def document(answer: tuple[int, HTTPMessage, bytes]) -> Any:
    return json.loads(answer[2])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?a=b", "text/html; charset=utf-8"),
        ("/board/board.js", "text/javascript; charset=utf-8"),
    ],
)
def test_pages_come_with_the_headers_of_the_distribution(
    path: str, kind: str, pages: PageServer
) -> None:
    status, headers, _ = ask(pages, path)

    assert status == 200
    assert headers["Content-Type"] == kind
    assert headers["Cache-Control"] == "no-cache"
    assert {name: headers[name] for name in page_headers([])} == page_headers([])


@pytest.mark.parametrize("path", ["/missing.html", "/../pyproject.toml", "/%2e%2e/pyproject.toml"])
def test_nothing_but_the_pages_is_served(path: str, pages: PageServer) -> None:
    assert ask(pages, path)[0] == 404


def test_pages_are_told_that_this_is_the_api_and_the_issuer(pages: PageServer) -> None:
    assert document(ask(pages, "/config.json")) == {
        "issuer": f"{pages.origin}/issuer",
        "clientId": "board",
        "scopes": ["openid", *SCOPES],
    }


@pytest.mark.parametrize(
    "path",
    [
        "/contacts?outcome=MISSED%2CREJECTED&from=2026-03-09T00%3A00Z",
        "/contacts/one/chain",
        "/agents/one/contacts",
        "/queues/agent%2Fone/contacts",
        "/live/agents",
        "/openapi.json",
    ],
)
def test_paths_of_the_api_are_handed_on_as_they_came(
    path: str, pages: PageServer, api: Api
) -> None:
    status, _, body = ask(pages, path, Authorization="Bearer a.b.c", If_None_Match='"tag"')

    ((asked, headers),) = api.asked
    assert (status, body) == (200, b"{}")
    assert asked == path
    assert headers["Host"] == urlsplit(api.url).netloc
    assert headers["Authorization"] == "Bearer a.b.c"
    assert headers["If-None-Match"] == '"tag"'


def test_answer_of_the_api_is_handed_back_as_it_is(pages: PageServer, api: Api) -> None:
    api.status, api.body = 400, b'{"title": "Bad"}'
    api.headers = {"Content-Type": "application/problem+json", "ETag": 'W/"1"'}

    status, headers, body = ask(pages, "/contacts")

    assert (status, body) == (400, api.body)
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["ETag"] == 'W/"1"'
    assert headers["Content-Security-Policy"]


def test_answer_that_nothing_has_changed_has_no_body(pages: PageServer, api: Api) -> None:
    api.status, api.headers = 304, {"ETag": 'W/"1"'}

    assert ask(pages, "/live/agents")[0] == 304
    assert ask(pages, "/live/agents")[2] == b""


def test_api_that_does_not_answer_is_a_bad_gateway(pages: PageServer) -> None:
    pages.api_url = "http://abcd1234.execute-api.localhost:1"

    answer = ask(pages, "/live/agents")

    assert answer[0] == 502
    assert document(answer)["detail"].startswith("No answer: ")


def test_api_that_is_not_there_yet_is_a_bad_gateway(pages: PageServer) -> None:
    pages.api_url = None

    assert ask(pages, "/live/agents")[0] == 502


def test_issuer_is_found_by_its_document(pages: PageServer) -> None:
    found = document(ask(pages, "/issuer/.well-known/openid-configuration"))

    keys = document(ask(pages, urlsplit(found["jwks_uri"]).path))

    assert found["issuer"] == pages.issuer.url
    assert keys == pages.issuer.jwks()


def test_browser_is_sent_back_by_the_issuer(pages: PageServer) -> None:
    query = f"client_id=board&redirect_uri={pages.origin}/session.html&code_challenge=x"

    status, headers, _ = ask(pages, f"/issuer/authorize?{query}&code_challenge_method=S256")

    assert status == 302
    assert headers["Location"].startswith(f"{pages.origin}/session.html?code=")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/issuer/authorize?client_id=somebody-else", 400),
        ("POST", "/issuer/token", 400),
        ("GET", "/issuer/sign-out", 302),
        ("GET", "/issuer/elsewhere", 404),
        ("POST", "/contacts", 404),
    ],
)
def test_issuer_answers_the_rest(method: str, path: str, status: int, pages: PageServer) -> None:
    assert ask(pages, path, method=method, body="grant_type=x" if method == "POST" else "")[0] == (
        status
    )


def test_port_that_is_taken_is_named(pages: PageServer) -> None:
    with (
        pytest.raises(EmulatorError, match=rf"Port {pages.server_port} of 127\.0\.0\.1 cannot"),
        page_server(port=pages.server_port),
    ):
        pass


def test_browser_that_leaves_in_the_middle_of_an_answer_is_not_spoken_of(
    pages: PageServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for error in (BrokenPipeError(), ConnectionResetError(), ValueError("a fault of ours")):
        try:
            raise error
        except (OSError, ValueError):
            pages.handle_error(None, (HOST, 1))

    said = capsys.readouterr().err
    assert "a fault of ours" in said
    assert "BrokenPipeError" not in said
    assert "ConnectionResetError" not in said

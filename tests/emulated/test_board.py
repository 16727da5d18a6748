"""`make board` as its user runs it: a process that shows a busy centre, and then leaves nothing."""

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from cli.__main__ import main
from demo import site
from emulator.errors import EmulatorError
from emulator.synthesis import REPOSITORY
from tests.emulated.waiting import PATIENCE_SECONDS, are_gone, children_of, eventually

VERIFIER = "a-verifier-that-is-long-enough-for-the-specification"
CHALLENGE = "0hL6GxT-deUh9wvAt8-vjkfoPTZp_bBas44GlVGeJAY"
PEOPLE_AT_WORK = {"Available", "On contact", "Incoming", "After contact work"}


class Browser:
    """Asks as the pages do, with a token that it gets as they get it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.config = json.loads(self.get("/config.json")[2])
        self._token = self._signed_in()

    def get(self, path: str, **headers: str) -> tuple[int, Message, bytes]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.origin + path, headers=given), timeout=PATIENCE_SECONDS
            ) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def ask(self, path: str, **headers: str) -> tuple[int, Message, bytes]:
        return self.get(path, Authorization=f"Bearer {self._token}", **headers)

    def json(self, path: str) -> Any:
        status, _, body = self.ask(path)
        assert status == 200, body
        return json.loads(body)

    def _signed_in(self) -> str:
        issuer = urlsplit(self.config["issuer"])
        page = f"{self.origin}/session.html"
        asked = {
            "response_type": "code",
            "client_id": self.config["clientId"],
            "redirect_uri": page,
            "scope": " ".join(self.config["scopes"]),
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        with urllib.request.urlopen(f"{issuer.geturl()}/authorize?{urlencode(asked)}") as shown:
            led_back = shown.url
        grant = {
            "grant_type": "authorization_code",
            "client_id": self.config["clientId"],
            "redirect_uri": page,
            "code": parse_qs(urlsplit(led_back).query)["code"][0],
            "code_verifier": VERIFIER,
        }
        with urllib.request.urlopen(
            f"{issuer.geturl()}/token", urlencode(grant).encode()
        ) as answer:
            return str(json.load(answer)["access_token"])


@contextmanager
def _interruptible_child() -> Iterator[None]:
    """A process that is started in the background inherits that Ctrl-C is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class RunningCommand:
    """The process, and what it has printed."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._printed = folder / "printed"
        self._said = folder / "said"
        with (
            self._printed.open("wb") as printed,
            self._said.open("wb") as said,
            _interruptible_child(),
        ):
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", *arguments],
                cwd=REPOSITORY,
                stdout=printed,
                stderr=said,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def wait_for(self, pattern: str) -> str:
        """The first group of what it has printed, as soon as it has."""
        return eventually(lambda: self._found(pattern))[1]

    def _found(self, pattern: str) -> re.Match[str] | None:
        assert self.process.poll() is None, self.said
        return re.search(pattern, self._printed.read_text("utf-8"))

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE_SECONDS)


def moments(value: Any) -> Iterator[datetime]:
    """Every timestamp anywhere in a document."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name.endswith("Timestamp"):
                yield datetime.fromisoformat(each)
            else:
                yield from moments(each)
    elif isinstance(value, list):
        for each in value:
            yield from moments(each)


@pytest.mark.enable_socket
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_board_shows_people_at_work_now_and_ctrl_c_leaves_nothing_running(tmp_path: Path) -> None:
    day = ["--agents", "25", "--hours", "2", "--seed", "7", "--queues", "3"]
    with RunningCommand(tmp_path, "board", *day, "--speed", "20") as running:
        browser = Browser(running.wait_for(r"The board: (\S+)/\n"))
        transferred = running.wait_for(r"A transfer: \S+/chain\.html\?contact=(\S+)\n")

        _is_a_page_with_live_agents(browser)
        _is_a_chain_of(transferred, browser)
        _lets_nobody_in_without_a_token(browser)

        children = children_of(running.process.pid)
        assert children
        assert running.stop(signal.SIGINT) == 0
        assert "Stopped." in running.said
        assert "Live events could be seen" in running.said
        assert eventually(lambda: are_gone(*children))
    with pytest.raises(urllib.error.URLError):
        browser.get("/")


def _is_a_page_with_live_agents(browser: Browser) -> None:
    status, headers, body = browser.get("/")
    live = browser.json("/live/agents")
    now = datetime.now(UTC)

    assert status == 200
    assert b"<!doctype html>" in body.lower()
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert len(live["Agents"]) > 10
    assert PEOPLE_AT_WORK & set(live["Counts"]["ByActivity"])
    assert not [agent for agent in live["Agents"] if agent["IsSilent"]]
    # At this speed the day began half a minute before the board: timers show what makes sense.
    assert all(timedelta() <= now - each < timedelta(minutes=10) for each in moments(live))
    assert browser.json("/live/contacts")["Contacts"]


def _is_a_chain_of(contact_id: str, browser: Browser) -> None:
    chain = browser.json(f"/contacts/{contact_id}/chain")
    record = browser.json(f"/contacts/{contact_id}")

    assert len(chain["Legs"]) > 1
    assert contact_id in {leg["ContactId"] for leg in chain["Legs"]}
    assert record["TransferType"] == "TRANSFER"


def _lets_nobody_in_without_a_token(browser: Browser) -> None:
    assert browser.get("/live/agents")[0] == 401
    assert browser.get("/contacts/one", Authorization="Bearer nonsense")[0] == 401


@pytest.mark.enable_socket
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_day_that_is_over_stays_on_the_board_until_it_is_terminated(tmp_path: Path) -> None:
    day = ["--agents", "2", "--hours", "0.02", "--queues", "1"]
    with RunningCommand(tmp_path, "board", *day, "--speed", "60") as running:
        browser = Browser(running.wait_for(r"The board: (\S+)/\n"))
        eventually(lambda: "is over" in running.said)

        status, headers, body = browser.ask("/live/agents")
        assert (status, json.loads(body)["Agents"]) == (200, [])
        assert browser.ask("/live/agents", If_None_Match=headers["ETag"])[0] == 304
        children = children_of(running.process.pid)
        assert running.stop(signal.SIGTERM) == 128 + signal.SIGTERM
        assert eventually(lambda: are_gone(*children))


@pytest.mark.parametrize(
    ("argument", "value", "complaint"),
    [
        ("--speed", "0", "Must be > 0"),
        ("--speed", "61", "Must be <= 60"),
        ("--speed", "fast", 'unable to convert "fast" into float'),
        ("--port", "80000", "Must be <= 65535"),
        ("--agents", "ten", 'unable to convert "ten" into int'),
    ],
)
def test_value_that_cannot_be_is_refused(
    argument: str, value: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["board", argument, value]) == 2

    said = capsys.readouterr().err
    assert argument in said
    assert complaint in said


@pytest.mark.parametrize(
    ("error", "exit_code", "message"),
    [
        (KeyboardInterrupt(), 0, "Stopped."),
        (EmulatorError("did not come up"), 1, "The board failed. did not come up"),
        (EmulatorError("Port 8000 is taken."), 1, "The board failed. Port 8000 is taken."),
    ],
)
def test_board_ends_tidily(
    error: BaseException,
    exit_code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing(*, port: int) -> Iterator[None]:
        assert port == 8000
        raise error

    monkeypatch.setattr(site, "page_server", failing)

    assert main(["board", "--port", "8000", "--agents", "1"]) == exit_code
    assert message in " ".join(capsys.readouterr().err.split())


def test_deployment_is_the_one_of_aws_but_for_pages_and_issuer() -> None:
    context = site.site_context()

    assert context["readSide"] == "api"
    assert context["connectInstanceArn"] == site.INSTANCE
    assert context["removalPolicy"] == "destroy"

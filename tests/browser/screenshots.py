"""Makes the pictures of README and docs: python -m tests.browser.screenshots

They show a generated centre in the middle of its morning, through the API's own code. Needs
a chromium. The pictures are in docs/pictures; `--folder` names another place. Which font the words
are in depends on the machine: the pages ask for Segoe UI, Inter, or the system's own.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from contact_centre.people.office import BEGINS
from tests.browser.centre import centre_at, show_centre
from tests.browser.conftest import CHROMIUM, NO_BROWSER
from tests.browser.screen import STRICT_POLICY
from tests.browser.site import Site
from tests.contact_queries.api_in_memory import AskedApi

type JsonObject = dict[str, Any]

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SCHEMES: Final = ("light", "dark")
WIDTH, HEIGHT = 1280, 720
NOW: Final = BEGINS + timedelta(hours=2, minutes=12, seconds=21)
"""Somebody is waiting then."""
AGENTS: Final = 50
SEED: Final = 3


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the address, and what is there once the page is complete."""

    name: str
    address: str
    complete: str
    height: int = HEIGHT


def shots(api: AskedApi) -> list[Shot]:
    """What there is to see, found as a viewer would find it."""
    day: dict[str, Any] = {"from_": f"{NOW:%Y-%m-%d}", "to": f"{NOW + timedelta(days=1):%Y-%m-%d}"}
    transfers = api.get("/contacts", **day, transferred="true", order="newest", limit=100).json
    missed = api.get("/contacts/failed", **day, outcome="MISSED", limit=100).json
    quarters = api.get("/queues", **day).json["Quarters"]
    chain = _most(item["ChainId"] for item in transfers["Items"])
    agent = _most(
        offer["AgentId"]
        for item in missed["Items"]
        for offer in item["Attempts"]
        if offer["Outcome"] == "MISSED"
    )
    queue = _most(
        each["Queue"]["Id"]
        for quarter in quarters
        for each in quarter["Queues"]
        for _ in range(each["Answered"])
        if each["Queue"]["Id"] != "agent"
    )
    return [
        Shot("board", "/", "#day-figures .figure:not([data-none])"),
        Shot("board-wall", "/?layout=wall", "#day-figures .figure:not([data-none])"),
        Shot("chain", f"/chain.html?contact={chain}", "svg.picture"),
        Shot("contacts", "/search.html?outcome=MISSED", "#results tbody tr"),
        Shot("agent", f"/agent.html?agent={agent}", "svg.picture"),
        Shot("queue", f"/queue.html?queue={queue}", "#quarters tbody tr"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the pictures of README and docs.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    if not CHROMIUM:
        raise SystemExit(NO_BROWSER)
    folder.mkdir(parents=True, exist_ok=True)
    print("Simulating the morning of a contact centre ...", file=sys.stderr)
    # The functions log to standard output.
    with redirect_stdout(sys.stderr), _centre() as api, Site(STRICT_POLICY).running() as site:
        show_centre(site, api)
        site.now = NOW
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM)
            for shot in shots(api):
                for scheme in SCHEMES:
                    _take(browser, site, shot, folder, scheme)
            browser.close()


@contextmanager
def _centre() -> Iterator[AskedApi]:
    with centre_at(NOW, agents=AGENTS, seed=SEED) as api:
        yield api


def _take(browser: Browser, site: Site, shot: Shot, folder: Path, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": shot.height},
        locale="en-GB",
        timezone_id="UTC",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.clock.install(time=NOW - timedelta(minutes=1))
    page.clock.pause_at(NOW)
    page.goto(site.url + shot.address)
    expect(page.locator(shot.complete).first).to_be_visible()
    _settle(page)
    file = folder / f"{shot.name}-{scheme}.png"
    page.screenshot(path=file)
    page.close()
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB", file=sys.stderr)


def _settle(page: Page) -> None:
    """What the page asks on the side comes a little later."""
    for _ in range(8):
        page.clock.run_for(250)
        page.wait_for_timeout(250)


def _most(values: Iterator[str]) -> str:
    """The most frequent value; of several the least, so that it is always the same."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value))


if __name__ == "__main__":
    main()

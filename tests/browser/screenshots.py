"""Makes the pictures of the README from synthetic data: python -m tests.browser.screenshots

Needs chromium. The pictures are in docs/images; `--folder` names another place. Which font the
words are in depends on the machine: the pages ask for Segoe UI, Inter, or the system's own.
"""

import argparse
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, NO_BROWSER
from tests.browser.floor import NOW, PHONES, PROFILES, QUEUES, WRITING, Floor, agent, contact
from tests.browser.screen import STRICT_POLICY, Screen
from tests.browser.site import Site
from tests.browser.told_chains import WHOLE_STORY_SECONDS, whole_story

type JsonObject = dict[str, Any]

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
NAMES: Final = [
    "ada",
    "ben",
    "cleo",
    "dan",
    "eva",
    "finn",
    "gita",
    "hugo",
    "ines",
    "jonas",
    "kaja",
    "liam",
    "maja",
    "nils",
    "olga",
    "pavel",
    "quinn",
    "rosa",
    "sami",
    "tara",
    "ulla",
    "vera",
    "wim",
    "xenia",
    "yusuf",
    "zoë",
    "anton",
    "bettina",
    "carla",
    "dirk",
    "emil",
    "frida",
    "georg",
    "hanna",
    "igor",
    "julia",
    "kasper",
    "luisa",
    "marek",
    "nadia",
    "oskar",
    "petra",
]
AMERICAS: Final = {"Id": "group-americas", "GroupName": "Americas"}
EUROPE: Final = {"Id": "group-europe", "GroupName": "Europe"}
STATES: Final = (
    ("CONNECTED", "Connected", "On contact", 420),
    ("CONNECTED", "Connected", "On contact", 420),
    ("CONNECTED", "Connected", "On contact", 420),
    ("CONNECTED_ONHOLD", "On hold", "On contact", 90),
    ("CONNECTING", "Incoming contact", "Incoming", 18),
    ("ENDED", "After contact work", "After contact work", 80),
    ("MISSED", "Missed contact", "Missed", 30),
)
SHOTS: Final = (
    ("board-table", "/", "light"),
    ("board-tiles", "/?layout=tiles&sort=activity", "light"),
    ("board-dark", "/?sort=state-time&descending=yes", "dark"),
    ("board-wall", "/?layout=wall", "dark"),
)


def busy_floor() -> Floor:
    """Some forty agents in the middle of a morning."""
    chance = random.Random(11)
    floor = Floor()
    floor.put(*(_busy_agent(number, name, chance) for number, name in enumerate(NAMES)))
    return floor


def _busy_agent(number: int, name: str, chance: random.Random) -> JsonObject:
    region = EUROPE if number % 3 else AMERICAS
    if number % 7 == 5:
        return agent(
            name,
            "On contact",
            *_chats(number, chance),
            since=chance.uniform(60, 900),
            profile=PROFILES["chat"],
            groups=(region, WRITING),
        )
    profile = PROFILES["sales"] if number % 2 else PROFILES["support"]
    since = chance.uniform(5, 1500)
    if number % 4 == 0:
        return agent(name, since=since, profile=profile, groups=(region, PHONES))
    if number % 11 == 3:
        status = ("Lunch", "CUSTOM")
        return agent(name, "Lunch", since=since, profile=profile, status=status)
    state, label, activity, longest = chance.choice(STATES)
    lasting = chance.uniform(2, longest)
    queue = QUEUES[chance.choice(["sales", "support", "billing"])]
    call = contact(f"{number:08x}", state, label, since=lasting, queue=queue, connected=since)
    return agent(
        name,
        activity,
        call,
        since=max(lasting, since) if activity == "On contact" else lasting,
        profile=profile,
        groups=(region, PHONES),
        silent_for=14 * 60 if number == 10 else None,
    )


def _chats(number: int, chance: random.Random) -> Iterator[JsonObject]:
    for which in range(chance.randint(2, 3)):
        yield contact(
            f"{number:06x}{which:02x}",
            "CONNECTED",
            "Connected",
            since=chance.uniform(10, 800),
            queue=QUEUES["chats"],
            channel="CHAT",
            method="API",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the pictures of the README.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    if not CHROMIUM:
        raise SystemExit(NO_BROWSER)
    folder.mkdir(parents=True, exist_ok=True)
    with Site(STRICT_POLICY).running() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for name, address, scheme in SHOTS:
            page = _page(browser, scheme)
            Screen(page, site).open_board(busy_floor(), address)
            _save(page, folder / f"{name}.png")
        page = _page(browser, "light")
        screen = Screen(page, site)
        screen.open_chain(whole_story(), now=WHOLE_STORY_SECONDS)
        screen.bars.nth(8).hover()
        _save(page, folder / "chain.png")
        browser.close()


def _page(browser: Browser, scheme: str) -> Page:
    page = browser.new_page(
        viewport={"width": 1440, "height": 810},
        locale="en-GB",
        timezone_id="UTC",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.clock.install(time=NOW - timedelta(minutes=1))
    page.clock.pause_at(NOW)
    return page


def _save(page: Page, file: Path) -> None:
    expect(page.locator("#connection")).to_have_text("Live")
    page.screenshot(path=file)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

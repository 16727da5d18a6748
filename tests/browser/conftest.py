"""The browser: Debian's chromium, headless. Without one these tests are skipped, in one line."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.floor import NOW
from tests.browser.screen import STRICT_POLICY, Screen
from tests.browser.site import Site

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The shell takes a third of the CPU: it has the pages' engine, and no windows around them."""
NO_BROWSER = "no browser: apt-get install chromium-headless-shell (or chromium)"
HERE = Path(__file__).parent
LONGEST_WAIT_MILLISECONDS = 60_000
"""For a machine that is very busy: nothing takes that long unless it fails."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_BROWSER in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"tests/browser: {count} tests skipped, {NO_BROWSER}")


# Not for the whole session: its event loop would be "running" for the tests of other modules, too.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=LONGEST_WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(STRICT_POLICY).running() as site:
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1600, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin"
    )
    context.set_default_timeout(LONGEST_WAIT_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def screen(page: Page, site: Site) -> Iterator[Screen]:
    """A page whose time stands still but for what the test lets pass; complaints fail the test."""
    page.clock.install(time=NOW - timedelta(minutes=1))
    page.clock.pause_at(NOW)
    screen = Screen(page, site)
    yield screen
    assert screen.complaints == []


@pytest.fixture
def live_screen(page: Page, site: Site) -> Iterator[Screen]:
    """A page in which time goes by as usual, for what depends on the browser's frames."""
    screen = Screen(page, site)
    yield screen
    assert screen.complaints == []

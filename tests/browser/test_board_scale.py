"""Thousands of agents: the page holds only what is on the screen."""

from playwright.sync_api import expect

from tests.browser.floor import QUEUES, Floor, agent, contact
from tests.browser.screen import Screen

AGENTS = 5000
MOST_ROWS = 60
MOST_TILES = 120
SCROLL = "part => window.scrollTo(0, part * document.body.scrollHeight)"
"""Not by keys: the browser animates those, and on a busy machine End may lead nowhere."""
RESIZE_TYPE = """percent => new Promise((painted) => {
    document.documentElement.style.fontSize = `${percent}%`;
    dispatchEvent(new Event("resize"));
    requestAnimationFrame(() => requestAnimationFrame(painted));
})"""


def many_agents() -> Floor:
    floor = Floor()
    for n in range(AGENTS):
        calls = [
            contact(f"c{n}-{m}", "CONNECTED", "Connected", since=n % 600, queue=QUEUES["chats"])
            for m in range(n % 4)
        ]
        floor.put(agent(f"agent {n:04}", "On contact" if calls else "Available", *calls, since=n))
    return floor


def test_table_of_thousands_holds_the_rows_on_the_screen(live_screen: Screen) -> None:
    screen = live_screen
    floor = many_agents()
    screen.open_board(floor)
    rows = screen.page.locator(".agents tr")

    expect(screen.page.locator(".agent-table")).to_have_attribute("aria-rowcount", "8751")
    expect(screen.row("agent 0000")).to_be_visible()
    assert rows.count() <= MOST_ROWS
    assert screen.page.locator("time.timer").count() <= 3 * MOST_ROWS

    screen.page.evaluate(SCROLL, 1)
    expect(screen.row("agent 4999").first).to_be_in_viewport()
    expect(rows.last).to_have_attribute("aria-rowindex", "8751")
    assert rows.count() <= MOST_ROWS

    screen.page.evaluate(SCROLL, 0.5)
    expect(screen.row("agent 2500").first).to_be_attached()
    assert rows.count() <= MOST_ROWS

    floor.put(agent("agent 2500", "Lunch", since=0, status=("Lunch", "CUSTOM")))
    screen.show(floor)
    expect(screen.cell("agent 2500", "activity")).to_have_text("Lunch")

    times = screen.page.evaluate(
        "performance.getEntriesByName('board update').map(({ duration }) => duration)"
    )
    print(f"{AGENTS} agents: first update {times[0]:.0f} ms, further {max(times[1:]):.0f} ms")


def test_tiles_of_thousands_are_those_on_the_screen(live_screen: Screen) -> None:
    screen = live_screen
    screen.open_board(many_agents(), "/?layout=tiles")
    tiles = screen.page.locator(".tile")

    expect(tiles.first).to_have_attribute("aria-setsize", "5000")
    assert tiles.count() <= MOST_TILES

    screen.page.evaluate(SCROLL, 1)
    expect(tiles.last).to_have_attribute("aria-posinset", "5000")
    expect(tiles.last).to_be_in_viewport()
    assert tiles.count() <= MOST_TILES


def test_tab_goes_on_beyond_the_rows_that_were_in_the_page(live_screen: Screen) -> None:
    screen = live_screen
    screen.open_board(many_agents())
    screen.page.locator(".agents a").first.focus()
    focused = screen.page.locator(".agents a:focus")

    # Four agents have six contacts: with the agents' names ten links.
    for _ in range(62):
        screen.page.keyboard.press("Tab")
        expect(focused).to_be_in_viewport()

    expect(focused).to_have_attribute("href", "chain.html?contact=c25-0")


def test_last_row_is_reached_at_any_size_of_type(live_screen: Screen) -> None:
    screen = live_screen
    screen.open_board(many_agents())

    for percent in (75, 150):
        screen.page.evaluate(RESIZE_TYPE, percent)
        screen.page.evaluate(SCROLL, 1)
        expect(screen.row("agent 4999").first).to_be_in_viewport()

        screen.page.evaluate(SCROLL, 0)
        expect(screen.row("agent 0000").first).to_be_in_viewport()

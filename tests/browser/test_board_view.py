"""What the viewer chooses: filters, order, layout and colours; all of it stands in the address."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from tests.browser.floor import (
    EUROPE,
    EUROPE_PHONES,
    PHONES,
    PROFILES,
    QUEUES,
    WRITING,
    Floor,
    agent,
    contact,
)
from tests.browser.screen import WIDE_LETTERS, Screen


def small_floor() -> Floor:
    floor = Floor()
    sales = contact("c1", "CONNECTED", "Connected", since=100, queue=QUEUES["sales"])
    support = contact("c2", "CONNECTED_ONHOLD", "On hold", since=20, queue=QUEUES["support"])
    chat = contact("c3", "MISSED", "Missed contact", since=5, queue=QUEUES["chats"], channel="CHAT")
    floor.put(
        agent("ada", "On contact", sales, since=300),
        agent("ben", "On contact", support, since=30, profile=PROFILES["support"]),
        agent("finn", "Missed", chat, since=5, profile=PROFILES["chat"], groups=(EUROPE, WRITING)),
        agent("Zoë", since=900, groups=()),
    )
    return floor


def address(page: Page) -> dict[str, str]:
    """What the address says; asked of the page, for `page.url` hears of a change a moment later."""
    query = page.evaluate("location.search").removeprefix("?")
    return {name: values[0] for name, values in parse_qs(query).items()}


@pytest.mark.parametrize(
    ("label", "choice", "names", "stated"),
    [
        ("Queue", "Support", ["ben"], {"queue": "queue-support"}),
        ("Routing profile", "Sales", ["ada", "Zoë"], {"profile": "profile-sales"}),
        ("Hierarchy", "Europe", ["ada", "ben", "finn"], {"group": EUROPE["Id"]}),
        ("Hierarchy", EUROPE_PHONES, ["ada", "ben"], {"group": PHONES["Id"]}),
    ],
)
def test_filter_shows_only_agents_that_match(
    screen: Screen, label: str, choice: str, names: list[str], stated: dict[str, str]
) -> None:
    screen.open_board(small_floor())

    screen.page.get_by_label(label, exact=True).select_option(choice)

    assert screen.names() == names
    assert address(screen.page) == stated
    expect(screen.page.locator("#total")).to_have_text(f"{len(names)} of 4 agents")


def test_search_by_name_forgives_case_and_accents(screen: Screen) -> None:
    screen.open_board(small_floor())

    screen.page.get_by_label("Agent", exact=True).fill("ZOE")

    assert screen.names() == ["Zoë"]
    assert address(screen.page) == {"search": "ZOE"}


def test_activity_is_chosen_by_its_figure_and_given_back_the_same_way(screen: Screen) -> None:
    screen.open_board(small_floor())
    figure = screen.page.get_by_role("button", name="2 On contact")

    figure.click()
    assert screen.names() == ["ada", "ben"]
    expect(figure).to_have_attribute("aria-pressed", "true")

    figure.click()
    assert screen.names() == ["ada", "ben", "finn", "Zoë"]
    assert address(screen.page) == {}


def test_filters_are_cleared_together(screen: Screen) -> None:
    screen.open_board(small_floor(), "/?queue=queue-sales&search=a&activity=On+contact")
    assert screen.names() == ["ada"]

    screen.page.get_by_role("button", name="Clear filters").click()

    assert screen.names() == ["ada", "ben", "finn", "Zoë"]
    assert address(screen.page) == {}
    expect(screen.page.get_by_label("Queue", exact=True)).to_have_value("")


def test_shared_address_shows_the_same_view(screen: Screen) -> None:
    screen.open_board(small_floor(), "/?profile=profile-sales&sort=agent&descending=yes")

    assert screen.names() == ["Zoë", "ada"]
    expect(screen.page.get_by_label("Routing profile")).to_have_value("profile-sales")
    expect(screen.page.get_by_role("columnheader", name="Agent", exact=True)).to_have_attribute(
        "aria-sort", "descending"
    )


def test_filter_that_nobody_matches_at_present_stays_chosen(screen: Screen) -> None:
    floor = small_floor()
    screen.open_board(floor, "/?queue=queue-billing")

    expect(screen.page.locator("#nobody")).to_have_text("No agent matches the filters.")
    expect(screen.page.get_by_label("Queue", exact=True)).to_have_value("queue-billing")

    call = contact("c9", "CONNECTED", "Connected", since=0, queue=QUEUES["billing"])
    floor.put(agent("hugo", "On contact", call))
    screen.show(floor)
    screen.pass_seconds(2)

    expect(screen.row("hugo")).to_be_visible()
    expect(screen.page.locator('[name="queue"] option:checked')).to_have_text("Billing")


def test_filter_keeps_choosing_as_answers_change(screen: Screen) -> None:
    floor = small_floor()
    screen.open_board(floor, "/?activity=Available")
    assert screen.names() == ["Zoë"]

    floor.put(agent("ada", since=0))
    screen.show(floor)
    screen.pass_seconds(2)

    expect(screen.row("ada")).to_be_visible()
    assert screen.names() == ["ada", "Zoë"]


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ("Activity", ["finn", "ada", "ben", "Zoë"]),
        ("Duration of the activity", ["Zoë", "ada", "ben", "finn"]),
        ("Duration of the contact state", ["ada", "ben", "finn", "Zoë"]),
        ("Queue", ["finn", "ada", "ben", "Zoë"]),
    ],
)
def test_column_head_sorts(screen: Screen, column: str, names: list[str]) -> None:
    screen.open_board(small_floor())

    screen.page.get_by_role("columnheader", name=column, exact=True).get_by_role("button").click()

    assert screen.names() == names


def test_second_click_on_a_column_head_turns_the_order_round(screen: Screen) -> None:
    screen.open_board(small_floor())
    head = screen.page.get_by_role("columnheader", name="Agent", exact=True)
    expect(head).to_have_attribute("aria-sort", "ascending")

    head.get_by_role("button").click()

    assert screen.names() == ["Zoë", "finn", "ben", "ada"]
    expect(head).to_have_attribute("aria-sort", "descending")
    assert address(screen.page) == {"descending": "yes"}


def test_layouts_show_the_same_agents(screen: Screen) -> None:
    screen.open_board(small_floor(), "/?sort=activity")
    layouts = screen.page.get_by_role("navigation", name="Layout")
    in_table = screen.names()

    layouts.get_by_role("link", name="Tiles").click()
    expect(screen.page.locator(".tile")).to_have_count(4)
    assert screen.names() == in_table
    assert address(screen.page) == {"layout": "tiles", "sort": "activity"}

    layouts.get_by_role("link", name="Big screen").click()
    expect(screen.page.locator(".wall .tile")).to_have_count(4)
    assert screen.names() == in_table
    expect(screen.page.get_by_role("navigation", name="Layout")).to_be_hidden()

    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("table", name="Agents and their contacts")).to_be_visible()


def test_back_leads_to_the_layout_before(screen: Screen) -> None:
    screen.open_board(small_floor())
    screen.page.get_by_role("link", name="Tiles").click()
    expect(screen.page.locator(".tile")).to_have_count(4)

    screen.page.go_back()

    expect(screen.page.locator(".agent-table")).to_be_visible()


def test_order_of_tiles_can_be_chosen(screen: Screen) -> None:
    screen.open_board(small_floor(), "/?layout=tiles")

    screen.page.get_by_label("Order").select_option("Longest activity")

    assert screen.names() == ["Zoë", "ada", "ben", "finn"]


def test_tile_says_how_many_contacts_it_leaves_out(screen: Screen) -> None:
    floor = Floor()
    chats = [contact(f"c{n}", "CONNECTED", "Connected", since=n) for n in range(5)]
    floor.put(agent("finn", "On contact", *chats))
    screen.open_board(floor, "/?layout=tiles")

    expect(screen.page.locator(".tile-contacts li")).to_have_count(2)
    expect(screen.page.locator(".tile-more")).to_have_text("and 3 more of finn")


def test_big_screen_turns_pages_until_it_is_stopped(screen: Screen) -> None:
    floor = Floor()
    floor.put(*(agent(f"agent {n:03}") for n in range(120)))
    screen.open_board(floor, "/?layout=wall")
    place = screen.page.locator(".wall-place")
    expect(place).to_have_text("Page 1 of 3")
    first_page = screen.names()

    screen.pass_seconds(10)
    expect(place).to_have_text("Page 2 of 3")
    assert not set(first_page) & set(screen.names())

    screen.page.get_by_role("button", name="Stop turning pages").press("Enter")
    screen.pass_seconds(30)
    expect(place).to_have_text("Page 2 of 3")

    screen.page.get_by_role("button", name="Turn pages").press("Enter")
    screen.pass_seconds(20)
    expect(place).to_have_text("Page 1 of 3")


def test_big_screen_shows_the_busiest_queues_when_they_are_many(screen: Screen) -> None:
    floor = Floor()
    for n in range(40):
        queue = {"Id": f"q{n}", "Name": f"Queue {n:02}"}
        calls = [
            contact(f"c{n}-{m}", "ENDED", "After contact work", since=1, queue=queue)
            for m in range(2 if n >= 35 else 1)
        ]
        floor.put(agent(f"agent {n}", "After contact work", *calls))
    screen.open_board(floor, "/?layout=wall")

    names = screen.page.locator(".queue-name").all_inner_texts()
    assert 5 <= len(names) < 40
    assert {f"Queue {n}" for n in range(35, 40)} <= set(names)
    more = screen.page.locator("#more-queues")
    expect(more).to_have_text(f"and {40 - len(names)} more with fewer contacts")
    expect(more).to_be_in_viewport(ratio=1)
    expect(screen.page.locator("#queues tbody tr").last).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("layout", ["table", "wall"])
def test_activities_of_any_number_are_shown_in_full(screen: Screen, layout: str) -> None:
    floor = Floor()
    for n in range(8):
        floor.put(
            agent(f"agent {n}", f"A long status {n}", status=(f"A long status {n}", "CUSTOM"))
        )
    screen.open_board(floor, f"/?layout={layout}")

    for figure in screen.page.locator(".count").all():
        expect(figure).to_be_in_viewport(ratio=1)
        assert figure.evaluate("node => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("layout", ["table", "tiles", "wall"])
def test_nothing_is_wider_than_the_screen(screen: Screen, layout: str) -> None:
    screen.open_board(small_floor(), f"/?layout={layout}")

    assert screen.widths_beyond_the_screen() == {}


@pytest.mark.parametrize("layout", ["table", "tiles", "wall"])
def test_nothing_is_wider_than_the_screen_in_wide_letters(screen: Screen, layout: str) -> None:
    screen.open_board(small_floor(), f"/?layout={layout}")

    screen.page.evaluate(WIDE_LETTERS)

    assert screen.widths_beyond_the_screen() == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_until_chosen(screen: Screen, scheme: str) -> None:
    screen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    screen.open_board(small_floor())
    system = background(screen.page)
    other = "Dark" if scheme == "light" else "Light"

    screen.page.get_by_label("Colours").select_option(other)
    chosen = background(screen.page)
    assert is_dark(chosen) != is_dark(system)

    screen.page.reload()
    expect(screen.page.get_by_label("Colours")).to_have_value(other.lower())
    assert background(screen.page) == chosen

    screen.page.get_by_label("Colours").select_option("System")
    assert background(screen.page) == system


def background(page: Page) -> tuple[int, ...]:
    colour = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    return tuple(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))


def is_dark(colour: tuple[int, ...]) -> bool:
    return sum(colour) < 3 * 128

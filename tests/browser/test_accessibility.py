"""Usable by keyboard and screen reader, readable in both colour schemes, calm on request."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import synthetic_chains
from tests.browser.floor import QUEUES, Floor, agent, contact
from tests.browser.listed import answered, pages_of
from tests.browser.screen import Screen

SCHEMES = ["light", "dark"]
LOOKS = [
    "available",
    "contact",
    "incoming",
    "hold",
    "work",
    "failed",
    "monitoring",
    "paused",
    "custom",
]


def one_call() -> Floor:
    floor = Floor()
    call = contact("c1", "CONNECTED_ONHOLD", "On hold", since=7, queue=QUEUES["sales"])
    floor.put(agent("ada", "On contact", call, since=60), agent("ben", since=5, silent_for=900))
    return floor


def test_table_is_read_with_its_row_and_column_heads(screen: Screen) -> None:
    screen.open_board(one_call())

    table = screen.page.get_by_role("table", name="Agents and their contacts")
    expect(table).to_match_aria_snapshot(
        """
        - table "Agents and their contacts":
          - caption: Agents and their contacts
          - rowgroup:
            - row:
              - columnheader "Agent"
              - columnheader "Activity"
              - columnheader "Duration of the activity"
              - columnheader "Routing profile"
              - columnheader "Hierarchy"
              - columnheader "Contact state"
              - columnheader "Duration of the contact state"
              - columnheader "Queue"
              - columnheader "Channel"
          - rowgroup:
            - row:
              - rowheader "ada"
              - cell "On contact"
              - cell "1:00"
              - cell "Sales"
              - cell /Europe . Phones/
              - cell:
                - link "On hold contact of ada, show its chain"
              - cell "0:07"
              - cell "Sales"
              - cell "VOICE"
            - row:
              - rowheader /ben Silent 15:00/
              - cell "Available"
        """
    )


def test_board_has_landmarks_and_named_controls(screen: Screen) -> None:
    screen.open_board(one_call())
    page = screen.page

    expect(page.get_by_role("heading", level=1)).to_have_text("Live board")
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Layout")).to_be_visible()
    expect(page.get_by_role("search", name="Choose agents")).to_be_visible()
    expect(page.get_by_role("table", name="Queues")).to_be_visible()
    expect(page.get_by_role("list", name="Contacts", exact=True)).to_have_count(1)
    expect(page.get_by_role("list", name="Agents by activity")).to_be_visible()
    for name in ("Queue", "Routing profile", "Hierarchy", "Colours"):
        expect(page.get_by_role("combobox", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("searchbox", name="Agent", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Table")).to_have_attribute("aria-current", "true")
    assert unnamed(page) == []


def test_chain_view_has_landmarks_and_named_controls(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)
    page = screen.page

    expect(page.get_by_role("heading", level=1)).to_have_text("Contact chain")
    for name in ("Picture", "Legs", "Steps"):
        expect(page.get_by_role("region", name=name)).to_be_visible()
    expect(page.get_by_role("table", name="Legs")).to_be_visible()
    expect(page.get_by_role("table", name="Steps")).to_be_visible()
    expect(page.get_by_role("group", name="Picture of the chain")).to_be_visible()
    expect(page.get_by_role("group", name="Leg 1, ada, INBOUND, Sales")).to_have_count(1)
    assert unnamed(page) == []


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("search.html", "Contacts"),
        ("agent.html?agent=agent-ada", "ada\N{RIGHT SINGLE QUOTATION MARK}s day"),
        ("queue.html?queue=queue-sales", "Queue"),
        ("chain.html", "Contact chain"),
    ],
)
def test_pages_of_contacts_have_landmarks_and_named_controls(
    screen: Screen, address: str, title: str
) -> None:
    screen.show(one_call())
    for path in ("/api/contacts", "/api/agents/agent-ada/contacts"):
        screen.site.routes[path] = pages_of([answered("c1", -60, PreviousContactId="c0")])
    screen.page.goto(f"{screen.site.url}/{address}")
    page = screen.page

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Pages", exact=True)).to_be_visible()
    expect(page.locator("tbody tr:visible, #nothing:visible").first).to_be_visible()
    assert unnamed(page) == []
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()


def unnamed(page: Page) -> list[str]:
    """Links, buttons, fields and pictures in the accessibility tree without a name."""
    lines = page.locator("body").aria_snapshot().splitlines()
    roles = "link|button|combobox|searchbox|textbox|img|table|navigation|region"
    return [line for line in lines if re.fullmatch(rf"\s*- ({roles}):?( \[.*\])?", line)]


@pytest.mark.parametrize("layout", ["table", "tiles"])
def test_everything_is_reached_in_reading_order(screen: Screen, layout: str) -> None:
    screen.open_board(one_call(), f"/?layout={layout}&queue=queue-sales")
    reached = []
    for _ in range(40):
        screen.page.keyboard.press("Tab")
        name = screen.page.evaluate(
            "document.activeElement === document.body ? null"
            " : document.activeElement.id || document.activeElement.innerText"
        )
        if name is None:
            break
        reached.append(name.strip().split("\n")[0])

    order = ["Skip to the agents", "Table", "Tiles", "Big screen", "theme", "queue", "profile"]
    assert [name for name in reached if name in order] == order
    assert reached.index("profile") < reached.index("search") < reached.index("On hold")


def test_skip_link_leads_to_the_agents(screen: Screen) -> None:
    screen.open_board(one_call())

    screen.page.keyboard.press("Tab")
    link = screen.page.get_by_role("link", name="Skip to the agents")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    screen.page.keyboard.press("Enter")

    expect(screen.page.locator("#agents")).to_be_focused()


def test_focus_is_seen_wherever_it_is(screen: Screen) -> None:
    screen.open_board(one_call())
    for _ in range(30):
        screen.page.keyboard.press("Tab")
        outline = screen.page.evaluate(
            "document.activeElement === document.body ? 'solid'"
            " : getComputedStyle(document.activeElement).outlineStyle"
        )
        assert outline == "solid"


def test_every_state_has_a_word_and_an_icon_besides_its_colour(screen: Screen) -> None:
    screen.open_board(one_call())

    for chip in screen.page.locator("#agents .chip").all():
        expect(chip.locator(".word")).not_to_be_empty()
        expect(chip.locator("path")).to_have_attribute("d", re.compile("^M"))
    for count in screen.page.locator(".count").all():
        expect(count.locator("path")).to_have_attribute("d", re.compile("^M"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_bars_differ_in_pattern_not_only_in_colour(screen: Screen, scheme: str) -> None:
    screen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)

    fills = screen.page.locator(".legend .bar .bar-pattern").evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).fill + node.getAttribute('height'))"
    )
    assert len(set(fills)) == len(fills) == 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("layout", ["table", "wall"])
def test_words_stand_out_from_their_ground(screen: Screen, scheme: str, layout: str) -> None:
    screen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    screen.open_board(one_call(), f"/?layout={layout}")

    pairs = [("text", "surface"), ("text", "page"), ("quiet", "surface"), ("quiet", "page")]
    pairs += [("quiet", "sunken"), ("text", "sunken"), ("text", "hover"), ("on-accent", "accent")]
    pairs += [("text", "chosen"), ("quiet", "chosen"), ("accent", "surface"), ("accent", "page")]
    pairs += [(f"{look}-ink", ground) for look in LOOKS for ground in (f"{look}-wash", "surface")]
    # What is no text needs less: https://www.w3.org/TR/WCAG22/#non-text-contrast
    marks = [(f"{look}-mark", "surface") for look in LOOKS]
    colours = colours_of(screen.page, {name for pair in pairs + marks for name in pair})
    for ink, ground in pairs:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ink, ground in marks:
        assert contrast(colours[ink], colours[ground]) >= 3, ink


def colours_of(page: Page, names: set[str]) -> dict[str, str]:
    """The page's colours by their names in the style sheet."""
    found: dict[str, str] = page.evaluate(
        """names => {
            const node = document.body.appendChild(document.createElement("i"));
            const colour = (name) => {
                node.style.color = `var(--${name})`;
                return [name, getComputedStyle(node).color];
            };
            const found = Object.fromEntries(names.map(colour));
            node.remove();
            return found;
        }""",
        sorted(names),
    )
    return found


def contrast(ink: str, ground: str) -> float:
    """WCAG's ratio of two colours."""
    lighter, darker = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(text: str) -> float:
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", text)[:3])
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_nothing_moves_when_less_motion_is_wanted(screen: Screen) -> None:
    screen.page.emulate_media(reduced_motion="reduce")
    screen.open_board(one_call())

    moving = screen.page.evaluate(
        """[...document.querySelectorAll("*")].filter((node) => {
            const { transitionDuration, animationName } = getComputedStyle(node);
            return transitionDuration !== "0s" || animationName !== "none";
        }).length"""
    )
    assert moving == 0


def test_filter_result_is_told_once_typing_stops(screen: Screen) -> None:
    screen.open_board(one_call())
    field = screen.page.get_by_role("searchbox")

    field.press_sequentially("ad")
    expect(screen.announced).not_to_contain_text("1 agent shown.")
    screen.pass_seconds(1)

    expect(screen.announced).to_have_text("1 agent shown.")

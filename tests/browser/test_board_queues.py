"""The board says who is waiting, and what the day came to, without saying what it does not know."""

from playwright.sync_api import expect

from tests.browser.floor import NOW, PROFILES, QUEUES, Floor, agent, contact
from tests.browser.listed import in_quarter, quarter, quarters_answer, waiting_answer
from tests.browser.screen import Screen
from tests.browser.site import problem

DASH = "\N{EN DASH}"
SALES, SUPPORT = QUEUES["sales"], QUEUES["support"]


def floor_with_two_queues() -> Floor:
    floor = Floor()
    held = contact("c1", "CONNECTED_ONHOLD", "On hold", since=130, queue=SALES)
    own = [
        contact(f"o{n}", "CONNECTED", "Connected", since=9, queue={"Id": f"agent/agent-{n}"})
        for n in (1, 2)
    ]
    floor.put(
        agent("ada", "On contact", held),
        agent("ben", "On contact", own[0]),
        agent("cleo", "On contact", own[1]),
        agent("dan", profile=PROFILES["support"]),
    )
    return floor


def open_board(screen: Screen, address: str = "/") -> None:
    screen.site.answer("/api/live/queues", waiting_answer(SUPPORT, 75, 5))
    day = quarter(
        "2026-03-09T08:30:00.000Z",
        in_quarter(
            SUPPORT,
            Offered=9,
            Handled=6,
            Abandoned=2,
            Missed=3,
            HandleDuration=600,
            Timed=6,
            RoutingProfiles=[PROFILES["support"]["Id"]],
        ),
    )
    screen.site.answer("/api/queues", quarters_answer(day))
    screen.open_board(floor_with_two_queues(), address)
    screen.pass_seconds(1)


def cells(screen: Screen, queue: str) -> dict[str, str]:
    name = screen.page.locator(".queue-name").get_by_text(queue, exact=True)
    row = screen.page.locator("#queues tbody tr").filter(has=name)
    found = {}
    for cell in row.locator("[data-queue]").all():
        found[cell.get_attribute("data-queue") or ""] = cell.inner_text().strip()
    return found


def test_queue_in_which_somebody_waits_comes_first_with_its_day(screen: Screen) -> None:
    open_board(screen)
    page = screen.page

    names = page.locator(".queue-name").all_inner_texts()
    assert names == ["Support", "Sales", "Agents\N{RIGHT SINGLE QUOTATION MARK} own queues"]
    support = cells(screen, "Support")
    assert support.pop("oldest").endswith("1:16")
    assert support == {
        "name": "Support",
        "waiting": "2",
        "free": "1",
        "total": "0",
        "handled": "6",
        "abandoned": "2",
        "missed": "3",
        "handle": "1:40",
    }
    assert cells(screen, names[2])["total"].startswith("2")
    expect(page.locator("#queues [data-too-long]")).to_have_count(1)

    leads = {
        link.inner_text(): link.get_attribute("href")
        for link in page.locator("#queues tbody tr").first.locator("a").all()
    }
    assert leads == {
        "Support": "queue.html?queue=queue-support",
        "2": "search.html?queue=queue-support&status=ABANDONED",
        "3": "search.html?queue=queue-support&outcome=MISSED",
    }
    today = page.get_by_role("list", name="Contacts").get_by_role("link")
    assert [link.get_attribute("href") for link in today.all()] == [
        "search.html?status=ABANDONED",
        "search.html?outcome=MISSED",
    ]
    expect(today).to_have_text(["2Abandoned today", "3Missed today"])
    expect(page.get_by_role("link", name="ada", exact=True)).to_have_attribute(
        "href", "agent.html?agent=agent-ada"
    )
    expect(screen.cell("ada", "state-time").locator("time")).to_have_attribute(
        "data-too-long", "yes"
    )


def test_thresholds_stand_in_the_address(screen: Screen) -> None:
    open_board(screen, "/?wait=90&hold=600")

    expect(screen.page.locator("[data-too-long]")).to_have_count(0)
    assert "wait=90" in (screen.page.get_by_role("link", name="Tiles").get_attribute("href") or "")

    screen.pass_seconds(20)
    expect(screen.page.locator("#queues [data-too-long]")).to_have_count(1)


def test_lost_figure_is_a_dash(screen: Screen) -> None:
    open_board(screen)
    waiting = screen.page.locator("#day-figures .figure")
    expect(waiting).to_have_text(["2", "2", "3"])

    for path in ("/api/live/queues", "/api/queues"):
        screen.site.routes[path] = lambda _: problem(503, "Not now.")
    screen.expected_status.add(503)
    screen.pass_seconds(35)

    expect(waiting).to_have_text([DASH] * 3)
    assert cells(screen, "Sales")["waiting"] == DASH
    expect(screen.count("Available")).to_have_text("1")


def test_queues_come_first_and_the_first_agent_is_on_a_telephones_screen(screen: Screen) -> None:
    screen.page.set_viewport_size({"width": 390, "height": 844})
    open_board(screen)
    page = screen.page

    expect(page.locator(".queue-name").first).to_be_in_viewport(ratio=1)
    expect(page.locator("#agents .agent-name").first).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Routing profile")).to_be_hidden()
    page.get_by_role("button", name="Filters").press("Enter")
    expect(page.get_by_label("Routing profile")).to_be_visible()

    page.get_by_role("link", name="Queues").click()
    expect(page.locator(".agent-name")).to_have_count(0)
    expect(page.locator("#queues tbody tr")).to_have_count(3)
    assert screen.widths_beyond_the_screen() == {}


def test_a_hundred_agents_are_on_one_page_of_a_large_wall_the_most_urgent_first(
    screen: Screen,
) -> None:
    floor = Floor(now=NOW)
    floor.put(*(agent(f"agent {n:03}", since=n) for n in range(98)))
    missed = contact("c1", "MISSED", "Missed contact", since=3, queue=SALES)
    held = contact("c2", "CONNECTED_ONHOLD", "On hold", since=400, queue=SALES)
    floor.put(agent("zoe", "On contact", held), agent("yan", "Missed", missed))
    screen.page.set_viewport_size({"width": 3840, "height": 2160})
    screen.open_board(floor, "/?layout=wall")

    expect(screen.page.locator(".wall .tile")).to_have_count(100)
    expect(screen.page.locator(".wall-place")).to_be_empty()
    assert screen.names()[:2] == ["yan", "zoe"]
    expect(screen.page.locator(".wall .tile").last).to_be_in_viewport(ratio=1)

    floor.put(*(agent(f"more {n:03}", since=n) for n in range(200)))
    screen.show(floor)
    screen.pass_seconds(2)
    expect(screen.page.locator(".wall-place")).to_have_text("Page 1 of 3")

"""Contacts are found by period, agent, queue and what became of them; the address is the search."""

import csv
import threading
from urllib.parse import parse_qs

from playwright.sync_api import expect

from tests.browser.floor import QUEUES
from tests.browser.listed import ADA, NASTY, answered, missed, pages_of
from tests.browser.screen import Screen
from tests.browser.site import Reply, Request, Route, problem

DASH = "\N{EN DASH}"


def open_search(screen: Screen, address: str = "/search.html") -> None:
    screen.site.answer(
        "/api/live/names",
        {
            "Agents": [{"AgentId": ADA, "Username": "ada"}, {"AgentId": "b", "Username": "adam"}],
            "Queues": [{"Id": "queue-sales", "Name": "Sales"}],
        },
    )
    screen.page.goto(screen.site.url + address)
    expect(screen.page.locator("#total")).not_to_have_text(DASH)


def starts(screen: Screen) -> list[str]:
    texts = screen.page.locator("#results tbody th").all_inner_texts()
    return [text.split()[0] for text in texts]


def last_question(screen: Screen, path: str = "/api/contacts") -> dict[str, str]:
    asked = [request for request in screen.site.requests if request.path == path][-1]
    return {name: values[0] for name, values in parse_qs(asked.query).items()}


def test_contacts_of_today_are_listed_the_newest_first_and_sorted_as_wished(screen: Screen) -> None:
    records = [answered(f"c{n}", -60 * n, talk=30 + n) for n in range(1, 121)]
    screen.site.routes["/api/contacts"] = pages_of(records)
    open_search(screen)
    page = screen.page

    expect(page.locator("#total")).to_have_text("120 contacts.")
    assert starts(screen)[:2] == ["09:59:00", "09:58:00"]
    question = last_question(screen)
    assert question["order"] == "newest"
    assert question["from"] == "2026-03-08T23:00:00.000Z"

    page.get_by_role("button", name="Talk").click()
    expect(page.locator("#results [aria-sort]")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("button", name="Talk")).to_be_focused()
    expect(page.locator("#results tbody [data-column='talk']").first).to_have_text("2:30")

    page.get_by_role("button", name="Older").press("Enter")
    expect(page.locator("#pages span")).to_have_text("Page 2 of 3")
    assert page.url.endswith("search.html?sort=talk&page=2")
    page.go_back()
    expect(page.locator("#pages span")).to_have_text("Page 1 of 3")
    # Order and page ask nobody.
    asked = [request for request in screen.site.requests if request.path == "/api/contacts"]
    assert len(asked) == 2

    row = page.locator("#results tbody tr").first
    expect(row.get_by_role("link", name="ada")).to_have_attribute(
        "href", "agent.html?agent=agent-ada"
    )
    expect(row.get_by_role("link", name="Sales")).to_have_attribute(
        "href", "queue.html?queue=queue-sales"
    )
    expect(row.get_by_role("link").first).to_have_attribute("href", "chain.html?contact=c120")
    assert screen.widths_beyond_the_screen() == {}


def held_back(route: Route) -> tuple[Route, threading.Event]:
    """The route, whose answers wait until the event is set."""
    may_answer = threading.Event()

    def reply(request: Request) -> Reply:
        assert may_answer.wait(60)
        return route(request)

    return reply, may_answer


def test_search_stands_in_the_address_and_the_form(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = pages_of([])
    screen.site.routes["/api/contacts/failed"] = pages_of([missed("c1", -30), missed("c2", -60)])
    open_search(screen, "/search.html?agent=agent-ada&status=COMPLETED&transferred=true")
    page = screen.page

    expect(page.get_by_label("Agent", exact=True)).to_have_value("ada")
    expect(page.locator("#total")).to_have_text("No contacts match this search.")
    question = last_question(screen)
    assert (question["agent"], question["status"], question["transferred"]) == (
        ADA,
        "COMPLETED",
        "true",
    )

    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Failed offers").select_option("Missed")
    expect(page.locator("#total")).to_have_text("2 contacts.")
    assert last_question(screen, "/api/contacts/failed")["outcome"] == "MISSED"
    assert page.url.endswith("search.html?outcome=MISSED")

    page.get_by_label("Queue", exact=True).fill("sal")
    page.get_by_label("Queue", exact=True).press("Enter")
    expect(page.get_by_label("Queue", exact=True)).to_have_value("Sales")
    assert parse_qs(page.url.split("?")[1])["queue"] == ["queue-sales"]
    expect(page.locator("#total")).to_have_text("2 contacts.")
    asked = [request for request in screen.site.requests if "failed" in request.path]
    assert len(asked) == 2, "Enter is one search"
    page.get_by_label("Agent", exact=True).fill("a")
    page.get_by_label("Agent", exact=True).press("Enter")
    expect(page.locator("#total")).to_have_text("2 agents have this name: ada, adam. Choose one.")
    expect(page.get_by_label("Agent", exact=True)).to_have_attribute("aria-invalid", "true")


def test_answer_that_comes_late_leaves_what_the_viewer_is_told_of_the_form(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = pages_of([])
    open_search(screen)
    page = screen.page
    screen.site.routes["/api/contacts"], may_answer = held_back(pages_of([answered("c1", -60)]))

    page.get_by_label("Channel").select_option("VOICE")
    page.get_by_label("Agent", exact=True).fill("a")
    page.get_by_label("Agent", exact=True).press("Enter")
    told = "2 agents have this name: ada, adam. Choose one."
    expect(page.locator("#total")).to_have_text(told)
    may_answer.set()
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#total")).to_have_text(told)

    assert last_question(screen)["channel"] == "VOICE"

    # As before the mistake: the list is of this search, and says so again.
    page.get_by_label("Agent", exact=True).fill("")
    page.get_by_label("Agent", exact=True).press("Enter")
    expect(page.locator("#total")).to_have_text("1 contact.")
    expect(page.get_by_label("Agent", exact=True)).not_to_have_attribute("aria-invalid", "true")


def test_names_that_come_late_leave_what_the_viewer_types(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = pages_of([])
    names = {"Agents": [], "Queues": [{"Id": "queue-sales", "Name": "Sales"}]}
    screen.site.answer("/api/live/names", names)
    screen.site.routes["/api/live/names"], may_answer = held_back(
        screen.site.routes["/api/live/names"]
    )
    screen.page.goto(screen.site.url + "/search.html?queue=queue-sales")
    queue = screen.page.get_by_label("Queue", exact=True)
    expect(queue).to_have_value("queue-sales")

    screen.page.get_by_label("Agent", exact=True).fill("ad")
    may_answer.set()

    expect(queue).to_have_value("Sales")
    expect(screen.page.get_by_label("Agent", exact=True)).to_have_value("ad")


def test_clear_takes_back_a_name_that_nobody_has(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = pages_of([answered("c1", -60)])
    open_search(screen, "/search.html?channel=VOICE")
    agent = screen.page.get_by_label("Agent", exact=True)
    agent.fill("nobody")
    agent.press("Enter")
    expect(agent).to_have_attribute("aria-invalid", "true")

    screen.page.get_by_role("button", name="Clear").click()

    expect(agent).to_have_value("")
    expect(agent).not_to_have_attribute("aria-invalid", "true")
    expect(screen.page.locator("#total")).to_have_text("1 contact.")


def test_queue_is_shown_by_its_name_although_the_record_has_its_id_alone(screen: Screen) -> None:
    record = answered("c1", -60)
    del record["Queue"]["Name"]
    screen.site.routes["/api/contacts"] = pages_of([record])

    open_search(screen)

    expect(screen.page.locator("#results [data-column='queue']").last).to_have_text("Sales")


def test_only_contacts_that_are_longer_are_listed(screen: Screen) -> None:
    records = [answered("short", -600, talk=20), answered("long", -1200, talk=400)]
    screen.site.routes["/api/contacts"] = pages_of(records)
    open_search(screen, "/search.html?longer=5")

    expect(screen.page.locator("#results tbody tr")).to_have_count(1)
    expect(screen.page.locator("#results .row-link")).to_have_attribute(
        "href", "chain.html?contact=long"
    )


def test_nothing_is_said_until_the_api_answers_and_it_can_be_asked_again(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = lambda _: problem(503, "Not now.")
    screen.expected_status.add(503)
    screen.page.goto(screen.site.url + "/search.html")
    expect(screen.banner).to_contain_text("Connection lost")
    expect(screen.page.locator("#total")).to_have_text(DASH)

    screen.site.routes["/api/contacts"] = pages_of([answered("c1", -60)])
    screen.page.get_by_role("button", name="Ask again").click()

    expect(screen.page.locator("#total")).to_have_text("1 contact.")
    expect(screen.banner).to_be_hidden()


def test_names_do_no_harm_on_the_page_or_in_a_spreadsheet(screen: Screen) -> None:
    record = answered("c1", -60, agent=NASTY, queue={**QUEUES["sales"], "Name": NASTY})
    screen.site.routes["/api/contacts"] = pages_of([record])
    open_search(screen)
    page = screen.page

    shown = '=HYPERLINK("x")<img src=x onerror=alert(1)>\ufffdgnol\ufffd'
    expect(page.locator("#results td").first).to_have_text(shown)
    expect(page.locator("#results img")).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    [heads, row] = csv.reader(text.splitlines())
    cells = dict(zip(heads, row, strict=True))
    assert cells["Agent"] == cells["Queue"] == f"'{shown}"
    assert cells["InteractionSeconds"] == "60"

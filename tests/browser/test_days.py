"""An agent's day and a queue's day."""

import pytest
from playwright.sync_api import expect

from tests.browser.floor import QUEUES, Floor, agent
from tests.browser.listed import (
    ADA,
    NASTY,
    answered,
    at,
    in_quarter,
    missed,
    pages_of,
    quarter,
    quarters_answer,
    waiting_answer,
)
from tests.browser.screen import Screen
from tests.browser.site import Reply, Request


def tile(screen: Screen, label: str) -> str:
    pair = screen.page.locator(".total-pair").filter(
        has=screen.page.locator("dt").get_by_text(label, exact=True)
    )
    return pair.locator("dd").inner_text()


def open_agent(screen: Screen, *records: dict[str, object]) -> None:
    floor = Floor()
    floor.put(agent("ada", "On contact"))
    screen.show(floor)
    answered_ones = [record for record in records if "Agent" in record]
    failed_ones = [record for record in records if "Agent" not in record]

    def reply(request: Request) -> Reply:
        return pages_of(failed_ones if "outcome=" in request.query else answered_ones)(request)

    screen.site.routes[f"/api/agents/{ADA}/contacts"] = reply
    screen.page.goto(f"{screen.site.url}/agent.html?agent={ADA}")
    expect(screen.page.locator("#connection")).to_have_text("Live")


def test_agents_day_has_a_line_per_contact_and_its_totals(screen: Screen) -> None:
    later = answered("c2", -600, talk=120)
    open_agent(screen, answered("c1", -1200), later, missed("c3", -300))

    expect(screen.page.locator("h1")).to_have_text("ada\N{RIGHT SINGLE QUOTATION MARK}s day")
    expect(screen.page.locator(".picture .label")).to_have_count(3)
    expect(screen.page.locator(".picture .failure")).to_have_text(["✕ missed after 0:20"])
    assert tile(screen, "Now") == "On contact"
    assert tile(screen, "Contacts handled") == "2"
    assert tile(screen, "Talk") == "3:00"
    assert tile(screen, "Average handle time") == "1:40"
    assert tile(screen, "With a contact") == "3:20"
    assert tile(screen, "Missed") == "1"
    expect(screen.page.locator("#failed tbody tr")).to_have_count(1)
    expect(screen.page.locator("#contacts tbody tr")).to_have_count(3)

    screen.bars.first.focus()
    screen.page.keyboard.press("End")
    expect(screen.bars.last).to_be_focused()
    expect(screen.page.locator(".facts strong")).to_have_text("Missed 0:05")
    screen.page.get_by_role("link", name="Day before").click()
    expect(screen.page.get_by_label("Day", exact=True)).to_have_value("2026-03-08")
    assert screen.widths_beyond_the_screen() == {}


def test_agents_day_is_dashes_until_the_first_answer(screen: Screen) -> None:
    screen.page.route("**/api/**", lambda _: None)
    screen.page.goto(f"{screen.site.url}/agent.html?agent={ADA}")

    expect(screen.page.locator("#totals dd")).to_have_text(["\N{EN DASH}"] * 10)
    expect(screen.page.locator("#nothing")).to_be_hidden()


def test_markup_in_an_agents_name_is_text_on_the_agents_day(screen: Screen) -> None:
    floor = Floor()
    screen.show(floor)
    screen.site.routes["/api/agents/agent-x/contacts"] = pages_of(
        [answered("c1", -60, agent=NASTY) | {"AgentId": "agent-x"}]
    )
    screen.page.goto(f"{screen.site.url}/agent.html?agent=agent-x")

    expect(screen.page.locator("h1")).to_contain_text("<img src=x onerror=alert(1)>\ufffdgnol")
    expect(screen.page.locator("h1 img")).to_have_count(0)


def test_queue_shows_who_waits_and_its_quarters_of_an_hour(screen: Screen) -> None:
    sales = QUEUES["sales"]
    counts = {"Offered": 5, "Handled": 3, "Abandoned": 1, "Answered": 3, "AnsweredInTime": 2}
    times = {"QueueDuration": 60, "LongestQueueDuration": 45, "HandleDuration": 300, "Timed": 3}
    screen.site.answer(
        "/api/queues",
        quarters_answer(
            quarter(at(-1800), in_quarter(sales, **counts, **times)),
            quarter(at(-900), in_quarter(sales, Offered=1), in_quarter(QUEUES["support"])),
        ),
    )
    screen.site.answer("/api/live/queues", waiting_answer(sales, 75, 5))
    screen.page.goto(f"{screen.site.url}/queue.html?queue=queue-sales")
    expect(screen.page.locator("#connection")).to_have_text("Live")

    expect(screen.page.locator("h1")).to_have_text("Sales")
    assert tile(screen, "Waiting now") == "2"
    assert tile(screen, "Offered") == "6"
    assert tile(screen, "Answered within 20 s") == "50 %"
    rows = screen.page.locator("#quarters tbody tr")
    expect(rows.nth(1).locator("th, td")).to_have_text(
        ["09:30", "5", "3", "1", "0", "50 %", "0:20", "0:45", "1:40"]
    )
    waits = screen.page.locator("#waiting time")
    expect(waits).to_have_text(["1:15", "0:05"])
    expect(waits.first).to_have_attribute("data-too-long", "yes")
    expect(waits.last).not_to_have_attribute("data-too-long", "yes")
    assert screen.widths_beyond_the_screen() == {}


@pytest.mark.parametrize(("file", "chosen"), [("agent", "an agent"), ("queue", "a queue")])
def test_address_without_an_id_leads_to_the_board(screen: Screen, file: str, chosen: str) -> None:
    screen.page.goto(f"{screen.site.url}/{file}.html")

    expect(screen.page.locator("h1")).to_have_text(f"Choose {chosen} on the live board")
    expect(screen.page.locator("#connection")).to_be_hidden()

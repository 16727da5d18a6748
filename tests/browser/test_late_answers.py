"""Answers, late or again, take nothing from the viewer: what they typed, chose, reached, heard."""

import threading
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import chains, synthetic_chains
from tests.browser.floor import QUEUES, Floor, agent, contact
from tests.browser.listed import (
    ADA,
    answered,
    at,
    in_quarter,
    pages_of,
    quarter,
    quarters_answer,
    waiting_answer,
)
from tests.browser.screen import Screen
from tests.browser.site import Reply, Request, problem

DASH = "\N{EN DASH}"


def two_agents() -> Floor:
    floor = Floor()
    call = contact("c1", "CONNECTED", "Connected", since=60, queue=QUEUES["sales"])
    floor.put(agent("ada", "On contact", call), agent("ben"))
    return floor


# The live board


def test_name_typed_before_the_board_has_begun_is_searched_for(screen: Screen) -> None:
    screen.show(two_agents())
    field = screen.page.get_by_label("Agent", exact=True)
    with screen.site.held("/config.json") as may_go:
        screen.page.goto(screen.site.url)
        field.fill("be")
        may_go.set()
        expect(screen.page.locator("#connection")).to_have_text("Live")

    expect(field).to_have_value("be")
    expect(screen.page.locator("#agents .agent-name")).to_have_text(["ben"])
    expect(screen.page).to_have_url(f"{screen.site.url}/?search=be")


def test_list_that_the_viewer_is_in_stands_still_until_they_leave_it(screen: Screen) -> None:
    floor = two_agents()
    screen.open_board(floor)
    queues = screen.page.get_by_label("Queue", exact=True)
    offered = queues.locator("option")
    queues.focus()

    new = contact("c2", "CONNECTED", "Connected", since=0, queue=QUEUES["billing"])
    floor.put(agent("ben", "On contact", new))
    screen.show(floor)
    screen.pass_seconds(2)
    expect(screen.cell("ben", "queue")).to_have_text("Billing")
    expect(offered).to_have_text(["All queues", "Sales"])

    screen.page.get_by_label("Agent", exact=True).focus()
    expect(offered).to_have_text(["All queues", "Billing", "Sales"])


def test_list_is_fresh_when_it_is_opened_once_more(screen: Screen) -> None:
    floor = two_agents()
    screen.open_board(floor)
    queues = screen.page.get_by_label("Queue", exact=True)
    queues.focus()
    new = contact("c2", "CONNECTED", "Connected", since=0, queue=QUEUES["billing"])
    floor.put(agent("ben", "On contact", new))
    screen.show(floor)
    screen.pass_seconds(2)

    queues.dispatch_event("pointerdown")

    expect(queues.locator("option")).to_have_text(["All queues", "Billing", "Sales"])


def test_open_list_of_orders_keeps_what_the_viewer_points_at(screen: Screen) -> None:
    floor = two_agents()
    screen.open_board(floor)
    # A browser lets go of what is pointed at when the value is set, even to the same one.
    screen.page.get_by_label("Order").evaluate("""select => {
        globalThis.timesSet = 0;
        const { get, set } = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value");
        Object.defineProperty(select, "value", {
            get,
            set(value) {
                globalThis.timesSet += 1;
                set.call(this, value);
            },
        });
    }""")

    del floor.agents["ben"]
    screen.show(floor)
    screen.pass_seconds(2)
    expect(screen.row("ben")).to_have_count(0)

    assert screen.page.evaluate("timesSet") == 0


@pytest.mark.parametrize("layout", ["table", "tiles"])
def test_agent_who_is_reached_stays_so_when_calls_come_and_go(screen: Screen, layout: str) -> None:
    floor = two_agents()
    screen.open_board(floor, f"/?layout={layout}")
    ada = screen.page.get_by_role("link", name="ada", exact=True)
    ada.focus()

    floor.put(agent("ada"))
    screen.show(floor)
    screen.pass_seconds(2)
    expect(screen.count("On contact")).to_have_text("0")
    expect(ada).to_be_focused()

    screen.show(two_agents())
    screen.pass_seconds(2)
    expect(screen.count("On contact")).to_have_text("1")
    expect(ada).to_be_focused()


def test_news_that_come_with_the_connection_are_told_too(screen: Screen) -> None:
    floor = two_agents()
    screen.open_board(floor)
    screen.site.is_reachable = False
    screen.pass_seconds(2)
    expect(screen.announced).to_have_text("Connection lost, trying again.")

    floor.put(agent("ben", silent_for=900))
    screen.show(floor)
    screen.site.is_reachable = True
    screen.pass_seconds(3)

    expect(screen.announced).to_have_text(
        "An agent's events have stopped. Connected again. The figures are up to date."
    )


def test_silence_that_a_filter_had_left_out_is_no_news(screen: Screen) -> None:
    floor = two_agents()
    floor.put(agent("ben", silent_for=900))
    screen.open_board(floor, "/?search=ada")
    screen.watch_announcements()

    screen.page.get_by_role("button", name="Clear filters").click()
    screen.pass_seconds(3)

    expect(screen.row("ben")).to_be_visible()
    expect(screen.announced).to_have_text("2 agents shown.")
    assert screen.page.evaluate("announced") == ["2 agents shown."]


def test_new_day_is_dashes_until_it_has_been_counted(screen: Screen) -> None:
    day = quarter(at(-1800), in_quarter(QUEUES["sales"], Offered=2, Abandoned=2))
    screen.site.answer("/api/queues", quarters_answer(day))
    screen.open_board(two_agents())
    abandoned = screen.page.locator("#day-figures .figure").nth(1)
    expect(abandoned).to_have_text("2")

    with screen.site.held("/api/queues"):
        screen.page.clock.fast_forward("14:00:00")
        screen.page.clock.run_for(2000)

        expect(abandoned).to_have_text(DASH)


# The pages of contacts


def test_contact_that_is_reached_stays_so_while_more_are_read(screen: Screen) -> None:
    answer = pages_of([answered(f"c{n}", -60 * n) for n in range(1, 121)])
    may_go = threading.Event()

    def late_further_pages(request: Request) -> Reply:
        if "cursor=" in request.query:
            may_go.wait()
        return answer(request)

    screen.site.routes["/api/contacts"] = late_further_pages
    screen.page.goto(f"{screen.site.url}/search.html")
    total = screen.page.locator("#total")
    link = screen.page.locator('.row-link[href="chain.html?contact=c9"]')
    try:
        expect(total).to_have_text("100 contacts read so far; there are more.")
        link.focus()
    finally:
        may_go.set()

    expect(total).to_have_text("120 contacts.")
    expect(link).to_be_focused()


# The pages of a day


@pytest.fixture
def day_of_ada(screen: Screen) -> Screen:
    screen.show(two_agents())
    screen.site.routes[f"/api/agents/{ADA}/contacts"] = pages_of(
        [answered("c1", -1200), answered("c2", -600)]
    )
    screen.page.goto(f"{screen.site.url}/agent.html?agent={ADA}")
    expect(screen.page.locator("#connection")).to_have_text("Live")
    return screen


@pytest.mark.parametrize("leave", ["Enter", "Tab"])
def test_typed_day_is_shown_once_it_is_typed_to_its_end(day_of_ada: Screen, leave: str) -> None:
    page = day_of_ada.page
    address = f"{day_of_ada.site.url}/agent.html?agent={ADA}"
    page.get_by_label("Day", exact=True).focus()

    # Which of month and day comes first depends on the browser's language.
    page.keyboard.type("02")
    page.keyboard.type("02")
    expect(page.get_by_label("Day", exact=True)).to_have_value("2026-02-02")
    # Past the year.
    page.keyboard.press("ArrowRight")
    for _ in range(3 if leave == "Tab" else 1):
        page.keyboard.press(leave)

    expect(page).to_have_url(f"{address}&day=2026-02-02")
    expect(page.get_by_label("Day", exact=True)).to_have_value("2026-02-02")


def test_day_that_is_picked_is_shown_at_once(day_of_ada: Screen) -> None:
    page = day_of_ada.page

    page.get_by_label("Day", exact=True).fill("2026-02-08")

    expect(page).to_have_url(f"{day_of_ada.site.url}/agent.html?agent={ADA}&day=2026-02-08")


@pytest.mark.parametrize(
    ("address", "label", "shown", "entered"),
    [
        ("agent.html?agent=agent-ada&day=2026-03-08", "Day", "2026-03-08", "2026-02-08"),
        ("chain.html?contact=c-first", "Contact id", "c-first", "c-second"),
    ],
)
def test_page_that_is_come_back_to_names_what_it_shows(
    screen: Screen, address: str, label: str, shown: str, entered: str
) -> None:
    screen.show(two_agents())
    screen.site.routes[f"/api/agents/{ADA}/contacts"] = pages_of([])
    screen.answer_chain(synthetic_chains.cold_transfer(), "c-first")
    screen.page.goto(f"{screen.site.url}/{address}")
    field = screen.page.get_by_label(label, exact=True)
    expect(field).to_have_value(shown)
    # As the browser keeps it of a page that it has put aside.
    field.evaluate("(field, entered) => { field.value = entered }", entered)

    screen.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(field).to_have_value(shown)


def test_day_that_is_over_is_not_called_live(day_of_ada: Screen) -> None:
    page = day_of_ada.page
    page.get_by_role("link", name="Day before").click()

    expect(page.get_by_label("Day", exact=True)).to_have_value("2026-03-08")
    expect(page.locator("#contacts tbody tr")).to_have_count(2)
    expect(page.locator("#connection")).to_be_hidden()
    expect(page.locator("#totals dt").first).to_have_text("Contacts handled")


@pytest.mark.parametrize("place", ["#contacts", ".picture"])
def test_contact_that_is_reached_stays_so_when_the_day_goes_on(
    day_of_ada: Screen, place: str
) -> None:
    link = day_of_ada.page.locator(f'{place} a[href="chain.html?contact=c1"]')
    link.focus()
    day_of_ada.site.routes[f"/api/agents/{ADA}/contacts"] = pages_of(
        [answered(f"c{n}", -1800 + n * 600) for n in range(1, 4)]
    )

    day_of_ada.pass_seconds(30)

    expect(day_of_ada.page.locator("#contacts tbody tr")).to_have_count(3)
    expect(link).to_be_focused()


def test_figures_that_are_the_same_can_be_marked_and_copied(screen: Screen) -> None:
    sales = QUEUES["sales"]
    screen.site.answer(
        "/api/queues", quarters_answer(quarter(at(-1800), in_quarter(sales, Offered=5)))
    )
    screen.site.answer("/api/live/queues", waiting_answer(sales, 75))
    screen.page.goto(f"{screen.site.url}/queue.html?queue=queue-sales")
    expect(screen.page.locator("#connection")).to_have_text("Live")
    marked = "getSelection().toString()"
    for place in ("#quarters tbody tr", "#totals .total-pair"):
        screen.page.locator(place).first.select_text()
        before = screen.page.evaluate(marked)
        assert before

        screen.pass_seconds(5)

        assert screen.page.evaluate(marked) == before


# The chain view


@pytest.fixture
def running_chain(screen: Screen) -> Screen:
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)
    return screen


def pass_a_poll(screen: Screen) -> None:
    last = screen.bars.last
    before = last.get_attribute("aria-label") or ""
    assert screen.site.now
    screen.site.now += timedelta(seconds=5)
    screen.pass_seconds(5)
    expect(last).not_to_have_attribute("aria-label", before)


def test_picture_that_is_drawn_anew_shows_the_same_part(running_chain: Screen) -> None:
    page = running_chain.page
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    frame = page.locator("#frame")
    frame.evaluate("frame => { frame.scrollLeft = 2000 }")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    down = page.evaluate("scrollY")
    assert down > 0

    pass_a_poll(running_chain)

    assert frame.evaluate("frame => frame.scrollLeft") == 2000
    assert page.evaluate("scrollY") == pytest.approx(down, abs=1)


def test_leg_that_is_reached_in_the_picture_stays_so(running_chain: Screen) -> None:
    label = running_chain.page.locator(".picture a.label").nth(2)
    label.focus()

    pass_a_poll(running_chain)

    expect(label).to_be_focused()


def test_bar_that_is_reached_stays_so_when_a_leg_comes_in_before_it(screen: Screen) -> None:
    running = synthetic_chains.running()
    screen.open_chain(running, now=synthetic_chains.RUNNING_SECONDS)
    screen.bars.last.focus()
    earlier = chains.leg("c-earlier", chains.answered("zoe", -90, -80, -20, -10))
    screen.answer_chain({**running, "Legs": [earlier, *running["Legs"]]}, "c-first")

    screen.pass_seconds(5)

    expect(screen.page.locator(".label-name")).to_have_text(["zoe", "ada"])
    expect(screen.bars.last).to_be_focused()
    expect(screen.page.locator(".facts")).to_contain_text("Leg 2, ada")


def test_facts_that_were_closed_stay_closed(running_chain: Screen) -> None:
    facts = running_chain.page.locator(".facts")
    running_chain.bars.first.focus()
    expect(facts).to_be_visible()
    running_chain.page.keyboard.press("Escape")
    expect(facts).to_be_hidden()

    pass_a_poll(running_chain)

    expect(running_chain.bars.first).to_be_focused()
    expect(facts).to_be_hidden()


def test_record_button_that_is_reached_stays_so(running_chain: Screen) -> None:
    button = running_chain.page.get_by_role("button", name="Record of leg 2 as JSON")
    button.focus()
    chain = synthetic_chains.whole_story()
    chain["Legs"][0]["Channel"] = "CHAT"
    running_chain.answer_chain(chain, chain["ChainId"])

    pass_a_poll(running_chain)

    expect(running_chain.page.locator("#leg")).to_contain_text("CHAT")
    expect(button).to_be_focused()


def test_problem_of_a_record_closed_before_is_not_shown_as_the_next(screen: Screen) -> None:
    first, second = "/api/contacts/c-first", "/api/contacts/c-second"
    screen.open_chain(synthetic_chains.cold_transfer())
    screen.site.routes[first] = lambda _: problem(503, "Not now.")
    screen.site.answer(second, {"ContactId": "c-second"})
    screen.expected_status.add(503)
    text = screen.page.locator("#record pre")
    with screen.site.held(first) as may_go:
        screen.page.get_by_role("button", name="Record of leg 1 as JSON").click()
        screen.page.keyboard.press("Escape")
        screen.page.get_by_role("button", name="Record of leg 2 as JSON").click()
        expect(text).to_contain_text("c-second")
        with screen.page.expect_event("requestfinished", lambda each: each.url.endswith("c-first")):
            may_go.set()
        screen.wait_for_answers()

    expect(text).to_contain_text("c-second")


def test_answer_to_the_record_opened_before_does_not_follow_a_problem(screen: Screen) -> None:
    """The same record once more: what was asked first counts no more."""
    path = "/api/contacts/c-first"
    screen.open_chain(synthetic_chains.cold_transfer())
    screen.site.answer(path, {"ContactId": "c-first"})
    screen.expected_status.add(503)
    button = screen.page.get_by_role("button", name="Record of leg 1 as JSON")
    with screen.site.held(path) as may_go:
        button.click()
        screen.page.keyboard.press("Escape")
        screen.site.routes[path] = lambda _: problem(503, "Not now.")
        button.click()
        expect(screen.page.locator("#record pre")).to_have_text("The server answered 503.")
        with screen.page.expect_event("requestfinished"):
            may_go.set()
        screen.wait_for_answers()

    expect(screen.page.locator("#record pre")).to_have_text("The server answered 503.")
    expect(screen.page.get_by_role("button", name="Download")).to_be_disabled()

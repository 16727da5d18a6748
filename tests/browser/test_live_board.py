"""The live board shows what the agents' screens show, while it happens."""

import threading
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.floor import (
    EUROPE_PHONES,
    NOW,
    PROFILES,
    QUEUES,
    Floor,
    agent,
    ago,
    contact,
)
from tests.browser.screen import Screen
from tests.browser.site import Reply, Request, json_reply, problem
from tests.browser.synthetic_chains import cold_transfer

DASH = "\N{EN DASH}"


def test_board_follows_a_call_from_ringing_to_gone(screen: Screen) -> None:
    floor = Floor()
    ringing = contact("c1", "CONNECTING", "Incoming contact", since=3, queue=QUEUES["sales"])
    floor.put(agent("ada", "Incoming", ringing, since=3))
    screen.open_board(floor)

    expect(screen.cell("ada", "activity")).to_have_text("Incoming")
    expect(screen.cell("ada", "state").locator(".word")).to_have_text("Incoming contact")
    expect(screen.cell("ada", "state-time")).to_have_text("0:03")
    expect(screen.cell("ada", "queue")).to_have_text("Sales")

    for state, label, activity in (
        ("CONNECTED", "Connected", "On contact"),
        ("CONNECTED_ONHOLD", "On hold", "On contact"),
        ("CONNECTED", "Connected", "On contact"),
        ("ENDED", "After contact work", "After contact work"),
    ):
        call = contact("c1", state, label, since=0, queue=QUEUES["sales"], connected=20)
        floor.put(agent("ada", activity, call, since=0))
        screen.show(floor)
        screen.pass_seconds(2)

        expect(screen.cell("ada", "activity")).to_have_text(activity)
        expect(screen.cell("ada", "state").locator(".word")).to_have_text(label)
        expect(screen.count(activity)).to_have_text("1")

    floor.put(agent("ada", "Available", since=0))
    screen.show(floor)
    screen.pass_seconds(2)

    expect(screen.cell("ada", "activity")).to_have_text("Available")
    expect(screen.cell("ada", "state")).to_be_empty()
    expect(screen.page.locator("#no-queues")).to_be_visible()


def test_agent_who_signs_out_leaves_the_board(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("ada"), agent("ben"))
    screen.open_board(floor)
    expect(screen.row("ben")).to_be_visible()

    del floor.agents["ben"]
    screen.show(floor)
    screen.pass_seconds(2)

    expect(screen.row("ben")).to_have_count(0)
    expect(screen.row("ada")).to_be_visible()
    expect(screen.page.locator("#total")).to_have_text("1 agent")


def test_timers_run_between_answers(screen: Screen) -> None:
    floor = Floor()
    call = contact("c1", "CONNECTED", "Connected", since=58, queue=QUEUES["sales"])
    floor.put(agent("ada", "On contact", call, since=3598))
    screen.open_board(floor)
    expect(screen.cell("ada", "state-time")).to_have_text("0:58")

    screen.pass_seconds(1)
    expect(screen.cell("ada", "state-time")).to_have_text("0:59")
    expect(screen.cell("ada", "activity-time")).to_have_text("59:59")

    screen.pass_seconds(1)
    expect(screen.cell("ada", "state-time")).to_have_text("1:00")
    expect(screen.cell("ada", "activity-time")).to_have_text("1:00:00")


@pytest.mark.parametrize("hours_ahead", [-5, 0, 9000])
def test_timers_go_by_the_servers_clock(screen: Screen, hours_ahead: int) -> None:
    floor = Floor(now=NOW + timedelta(hours=hours_ahead))
    floor.put(agent("ada", since=75 - 3600 * hours_ahead))
    screen.open_board(floor)

    expect(screen.cell("ada", "activity-time")).to_have_text("1:15")
    screen.pass_seconds(5)
    expect(screen.cell("ada", "activity-time")).to_have_text("1:20")


def test_timers_are_right_after_this_machine_has_slept(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("ada", since=10))
    screen.open_board(floor)
    screen.pass_seconds(2)
    expect(screen.cell("ada", "activity-time")).to_have_text("0:12")

    # A sleeping machine's monotonic clock stands still: only the wall clock has moved.
    floor.now = NOW + timedelta(hours=8)
    screen.show(floor)
    screen.page.evaluate("Date.now = (now => () => now() + 8 * 3600 * 1000)(Date.now)")
    screen.pass_seconds(2)

    expect(screen.cell("ada", "activity-time")).to_have_text("8:00:10")


def test_unchanged_answers_are_not_sent_again(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("ada"))
    screen.open_board(floor)

    with screen.page.expect_response("**/live/agents") as response:
        screen.pass_seconds(2)

    assert response.value.status == 304
    expect(screen.page.locator("#connection")).to_have_text("Live")


def test_every_contact_of_an_agent_has_a_row(screen: Screen) -> None:
    floor = Floor()
    chats = [
        contact(f"c{n}", "CONNECTED", "Connected", since=n, queue=QUEUES["chats"], channel="CHAT")
        for n in (1, 2, 3)
    ]
    floor.put(agent("finn", "On contact", *chats), agent("gita"))
    screen.open_board(floor)

    rows = screen.page.locator(".agents tr")
    expect(rows).to_have_count(4)
    expect(screen.page.get_by_role("rowheader", name="finn")).to_have_attribute("rowspan", "3")
    expect(rows.locator('[data-column="state-time"]')).to_have_text(["0:01", "0:02", "0:03", ""])


def test_agent_stays_when_the_first_of_several_contacts_leaves(screen: Screen) -> None:
    floor = Floor()
    first = contact("c1", "ENDED", "After contact work", since=9, channel="CHAT")
    second = contact("c2", "CONNECTED", "Connected", since=5, channel="CHAT")
    floor.put(agent("finn", "On contact", first, second))
    screen.open_board(floor)
    screen.page.get_by_role("link", name="Connected").focus()

    floor.put(agent("finn", "On contact", second))
    screen.show(floor)
    screen.pass_seconds(2)

    expect(screen.page.locator(".agents tr")).to_have_count(1)
    expect(screen.row("finn").locator(".chip .word")).to_have_text(["On contact", "Connected"])
    expect(screen.page.get_by_role("link", name="Connected")).to_be_focused()


def test_counts_are_those_of_the_api(screen: Screen) -> None:
    floor = Floor()
    talk = contact("c1", "CONNECTED", "Connected", since=1, queue=QUEUES["sales"])
    hold = contact("c2", "CONNECTED_ONHOLD", "On hold", since=1, queue=QUEUES["sales"])
    missed = contact("c3", "MISSED", "Missed contact", since=1, queue=QUEUES["support"])
    floor.put(
        agent("ada", "On contact", talk),
        agent("ben", "On contact", hold),
        agent("cleo", "Missed", missed),
        agent("dan", "Lunch", status=("Lunch", "CUSTOM")),
        agent("eva"),
    )
    screen.open_board(floor)

    figures = {
        item.locator(".count-word").inner_text(): int(item.locator(".figure").inner_text())
        for item in screen.page.locator("#activities li").all()
    }
    counts = floor.answer()["Counts"]
    assert {name: n for name, n in figures.items() if n} == counts["ByActivity"]

    shown = {}
    for queue in screen.page.locator("#queues tbody tr").all():
        name = queue.locator(".queue-name").inner_text()
        states = [state.inner_text().split(" ", 1) for state in queue.locator("li").all()]
        shown[name] = {label: int(number) for number, label in states}
        assert queue.locator(".queue-total").inner_text() == str(sum(shown[name].values()))
    assert shown == {each["Queue"]["Name"]: each["ByContactState"] for each in counts["ByQueue"]}


def test_words_are_shown_as_they_come(screen: Screen) -> None:
    floor = Floor()
    unheard = contact("c1", "TELEPORTED", "Beaming", since=1, channel="HOLOGRAM", method="NEW")
    floor.put(agent("ada", "Somewhere else", unheard, status=("Somewhere else", "CUSTOM")))
    screen.open_board(floor)

    expect(screen.cell("ada", "activity")).to_have_text("Somewhere else")
    expect(screen.cell("ada", "state").locator(".word")).to_have_text("Beaming")
    expect(screen.cell("ada", "channel")).to_have_text("HOLOGRAM")
    expect(screen.count("Somewhere else")).to_have_text("1")


def test_names_are_text_not_markup(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("<img src=x onerror=alert(1)>", profile={"Id": "p", "Name": "<b>Sales</b>"}))
    screen.open_board(floor)

    expect(screen.page.locator(".agent-name")).to_have_text("<img src=x onerror=alert(1)>")
    expect(screen.page.locator("#agents :is(img, b)")).to_have_count(0)


def test_agents_own_queue_is_called_after_the_agent(screen: Screen) -> None:
    floor = Floor()
    own = contact("c1", "CONNECTED", "Connected", since=1, queue={"Id": "agent/agent-cleo"})
    foreign = contact("c2", "CONNECTED", "Connected", since=1, queue={"Id": "agent/unknown"})
    watching = contact("c3", "CONNECTED", "Monitoring", since=1, method="MONITOR")
    floor.put(
        agent("cleo", "On contact", own),
        agent("dan", "On contact", foreign),
        agent("hugo", "Monitoring", watching),
    )
    screen.open_board(floor)

    expect(screen.cell("cleo", "queue")).to_have_text("cleo (own queue)")
    expect(screen.cell("dan", "queue")).to_have_text("An agent's own queue")
    expect(screen.cell("hugo", "queue")).to_have_text("No queue")


def test_silent_agent_is_marked_in_words_with_the_time_of_silence(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("ada", silent_for=15 * 60), agent("ben"))
    screen.open_board(floor)

    mark = screen.row("ada").locator(".silent-mark")
    expect(mark).to_have_text("Silent 15:00")
    expect(mark).to_have_attribute("title", "No event of this agent since 09:45:00")
    expect(screen.row("ben").locator(".silent-mark")).to_be_hidden()
    expect(screen.page.locator("#silent .figure")).to_have_text("1")
    expect(screen.announced).to_have_text("An agent's events have stopped.")

    floor.put(agent("ada"))
    screen.show(floor)
    screen.pass_seconds(2)
    expect(screen.page.locator("#silent")).to_be_hidden()
    expect(mark).to_be_hidden()


def test_contact_leads_to_its_chain(screen: Screen) -> None:
    floor = Floor()
    call = contact("c/1 2", "CONNECTED", "Connected", since=1, queue=QUEUES["sales"])
    floor.put(agent("ada", "On contact", call))
    screen.open_board(floor)
    screen.answer_chain(cold_transfer(), "c/1 2")

    screen.page.get_by_role("link", name="Connected contact of ada, show its chain").click()

    screen.page.wait_for_url("**/chain.html?contact=c%2F1%202")
    expect(screen.page.get_by_label("Contact id")).to_have_value("c/1 2")
    expect(screen.page.locator("svg.picture")).to_be_visible()


@pytest.mark.parametrize("layout", ["table", "tiles", "wall"])
def test_figures_are_dashes_until_the_first_answer(screen: Screen, layout: str) -> None:
    is_ready = threading.Event()
    floor = Floor()
    floor.put(agent("ada"))

    def late(_: Request) -> Reply:
        is_ready.wait()
        return json_reply(floor.answer())

    screen.site.routes["/api/live/agents"] = late
    try:
        screen.page.goto(f"{screen.site.url}/?layout={layout}")
        figures = screen.page.locator("#activities .figure")

        expect(figures).to_have_text([DASH] * 7)
        expect(screen.page.locator("#no-queues")).to_have_text(DASH)
        expect(screen.page.locator("#silent")).to_be_hidden()
        expect(screen.page.locator("#nobody")).to_be_hidden()
    finally:
        is_ready.set()
    screen.pass_seconds(2)

    expect(screen.count("Available")).to_have_text("1")
    expect(screen.count("On contact")).to_have_text("0")
    expect(screen.page.locator("#no-queues")).to_have_text("No contacts.")


def test_figures_stay_dashes_while_the_api_does_not_answer(screen: Screen) -> None:
    screen.site.routes["/api/live/agents"] = lambda _: problem(503, "Not now.")
    screen.expected_status.add(503)
    screen.page.goto(screen.site.url)
    expect(screen.banner).to_contain_text("There are no figures yet.")

    figure = screen.page.get_by_role("button", name=f"{DASH} Available")
    figure.click()
    screen.pass_seconds(1)

    expect(screen.page.locator("#activities .figure")).to_have_text([DASH] * 7)
    expect(screen.page.locator("#no-queues")).to_have_text(DASH)
    expect(screen.announced).not_to_contain_text("shown")


def test_page_that_cannot_begin_states_no_contacts_either(screen: Screen) -> None:
    screen.site.routes["/config.json"] = lambda _: problem(404, "There is none.")
    screen.expected_status.add(404)
    screen.page.goto(screen.site.url)
    expect(screen.banner).to_contain_text("This page cannot begin")

    expect(screen.page.locator("#no-queues")).to_have_text(DASH)


def test_board_without_agents_says_so(screen: Screen) -> None:
    screen.open_board(Floor())

    expect(screen.page.locator("#nobody")).to_have_text("No agent is signed in.")
    expect(screen.page.locator("#total")).to_have_text("0 agents")


def test_instance_of_the_address_is_asked_for(screen: Screen) -> None:
    screen.open_board(Floor(), "/?instance=i-2&layout=tiles")
    screen.page.get_by_role("link", name="Table").click()

    expect(screen.page).to_have_url(screen.site.url + "/?instance=i-2")
    asked = [request for request in screen.site.requests if request.path == "/api/live/agents"]
    assert {request.query for request in asked} == {"instance=i-2"}


def test_refusal_of_the_api_is_shown_in_its_words(screen: Screen) -> None:
    detail = "There are 2 instances: say which by the parameter instance."
    screen.site.routes["/api/live/agents"] = lambda _: problem(400, detail)
    screen.expected_status.add(400)
    screen.page.goto(screen.site.url)

    expect(screen.banner).to_contain_text(detail)
    expect(screen.banner).to_contain_text("There are no figures yet.")


def test_profile_column_shows_what_the_agent_is_assigned(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("ada", profile=PROFILES["support"], since=1))
    floor.agents["ada"]["LastEventTimestamp"] = ago(1)
    screen.open_board(floor)

    expect(screen.cell("ada", "profile")).to_have_text("Sales and support")
    expect(screen.cell("ada", "group")).to_have_text(EUROPE_PHONES)

"""The board survives a lost connection, says so, and recovers by itself."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.floor import Floor, agent
from tests.browser.screen import STRICT_POLICY, Screen
from tests.browser.site import NOTHING_YET, Reply, Request, Route, Site


def floor_of(*names: str) -> Floor:
    floor = Floor()
    floor.put(*(agent(name, since=60) for name in names))
    return floor


def live_requests(site: Site) -> list[Request]:
    return [request for request in site.requests if request.path == "/api/live/agents"]


def test_lost_connection_is_said_with_the_age_of_the_figures(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    expect(screen.banner).to_be_hidden()

    screen.site.is_reachable = False
    screen.pass_seconds(2)

    expect(screen.banner).to_be_visible()
    expect(screen.announced).to_have_text("Connection lost, trying again.")
    expect(screen.page.locator("#connection")).to_have_text("Not live")
    screen.pass_seconds(60)
    expect(screen.banner).to_have_text(
        "Connection lost, trying again. The figures are those of 10:00:00, 1:02 old."
    )
    expect(screen.row("ada")).to_be_visible()


def test_board_recovers_by_itself(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.site.is_reachable = False
    screen.pass_seconds(2)
    expect(screen.banner).to_be_visible()

    screen.show(floor_of("ben"))
    screen.site.is_reachable = True
    screen.pass_seconds(3)

    expect(screen.banner).to_be_hidden()
    expect(screen.row("ben")).to_be_visible()
    expect(screen.announced).to_have_text("Connected again. The figures are up to date.")
    expect(screen.page.locator("#connection")).to_have_text("Live")


def test_screen_reader_is_told_once_not_at_every_failure(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.watch_announcements()
    screen.site.is_reachable = False
    for _ in range(6):
        screen.pass_seconds(40)
        expect(screen.banner).to_be_visible()

    assert screen.page.evaluate("announced") == ["Connection lost, trying again."]


def test_changes_of_agents_are_not_announced(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.watch_announcements()

    screen.show(floor_of("ada", "ben"))
    screen.pass_seconds(2)
    expect(screen.row("ben")).to_be_visible()

    assert screen.page.evaluate("announced") == []


def test_pauses_grow_while_it_fails(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.page.evaluate("""async () => {
        const { Poller } = await import("/session/poller.js");
        const { Unreachable } = await import("/session/problems.js");
        globalThis.asked = [];
        const ask = async () => {
            asked.push(performance.now());
            throw new Unreachable();
        };
        new Poller(ask, { whenVisible: 2000, whenHidden: 20000 }).start();
    }""")

    screen.pass_seconds(150)

    asked: list[float] = screen.page.evaluate("asked")
    # To the millisecond, as timers are: differences of moments carry an error in the last digit.
    pauses = [round(later - earlier) for earlier, later in pairwise(asked)]
    for pause, expected in zip(pauses, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000], strict=False):
        # Never sooner than usual; a tenth more or less keeps boards from coming back in step.
        assert max(2_000, 0.9 * expected) <= pause <= 1.1 * expected + 10
    assert len(pauses) >= 6


def test_board_asks_at_once_when_the_network_is_back(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.site.is_reachable = False
    screen.pass_seconds(2)
    expect(screen.banner).to_be_visible()

    screen.site.is_reachable = True
    screen.page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(screen.banner).to_be_hidden()


def test_hidden_board_asks_seldom_and_at_once_when_shown(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    set_hidden(screen.page, is_hidden=True)
    screen.pass_seconds(2)
    before = len(live_requests(screen.site))

    screen.pass_seconds(18)
    assert len(live_requests(screen.site)) == before

    screen.show(floor_of("ben"))
    set_hidden(screen.page, is_hidden=False)
    expect(screen.row("ben")).to_be_visible()


def set_hidden(page: Page, *, is_hidden: bool) -> None:
    page.evaluate(
        """isHidden => {
            Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


@pytest.mark.parametrize("body", ["", "<html>Bad gateway</html>", "null"])
def test_answer_that_is_no_answer_counts_as_lost(screen: Screen, body: str) -> None:
    screen.open_board(floor_of("ada"))
    screen.site.routes["/api/live/agents"] = lambda _: Reply(200, body)
    screen.pass_seconds(2)

    expect(screen.banner).to_contain_text("Connection lost")
    expect(screen.row("ada")).to_be_visible()


def test_timers_go_on_while_the_connection_is_lost(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.site.is_reachable = False
    screen.pass_seconds(30)

    expect(screen.banner).to_be_visible()
    expect(screen.cell("ada", "activity-time")).to_have_text("1:30")


def with_preflight(answer: Route, allowed: Mapping[str, str], request: Request) -> Reply:
    if request.method != "OPTIONS":
        return answer(request)
    return Reply(204, headers={**allowed, "Access-Control-Allow-Headers": "if-none-match"})


def test_api_of_another_origin_is_asked_across_origins(screen: Screen) -> None:
    with Site(STRICT_POLICY).running() as api:
        allowed = {
            "Access-Control-Allow-Origin": screen.site.url,
            "Access-Control-Expose-Headers": "ETag",
        }
        for path, document in {**NOTHING_YET, "/live/agents": floor_of("ada").answer()}.items():
            api.answer(path, document, headers=allowed)
            api.routes[path] = partial(with_preflight, api.routes[path], allowed)
        screen.site.config["apiUrl"] = api.url + "/"
        screen.site.content_security_policy += f"; connect-src 'self' {api.url}"
        screen.page.goto(screen.site.url)
        expect(screen.row("ada")).to_be_visible()

        with screen.page.expect_response(
            lambda response: response.url == f"{api.url}/live/agents" and response.status == 304
        ):
            screen.pass_seconds(2)


def test_page_that_cannot_begin_says_why_and_tries_again(screen: Screen) -> None:
    screen.show(floor_of("ada"))
    screen.site.routes["/config.json"] = lambda _: Reply(404, "There is none.")
    screen.expected_status.add(404)
    screen.page.goto(screen.site.url)
    expect(screen.banner).to_have_text(
        "This page cannot begin, trying again. Its configuration, config.json, cannot be read."
    )

    del screen.site.routes["/config.json"]
    screen.pass_seconds(10)

    expect(screen.row("ada")).to_be_visible()
    expect(screen.banner).to_be_hidden()


def test_figures_of_a_board_that_was_away_for_long_are_dated(screen: Screen) -> None:
    screen.open_board(floor_of("ada"))
    screen.site.is_reachable = False
    screen.page.clock.fast_forward("02:00:00")
    screen.pass_seconds(1)

    expect(screen.banner).to_contain_text("those of 10:00:00, 2:00:01 old")

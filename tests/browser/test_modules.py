"""The pure parts of the pages, called in the browser without a page around them."""

from typing import Any

import pytest

from tests.browser.screen import Screen


@pytest.fixture
def modules(screen: Screen) -> Screen:
    """A page that loads modules of the site but runs none by itself."""
    screen.page.goto(screen.site.url + "/session.html")
    return screen


def called(screen: Screen, path: str, call: str) -> Any:
    return screen.page.evaluate(
        f"async () => {{ const module = await import('/{path}'); return {call}; }}"
    )


def test_durations_are_rounded_down_and_never_negative(modules: Screen) -> None:
    texts = {
        -5: "0:00",
        0: "0:00",
        999: "0:00",
        59_999: "0:59",
        60_000: "1:00",
        3_599_999: "59:59",
        3_600_000: "1:00:00",
        86_399_999: "23:59:59",
        86_400_000: "1 d 0:00:00",
        2 * 86_400_000 + 3_723_000: "2 d 1:02:03",
    }

    called_with = f"{list(texts)}.map(module.clockText)"
    assert called(modules, "page/durations.js", called_with) == list(texts.values())


def test_axis_has_round_times_and_not_too_many(modules: Screen) -> None:
    for seconds, most, step, count in (
        (0.5, 10, 1, 1),
        (9, 10, 1, 10),
        (60, 10, 10, 7),
        (3600, 12, 300, 13),
        (400 * 86_400, 20, 30 * 86_400, 14),
    ):
        call = f"module.ticks(0, {seconds * 1000}, {most}, 0)"
        ticks = called(modules, "chain/time_axis.js", call)

        assert ticks["step"] == step * 1000
        assert len(ticks["moments"]) == count
        assert all(moment % ticks["step"] == 0 for moment in ticks["moments"])


def test_days_on_the_axis_begin_at_the_viewers_midnight(modules: Screen) -> None:
    hour = 3_600_000
    ticks = called(modules, "chain/time_axis.js", f"module.ticks(0, {96 * hour}, 4, {hour})")

    assert [moment % (24 * hour) for moment in ticks["moments"]] == [23 * hour] * 4


def test_server_clock_takes_the_middle_of_what_all_answers_allow(modules: Screen) -> None:
    told = """(() => {
        const clock = new module.ServerClock();
        const server = (at) => new Date(1_000_000 + at).toISOString();
        clock.learn(server(400), { sentAt: 0, receivedAt: 500 });
        clock.learn(server(1000), { sentAt: 990, receivedAt: 1400 });
        return clock.now() - performance.now();
    })()"""

    # The answers leave 1,000,000 - 100 .. 1,000,000 + 10: half of that is the error at most.
    assert called(modules, "session/server_clock.js", told) == pytest.approx(999_955)


def test_server_clock_begins_anew_when_the_server_contradicts_itself(modules: Screen) -> None:
    told = """(() => {
        const clock = new module.ServerClock();
        clock.learn(new Date(1_000_000).toISOString(), { sentAt: 0, receivedAt: 10 });
        clock.learn(new Date(9_000_000).toISOString(), { sentAt: 100, receivedAt: 110 });
        return clock.now() - performance.now();
    })()"""

    assert called(modules, "session/server_clock.js", told) == pytest.approx(8_999_895)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "?layout=wall&queue=q%2F1&search=a+b&sort=queue&descending=yes",
        "?instance=i-1&layout=tiles",
    ],
)
def test_view_and_address_say_the_same(modules: Screen, address: str) -> None:
    same = f"module.addressOf(module.viewOf({address!r}), {{search: {address!r}, pathname: ''}})"
    back = called(modules, "board/view.js", same)

    view = "module.viewOf"
    first = called(modules, "board/view.js", f"{view}({address!r})")
    assert called(modules, "board/view.js", f"{view}({back!r})") == first
    assert ("instance=i-1" in back) == ("instance" in address)


def test_nonsense_in_the_address_is_passed_over(modules: Screen) -> None:
    view = called(
        modules, "board/view.js", "module.viewOf('?layout=cinema&sort=luck&descending=1')"
    )

    assert view == called(modules, "board/view.js", "module.PLAIN_VIEW")

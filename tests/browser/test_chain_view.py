"""The chain view tells one contact's whole story: as a picture, and the same in tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests.browser import chains, synthetic_chains
from tests.browser.floor import NOW, QUEUES
from tests.browser.listed import answered, pages_of
from tests.browser.screen import WIDE_LETTERS, Screen
from tests.browser.site import problem

type JsonObject = dict[str, Any]

NO_RECORD = "There is no record of this contact."


@dataclass(frozen=True)
class Expected:
    """What must be seen of a chain of two legs."""

    chain: Callable[[], JsonObject]
    names: list[str]
    type: str
    evidence: str
    is_dashed: bool
    states: list[str]
    notes: list[str]


KINDS = {
    "cold transfer": Expected(
        synthetic_chains.cold_transfer,
        ["ada", "zoe"],
        "TRANSFER",
        "by contact event",
        False,
        [
            *("1 In queue", "1 Ringing", "1 Connected", "1 On hold", "1 After contact work"),
            *("2 In queue", "2 Ringing", "2 Connected", "2 After contact work"),
        ],
        [],
    ),
    "consult": Expected(
        synthetic_chains.consult,
        ["ada", "zoe"],
        "CONSULT",
        "inferred",
        True,
        [
            *("1 Ringing", "1 Connected", "1 On hold", "1 Connected", "1 After contact work"),
            *("2 Ringing", "2 Connected", "2 After contact work"),
        ],
        [],
    ),
    "conference": Expected(
        synthetic_chains.conference,
        ["ada", "zoe"],
        "CONFERENCE",
        "by contact record",
        False,
        [
            *("1 Ringing", "1 Connected", "1 On hold", "1 Connected", "1 After contact work"),
            *("2 Ringing", "2 Connected", "2 After contact work"),
        ],
        [],
    ),
    "callback of an unseen call": Expected(
        synthetic_chains.callback_of_an_unseen_call,
        ["Not seen (yet)", "cleo"],
        "CALLBACK",
        "inferred",
        True,
        ["2 Callback offered", "2 Dialling", "2 Connected", "2 After contact work"],
        ["Named by a later leg, seen by no source (yet)"],
    ),
    "queue transfer": Expected(
        synthetic_chains.queue_transfer,
        ["Nobody answered", "cleo"],
        "QUEUE_TRANSFER",
        "inferred",
        True,
        [
            *("1 In queue", "1 Ringing", "1 Missed", "1 Ringing"),
            *("2 In queue", "2 Ringing", "2 Connected", "2 After contact work"),
        ],
        ["✕ ben missed after 0:20", "✕ dan withdrawn after 0:07"],
    ),
    "external": Expected(
        synthetic_chains.external,
        ["ada", "External party"],
        "CONFERENCE",
        "by contact record",
        False,
        [
            *("1 Ringing", "1 Connected", "1 On hold", "1 Connected", "1 After contact work"),
            "2 External party",
        ],
        [],
    ),
    "unanswered consult": Expected(
        synthetic_chains.unanswered_consult,
        ["ada", "Nobody answered"],
        "CONSULT",
        "inferred",
        True,
        [
            *("1 Ringing", "1 Connected", "1 On hold", "1 Connected", "1 After contact work"),
            *("2 Ringing", "2 Missed"),
        ],
        ["✕ zoe missed after 0:20"],
    ),
}


@pytest.mark.parametrize("expected", KINDS.values(), ids=KINDS.keys())
def test_transfer_of_every_kind_is_drawn(screen: Screen, expected: Expected) -> None:
    screen.open_chain(expected.chain())

    expect(screen.page.locator(".label-name")).to_have_text(expected.names)
    expect(screen.page.locator(".note")).to_have_text(expected.notes)
    drawn = [bar.get_attribute("aria-label") or "" for bar in screen.bars.all()]
    assert [f"{n} {word}" for n, word in map(leg_and_word, drawn)] == expected.states

    expect(screen.arrows).to_have_count(1)
    expect(screen.page.locator(".arrow-label text")).to_have_text(
        f"{expected.type} · {expected.evidence}"
    )
    dashes = screen.arrows.locator(".arrow-line").evaluate(
        "line => getComputedStyle(line).strokeDasharray"
    )
    assert (dashes != "none") == expected.is_dashed
    role = screen.page.get_by_role(
        "img", name=f"Leg 1 invited leg 2: {expected.type}, {expected.evidence}"
    )
    expect(role).to_have_count(1)


def leg_and_word(label: str) -> tuple[str, str]:
    """`Connected 1:00, Leg 2, zoe, ...` is leg 2's `Connected`."""
    title, leg, *_ = label.split(", ")
    return leg.removeprefix("Leg "), title.rsplit(" ", 1)[0]


@pytest.mark.parametrize(
    "chain",
    [*(kind.chain for kind in KINDS.values()), synthetic_chains.whole_story],
    ids=lambda each: each.__name__,
)
def test_table_says_what_the_picture_says(screen: Screen, chain: Callable[[], JsonObject]) -> None:
    screen.open_chain(chain(), now=synthetic_chains.WHOLE_STORY_SECONDS)

    in_table = []
    for leg, agent, state, start, end, duration, _ in screen.steps():
        word, name = state.removesuffix(")").split(" (")
        whose = [f"Leg {leg}", agent] if agent else [f"Leg {leg}"]
        in_table.append(", ".join([f"{word} {duration}", *whose, f"{start} to {end}", name]))
    assert in_table == [bar.get_attribute("aria-label") for bar in screen.bars.all()]


def box_of(locator: Locator) -> FloatRect:
    """Where something is on the screen."""
    box = locator.bounding_box()
    assert box
    return box


def test_bars_lie_where_their_times_are(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.cold_transfer())

    boxes = {}
    for bar in screen.bars.all():
        label = bar.get_attribute("aria-label") or ""
        boxes[leg_and_word(label)] = box_of(bar.locator(".bar-ground"))
    talk, later_talk = boxes["1", "Connected"], boxes["2", "Connected"]
    work = boxes["2", "After contact work"]
    pixels_per_second = talk["width"] / 60
    assert later_talk["width"] == pytest.approx(60 * pixels_per_second, abs=1)
    assert later_talk["x"] - talk["x"] == pytest.approx((128 - 5) * pixels_per_second, abs=1)
    assert work["x"] == pytest.approx(later_talk["x"] + later_talk["width"], abs=1)
    assert later_talk["y"] > talk["y"]


def test_arrow_leads_from_the_inviting_legs_lane_to_the_invited_legs_first_bar(
    screen: Screen,
) -> None:
    screen.open_chain(synthetic_chains.consult())

    head = box_of(screen.arrows.locator(".arrow-head"))
    line = box_of(screen.arrows.locator(".arrow-line"))
    inviting = box_of(screen.bars.nth(2).locator(".bar-ground"))
    invited = box_of(screen.bars.nth(5).locator(".bar-ground"))
    assert head["x"] + head["width"] == pytest.approx(invited["x"], abs=1)
    assert line["y"] == pytest.approx(inviting["y"] + inviting["height"], abs=4)
    assert line["y"] + line["height"] == pytest.approx(invited["y"] + invited["height"] / 2, abs=4)


def test_bar_tells_its_facts_on_hover(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.cold_transfer())
    facts = screen.page.locator(".facts")
    expect(facts).to_be_hidden()

    screen.bars.nth(2).hover()

    expect(facts.locator("> *")).to_have_text(
        ["Connected 1:00", "Leg 1, ada", "10:00:05 to 10:01:05", "CONNECTED"]
    )
    screen.page.mouse.move(0, 0)
    expect(facts).to_be_hidden()


def test_bars_are_reached_and_left_by_the_keyboard(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.cold_transfer())
    facts = screen.page.locator(".facts strong")
    screen.bars.first.focus()
    expect(facts).to_have_text("In queue 0:25")

    for key, title in (
        ("ArrowRight", "Ringing 0:05"),
        ("ArrowRight", "Connected 1:00"),
        ("ArrowDown", "In queue 1:02"),
        ("End", "After contact work 0:10"),
        ("ArrowUp", "In queue 0:25"),
        ("ArrowLeft", "In queue 0:25"),
    ):
        screen.page.keyboard.press(key)
        expect(facts).to_have_text(title)

    screen.page.keyboard.press("Escape")
    expect(facts).to_be_hidden()
    expect(screen.page.locator('[data-bar][tabindex="0"]')).to_have_count(1)


def test_running_leg_goes_on_to_now(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.running(), now=synthetic_chains.RUNNING_SECONDS)
    expect(screen.bars.last).to_have_attribute(
        "aria-label", "Connected 0:50, Leg 1, ada, 10:00:10 to now, CONNECTED"
    )
    expect(screen.page.locator(".now")).to_have_count(1)
    screen.bars.last.focus()

    screen.site.now = NOW + timedelta(seconds=synthetic_chains.RUNNING_SECONDS + 5)
    screen.pass_seconds(5)

    expect(screen.bars.last).to_have_attribute(
        "aria-label", "Connected 0:55, Leg 1, ada, 10:00:10 to now, CONNECTED"
    )
    expect(screen.bars.last).to_be_focused()


def test_running_chain_is_followed_to_its_end(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.running(), now=synthetic_chains.RUNNING_SECONDS)
    over = chains.chain(
        chains.leg("c-first", chains.answered("ada", 0, 10, 62, 64), queue=QUEUES["sales"]),
        now=65,
    )
    screen.answer_chain(over, "c-first")
    screen.pass_seconds(5)
    expect(screen.bars).to_have_count(3)
    expect(screen.page.locator("#connection")).to_be_hidden()
    asked = screen.asked_of_the_api()

    screen.pass_seconds(60)

    assert screen.asked_of_the_api() == asked


def test_running_chain_survives_a_lost_connection(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.running(), now=synthetic_chains.RUNNING_SECONDS)
    screen.site.is_reachable = False
    screen.pass_seconds(5)
    expect(screen.banner).to_contain_text("Connection lost")

    screen.site.is_reachable = True
    screen.pass_seconds(6)
    expect(screen.banner).to_be_hidden()


def test_leg_leads_to_its_own_view(screen: Screen) -> None:
    chain = synthetic_chains.cold_transfer()
    screen.answer_chain({**chain, "ContactId": "c-second"}, "c-second")
    screen.open_chain(chain)
    expect(screen.page.locator("#leg-title")).to_have_text("Record of leg 1: ada")

    screen.page.get_by_role("link", name="Leg 2, zoe, TRANSFER, Billing").click()

    expect(screen.page.locator("#leg-title")).to_have_text("Record of leg 2: zoe")
    expect(screen.page.locator(".label.chosen .label-name")).to_have_text("zoe")
    expect(screen.page.locator('#legs tr[aria-current="true"] th')).to_have_text("2")
    facts = screen.page.locator("#leg")
    expect(facts).to_contain_text("Queue.Name")
    expect(facts).to_contain_text("2026-03-09T09:01:06.000Z")


def test_record_of_a_leg_is_shown_as_the_api_gives_it(screen: Screen) -> None:
    record = {"ContactId": "c-second", "Attempts": [{"Username": "Zoë <b>"}]}
    screen.site.answer("/api/contacts/c-second", record)
    screen.open_chain(synthetic_chains.cold_transfer())

    screen.page.get_by_role("button", name="Record of leg 2 as JSON").click()

    dialog = screen.page.get_by_role("dialog", name="Record of leg 2")
    expect(dialog.locator("pre")).to_contain_text('"Username": "Zoë <b>"')
    screen.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_tiles_count_what_the_bars_show(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)

    pairs = [text.split("\n") for text in screen.page.locator(".total-pair").all_inner_texts()]
    lasting = dict.fromkeys(("Connected", "On hold", "In queue", "After contact work"), 0)
    for step in screen.steps():
        label = step[2].split(" (")[0]
        if label in lasting and ":" in step[5]:
            minutes, seconds = step[5].split(":")
            lasting[label] += 60 * int(minutes) + int(seconds)
    assert dict(pairs) == {
        "End to end": "14:53",
        **{name: f"{total // 60}:{total % 60:02}" for name, total in lasting.items()},
        "Talk with the customer": "11:08",
        "Legs": "5",
        "Agents": "4",
        "Queues": "3",
        "Hops": "4",
        "Failed offers": str(screen.page.locator(".note.failure").count()),
    }


@pytest.mark.parametrize(
    ("number", "seconds", "tick"),
    [(2, 1.5, "10:00:00"), (50, 40, "10:05"), (50, 800, "11:00"), (3, 90_000, "11 Mar 2026")],
)
def test_chains_of_any_length_have_a_readable_axis(
    screen: Screen, number: int, seconds: float, tick: str
) -> None:
    screen.open_chain(synthetic_chains.of_many_legs(number, seconds))

    ticks = screen.page.locator(".tick-text")
    assert tick in ticks.all_text_contents()
    boxes = [box_of(each) for each in ticks.all()]
    assert all(left["x"] + left["width"] + 4 < right["x"] for left, right in pairwise(boxes))
    expect(screen.page.locator(".label-name")).to_have_count(number)
    expect(screen.bars).to_have_count(3 * number)
    widths = screen.page.locator(".bars .bar-ground").evaluate_all(
        "bars => bars.map(bar => bar.width.baseVal.value)"
    )
    assert min(widths) >= 3


def test_picture_is_magnified_and_labels_stay_in_sight(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.of_many_legs(50, 800))
    frame = screen.page.locator("#frame")
    before = screen.bars.first.locator(".bar-ground").evaluate("bar => bar.width.baseVal.value")
    expect(screen.page.get_by_role("button", name="Smaller")).to_be_disabled()

    for _ in range(4):
        screen.page.get_by_role("button", name="Larger").click()

    after = screen.bars.nth(1).locator(".bar-ground").evaluate("bar => bar.width.baseVal.value")
    assert after > 10 * before
    label = box_of(screen.page.locator(".label rect").first)
    assert label["x"] == pytest.approx(box_of(frame)["x"], abs=2)
    assert frame.evaluate("frame => frame.scrollLeft") > 0

    screen.page.get_by_role("button", name="Whole chain").click()
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth + 1")


def test_only_the_picture_and_tables_are_wider_than_the_screen(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)
    assert screen.widths_beyond_the_screen() == {}

    screen.page.evaluate(WIDE_LETTERS)

    assert screen.widths_beyond_the_screen() == {}


def test_unknown_contact_is_said(screen: Screen) -> None:
    open_unknown(screen, "nobody")

    message = screen.page.get_by_role("alert")
    expect(message).to_have_text(
        "Contact nobody is unknown. There is no record of this contact. This page asks again."
    )
    expect(screen.page.locator("#connection")).to_be_hidden()
    expect(screen.banner).to_be_hidden()


def test_unknown_id_of_any_length_fits_on_the_screen(screen: Screen) -> None:
    open_unknown(screen, "x" * 500)

    assert screen.widths_beyond_the_screen() == {}


def test_contact_that_becomes_known_is_shown(screen: Screen) -> None:
    open_unknown(screen, "c-first")

    screen.answer_chain(synthetic_chains.cold_transfer(), "c-first")
    screen.pass_seconds(6)

    expect(screen.page.locator("svg.picture")).to_be_visible()
    expect(screen.page.get_by_role("alert")).to_be_hidden()
    expect(screen.page.locator("#connection")).to_be_hidden()


def test_running_contact_that_becomes_known_is_live(screen: Screen) -> None:
    open_unknown(screen, "c-first")

    screen.site.now = NOW + timedelta(seconds=synthetic_chains.RUNNING_SECONDS)
    screen.answer_chain(synthetic_chains.running(), "c-first")
    screen.pass_seconds(6)

    expect(screen.page.locator("#connection")).to_have_text("Live")
    expect(screen.page.locator("#connection")).to_be_visible()


def test_unknown_contact_is_asked_for_seldom(screen: Screen) -> None:
    open_unknown(screen, "c-first")
    before = screen.asked_of_the_api()

    for _ in range(24):
        screen.pass_seconds(5)

    assert 4 <= screen.asked_of_the_api() - before <= 6


def test_unknown_contact_has_no_figures_when_the_connection_is_lost(screen: Screen) -> None:
    open_unknown(screen, "c-first")

    screen.site.is_reachable = False
    screen.pass_seconds(6)
    expect(screen.banner).to_have_text("Connection lost, trying again. There are no figures yet.")

    screen.site.is_reachable = True
    screen.pass_seconds(12)
    expect(screen.banner).to_be_hidden()
    expect(screen.page.get_by_role("alert")).to_be_visible()


def test_running_chain_that_is_erased_leaves_the_page(screen: Screen) -> None:
    screen.open_chain(synthetic_chains.running(), now=synthetic_chains.RUNNING_SECONDS)
    screen.site.routes["/api/contacts"] = lambda _: problem(404, NO_RECORD)
    del screen.site.routes["/api/contacts/c-first/chain"]
    screen.expected_status.add(404)

    screen.pass_seconds(5)

    expect(screen.page.get_by_role("alert")).to_contain_text("Contact c-first is unknown.")
    expect(screen.page.locator("#chain")).to_be_hidden()
    expect(screen.page.locator("#connection")).to_be_hidden()


def open_unknown(screen: Screen, contact_id: str) -> None:
    """Opens the chain of a contact that the API does not know."""
    screen.site.routes["/api/contacts"] = lambda _: problem(404, NO_RECORD)
    screen.expected_status.add(404)
    screen.page.goto(f"{screen.site.url}/chain.html?contact={contact_id}")
    expect(screen.page.get_by_role("alert")).to_be_visible()


def test_contact_is_found_by_its_id(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = pages_of([])
    screen.answer_chain(synthetic_chains.cold_transfer(), "c-first")
    screen.page.goto(screen.site.url + "/chain.html")

    screen.page.get_by_label("Contact id").fill("c-first")
    screen.page.get_by_role("button", name="Show").click()

    expect(screen.page.locator("svg.picture")).to_be_visible()


def test_story_of_a_chain_without_any_time_is_told_all_the_same(screen: Screen) -> None:
    chain = synthetic_chains.cold_transfer()
    chain["Legs"] = [chains.unseen("c-first")]
    screen.open_chain(chain)

    expect(screen.page.locator(".label-name")).to_have_text("Not seen (yet)")
    expect(screen.bars).to_have_count(0)


def test_words_that_are_new_are_shown_as_they_come(screen: Screen) -> None:
    chain = synthetic_chains.cold_transfer()
    chain["Legs"][1].update({"TransferType": "TELEPORT", "LinkEvidence": "ORACLE"})
    chain["Legs"][1]["Segments"] = [
        {"State": "BEAMING", "AgentId": "agent-zoe", "StartTimestamp": chains.at(10)}
    ]
    screen.open_chain(chain)

    expect(screen.page.locator(".arrow-label text")).to_have_text("TELEPORT · ORACLE")
    expect(screen.bars.last).to_have_attribute(
        "aria-label", "BEAMING, Leg 2, zoe, 10:00:10 to not known, BEAMING"
    )


def test_without_a_contact_the_latest_transfers_are_offered(screen: Screen) -> None:
    transferred = answered("c2", -60) | {"PreviousContactId": "c1", "TransferType": "TRANSFER"}
    screen.site.routes["/api/contacts"] = pages_of([transferred, answered("c1", -120)])
    screen.page.goto(screen.site.url + "/chain.html")

    rows = screen.page.locator("#latest-list tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.locator(".row-link")).to_have_attribute("href", "chain.html?contact=c2")
    expect(screen.page.locator("#connection")).to_be_hidden()


def test_chain_that_is_unknown_can_be_asked_for_at_once(screen: Screen) -> None:
    screen.site.routes["/api/contacts"] = lambda _: problem(404, "There is no record of it.")
    screen.expected_status.add(404)
    screen.page.goto(screen.site.url + "/chain.html?contact=c-first")
    expect(screen.page.get_by_role("alert")).to_contain_text("Contact c-first is unknown.")
    expect(screen.page.locator("#connection")).to_be_hidden()

    leg = chains.leg("c-first", chains.answered("ada", 0, 10, 62, 64))
    screen.answer_chain(chains.chain(leg), "c-first")
    screen.page.get_by_role("button", name="Ask again now").click()

    expect(screen.page.locator("svg.picture")).to_be_visible()
    expect(screen.page.get_by_role("alert")).to_be_hidden()
    labels = screen.page.locator("#totals dt").all_inner_texts()
    assert not {"Legs", "Hops", "Agents", "Queues"} & set(labels)
    expect(screen.page.locator(".legend")).not_to_contain_text("invited")

"""What a test sees of a page, and what it does there."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.floor import NOW, Floor
from tests.browser.site import Site

STRICT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
    ]
)
"""Stricter than the board needs: no script, style, image or connection of any other origin."""

SHOW_WHETHER_IT_WAITS = """
let underWay = 0;
const count = (change) => {
    underWay += change;
    document.documentElement.toggleAttribute("data-waits", underWay > 0);
};
const counted = (ask) =>
    async function (...given) {
        count(+1);
        try {
            return await ask.apply(this, given);
        } finally {
            count(-1);
        }
    };
globalThis.fetch = counted(globalThis.fetch);
for (const read of ["json", "text"]) Response.prototype[read] = counted(Response.prototype[read]);
"""
"""Marks the document while an answer has not been read to its end."""

WIDE_LETTERS = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { letter-spacing: 0.3em !important; word-spacing: 0.3em !important }");
    document.adoptedStyleSheets = [sheet];
}"""
"""Text far wider than in any usual font, whichever fonts this machine has, and than readers may set
it: https://www.w3.org/TR/WCAG22/#text-spacing"""

WAIT_FOR_A_FRAME = """() => new Promise((drawn) => {
    const observer = new IntersectionObserver(() => {
        observer.disconnect();
        drawn();
    });
    observer.observe(document.documentElement);
})"""
"""Of the browser: requestAnimationFrame goes by the clock of the test."""

LONGEST_STEP_MILLISECONDS = 5_000

SIZES = ((1920, 1080), (1366, 768), (1024, 768), (600, 800), (390, 844), (320, 640))
"""Screens from a desk's to a telephone's; for the least see
https://www.w3.org/TR/WCAG22/#reflow"""

type JsonObject = dict[str, Any]


class Screen:
    """A page of the site; what the browser complains about is kept."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        self.expected_status: set[int] = set()
        page.add_init_script(SHOW_WHETHER_IT_WAITS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def widths_beyond_the_screen(self) -> dict[int, int]:
        """How wide the page is at those widths of the screen at which it is wider."""
        found = {}
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            # The page hears of it with the next frame, and paints itself anew in one of its own.
            self.page.evaluate(WAIT_FOR_A_FRAME)
            self.page.clock.run_for(20)
            found[width] = self.page.evaluate("document.documentElement.scrollWidth")
        return {width: page for width, page in found.items() if page > width}

    # The live board

    def open_board(self, floor: Floor, address: str = "/") -> None:
        self.show(floor)
        self.page.goto(self.site.url + address)
        expect(self.page.locator("#connection")).to_have_text("Live")
        self.wait_for_answers()

    def show(self, floor: Floor) -> None:
        """What the API answers from now on."""
        self.site.answer("/api/live/agents", floor.answer())

    def pass_seconds(self, seconds: float) -> None:
        """Lets time pass on the page, and waits for the answers to what it asks meanwhile.

        Not in one go: answers take as long as ever, and the page gives up on them after 10 s.
        """
        left = int(seconds * 1000)
        while left > 0:
            self.page.clock.run_for(min(left, LONGEST_STEP_MILLISECONDS))
            self.wait_for_answers()
            left -= LONGEST_STEP_MILLISECONDS

    def wait_for_answers(self) -> None:
        """Waits until the page has read the answer to all that it has asked."""
        expect(self.page.locator("html[data-waits]")).to_have_count(0)

    def row(self, name: str) -> Locator:
        """The first row of the agent `name`."""
        head = self.page.locator(".agent-name").get_by_text(name, exact=True)
        return self.page.locator(".agents tr").filter(has=head)

    def cell(self, name: str, column: str) -> Locator:
        return self.row(name).locator(f'[data-column="{column}"]')

    def names(self) -> list[str]:
        """Agents in the order in which they stand on the board."""
        return self.page.locator("#agents .agent-name").all_inner_texts()

    def count(self, activity: str) -> Locator:
        """The figure of agents at `activity`."""
        button = self.page.locator(".count").filter(has_text=activity)
        return button.locator(".figure")

    def asked_of_the_api(self) -> int:
        """How often; when the browser asks for files, as for the icon, is its own affair."""
        return sum(request.path.startswith("/api/") for request in self.site.requests)

    @property
    def announced(self) -> Locator:
        return self.page.locator("#announcements")

    def watch_announcements(self) -> None:
        """Keeps what is announced from now on in `announced` of the page."""
        self.page.evaluate("""() => {
            globalThis.announced = [];
            const region = document.getElementById("announcements");
            new MutationObserver(() => announced.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
        }""")

    @property
    def banner(self) -> Locator:
        return self.page.locator("#banner")

    # The chain view

    def open_chain(self, chain: JsonObject, *, now: float = 3600) -> None:
        """Opens the chain by its first leg, `now` seconds after the floor's NOW."""
        self.site.now = NOW + timedelta(seconds=now)
        self.answer_chain(chain, chain["ChainId"])
        self.page.goto(f"{self.site.url}/chain.html?contact={chain['ChainId']}")
        expect(self.page.locator("svg.picture")).to_be_visible()

    def answer_chain(self, chain: JsonObject, contact_id: str) -> None:
        self.site.answer(f"/api/contacts/{contact_id}/chain", chain)

    @property
    def bars(self) -> Locator:
        return self.page.locator(".picture [data-bar]")

    @property
    def arrows(self) -> Locator:
        return self.page.locator(".picture [data-arrow]")

    def steps(self) -> list[list[str]]:
        """The table of steps, row by row."""
        rows = self.page.locator("#steps tbody tr").all()
        return [row.locator("th, td").all_inner_texts() for row in rows]

    def _note(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or self._is_expected(message.text):
            return
        self.complaints.append(message.text)

    def _is_expected(self, text: str) -> bool:
        """Failed requests, as far as the test lets them fail."""
        if not text.startswith("Failed to load resource"):
            return False
        statuses = [f"status of {status} " for status in self.expected_status]
        return "net::ERR_" in text or any(status in text for status in statuses)

"""One deployment under two names: the pages ask the one under which they were opened."""

import pytest
from playwright.sync_api import expect

from infra.read_side.page_headers import content_security_policy
from tests.browser.floor import Floor, agent
from tests.browser.screen import Screen


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_pages_ask_the_origin_at_which_they_were_opened(screen: Screen, name: str) -> None:
    floor = Floor()
    floor.put(agent("ada", since=60))
    screen.site.answer("/live/agents", floor.answer())
    del screen.site.config["apiUrl"]
    screen.site.content_security_policy = content_security_policy([])

    screen.page.goto(screen.site.url.replace("127.0.0.1", name))

    expect(screen.row("ada")).to_be_visible()
    asked = [each for each in screen.site.requests if each.path == "/live/agents"]
    assert {each.headers["host"].partition(":")[0] for each in asked} == {name}

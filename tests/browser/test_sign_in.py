"""Signing in by authorization code with PKCE, staying signed in, signing out."""

import json
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from playwright.sync_api import Request as PageRequest
from playwright.sync_api import expect

from tests.browser.floor import Floor, agent
from tests.browser.issuer import CLIENT_ID, SCOPES, Issuer
from tests.browser.screen import STRICT_POLICY, Screen
from tests.browser.site import Reply, Request, Site, problem


@pytest.fixture
def issuer(site: Site) -> Iterator[Issuer]:
    with Site("default-src 'none'").running() as issuers_site:
        issuer = Issuer(issuers_site, site.url)
        site.config |= {"issuer": issuers_site.url, "clientId": CLIENT_ID, "scopes": SCOPES}
        site.content_security_policy = f"{STRICT_POLICY}; connect-src 'self' {issuers_site.url}"
        yield issuer


def protect(screen: Screen, issuer: Issuer) -> None:
    """The API answers only to the bearer of the present token."""
    floor = Floor()
    floor.put(agent("ada"))
    screen.show(floor)
    answer = screen.site.routes["/api/live/agents"]

    def guarded(request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {issuer.token}":
            return problem(HTTPStatus.UNAUTHORIZED, "No valid token.")
        return answer(request)

    screen.site.routes["/api/live/agents"] = guarded


def test_viewer_is_signed_in_and_led_back(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    screen.page.goto(screen.site.url + "/?layout=tiles&search=a")

    expect(screen.page.locator(".tile")).to_have_count(1)
    expect(screen.page).to_have_url(screen.site.url + "/?layout=tiles&search=a")
    (asked,) = issuer.authorizations
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["scope"] == "openid contact-chains/live.read contact-chains/records.read"
    assert asked["redirect_uri"] == issuer.page
    assert asked["code_challenge_method"] == "S256"
    assert issuer.grants == ["authorization_code"]


def test_tokens_are_kept_in_this_window_only(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()

    kept = screen.page.evaluate("JSON.stringify([{...localStorage}, document.cookie])")
    assert json.loads(kept) == [{}, ""]
    assert "access-1" in screen.page.evaluate("JSON.stringify({...sessionStorage})")


def test_signed_in_viewer_is_not_asked_again_on_another_page(
    screen: Screen, issuer: Issuer
) -> None:
    protect(screen, issuer)
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()

    screen.page.get_by_role("link", name="Chains").click()
    expect(screen.page.get_by_role("heading", name="Contact chain")).to_be_visible()
    expect(screen.page.get_by_role("button", name="Sign out")).to_be_visible()

    assert len(issuer.authorizations) == 1


def test_token_is_renewed_before_it_expires(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    issuer.expires_in = 63
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()

    screen.pass_seconds(2)
    assert issuer.grants == ["authorization_code"]
    screen.pass_seconds(2)

    assert issuer.grants == ["authorization_code", "refresh_token"]
    with screen.page.expect_response("**/live/agents") as answer:
        screen.pass_seconds(2)
    assert answer.value.request.headers["authorization"] == "Bearer access-2"
    expect(screen.banner).to_be_hidden()


def test_refused_token_is_renewed_and_the_question_repeated(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    screen.expected_status.add(401)
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()

    # As if the key had been changed: what was issued counts no more.
    issuer.issued = 7
    screen.pass_seconds(2)

    with screen.page.expect_response(lambda response: response.status == 304):
        screen.pass_seconds(2)
    expect(screen.banner).to_be_hidden()


def test_viewer_whose_session_is_over_is_asked_to_sign_in(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    screen.expected_status |= {400, 401}
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()

    issuer.refuses_refresh = True
    issuer.issued = 7
    screen.pass_seconds(2)
    expect(screen.banner).to_contain_text("You are not signed in any more.")
    expect(screen.row("ada")).to_be_visible()

    screen.banner.get_by_role("button", name="Sign in").click()
    expect(screen.banner).to_be_hidden()
    expect(screen.row("ada")).to_be_visible()
    assert issuer.grants[-1] == "authorization_code"


def test_signing_out_forgets_the_tokens_here_and_at_the_issuer(
    screen: Screen, issuer: Issuer
) -> None:
    protect(screen, issuer)
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()

    screen.page.get_by_role("button", name="Sign out").click()

    expect(screen.page.get_by_role("status")).to_have_text("You are signed out.")
    assert screen.page.evaluate("sessionStorage.length") == 0
    assert issuer.revoked == ["refresh-1"]
    (sign_out,) = issuer.sign_outs
    assert sign_out["client_id"] == CLIENT_ID
    assert sign_out["logout_uri"] == sign_out["post_logout_redirect_uri"] == issuer.page
    assert len(issuer.authorizations) == 1

    screen.page.get_by_role("link", name="Sign in").click()
    expect(screen.row("ada")).to_be_visible()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("code=stolen&state=guessed", "This sign-in was started in another window."),
        ("error=access_denied&state=guessed", "This sign-in was started in another window."),
    ],
)
def test_sign_in_that_was_not_begun_here_is_refused(
    screen: Screen, issuer: Issuer, answer: str, why: str
) -> None:
    screen.page.goto(f"{screen.site.url}/session.html?{answer}")

    expect(screen.page.get_by_role("status")).to_have_text(f"You could not be signed in. {why}")
    assert issuer.grants == []


def test_refusal_of_the_issuer_is_said(screen: Screen, issuer: Issuer) -> None:
    def refuse(request: Request) -> Reply:
        state = request.query.split("state=")[1].split("&")[0]
        where = f"{issuer.page}?error=access_denied&error_description=Not+today&state={state}"
        return Reply(HTTPStatus.FOUND, headers={"Location": where})

    issuer.site.routes["/authorize"] = refuse
    screen.page.goto(screen.site.url)

    expect(screen.page.get_by_role("status")).to_have_text("You could not be signed in. Not today")
    expect(screen.page.get_by_role("link", name="Sign in")).to_be_visible()


def test_answer_of_another_issuer_is_refused(screen: Screen, issuer: Issuer) -> None:
    def mixed_up(request: Request) -> Reply:
        state = request.query.split("state=")[1].split("&")[0]
        where = f"{issuer.page}?code=c&state={state}&iss=https://elsewhere.example"
        return Reply(HTTPStatus.FOUND, headers={"Location": where})

    issuer.site.routes["/authorize"] = mixed_up
    screen.page.goto(screen.site.url)

    expect(screen.page.get_by_role("status")).to_contain_text(
        "The answer does not come from the configured"
    )
    assert issuer.grants == []


def test_token_without_the_scope_is_answered_in_the_apis_words(
    screen: Screen, issuer: Issuer
) -> None:
    screen.site.routes["/api/live/agents"] = lambda _: problem(403, "Scope live.read is missing.")
    screen.expected_status.add(403)
    screen.page.goto(screen.site.url)

    expect(screen.banner).to_contain_text("Scope live.read is missing.")
    assert len(issuer.authorizations) == 1


def test_board_waits_for_an_issuer_that_is_away(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    issuer.site.is_reachable = False
    screen.page.goto(screen.site.url)
    expect(screen.banner).to_contain_text("The sign-in server cannot be reached.")

    issuer.site.is_reachable = True
    screen.pass_seconds(10)

    expect(screen.row("ada")).to_be_visible()


def test_without_an_issuer_nobody_signs_in_or_out(screen: Screen) -> None:
    floor = Floor()
    floor.put(agent("ada"))
    screen.open_board(floor)

    expect(screen.page.get_by_role("button", name="Sign out")).to_be_hidden()
    asked = [request for request in screen.site.requests if request.path == "/api/live/agents"]
    assert "authorization" not in asked[0].headers


def test_token_that_comes_after_signing_out_is_not_kept(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    screen.expected_status.add(401)
    issuer.expires_in = 61
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()
    with issuer.site.held("/revoke"):
        with issuer.site.held("/token") as may_go:
            with screen.page.expect_request("**/token"):
                screen.page.clock.run_for(2000)
            with screen.page.expect_request("**/revoke"):
                screen.page.get_by_role("button", name="Sign out").click()
            with screen.page.expect_event("requestfinished", is_for_a_token):
                may_go.set()

        expect(screen.banner).to_contain_text("You are not signed in any more.")
        assert screen.page.evaluate("sessionStorage.length") == 0
    expect(screen.page.get_by_role("status")).to_have_text("You are signed out.")


def is_for_a_token(request: PageRequest) -> bool:
    return request.url.endswith("/token")


def test_issuer_that_never_answers_counts_as_lost(screen: Screen, issuer: Issuer) -> None:
    protect(screen, issuer)
    issuer.expires_in = 61
    screen.page.goto(screen.site.url)
    expect(screen.row("ada")).to_be_visible()
    with issuer.site.held("/token"):
        with screen.page.expect_request("**/token"):
            screen.page.clock.run_for(2000)
        screen.page.clock.run_for(10_000)

        expect(screen.banner).to_contain_text("Connection lost, trying again.")
        expect(screen.page.locator("#connection")).to_have_text("Not live")


@pytest.mark.parametrize("path", ["/config.json", "/.well-known/openid-configuration"])
def test_page_says_what_keeps_it_from_beginning(screen: Screen, issuer: Issuer, path: str) -> None:
    protect(screen, issuer)
    with (screen.site if path == "/config.json" else issuer.site).held(path):
        with screen.page.expect_request(f"**{path}"):
            screen.page.goto(screen.site.url)
        screen.page.clock.run_for(10_000)
        expect(screen.banner).to_contain_text("This page cannot begin, trying again.")

    screen.pass_seconds(10)
    expect(screen.row("ada")).to_be_visible()

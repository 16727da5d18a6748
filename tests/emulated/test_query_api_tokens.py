"""Which tokens the deployed API lets pass: the synthesized template in MiniStack, by HTTP.

MiniStack checks a token as API Gateway's page http-api-jwt-authorizer says: signature by the
issuer's published key, issuer, audience, times, and the scope of the route. That every route asks
for one is also shown of the template itself, in tests/infra/read_side/test_query_api.py.
"""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from contact_queries.routes import QUERY_ROUTES, SCOPES, QueryRoute
from demo.site import ISSUER, site_context
from emulator.machine import ministack
from emulator.pages.issuer import LocalIssuer, SignInRefusedError
from emulator.pages.page_server import PageServer, page_server
from emulator.pipeline import LocalPipeline
from emulator.synthesis import synthesized
from tests.emulated.deployed_stacks import SETTINGS
from tests.emulated.user_pool import UserPoolOfMinistack

pytestmark = pytest.mark.enable_socket

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404
OF_THE_ROUTES = [pytest.param(route, id=route.path) for route in QUERY_ROUTES]
OF_THE_SCOPES = [
    pytest.param(route, id=scope)
    for scope, route in {route.scope: route for route in QUERY_ROUTES}.items()
]
"""One route of each: all others are behind the same authorizer, by their template."""

type MakeToken = Callable[[LocalIssuer, QueryRoute], str | None]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """The API with the issuer of this machine, at the address of its pages."""
    with page_server(port=0) as server, server.serving():
        assembly = synthesized(site_context())
        folder = tmp_path_factory.mktemp("issuer")
        with _deployed(assembly, folder, {ISSUER: server.issuer.url}) as server.api_url:
            yield server


@pytest.fixture(scope="module")
def pages_of_a_user_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """The API with the user pool that it brings along."""
    with page_server(port=0) as server, server.serving():
        assembly = synthesized(SETTINGS)
        with _deployed(assembly, tmp_path_factory.mktemp("pool"), {}) as server.api_url:
            yield server


@pytest.mark.parametrize("route", OF_THE_ROUTES)
def test_token_with_the_scope_of_the_route_is_let_pass(
    route: QueryRoute, pages: PageServer
) -> None:
    token = pages.issuer.token([route.scope])

    assert _status(pages, route, token) not in {UNAUTHORIZED, FORBIDDEN}


def _none(_issuer: LocalIssuer, _route: QueryRoute) -> None:
    return None


def _nonsense(_issuer: LocalIssuer, _route: QueryRoute) -> str:
    return "nonsense"


def _expired(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return issuer.token(SCOPES, iat=int(time.time()) - 3600, exp=int(time.time()) - 1)


def _not_valid_yet(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return issuer.token(SCOPES, nbf=int(time.time()) + 3600)


def _for_another_audience(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return issuer.token(SCOPES, aud="another-api")


def _of_another_client_without_audience(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return issuer.token(SCOPES, aud=None, client_id="another-client")


def _of_another_issuer(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return issuer.token(SCOPES, iss="https://login.example.com")


def _signed_by_somebody_else(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return LocalIssuer(url=issuer.url, redirect_uri="").token(SCOPES)


def _unsigned(issuer: LocalIssuer, _route: QueryRoute) -> str:
    _, claims, _ = issuer.token(SCOPES).split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    return f"{header}.{claims}."


def _with_scopes_written_in_afterwards(issuer: LocalIssuer, _route: QueryRoute) -> str:
    header, _, signature = issuer.token([]).split(".")
    return f"{header}.{issuer.token(SCOPES).split('.')[1]}.{signature}"


@pytest.mark.parametrize("route", OF_THE_SCOPES)
@pytest.mark.parametrize(
    "make_token",
    [
        _none,
        _nonsense,
        _expired,
        _not_valid_yet,
        _for_another_audience,
        _of_another_client_without_audience,
        _of_another_issuer,
        _signed_by_somebody_else,
        _unsigned,
        _with_scopes_written_in_afterwards,
    ],
)
def test_token_that_proves_nothing_is_refused(
    make_token: MakeToken, route: QueryRoute, pages: PageServer
) -> None:
    assert _status(pages, route, make_token(pages.issuer, route)) == UNAUTHORIZED


def _without_scope(issuer: LocalIssuer, _route: QueryRoute) -> str:
    return issuer.token([])


def _with_the_other_scope(issuer: LocalIssuer, route: QueryRoute) -> str:
    return issuer.token([scope for scope in SCOPES if scope != route.scope])


def _with_the_scope_of_another_api(issuer: LocalIssuer, route: QueryRoute) -> str:
    name = route.scope.removeprefix("contact-chains/")
    return issuer.token([name, f"another-api/{name}", "openid"])


@pytest.mark.parametrize("route", OF_THE_SCOPES)
@pytest.mark.parametrize(
    "make_token", [_without_scope, _with_the_other_scope, _with_the_scope_of_another_api]
)
def test_token_without_the_scope_of_the_route_is_refused(
    make_token: MakeToken, route: QueryRoute, pages: PageServer
) -> None:
    assert _status(pages, route, make_token(pages.issuer, route)) == FORBIDDEN


@pytest.mark.parametrize(
    "path", ["/contacts/a/b", "/live", "/agents", "/agents/a", "/queues/a/b/contacts"]
)
def test_unknown_route_is_not_found(path: str, pages: PageServer) -> None:
    token = pages.issuer.token(SCOPES)

    assert _answer(f"{pages.origin}{path}", token) == NOT_FOUND


@pytest.mark.parametrize("route", OF_THE_SCOPES)
@pytest.mark.parametrize("make_token", [_none, _signed_by_somebody_else])
def test_user_pool_of_the_stack_lets_no_token_pass_but_its_own(
    make_token: MakeToken, route: QueryRoute, pages_of_a_user_pool: PageServer
) -> None:
    token = make_token(pages_of_a_user_pool.issuer, route)

    assert _status(pages_of_a_user_pool, route, token) == UNAUTHORIZED


def test_user_whom_an_administrator_created_signs_in_and_reads(
    pages_of_a_user_pool: PageServer,
) -> None:
    """MiniStack's sign-in page does not ask for the second factor, as Cognito's does."""
    page = f"{SETTINGS['allowedOrigins']}/session.html"
    pool = UserPoolOfMinistack(pages_of_a_user_pool.api_url or "")
    pool.create_user("ada@example.com", "Long enough, 1 hope!")

    token = pool.sign_in("ada@example.com", "Long enough, 1 hope!", page=page)

    statuses = {_status(pages_of_a_user_pool, route, token) for route in QUERY_ROUTES}
    assert not statuses & {UNAUTHORIZED, FORBIDDEN}
    with pytest.raises(SignInRefusedError):
        pool.sign_in("ada@example.com", "Long enough, 1 hope!", page="https://elsewhere.example/")


@contextmanager
def _deployed(assembly: Path, folder: Path, in_place_of: Mapping[str, str]) -> Iterator[str]:
    with ministack.running(log_file=folder / "ministack.log") as endpoint:
        deployed = LocalPipeline.deployed(endpoint, assembly, in_place_of=in_place_of)
        url = deployed.deployment.query_api_url
        assert url is not None
        yield url


def _status(pages: PageServer, route: QueryRoute, token: str | None) -> int:
    path = route.path.replace("{", "any-").replace("}", "")
    return _answer(f"{pages.origin}{path}", token)


def _answer(address: str, token: str | None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code

"""The issuer of this machine: tokens for the page that began to sign in, and for nobody else."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator.pages.issuer import AUDIENCE, CLIENT_ID, LocalIssuer, SignInRefusedError

URL = "http://127.0.0.1:8000/issuer"
PAGE = "http://127.0.0.1:8000/session.html"
VERIFIER = "a-verifier-that-is-long-enough-for-the-specification"
SCOPE = "openid contact-chains/live.read"


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def claims(token: str) -> dict[str, Any]:
    return dict(json.loads(decoded(token.split(".")[1])))


@pytest.fixture(scope="module")
def issuer() -> LocalIssuer:
    return LocalIssuer(url=URL, redirect_uri=PAGE)


def asked(**others: str) -> dict[str, str]:
    challenge = hashlib.sha256(VERIFIER.encode()).digest()
    return {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": PAGE,
        "scope": SCOPE,
        "state": "a state",
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
        **others,
    }


def grant(issuer: LocalIssuer, **others: str) -> dict[str, str]:
    code = parse_qs(urlsplit(issuer.authorize(asked())).query)["code"][0]
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": PAGE,
        "code_verifier": VERIFIER,
        **others,
    }


def test_browser_is_led_back_with_a_code_and_what_the_page_gave(issuer: LocalIssuer) -> None:
    address = urlsplit(issuer.authorize(asked()))

    answer = parse_qs(address.query)

    assert address.geturl().startswith(f"{PAGE}?")
    assert answer["state"] == ["a state"]
    assert answer["iss"] == [URL]


def test_code_is_worth_a_token_with_the_scopes_that_were_asked_for(issuer: LocalIssuer) -> None:
    tokens = issuer.trade(grant(issuer))

    access = claims(tokens["access_token"])
    assert access["scope"] == SCOPE
    assert access["iss"] == URL
    assert access["aud"] == AUDIENCE
    assert access["exp"] - access["iat"] == tokens["expires_in"]


def test_refresh_token_is_worth_another_token_once(issuer: LocalIssuer) -> None:
    refresh = {
        "grant_type": "refresh_token",
        "refresh_token": issuer.trade(grant(issuer))["refresh_token"],
    }

    assert claims(issuer.trade(refresh)["access_token"])["scope"] == SCOPE
    with pytest.raises(SignInRefusedError, match="invalid_grant"):
        issuer.trade(refresh)


def test_authorization_code_is_accepted_once(issuer: LocalIssuer) -> None:
    given = grant(issuer)
    issuer.trade(given)

    with pytest.raises(SignInRefusedError, match="invalid_grant"):
        issuer.trade(given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "another one"},
        {"code_verifier": ""},
        {"redirect_uri": "https://elsewhere.example/"},
        {"code": "never given"},
    ],
)
def test_who_did_not_begin_the_sign_in_gets_nothing(
    wrong: dict[str, str], issuer: LocalIssuer
) -> None:
    with pytest.raises(SignInRefusedError, match="invalid_grant"):
        issuer.trade(grant(issuer, **wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://elsewhere.example/"},
        {"client_id": "somebody-else"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
)
def test_issuer_redirects_only_to_the_page_and_only_with_proof(
    wrong: dict[str, str], issuer: LocalIssuer
) -> None:
    with pytest.raises(SignInRefusedError, match="invalid_request"):
        issuer.authorize(asked(**wrong))


def test_published_key_proves_the_signature(issuer: LocalIssuer) -> None:
    (key,) = issuer.jwks()["keys"]
    header, payload, signature = issuer.token([]).split(".")

    public = rsa.RSAPublicNumbers(
        int.from_bytes(decoded(key["e"])), int.from_bytes(decoded(key["n"]))
    ).public_key()

    public.verify(
        decoded(signature), f"{header}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert json.loads(decoded(header))["kid"] == key["kid"]


def test_document_names_addresses_below_the_issuers_own(issuer: LocalIssuer) -> None:
    document = issuer.discovery()

    assert document["issuer"] == URL
    for name, value in document.items():
        assert not name.endswith(("_endpoint", "_uri")) or value.startswith(f"{URL}/")

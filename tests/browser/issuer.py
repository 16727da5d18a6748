"""A synthetic OpenID Connect issuer: signs everybody in, and checks what the browser sends."""

import base64
import hashlib
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode

from tests.browser.site import Reply, Request, Site, json_reply

CLIENT_ID = "board"
SCOPES = ["openid", "contact-chains/live.read", "contact-chains/records.read"]


class Issuer:
    """Answers on a site of its own, as an issuer of another origin does."""

    def __init__(self, site: Site, board_url: str) -> None:
        self.site = site
        self.page = f"{board_url}/session.html"
        self.allowed = {"Access-Control-Allow-Origin": board_url}
        self.expires_in = 3600
        self.refuses_refresh = False
        self.issued = 0
        self.challenges: dict[str, str] = {}
        self.authorizations: list[dict[str, str]] = []
        self.grants: list[str] = []
        self.revoked: list[str] = []
        self.sign_outs: list[dict[str, str]] = []
        site.routes |= {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/revoke": self._revoke,
            "/logout": self._logout,
        }

    @property
    def token(self) -> str:
        """The access token that counts at present."""
        return f"access-{self.issued}"

    def _discovery(self, _: Request) -> Reply:
        url = self.site.url
        document = {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "revocation_endpoint": f"{url}/revoke",
            "end_session_endpoint": f"{url}/logout",
        }
        return json_reply(document, headers=self.allowed)

    def _authorize(self, request: Request) -> Reply:
        asked = fields(request.query)
        self.authorizations.append(asked)
        code = f"code-{len(self.authorizations)}"
        self.challenges[code] = asked["code_challenge"]
        answer = urlencode({"code": code, "state": asked["state"], "iss": self.site.url})
        return Reply(HTTPStatus.FOUND, headers={"Location": f"{asked['redirect_uri']}?{answer}"})

    def _token(self, request: Request) -> Reply:
        asked = fields(request.body)
        self.grants.append(asked["grant_type"])
        if not self._accepts(asked):
            return json_reply({"error": "invalid_grant"}, status=400, headers=self.allowed)
        self.issued += 1
        tokens = {
            "access_token": self.token,
            "id_token": "id-1",
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            **({"refresh_token": "refresh-1"} if "code" in asked else {}),
        }
        return json_reply(tokens, headers=self.allowed)

    def _accepts(self, asked: dict[str, str]) -> bool:
        if asked["client_id"] != CLIENT_ID:
            return False
        if asked["grant_type"] == "refresh_token":
            return asked["refresh_token"] == "refresh-1" and not self.refuses_refresh
        challenge = self.challenges.pop(asked["code"])
        return asked["redirect_uri"] == self.page and challenge == s256(asked["code_verifier"])

    def _revoke(self, request: Request) -> Reply:
        self.revoked.append(fields(request.body)["token"])
        return Reply(HTTPStatus.OK, headers=self.allowed)

    def _logout(self, request: Request) -> Reply:
        self.sign_outs.append(fields(request.query))
        return Reply(HTTPStatus.FOUND, headers={"Location": self.page})


def fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def s256(verifier: str) -> str:
    """https://datatracker.ietf.org/doc/html/rfc7636#section-4.2"""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

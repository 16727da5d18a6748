"""An OpenID Connect issuer on this machine: it signs everybody in without asking.

So the pages sign in here as they do in AWS, by authorization code with PKCE, and the deployed API
checks real tokens. It is good for synthetic data only.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

AUDIENCE: Final = "contact-chains"
CLIENT_ID: Final = "board"
USER: Final = "somebody-on-this-machine"
ACCESS_SECONDS: Final = 3600
KEY_ID: Final = "local"


class SignInRefusedError(Exception):
    """A request does not belong to the sign-in; the message is an error code of OAuth."""


@dataclass(frozen=True)
class _Begun:
    """A sign-in under way: what the code stands for."""

    redirect_uri: str
    code_challenge: str
    scope: str


class LocalIssuer:
    """Hands out tokens to the page at ``redirect_uri`` and to no other."""

    def __init__(self, *, url: str, redirect_uri: str) -> None:
        self.url = url
        self._redirect_uri = redirect_uri
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._begun: dict[str, _Begun] = {}
        self._refresh_tokens: dict[str, str] = {}

    def discovery(self) -> dict[str, Any]:
        """The document at /.well-known/openid-configuration."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "end_session_endpoint": f"{self.url}/sign-out",
            "jwks_uri": f"{self.url}/jwks.json",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        }

    def jwks(self) -> dict[str, Any]:
        """The public key, in the form in which token checks fetch it."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}

    def authorize(self, asked: Mapping[str, str]) -> str:
        """The address to which the browser is sent: the page, with a code."""
        if asked.get("redirect_uri") != self._redirect_uri or asked.get("client_id") != CLIENT_ID:
            raise SignInRefusedError("invalid_request")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            raise SignInRefusedError("invalid_request")
        code = secrets.token_urlsafe()
        scope = asked.get("scope", "")
        self._begun[code] = _Begun(self._redirect_uri, asked["code_challenge"], scope)
        answer = {"code": code, "state": asked.get("state", ""), "iss": self.url}
        return f"{self._redirect_uri}?{urlencode(answer)}"

    def trade(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Tokens for a code, once, or for a refresh token."""
        if given.get("grant_type") == "refresh_token":
            scope = self._refresh_tokens.pop(given.get("refresh_token", ""), None)
        else:
            scope = self._scope_of_code(given)
        if scope is None:
            raise SignInRefusedError("invalid_grant")
        refresh_token = secrets.token_urlsafe()
        self._refresh_tokens[refresh_token] = scope
        return {
            "access_token": self.token(scope.split()),
            "refresh_token": refresh_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
        }

    def token(self, scopes: Sequence[str], **claims: Any) -> str:
        """An access token; ``claims`` are added or take the place of the usual ones."""
        now = int(time.time())
        usual = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": USER,
            "client_id": CLIENT_ID,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + ACCESS_SECONDS,
        }
        header = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
        signed = f"{_part(header)}.{_part({**usual, **claims})}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_base64_url(signature)}"

    def _scope_of_code(self, given: Mapping[str, str]) -> str | None:
        begun = self._begun.pop(given.get("code", ""), None)
        verifier = given.get("code_verifier", "").encode()
        challenge = _base64_url(hashlib.sha256(verifier).digest())
        if begun is None or given.get("redirect_uri") != begun.redirect_uri:
            return None
        return begun.scope if secrets.compare_digest(challenge, begun.code_challenge) else None


def _part(value: Mapping[str, Any]) -> str:
    return _base64_url(json.dumps(value).encode())


def _number(value: int) -> str:
    return _base64_url(value.to_bytes((value.bit_length() + 7) // 8))


def _base64_url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

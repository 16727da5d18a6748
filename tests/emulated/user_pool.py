"""Signs in to the deployed user pool as a browser does: Cognito's pages and token endpoint."""

import base64
import hashlib
import http.client
import json
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3

from contact_queries.routes import SCOPES
from emulator.machine.clients import REGION
from emulator.machine.ministack import HOST
from emulator.pages.issuer import SignInRefusedError

VERIFIER = "a-verifier-that-is-long-enough-for-the-specification"


class UserPoolOfMinistack:
    """The only user pool that there is, with its only client."""

    def __init__(self, address: str) -> None:
        """`address` is any of MiniStack's."""
        self._port = urlsplit(address).port
        self._cognito: Any = boto3.client(
            "cognito-idp",
            endpoint_url=f"http://{HOST}:{self._port}",
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        (pool,) = self._cognito.list_user_pools(MaxResults=2)["UserPools"]
        (client,) = self._cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
        self._pool_id = pool["Id"]
        self._client_id = client["ClientId"]

    def create_user(self, email: str, password: str) -> None:
        """As an administrator does."""
        self._cognito.admin_create_user(
            UserPoolId=self._pool_id,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}],
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
        )
        self._cognito.admin_set_user_password(
            UserPoolId=self._pool_id, Username=email, Password=password, Permanent=True
        )

    def sign_in(self, email: str, password: str, *, page: str) -> str:
        """The access token that `page` gets; SignInRefusedError when it gets none."""
        challenge = hashlib.sha256(VERIFIER.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": page,
            "scope": " ".join(["openid", *SCOPES]),
            "state": "state",
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        status, _, text = self._ask("GET", f"/oauth2/authorize?{urlencode(asked)}")
        if status != http.HTTPStatus.OK:
            raise SignInRefusedError(text)
        _, back, _ = self._ask("POST", "/login", {**asked, "username": email, "password": password})
        grant = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "redirect_uri": page,
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "code_verifier": VERIFIER,
        }
        _, _, tokens = self._ask("POST", "/oauth2/token", grant)
        return str(json.loads(tokens)["access_token"])

    def _ask(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, where the browser is sent, and what it is shown."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        with closing(http.client.HTTPConnection(HOST, self._port)) as connection:
            connection.request(method, path, body=urlencode(form or {}), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()

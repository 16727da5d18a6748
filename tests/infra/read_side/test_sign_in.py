"""Who signs people in: the user pool as it is deployed, or the issuer that was named."""

from typing import Any

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.variants import OWN_NAME

ISSUER = {
    "oidcIssuerUrl": "https://login.example.com/realms/contact-centre",
    "oidcAudience": "contact-chains",
}
ELSEWHERE = "https://wall.example.com"


def pool(**context: str) -> dict[str, Any]:
    return synthesize(readSide="on", **context).properties("AWS::Cognito::UserPool")


def client(synthesized: Synthesized) -> dict[str, Any]:
    return synthesized.properties("AWS::Cognito::UserPoolClient")


def test_nobody_signs_up_an_administrator_creates_the_users() -> None:
    assert pool()["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool()["UsernameAttributes"] == ["email"]


def test_password_alone_is_not_enough_and_nothing_is_sent_by_sms() -> None:
    assert pool()["MfaConfiguration"] == "ON"
    assert pool()["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_passwords_are_long_and_of_every_kind_of_character() -> None:
    assert pool()["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 14,
        "RequireLowercase": True,
        "RequireUppercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "TemporaryPasswordValidityDays": 3,
    }


@pytest.mark.parametrize(
    ("context", "policy", "protection"),
    [({}, "Retain", "ACTIVE"), ({"removalPolicy": "destroy"}, "Delete", "INACTIVE")],
)
def test_removal_policy_decides_what_becomes_of_the_users(
    context: dict[str, str], policy: str, protection: str
) -> None:
    resource = synthesize(readSide="on", **context).only("AWS::Cognito::UserPool")

    assert resource["DeletionPolicy"] == policy
    assert resource["Properties"]["DeletionProtection"] == protection


def test_scopes_are_those_that_the_routes_ask_for() -> None:
    server = synthesize(readSide="on").properties("AWS::Cognito::UserPoolResourceServer")

    assert server["Identifier"] == "contact-chains"
    assert [scope["ScopeName"] for scope in server["Scopes"]] == ["records.read", "live.read"]


def test_page_gets_tokens_for_a_code_and_in_no_other_way() -> None:
    synthesized = synthesize(readSide="on")

    registered = client(synthesized)

    assert registered["GenerateSecret"] is False
    assert registered["AllowedOAuthFlows"] == ["code"]
    assert registered["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert registered["SupportedIdentityProviders"] == ["COGNITO"]
    assert [synthesized.readable(scope) for scope in registered["AllowedOAuthScopes"]] == [
        "openid",
        "SignInPoolApi/records.read",
        "SignInPoolApi/live.read",
    ]


def test_tokens_are_short_lived_and_can_be_revoked() -> None:
    registered = client(synthesize(readSide="on"))

    assert set(registered["TokenValidityUnits"].values()) == {"minutes"}
    assert registered["AccessTokenValidity"] == 60
    assert registered["RefreshTokenValidity"] == 7 * 24 * 60
    assert registered["EnableTokenRevocation"] is True
    assert registered["PreventUserExistenceErrors"] == "ENABLED"


def test_sign_in_leads_back_to_the_board_and_to_pages_elsewhere_that_are_named() -> None:
    synthesized = synthesize(readSide="on", allowedOrigins=ELSEWHERE)

    pages = ["https://BoardDistribution.DomainName/session.html", f"{ELSEWHERE}/session.html"]

    registered = client(synthesized)
    assert list(map(synthesized.readable, registered["CallbackURLs"])) == pages
    assert list(map(synthesized.readable, registered["LogoutURLs"])) == pages


def test_sign_in_leads_back_to_the_own_name_of_the_board() -> None:
    registered = client(synthesize(**OWN_NAME))

    assert registered["CallbackURLs"] == ["https://board.example.com/session.html"]
    assert registered["LogoutURLs"] == registered["CallbackURLs"]


def test_sign_in_leads_to_pages_elsewhere_alone_where_there_is_no_board() -> None:
    registered = client(synthesize(readSide="api", allowedOrigins=ELSEWHERE))

    assert registered["CallbackURLs"] == [f"{ELSEWHERE}/session.html"]


def test_pages_of_cognito_have_an_address_of_the_stack_that_tells_no_account() -> None:
    synthesized = synthesize(readSide="on")

    domain = synthesized.properties("AWS::Cognito::UserPoolDomain")

    # arn:aws:cloudformation:<region>:<account>:stack/<name>/<UUID>
    unique_id = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}

    assert domain["Domain"] == {
        "Fn::Join": ["", ["contact-chains-", {"Fn::Select": [4, {"Fn::Split": ["-", unique_id]}]}]]
    }


@pytest.mark.parametrize(
    "context", [{"readSide": "on", "oidcClientId": "board"}, {"readSide": "api"}]
)
def test_issuer_that_was_named_stands_in_for_the_user_pool(context: dict[str, str]) -> None:
    synthesized = synthesize(**context, **ISSUER)

    assert "AWS::Cognito::" not in synthesized.as_text()

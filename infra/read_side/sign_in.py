"""Sign-in: a Cognito user pool of our own, or an existing issuer."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from contact_queries.routes import READ_LIVE, READ_RECORDS, RESOURCE_SERVER, SCOPES
from infra.acknowledged import acknowledge
from infra.retention import removal_of_protected_data
from infra.settings.settings import Settings
from infra.settings.web_addresses import origin_of

SIGN_IN_PAGE: Final = "session.html"
"""Where an issuer leads back to, beside the other pages."""

# After this the page asks for a new token, so somebody whose access was removed can read on for
# this long. Cognito's own default.
ACCESS_VALIDITY = cdk.Duration.hours(1)

# A board on a wall is signed in once a week. Tokens of the page go with its tab.
REFRESH_VALIDITY = cdk.Duration.days(7)


class RegisteredPage(NamedTuple):
    """The pages as an issuer knows them, and for whom the tokens are that they get."""

    client_id: str
    audience: str


class SignIn(Protocol):
    """An issuer, as the API and the board need it."""

    @property
    def issuer(self) -> str:
        """The issuer's address as tokens spell it."""

    @property
    def origins(self) -> Sequence[str]:
        """The addresses at which the pages ask the issuer for metadata and tokens."""

    @property
    def scopes(self) -> Sequence[str]:
        """The scopes that the pages ask for."""

    def register(self, page_origins: Sequence[str]) -> RegisteredPage:
        """Let people sign in on pages of these origins."""


class OidcIssuer:
    """An issuer that is there already, where the pages have been registered by hand."""

    def __init__(self, *, issuer: str, audience: str, client_id: str) -> None:
        self.issuer = issuer
        self.origins = [origin_of(issuer)]
        # Without the last one most issuers hand out no refresh token, and a board would have to be
        # signed in again every hour.
        self.scopes = ["openid", *SCOPES, "offline_access"]
        self._registered = RegisteredPage(client_id, audience)

    def register(self, page_origins: Sequence[str]) -> RegisteredPage:  # noqa: ARG002  by hand
        return self._registered


class UserPool(Construct):
    """Cognito. Nobody signs up: an administrator creates the users."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=14,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=cdk.Duration.days(3),
            ),
            # The board shows what every agent does, so a password alone must not be enough. An
            # authenticator app, because SMS cost money and can be intercepted.
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=settings.keeps_data,
            removal_policy=removal_of_protected_data(settings),
        )
        acknowledge(
            self._pool,
            "COG8",
            "The plus tier costs money per user and month. It adds checks for risk and for stolen "
            "passwords, which matter less because every user needs a second factor. An issuer of "
            "your own may have them.",
        )
        self._api = self._pool.add_resource_server(
            "Api", identifier=RESOURCE_SERVER, scopes=list(_RESOURCE_SERVER_SCOPES)
        )
        stack = cdk.Stack.of(self)
        domain = self._pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=settings.names.sign_in_domain(_end_of_stack_id(stack))
            ),
        )
        cognito_origin = f"https://cognito-idp.{stack.region}.{stack.url_suffix}"
        self.pool_id = self._pool.user_pool_id
        # Composed here, because emulators lack the attribute ProviderURL, which has the same value.
        self.issuer = f"{cognito_origin}/{self.pool_id}"
        self.origins = [cognito_origin, domain.base_url()]
        # A refresh token comes without being asked for.
        self.scopes = ["openid", *SCOPES]

    def register(self, page_origins: Sequence[str]) -> RegisteredPage:
        pages = [f"{origin}/{SIGN_IN_PAGE}" for origin in page_origins]
        scopes = [
            cognito.OAuthScope.resource_server(self._api, scope)
            for scope in _RESOURCE_SERVER_SCOPES
        ]
        client = self._pool.add_client(
            "Board",
            # A page cannot keep a secret, so there is none: authorization code with PKCE, and no
            # flow in which the page would see the password.
            generate_secret=False,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, *scopes],
                callback_urls=pages,
                logout_urls=pages,
            ),
            auth_flows=cognito.AuthFlow(user_srp=True),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            access_token_validity=ACCESS_VALIDITY,
            id_token_validity=ACCESS_VALIDITY,
            refresh_token_validity=REFRESH_VALIDITY,
            enable_token_revocation=True,
            prevent_user_existence_errors=True,
        )
        # Cognito's access tokens name no audience; API Gateway looks at their client_id then.
        return RegisteredPage(client.user_pool_client_id, client.user_pool_client_id)


def _end_of_stack_id(stack: cdk.Stack) -> str:
    """Twelve digits that no other stack has, in any account: the end of the UUID in its id.

    A domain's prefix is unique in a region, over all accounts, and everybody who signs in sees it:
    the account's number does not belong into it.
    """
    unique_id = cdk.Fn.select(2, cdk.Fn.split("/", stack.stack_id))
    return cdk.Fn.select(4, cdk.Fn.split("-", unique_id))


def _name_of(scope: str) -> str:
    """The scope without its resource server."""
    return scope.removeprefix(f"{RESOURCE_SERVER}/")


_RESOURCE_SERVER_SCOPES: Final = (
    cognito.ResourceServerScope(
        scope_name=_name_of(READ_RECORDS), scope_description="Read contact records and chains"
    ),
    cognito.ResourceServerScope(
        scope_name=_name_of(READ_LIVE),
        scope_description="See what agents and contacts are doing now",
    ),
)

"""The read side: the query API, sign-in, and the pages."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.read_side.board import Board
from infra.read_side.query_api import QueryApi
from infra.read_side.sign_in import OidcIssuer, SignIn, UserPool
from infra.settings.settings import Settings


class ReadStack(cdk.Stack):
    """Reads the tables and changes nothing in them. `readSide` says how much of it there is."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        contact_records: dynamodb.ITable,
        agent_states: dynamodb.ITable,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: query API, live board, chain view",
        )
        self._settings = settings
        self._api = QueryApi(
            self,
            "QueryApi",
            contact_records=contact_records,
            agent_states=agent_states,
            settings=settings,
        )
        sign_in = self._sign_in()
        board = self._board(sign_in) if settings.has_board else None
        page_origins = [board.origin] if board else []
        page = sign_in.register([*page_origins, *settings.allowed_origins])
        self._api.authorize(issuer=sign_in.issuer, audience=page.audience)
        if board:
            board.publish(
                {
                    "issuer": sign_in.issuer,
                    "clientId": page.client_id,
                    "scopes": sign_in.scopes,
                }
            )
            cdk.CfnOutput(self, "BoardUrl", value=board.origin)
            cdk.CfnOutput(self, "BoardDistributionDomain", value=board.domain)
        cdk.CfnOutput(self, "QueryApiUrl", value=self._api.endpoint)
        if isinstance(sign_in, UserPool):
            cdk.CfnOutput(self, "UserPoolId", value=sign_in.pool_id)
            cdk.CfnOutput(self, "UserPoolClientId", value=page.client_id)

    def _sign_in(self) -> SignIn:
        settings = self._settings
        if settings.oidc_issuer_url and settings.oidc_audience:
            return OidcIssuer(
                issuer=settings.oidc_issuer_url,
                audience=settings.oidc_audience,
                client_id=settings.oidc_client_id or "",
            )
        return UserPool(self, "SignIn", settings=settings)

    def _board(self, sign_in: SignIn) -> Board:
        return Board(
            self,
            "Board",
            api_host=self._api.host,
            issuer_origins=sign_in.origins,
            settings=self._settings,
        )

"""The query API: an HTTP API in front of one function that reads, and no route without a token."""

import json
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_authorizers import HttpJwtAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from contact_queries.routes import QUERY_ROUTES
from contacts.item.indexes import OPEN_INDEX
from infra.data_key import data_key
from infra.functions.granted_function import GrantedFunction
from infra.functions.lambda_code import lambda_code
from infra.monitoring.alarms import Alarms
from infra.monitoring.query_alarms import watch_queries
from infra.retention import log_retention
from infra.settings.settings import Settings
from infra.table_indexes import READ_INDEXES

# An HTTP API waits for 30 s at most, and nobody waits for a page that long.
FUNCTION_TIMEOUT = cdk.Duration.seconds(20)

# Two live views of a hundred boards that poll every two seconds; the account's own limit of 10,000
# is for everything else in it, too.
REQUESTS_PER_SECOND: Final = 100
REQUESTS_AT_ONCE: Final = 200

PREFLIGHT_CACHED = cdk.Duration.hours(2)

# No address, no path (it holds ids of agents and contacts), no claim of the token.
ACCESS_LOG: Final = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "authorizerError": "$context.authorizer.error",
}


class QueryApi(Construct):
    """Function and HTTP API. Its routes come with `authorize`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        contact_records: dynamodb.ITable,
        agent_states: dynamodb.ITable,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._queries = self._contact_queries(contact_records, agent_states)
        self._api = apigatewayv2.HttpApi(
            self,
            "Api",
            api_name=settings.names.metrics_namespace,
            description="Contact Chains: reading contact records and live data",
            cors_preflight=self._cors(),
            create_default_stage=False,
        )
        self._stage()
        watch_queries(
            Alarms(self, "Alarms", settings=settings),
            self._queries.function,
            self._api,
        )
        stack = cdk.Stack.of(self)
        self.host = f"{self._api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"
        self.endpoint = self._api.api_endpoint

    def authorize(self, *, issuer: str, audience: str) -> None:
        """Add the routes: a token of this issuer, for this audience, with the route's scope."""
        authorizer = HttpJwtAuthorizer("Authorizer", issuer, jwt_audience=[audience])
        integration = HttpLambdaIntegration(
            # One right for the whole API instead of one for each route.
            "Queries",
            self._queries.function,
            scope_permission_to_route=False,
        )
        for route in QUERY_ROUTES:
            self._api.add_routes(
                path=route.path,
                methods=[apigatewayv2.HttpMethod.GET],
                integration=integration,
                authorizer=authorizer,
                authorization_scopes=[route.scope],
            )

    def _contact_queries(
        self, contact_records: dynamodb.ITable, agent_states: dynamodb.ITable
    ) -> GrantedFunction:
        instance_arn = self._settings.connect_instance_arn
        queries = GrantedFunction(
            self,
            "ContactQueries",
            description="Answers questions about contact records and live data",
            code=lambda_code(cdk.Stack.of(self), architecture=self._settings.architecture),
            service="contact_queries",
            settings=self._settings,
            # Lambda gives CPU by memory. Reading and writing JSON is CPU, and somebody is waiting.
            memory_size=1024,
            timeout=FUNCTION_TIMEOUT,
            environment={
                "CONTACT_RECORDS_TABLE": contact_records.table_name,
                "AGENT_STATES_TABLE": agent_states.table_name,
                **({"CONNECT_INSTANCE_ARN": instance_arn} if instance_arn else {}),
            },
        )
        queries.allow(
            ["dynamodb:BatchGetItem", "dynamodb:Query"],
            [contact_records.table_arn],
        )
        # The live view scans the agents and the contacts in progress.
        queries.allow(
            ["dynamodb:Scan"],
            [agent_states.table_arn, f"{contact_records.table_arn}/index/{OPEN_INDEX}"],
        )
        queries.allow_key(contact_records.encryption_key, "kms:Decrypt", through="dynamodb")
        queries.allow(
            ["dynamodb:Query"],
            [
                f"{contact_records.table_arn}/index/{name}"
                for name in READ_INDEXES
                if name != OPEN_INDEX
            ],
        )
        return queries

    def _cors(self) -> apigatewayv2.CorsPreflightOptions | None:
        """None: the board has the API's origin, so no browser may ask from elsewhere."""
        if not self._settings.allowed_origins:
            return None
        return apigatewayv2.CorsPreflightOptions(
            allow_origins=list(self._settings.allowed_origins),
            allow_methods=[apigatewayv2.CorsHttpMethod.GET],
            allow_headers=["authorization", "if-none-match"],
            expose_headers=["etag"],
            max_age=PREFLIGHT_CACHED,
        )

    def _stage(self) -> None:
        access_logs = logs.LogGroup(
            self,
            "AccessLogs",
            retention=log_retention(self._settings),
            encryption_key=data_key(self, self._settings),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        stage = apigatewayv2.HttpStage(
            self,
            "Stage",
            http_api=self._api,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=REQUESTS_PER_SECOND, burst_limit=REQUESTS_AT_ONCE
            ),
        )
        destination = apigatewayv2.LogGroupLogDestination(access_logs).bind(stage)
        # The construct itself takes an interface that Python would have to implement.
        resource = cast("apigatewayv2.CfnStage", stage.node.default_child)
        resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=destination.destination_arn, format=json.dumps(ACCESS_LOG)
        )

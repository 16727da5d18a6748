"""The query API as it is deployed: no route without a token, and a function that only reads."""

import ast
import json
from itertools import chain
from typing import Any

import pytest

from contact_queries.http.open_api import open_api
from contact_queries.http.scopes import SCHEME
from contact_queries.routes import QUERY_ROUTES
from infra.functions.lambda_code import LAMBDAS
from tests.contact_queries.api_in_memory import api_over, indexed_aws
from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.usual_settings import INSTANCE, ISSUER

ELSEWHERE = "https://wall.example.com"
OIDC = {"oidcIssuerUrl": ISSUER, "oidcAudience": "contact-chains"}
VARIANTS: list[dict[str, str]] = [
    {"readSide": "on"},
    {"readSide": "on", **OIDC, "oidcClientId": "board"},
    {"readSide": "api", **OIDC},
    {"readSide": "api", "allowedOrigins": ELSEWHERE},
]

INDEXES = ("ByAgent", "ByQueue", "ByFailedOffer", "ByInstance")
CONTACT_QUERIES_RIGHTS = {
    ("logs:CreateLogStream", "QueryApiContactQueriesLogs.Arn"),
    ("logs:PutLogEvents", "QueryApiContactQueriesLogs.Arn"),
    ("dynamodb:BatchGetItem", "ContactRecords.Arn"),
    ("dynamodb:Query", "ContactRecords.Arn"),
    ("dynamodb:Scan", "AgentStates.Arn"),
    ("dynamodb:Scan", "ContactRecords.Arn/index/Open"),
    *(("dynamodb:Query", f"ContactRecords.Arn/index/{index}") for index in INDEXES),
}


def routes(synthesized: Synthesized) -> list[dict[str, Any]]:
    return [route["Properties"] for route in synthesized.resources("AWS::ApiGatewayV2::Route")]


@pytest.mark.parametrize("context", VARIANTS)
def test_every_route_asks_the_authorizer_for_a_token_with_the_routes_scope(
    context: dict[str, str],
) -> None:
    synthesized = synthesize(**context)

    found = {
        route["RouteKey"]: (
            route["AuthorizationType"],
            synthesized.readable(route["AuthorizerId"]),
            route["AuthorizationScopes"],
        )
        for route in routes(synthesized)
    }

    assert found == {
        f"GET {route.path}": ("JWT", "QueryApiAuthorizer", [route.scope]) for route in QUERY_ROUTES
    }


@pytest.mark.parametrize("context", VARIANTS)
def test_no_route_takes_what_no_other_takes(context: dict[str, str]) -> None:
    keys = {route["RouteKey"] for route in routes(synthesize(**context))}

    assert len(keys) == len(QUERY_ROUTES)
    assert not {key for key in keys if key == "$default" or "ANY" in key or "+}" in key}


def test_routes_and_scopes_are_those_of_the_function() -> None:
    with indexed_aws() as aws:
        document = open_api(api_over(aws).app)

    described = {
        path: operations["get"]["security"][0][SCHEME]
        for path, operations in document["paths"].items()
    }

    assert described == {route.path: [route.scope] for route in QUERY_ROUTES}
    assert all(set(operations) == {"get"} for operations in document["paths"].values())


def test_authorizer_reads_bearer_tokens_of_the_user_pool_for_its_client() -> None:
    synthesized = synthesize(readSide="on")

    authorizer = synthesized.properties("AWS::ApiGatewayV2::Authorizer")

    configuration = authorizer["JwtConfiguration"]
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert synthesized.readable(configuration["Issuer"]) == (
        "https://cognito-idp.AWS::Region.AWS::URLSuffix/SignInPool"
    )
    assert list(map(synthesized.readable, configuration["Audience"])) == ["SignInPoolBoard"]


@pytest.mark.parametrize("context", [variant for variant in VARIANTS if "oidcIssuerUrl" in variant])
def test_authorizer_reads_tokens_of_the_issuer_that_was_named(context: dict[str, str]) -> None:
    authorizer = synthesize(**context).properties("AWS::ApiGatewayV2::Authorizer")

    assert authorizer["JwtConfiguration"] == {"Issuer": ISSUER, "Audience": ["contact-chains"]}


def test_function_may_read_what_it_reads_and_nothing_else() -> None:
    assert synthesize(readSide="on").rights("contact_queries") == CONTACT_QUERIES_RIGHTS


def test_rights_of_the_function_do_not_depend_on_who_signs_people_in() -> None:
    for context in VARIANTS:
        assert synthesize(**context).rights("contact_queries") == CONTACT_QUERIES_RIGHTS


def test_function_may_be_called_by_this_api_alone() -> None:
    synthesized = synthesize(readSide="api", **OIDC)

    resources = synthesized.templates["ContactChainsRead"]["Resources"].values()
    (permission,) = (
        each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::Permission"
    )

    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert synthesized.readable(permission["SourceArn"]) == (
        "arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:QueryApi/*/*/*"
    )
    assert "AWS::Lambda::Url" not in synthesized.as_text()


def test_function_runs_the_asset_of_the_others_on_the_python_it_was_built_for() -> None:
    synthesized = synthesize(readSide="on", architecture="x86_64")

    function = synthesized.function("contact_queries")

    assert function["Code"] == synthesized.function("agent_events")["Code"]
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["x86_64"]


def test_function_answers_before_the_api_stops_waiting() -> None:
    assert synthesize(readSide="on").function("contact_queries")["Timeout"] < 30


@pytest.mark.parametrize(
    ("context", "instance"),
    [({}, {}), ({"connectInstanceArn": INSTANCE}, {"CONNECT_INSTANCE_ARN": INSTANCE})],
)
def test_function_is_told_what_to_read(context: dict[str, str], instance: dict[str, str]) -> None:
    synthesized = synthesize(readSide="on", **context)

    variables = synthesized.function("contact_queries")["Environment"]["Variables"]

    assert {name: synthesized.readable(value) for name, value in variables.items()} == {
        "CONTACT_RECORDS_TABLE": "ContactRecords",
        "AGENT_STATES_TABLE": "AgentStates",
        "METRICS_NAMESPACE": "ContactChains",
        **instance,
    }


def test_handler_exists_in_the_asset() -> None:
    *package, function = synthesize(readSide="on").function("contact_queries")["Handler"].split(".")

    module = ast.parse(LAMBDAS.joinpath(*package).with_suffix(".py").read_text("utf-8"))

    assert function in {
        statement.name for statement in module.body if isinstance(statement, ast.FunctionDef)
    }


def test_api_is_deployed_at_its_root_and_throttled() -> None:
    stage = synthesize(readSide="on").properties("AWS::ApiGatewayV2::Stage")

    assert stage["StageName"] == "$default"
    assert stage["AutoDeploy"] is True
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 100,
        "ThrottlingBurstLimit": 200,
    }


def test_access_log_tells_of_no_person_and_forgets() -> None:
    synthesized = synthesize(readSide="on")

    settings = synthesized.properties("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]
    logged = set(json.loads(settings["Format"]).values())
    group = synthesized.properties("AWS::Logs::LogGroup", "QueryApiAccessLogs")

    assert synthesized.readable(settings["DestinationArn"]) == "QueryApiAccessLogs.Arn"
    assert group["RetentionInDays"] == 30
    assert {"$context.routeKey", "$context.status", "$context.requestId"} <= logged
    telling = ("path", "identity", "claims", "sourceIp", "userAgent", "jwt", "principal")
    assert not [name for name in logged if any(word in name for word in telling)]


def test_no_other_origin_may_ask_unless_it_is_named() -> None:
    api = synthesize(readSide="on").properties("AWS::ApiGatewayV2::Api")

    assert "CorsConfiguration" not in api


def test_origins_that_are_named_may_read_and_poll_with_a_token() -> None:
    origins = f"{ELSEWHERE},http://localhost:8000"

    api = synthesize(readSide="on", allowedOrigins=origins).properties("AWS::ApiGatewayV2::Api")

    assert api["CorsConfiguration"] == {
        "AllowOrigins": [ELSEWHERE, "http://localhost:8000"],
        "AllowMethods": ["GET"],
        "AllowHeaders": ["authorization", "if-none-match"],
        "ExposeHeaders": ["etag"],
        "MaxAge": 7200,
    }


def test_first_parts_of_all_paths_are_known_where_pages_have_the_same_origin() -> None:
    first = set(chain.from_iterable(route.path.split("/")[1:2] for route in QUERY_ROUTES))

    assert first == {"agents", "contacts", "live", "openapi.json", "queues"}

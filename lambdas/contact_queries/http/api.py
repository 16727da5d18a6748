"""The API: its routes, and the checks before and after them."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.http.contact_routes import add_contact_routes
from contact_queries.http.list_routes import add_list_routes
from contact_queries.http.live_routes import add_live_routes
from contact_queries.http.open_api import add_open_api_route
from contact_queries.http.parameters import refuse_unknown_parameters
from contact_queries.http.problem_answers import ProblemAnswers
from contact_queries.http.problems import TOO_LARGE, problem_response
from contact_queries.http.queue_routes import add_queue_routes
from contact_queries.http.scopes import check_scope
from contacts.timestamps import Timestamp

MOST_BYTES: Final = 6 * 1024 * 1024 - 64 * 1024
"""The most bytes that a function may return (lambda limits), less room for headers."""


def contact_queries_api(
    table: ContactQueriesTable,
    agent_states: AgentStatesQuery,
    *,
    connect_instance_arn: str | None,
    now: Callable[[], Timestamp],
    logger: Logger,
) -> APIGatewayHttpResolver:
    """All routes. Without ``connect_instance_arn`` requests must name an instance."""
    app = APIGatewayHttpResolver(
        enable_validation=True,
        # Distinguishes an answer that does not match its own description from a bad request. The
        # code is never sent: such an answer is reported as an internal error.
        response_validation_error_http_code=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    app.use(middlewares=[check_scope, refuse_unknown_parameters])
    add_contact_routes(app, table, connect_instance_arn)
    add_list_routes(app, table, connect_instance_arn)
    add_queue_routes(app, table, connect_instance_arn=connect_instance_arn, now=now)
    add_live_routes(app, table, agent_states, connect_instance_arn=connect_instance_arn, now=now)
    add_open_api_route(app)
    ProblemAnswers(app, logger).register()
    return app


def small_enough(app: APIGatewayHttpResolver, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """``answer``, or a problem if it is larger than Lambda allows."""
    body = answer["body"] or ""
    # Lambda returns the body as a JSON string, which escapes quotation marks and backslashes.
    if len(body) + body.count('"') + body.count("\\") <= MOST_BYTES:
        return answer
    detail = (
        "The answer has more than 6 MB. Ask with Accept-Encoding: gzip, with a smaller limit, or "
        "with a filter."
    )
    problem = problem_response(app, TOO_LARGE, detail)
    return {
        "statusCode": problem.status_code,
        "headers": problem.headers,
        "body": problem.body,
        "isBase64Encoded": False,
    }

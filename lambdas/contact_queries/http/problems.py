"""Error answers as problem details, RFC 9457.

https://www.rfc-editor.org/rfc/rfc9457
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, NamedTuple, NotRequired, TypedDict

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

PROBLEM_JSON: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 2


class ParameterProblem(TypedDict):
    """What is wrong with one parameter."""

    parameter: str
    problem: str
    cure: str


class Problem(TypedDict):
    """Problem details. ``type`` is a name, not an address; ``requestId`` is in the logs."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    requestId: str
    errors: NotRequired[list[ParameterProblem]]


class Kind(NamedTuple):
    """A kind of problem."""

    name: str
    status: HTTPStatus
    title: str


INVALID_PARAMETERS: Final = Kind(
    "invalid-parameters", HTTPStatus.BAD_REQUEST, "The parameters cannot be used"
)
MISSING_SCOPE: Final = Kind(
    "missing-scope", HTTPStatus.FORBIDDEN, "The access token lacks the scope"
)
UNKNOWN_CONTACT: Final = Kind("unknown-contact", HTTPStatus.NOT_FOUND, "The contact is not known")
UNKNOWN_ROUTE: Final = Kind("unknown-route", HTTPStatus.NOT_FOUND, "The API has no such route")
TOO_LARGE: Final = Kind("too-large", HTTPStatus.NOT_ACCEPTABLE, "The answer would be too large")
NO_ARNS: Final = Kind("no-arns", HTTPStatus.CONFLICT, "The ARNs cannot be rebuilt")
INTERNAL: Final = Kind("internal", HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error")
UNAVAILABLE: Final = Kind(
    "unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The tables cannot be read at the moment"
)


def problem_response(
    app: APIGatewayHttpResolver, kind: Kind, detail: str, errors: Sequence[ParameterProblem] = ()
) -> Response[str]:
    """The error answer to the current request of ``app``."""
    event = app.current_event
    problem = Problem(
        type=f"urn:contact-chains:problem:{kind.name}",
        title=kind.title,
        status=kind.status.value,
        detail=detail,
        instance=event.path,
        requestId=event.request_context.request_id,
    )
    if errors:
        problem["errors"] = list(errors)
    return Response(
        status_code=kind.status.value,
        content_type=PROBLEM_JSON,
        body=json.dumps(problem),
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)} if kind is UNAVAILABLE else {},
    )

"""Who may ask what. API Gateway checks every token; here it is checked once more.

So that a route which was added without a scope, or deployed without an authoriser, gives nothing
away, it is refused as if it were not there.
"""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from contacts.errors import PermanentError

SCHEME: Final = "jwt"

_SCOPE_CLAIMS: Final = ("scope", "scp")
"""Those that the authoriser looks at (http-api-jwt-authorizer)."""


class MissingScopeError(PermanentError):
    """The token is good, but not for this."""


def requires(scope: str) -> list[dict[str, list[str]]]:
    """The security of a route, for the document as for the check."""
    return [{SCHEME: [scope]}]


def check_scope(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Raises MissingScopeError, and NotFoundError for a route without a scope."""
    security = app.context["_route"].security
    if not security:
        raise NotFoundError
    [scope] = security[0][SCHEME]
    if scope not in granted_scopes(app.current_event.raw_event):
        raise MissingScopeError(scope)
    return next_middleware(app)


def granted_scopes(event: Mapping[str, Any]) -> frozenset[str]:
    """The scopes of the token as API Gateway hands them on: ``a b``, or ``[a b]`` for a list."""
    authorizer = event["requestContext"].get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    texts = (str(claims.get(name, "")) for name in _SCOPE_CLAIMS)
    return frozenset(scope for text in texts for scope in text.strip("[]").split())

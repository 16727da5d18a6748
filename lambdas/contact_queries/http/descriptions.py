"""How a route is described: scope, answers and problems, for the checks and for the document."""

from typing import Any, Final

from contact_queries.http.problems import (
    INTERNAL,
    INVALID_PARAMETERS,
    PROBLEM_JSON,
    RETRY_AFTER_SECONDS,
    TOO_LARGE,
    UNAVAILABLE,
    Kind,
    Problem,
)
from contact_queries.http.scopes import requires
from contact_queries.routes import QueryRoute

_ALWAYS_POSSIBLE: Final = (INVALID_PARAMETERS, TOO_LARGE, INTERNAL, UNAVAILABLE)
_BY_API_GATEWAY: Final = {
    "type": "object",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
}


def rule_of(route: QueryRoute) -> str:
    """The path of a route as Powertools writes it."""
    return route.path.replace("{", "<").replace("}", ">")


def description(
    *problems: Kind,
    route: QueryRoute,
    tag: str,
    summary: str,
    answer: str,
    answer_schema: dict[str, Any] | None = None,
    is_tagged: bool = False,
) -> dict[str, Any]:
    """What a route is registered with. ``is_tagged``: whether it knows entity tags.

    Without ``answer_schema`` the answer is what the route returns.
    """
    possible = (*_ALWAYS_POSSIBLE, *problems)
    responses: dict[int, Any] = {
        200: {
            "description": answer,
            **({"headers": _ENTITY_TAG} if is_tagged else {}),
            **(
                {"content": {"application/json": {"schema": answer_schema}}}
                if answer_schema
                else {}
            ),
        },
        401: {
            "description": "No access token, or one that is not valid (any more) for this API. "
            "By API Gateway.",
            "content": {"application/json": {"schema": _BY_API_GATEWAY}},
        },
        403: {
            "description": f"The access token lacks the scope {route.scope}. By API Gateway; where "
            "that let the request pass, a problem.",
            "content": {
                "application/json": {"schema": _BY_API_GATEWAY},
                PROBLEM_JSON: {"model": Problem},
            },
        },
    }
    if is_tagged:
        text = "Nothing has changed since the answer with this entity tag."
        responses[304] = {"description": text, "headers": _ENTITY_TAG, "content": {}}
    for status in sorted({kind.status.value for kind in possible}):
        titles = [f"{kind.title}." for kind in possible if kind.status.value == status]
        responses[status] = {
            "description": " ".join(titles),
            "content": {PROBLEM_JSON: {"model": Problem}},
            **({"headers": _RETRY_AFTER} if status == UNAVAILABLE.status else {}),
        }
    return {
        "security": requires(route.scope),
        "tags": [tag],
        "summary": summary,
        "responses": responses,
        "compress": True,
        "cache_control": "private, no-cache" if is_tagged else "no-store",
    }


_ENTITY_TAG: Final = {
    "ETag": {"description": "For If-None-Match of the next request.", "schema": {"type": "string"}}
}
_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": f"Seconds: {RETRY_AFTER_SECONDS}.",
        "schema": {"type": "integer"},
    }
}

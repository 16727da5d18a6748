"""The OpenAPI document: made by Powertools from the routes, and corrected where it errs.

Powertools announces errors in its own shape (422) that are never sent, does not know of the request
header that entity tags come back in, and gives every property a title made of its name.
"""

import json
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from contact_queries.documents.schemas import published_schema
from contact_queries.http.descriptions import description, rule_of
from contact_queries.http.scopes import SCHEME
from contact_queries.routes import OPEN_API, READ_LIVE, READ_RECORDS

_NEVER_SENT: Final = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The entity tag of the last answer; without a change the answer is 304.",
    "schema": {"type": "string"},
}
_ABOUT: Final = """\
Contact records, chains of transferred contacts, and what is going on now.

Names are those of Amazon Connect's contact record and of the table ContactRecords. What is not \
known is absent. Times are UTC with milliseconds, durations whole seconds.
"""


def add_open_api_route(app: APIGatewayHttpResolver) -> None:
    """The route of the document, which describes itself, too."""

    @cache
    def document() -> str:
        return json.dumps(open_api(app))

    @app.get(
        rule_of(OPEN_API),
        operation_id="getOpenApi",
        **description(
            route=OPEN_API,
            tag="About",
            summary="This document",
            answer="OpenAPI 3.1.",
            answer_schema={"type": "object"},
        ),
    )
    def get_open_api() -> Response[str]:
        return Response(status_code=200, content_type="application/json", body=document())


def open_api(app: APIGatewayHttpResolver) -> dict[str, Any]:
    """The OpenAPI document of all routes."""
    # Imported here, because it takes long and hardly any cold start is for this route.
    from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Tag

    text = app.get_openapi_json_schema(
        title="Contact Chains",
        version="1",
        description=_ABOUT,
        tags=[
            Tag(name="Contacts", description="One contact, or its chain"),
            Tag(name="Lists", description="Contacts in a period, page by page"),
            Tag(name="Live", description="Agents and contacts as they are now"),
            Tag(name="About", description="The API itself"),
        ],
        security_schemes={
            SCHEME: HTTPBearer(
                bearerFormat="JWT",
                description="An access token of the OpenID Connect issuer that the API was "
                f"deployed with. Scopes: {READ_RECORDS} to read records, {READ_LIVE} to read live "
                "data.",
            )
        },
    )
    document: dict[str, Any] = json.loads(text)
    for name in _NEVER_SENT:
        document["components"]["schemas"].pop(name, None)
    for path in document["paths"].values():
        operation = path["get"]
        operation["responses"].pop("422", None)
        if "304" in operation["responses"]:
            operation["parameters"].append(_IF_NONE_MATCH)
    return document | {part: published_schema(document[part]) for part in ("paths", "components")}

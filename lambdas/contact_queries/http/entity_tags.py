"""Entity tags: a client that polls gets a short 304 if nothing has changed.

RFC 9110, 8.8.3 and 13.1.2. The tags are weak: one is the same for the compressed answer.
"""

import hashlib
import json
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

_NOT_MODIFIED: Final = 304
_CLOCK: Final = "Timestamp"
"""The only part of an answer that differs each time."""


def answer_if_changed(
    app: APIGatewayHttpResolver, next_middleware: NextMiddleware
) -> Response[Any]:
    """Answer 304 if the client has the answer already, according to If-None-Match."""
    response = next_middleware(app)
    tag = _entity_tag(response.body)
    if tag in _tags_of_client(app):
        # An empty body, not none: Powertools would write null, which is no text.
        return Response(status_code=_NOT_MODIFIED, headers={"ETag": tag}, body="")
    response.headers["ETag"] = tag
    return response


def _entity_tag(document: Any) -> str:
    content = {name: value for name, value in document.items() if name != _CLOCK}
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def _tags_of_client(app: APIGatewayHttpResolver) -> set[str]:
    """Weak comparison, because a proxy may have turned a weak tag into a strong one."""
    header = app.current_event.headers.get("if-none-match", "")
    tags = (each.strip().removeprefix("W/") for each in header.split(","))
    return {f"W/{tag}" for tag in tags}

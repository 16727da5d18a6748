"""The routes of the query API, and the scope that a token must have for each."""

from typing import Final, NamedTuple

RESOURCE_SERVER: Final = "contact-chains"
READ_RECORDS: Final = "records.read"
READ_LIVE: Final = "live.read"


class QueryRoute(NamedTuple):
    """A path that can be read, as HTTP APIs write it, and the scope without its resource server."""

    path: str
    scope: str


QUERY_ROUTES: Final = (
    QueryRoute("/contacts", READ_RECORDS),
    QueryRoute("/contacts/failed", READ_RECORDS),
    QueryRoute("/contacts/{ContactId}", READ_RECORDS),
    QueryRoute("/contacts/{ContactId}/chain", READ_RECORDS),
    QueryRoute("/agents/{AgentId}/contacts", READ_RECORDS),
    QueryRoute("/queues", READ_RECORDS),
    QueryRoute("/queues/{QueueId}/contacts", READ_RECORDS),
    # An HTTP API decodes the slash in the id of an agent's own queue (agent/<agent id>) before it
    # selects a route.
    QueryRoute("/queues/agent/{AgentId}/contacts", READ_RECORDS),
    QueryRoute("/live/agents", READ_LIVE),
    QueryRoute("/live/contacts", READ_LIVE),
    QueryRoute("/live/names", READ_LIVE),
    QueryRoute("/live/queues", READ_LIVE),
    QueryRoute("/openapi.json", READ_RECORDS),
)

FIRST_SEGMENTS: Final = tuple(sorted({route.path.split("/")[1] for route in QUERY_ROUTES}))
"""What tells the API's paths from those of the pages, where both have one origin."""


def full_scope(scope: str) -> str:
    """The scope as tokens have it."""
    return f"{RESOURCE_SERVER}/{scope}"


SCOPES: Final = tuple(full_scope(scope) for scope in (READ_RECORDS, READ_LIVE))

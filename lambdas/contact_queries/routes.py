"""The routes of the query API, and the scope that a token must have for each.

The API and what deploys it both go by them.
"""

from typing import Final, NamedTuple

RESOURCE_SERVER: Final = "contact-chains"
READ_RECORDS: Final = f"{RESOURCE_SERVER}/records.read"
READ_LIVE: Final = f"{RESOURCE_SERVER}/live.read"
SCOPES: Final = (READ_RECORDS, READ_LIVE)


class QueryRoute(NamedTuple):
    """A path that can be read, as HTTP APIs and OpenAPI write it, and its scope."""

    path: str
    scope: str


CONTACTS: Final = QueryRoute("/contacts", READ_RECORDS)
FAILED_OFFERS: Final = QueryRoute("/contacts/failed", READ_RECORDS)
CONTACT: Final = QueryRoute("/contacts/{ContactId}", READ_RECORDS)
CHAIN: Final = QueryRoute("/contacts/{ContactId}/chain", READ_RECORDS)
CONTACTS_OF_AGENT: Final = QueryRoute("/agents/{AgentId}/contacts", READ_RECORDS)
QUEUES: Final = QueryRoute("/queues", READ_RECORDS)
CONTACTS_OF_QUEUE: Final = QueryRoute("/queues/{QueueId}/contacts", READ_RECORDS)
CONTACTS_OF_OWN_QUEUE: Final = QueryRoute("/queues/agent/{AgentId}/contacts", READ_RECORDS)
"""API Gateway decodes the slash in the id of an agent's own queue (agent/<agent id>) before it
selects a route."""
LIVE_AGENTS: Final = QueryRoute("/live/agents", READ_LIVE)
LIVE_CONTACTS: Final = QueryRoute("/live/contacts", READ_LIVE)
LIVE_NAMES: Final = QueryRoute("/live/names", READ_LIVE)
LIVE_QUEUES: Final = QueryRoute("/live/queues", READ_LIVE)
OPEN_API: Final = QueryRoute("/openapi.json", READ_RECORDS)

QUERY_ROUTES: Final = (
    CONTACTS,
    FAILED_OFFERS,
    CONTACT,
    CHAIN,
    CONTACTS_OF_AGENT,
    QUEUES,
    CONTACTS_OF_QUEUE,
    CONTACTS_OF_OWN_QUEUE,
    LIVE_AGENTS,
    LIVE_CONTACTS,
    LIVE_NAMES,
    LIVE_QUEUES,
    OPEN_API,
)

FIRST_SEGMENTS: Final = tuple(sorted({route.path.split("/")[1] for route in QUERY_ROUTES}))
"""What tells the API's paths from those of the pages, where both have one origin."""

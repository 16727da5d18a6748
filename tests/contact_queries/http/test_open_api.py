"""The OpenAPI document: valid, complete, and true."""

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from contact_queries.routes import READ_LIVE, READ_RECORDS
from tests.by_hand.agent_events_by_hand import JsonObject, contact, item_of, leg, record_of
from tests.contact_queries.api_in_memory import AskedApi, api_over, indexed_aws
from tests.contact_queries.http.test_problems import PERIOD, ROUTES
from tests.contact_queries.questions.test_live_agents import stored_agent

SCOPES = {
    "/contacts/{ContactId}": READ_RECORDS,
    "/contacts/{ContactId}/chain": READ_RECORDS,
    "/contacts": READ_RECORDS,
    "/contacts/failed": READ_RECORDS,
    "/agents/{AgentId}/contacts": READ_RECORDS,
    "/queues": READ_RECORDS,
    "/queues/{QueueId}/contacts": READ_RECORDS,
    "/queues/agent/{AgentId}/contacts": READ_RECORDS,
    "/live/agents": READ_LIVE,
    "/live/contacts": READ_LIVE,
    "/live/names": READ_LIVE,
    "/live/queues": READ_LIVE,
    "/openapi.json": READ_RECORDS,
}
ERRORS = {"400", "401", "403", "406", "500", "503"}
MORE_ANSWERS = {
    "/contacts/{ContactId}": {"404", "409"},
    "/contacts/{ContactId}/chain": {"404"},
    "/live/agents": {"304"},
    "/live/contacts": {"304"},
    "/live/names": {"304"},
    "/live/queues": {"304"},
}
PARAMETERS = {
    "/contacts/{ContactId}": {"ContactId", "format"},
    "/contacts/{ContactId}/chain": {"ContactId"},
    "/contacts": {
        "from",
        "to",
        "agent",
        "queue",
        "channel",
        "status",
        "outcome",
        "transferred",
        "instance",
        "order",
        "limit",
        "cursor",
    },
    "/contacts/failed": {"outcome", "from", "to", "order", "limit", "cursor"},
    "/queues": {"from", "to", "within", "instance"},
    "/agents/{AgentId}/contacts": {"AgentId", "outcome", "from", "to", "limit", "cursor"},
    "/queues/{QueueId}/contacts": {"QueueId", "from", "to", "limit", "cursor"},
    "/queues/agent/{AgentId}/contacts": {"AgentId", "from", "to", "limit", "cursor"},
    "/live/agents": {
        "instance",
        "queue",
        "routingProfile",
        "hierarchyGroup",
        "search",
        "If-None-Match",
    },
    "/live/contacts": {"instance", "If-None-Match"},
    "/live/names": {"instance", "If-None-Match"},
    "/live/queues": {"instance", "If-None-Match"},
    "/openapi.json": set(),
}


@pytest.fixture(scope="module")
def document() -> JsonObject:
    """What the API says of itself, which takes no table and longer than all else here."""
    with indexed_aws() as aws:
        answer = api_over(aws).get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document: JsonObject = answer.json
    return document


def operation(document: JsonObject, path: str) -> JsonObject:
    found: JsonObject = document["paths"][path]["get"]
    return found


def test_document_is_valid_open_api(document: JsonObject) -> None:
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_route_is_there_and_nothing_can_be_written(document: JsonObject) -> None:
    assert document["paths"].keys() == SCOPES.keys()
    assert all(path.keys() == {"get"} for path in document["paths"].values())


@pytest.mark.parametrize("path", SCOPES)
def test_every_route_names_its_scope(document: JsonObject, path: str) -> None:
    assert operation(document, path)["security"] == [{"jwt": [SCOPES[path]]}]
    scheme = document["components"]["securitySchemes"]["jwt"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    assert SCOPES[path] in scheme["description"]


@pytest.mark.parametrize("path", SCOPES)
def test_every_route_names_its_answers(document: JsonObject, path: str) -> None:
    responses = operation(document, path)["responses"]

    assert responses.keys() == {"200"} | ERRORS | MORE_ANSWERS.get(path, set())
    for status in responses.keys() - {"200", "304", "401"}:
        schema = responses[status]["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
    assert "Retry-After" in responses["503"]["headers"]
    assert ("ETag" in responses["200"].get("headers", {})) is ("304" in responses)


@pytest.mark.parametrize("path", SCOPES)
def test_every_parameter_is_explained(document: JsonObject, path: str) -> None:
    parameters = operation(document, path).get("parameters", [])

    assert {each["name"] for each in parameters} == PARAMETERS[path]
    assert all(each["description"] for each in parameters)


def test_operations_have_names(document: JsonObject) -> None:
    names = [operation(document, path)["operationId"] for path in SCOPES]

    assert len(set(names)) == len(SCOPES)
    assert all(name.isalpha() for name in names)


@pytest.mark.parametrize("path", [path for path in ROUTES if path != "/openapi.json"])
def test_answers_are_as_described(api: AskedApi, document: JsonObject, path: str) -> None:
    steps = ((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (60, "ada", "ENDED"))
    missed = leg("contact-2", (0, "ben", "CONNECTING"), (20, "ben", "MISSED"))
    api.store(item_of(record_of(*steps)), item_of(missed))
    api.store_agents(stored_agent("ada", contact("CONNECTED", 0)))

    answer = api.get(path, **ROUTES[path][0])

    described = path if path in SCOPES else next(each for each in SCOPES if matches(each, path))
    validate(document, described, "200", "application/json", answer.json)


def test_amazons_shape_is_as_described(api: AskedApi, document: JsonObject) -> None:
    api.store(item_of(record_of((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))))

    answer = api.get("/contacts/contact-1", format="contact-record")

    validate(document, "/contacts/{ContactId}", "200", "application/json", answer.json)
    assert "Agent" in answer.json
    del answer.json["AWSAccountId"]
    with pytest.raises(AssertionError):
        validate(document, "/contacts/{ContactId}", "200", "application/json", answer.json)


def test_problems_are_as_described(api: AskedApi, document: JsonObject) -> None:
    wrong = api.get("/contacts/failed", **PERIOD)

    validate(document, "/contacts/failed", "400", "application/problem+json", wrong.json)


def matches(described: str, path: str) -> bool:
    parts, names = path.split("/"), described.split("/")
    return len(parts) == len(names) and all(
        name == part or name.startswith("{") for name, part in zip(names, parts, strict=True)
    )


def validate(document: JsonObject, path: str, status: str, content_type: str, answer: Any) -> None:
    schema = operation(document, path)["responses"][status]["content"][content_type]["schema"]
    errors = OAS31Validator({**schema, "components": document["components"]}).iter_errors(answer)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []

"""docs/api-reference.md: routes and documents of the query API, from its OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import botocore.session
from aws_lambda_powertools import Logger

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.http.api import contact_queries_api
from contact_queries.http.open_api import open_api
from reference.markdown import page, paragraph

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ABOUT: Final = """\
Every route with its parameters and answers, and every document with its attributes, from the
OpenAPI document that the API itself serves at `GET /openapi.json`. How to ask, with examples:
[api.md](api.md).

Parameters and attributes in bold are required. Every route also answers the errors of
[api.md](api.md#problems)."""

_ERRORS: Final = frozenset({"400", "401", "403", "406", "500", "503"})
"""Every route has them."""


def api_page() -> str:
    document = _document()
    return page(
        "API reference",
        [
            _ABOUT,
            "## Routes",
            *(
                part
                for path, operations in document["paths"].items()
                for part in _route(path, operations["get"])
            ),
            "## Documents",
            *(
                part
                for name, schema in sorted(document["components"]["schemas"].items())
                for part in _schema(name, schema)
            ),
        ],
    )


def _document() -> dict[str, Any]:
    """The OpenAPI document of an API whose tables are never read."""
    session = botocore.session.Session()
    client = cast("DynamoDBClient", session.create_client("dynamodb", region_name="us-east-1"))
    app = contact_queries_api(
        ContactQueriesTable(client, "ContactRecords"),
        AgentStatesQuery(client, "AgentStates"),
        connect_instance_arn=None,
        now=lambda: "",
        logger=Logger(service="reference"),
    )
    return open_api(app)


def _route(path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"### `GET {path}`"
    yield paragraph(f"{operation['summary'].rstrip('.')}.")
    ((scope,),) = (scopes for each in operation["security"] for scopes in each.values())
    yield f"Scope: `{scope}`"
    if parameters := operation.get("parameters"):
        yield "Parameters:"
        yield "\n".join(_parameter(each) for each in parameters)
    yield "Answers:"
    yield "\n".join(_answer(status, each) for status, each in _answers(operation))


def _answers(operation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for status, response in sorted(operation["responses"].items()):
        if status not in _ERRORS:
            yield status, response


def _parameter(parameter: Mapping[str, Any]) -> str:
    name = f"`{parameter['name']}`"
    where = "" if parameter["in"] == "query" else f" ({parameter['in']})"
    shown = f"**{name}**" if parameter["required"] else name
    return paragraph(f"{shown}{where}: {parameter['description']}", indent="- ")


def _answer(status: str, response: Mapping[str, Any]) -> str:
    schemas = [each["schema"] for each in response.get("content", {}).values()]
    types = " or ".join(_type(each) for each in schemas)
    text = f"{status}: {response['description']}" + (f" Document: {types}." if types else "")
    return paragraph(text, indent="- ")


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    if description := schema.get("description"):
        yield paragraph(" ".join(description.split()))
    if words := schema.get("enum"):
        yield paragraph("One of " + ", ".join(f"`{word}`" for word in words) + ".")
    required = schema.get("required", ())
    lines = [
        _attribute(attribute, each, required=attribute in required)
        for attribute, each in schema.get("properties", {}).items()
    ]
    if lines:
        yield "\n".join(lines)


def _attribute(name: str, schema: Mapping[str, Any], *, required: bool) -> str:
    shown = f"**`{name}`**" if required else f"`{name}`"
    description = " ".join(schema.get("description", "").split())
    return paragraph(f"{shown}: {_type(schema)}. {description}".strip(), indent="- ")


def _type(schema: Mapping[str, Any]) -> str:
    """The type in words, with a link if it is a document of this page."""
    match schema:
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"anyOf": list(several)} | {"oneOf": list(several)} | {"allOf": list(several)}:
            return " or ".join(_type(each) for each in several)
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"type": "object", "additionalProperties": dict(values)} if values:
            return f"map of {_type(values)}"
        case {"type": str(kind)}:
            return kind
        case _:
            return "any value"

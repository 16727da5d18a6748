"""The API over tables in memory (moto), asked as API Gateway asks it."""

import base64
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from boto3.dynamodb.types import TypeSerializer

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.http.api import contact_queries_api, small_enough
from contact_queries.routes import READ_LIVE, READ_RECORDS
from contacts.item.buckets import bucket_of
from infra.table_indexes import READ_INDEXES
from tests.by_hand.agent_events_by_hand import INSTANCE_ARN, JsonObject, moment
from tests.fakes.aws_in_memory import (
    AGENT_STATES,
    CONTEXT,
    TABLE,
    InMemoryAws,
    add_index,
    in_memory_aws,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BOTH_SCOPES = f"{READ_RECORDS} {READ_LIVE}"
_SERIALIZER = TypeSerializer()
_NUMBERS = count()


@dataclass(frozen=True)
class Answer:
    """What API Gateway gets from the function."""

    status: int
    headers: Mapping[str, str]
    body: str | None
    is_base64: bool

    @cached_property
    def json(self) -> Any:
        assert self.body is not None
        if not self.is_base64:
            return json.loads(self.body)
        assert self.headers["Content-Encoding"] == "gzip"
        return json.loads(gzip.decompress(base64.b64decode(self.body)))


@dataclass(frozen=True)
class AskedApi:
    """The API and the tables it reads."""

    aws: InMemoryAws
    app: APIGatewayHttpResolver
    log: io.StringIO

    def get(
        self,
        path: str,
        *,
        scope: str | None = BOTH_SCOPES,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Answer:
        """Ask; a parameter whose name is a word of Python's has an underscore behind it."""
        query = {name.rstrip("_"): str(value) for name, value in parameters.items()}
        event = request(path, query=query, scope=scope, headers=headers or {})
        answer = small_enough(self.app, self.app.resolve(event, CONTEXT))  # type: ignore[arg-type]
        return Answer(
            answer["statusCode"], answer["headers"], answer["body"], answer["isBase64Encoded"]
        )

    def store(self, *items: JsonObject) -> None:
        """Put items of ContactRecords, in buckets; each later leg with its location entry."""
        in_buckets = ({"Bucket": bucket_of(item["ContactId"]), **item} for item in items)
        put_items(self.aws.dynamodb, TABLE, [*_location_entries(items), *in_buckets])

    def store_agents(self, *items: JsonObject) -> None:
        """Put items of AgentStates."""
        put_items(self.aws.dynamodb, AGENT_STATES, items)


def _location_entries(items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """Written first, so that one among the items themselves replaces it."""
    for item in items:
        if item["ChainId"] != item["ContactId"] and "MovedToChainId" not in item:
            contact_id = item["ContactId"]
            yield {
                "ChainId": contact_id,
                "ContactId": contact_id,
                "MovedToChainId": item["ChainId"],
            }


def request(
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    scope: str | None = BOTH_SCOPES,
    headers: Mapping[str, str] | None = None,
) -> JsonObject:
    """A request in payload format 2.0, let through by the JWT authoriser if there is a scope."""
    authorizer = {} if scope is None else {"authorizer": {"jwt": {"claims": {"scope": scope}}}}
    return {
        "version": "2.0",
        "routeKey": "GET /a-route",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        **({"queryStringParameters": dict(query)} if query else {}),
        "headers": dict(headers or {}),
        "requestContext": {
            "requestId": "request-1",
            "stage": "$default",
            "http": {"method": "GET", "path": path},
            **authorizer,
        },
        "isBase64Encoded": False,
    }


@contextmanager
def indexed_aws() -> Iterator[InMemoryAws]:
    """The tables as the stateful stack deploys them, with all indexes."""
    with in_memory_aws() as aws:
        for name in READ_INDEXES:
            add_index(aws.dynamodb, name)
        yield aws


def api_over(
    aws: InMemoryAws,
    *,
    connect_instance_arn: str | None = INSTANCE_ARN,
    now: str = moment(0),
) -> AskedApi:
    log = io.StringIO()
    app = contact_queries_api(
        ContactQueriesTable(aws.dynamodb, TABLE, pause=lambda _: None),
        AgentStatesQuery(aws.dynamodb, AGENT_STATES),
        connect_instance_arn=connect_instance_arn,
        now=lambda: now,
        # A logger keeps the stream it was first made with, under its name.
        logger=Logger(service=f"contact_queries {next(_NUMBERS)}", stream=log),
    )
    return AskedApi(aws, app, log)


def put_items(client: "DynamoDBClient", table: str, items: Iterable[JsonObject]) -> None:
    for item in items:
        marshalled = {name: _SERIALIZER.serialize(value) for name, value in item.items()}
        client.put_item(TableName=table, Item=marshalled)

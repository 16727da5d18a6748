"""Entry of Lambda 3: a request to the HTTP API in, the answer out."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from adapters.agent_states_query import AgentStatesQuery
from adapters.aws_calls import CLIENT_CONFIG
from adapters.clients import client
from adapters.contact_queries_table import ContactQueriesTable
from adapters.settings import ContactQueriesSettings
from contact_queries.http.api import contact_queries_api, small_enough
from contacts.timestamps import timestamp_text

# Somebody is waiting: better an error soon, and another try, than an answer after half a minute.
_CONFIG: Final = CLIENT_CONFIG.merge(
    Config(read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
)

_settings = ContactQueriesSettings.from_environment(os.environ)
_logger = Logger("contact_queries")
_dynamodb = client("dynamodb", _CONFIG)
_app = contact_queries_api(
    ContactQueriesTable(_dynamodb, _settings.contact_records_table),
    AgentStatesQuery(_dynamodb, _settings.agent_states_table),
    connect_instance_arn=_settings.connect_instance_arn,
    now=lambda: timestamp_text(datetime.now(UTC)),
    logger=_logger,
)


def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Answer one request. Only the route is logged: ids and search terms are the user's affair."""
    _logger.append_keys(request_id=event["requestContext"]["requestId"])
    answer = small_enough(_app, _app.resolve(event, context))
    _logger.info("request", extra={"route": event.get("routeKey"), "status": answer["statusCode"]})
    return answer

"""The functions under measurement, imported with the environment that Lambda would give them."""

import importlib
import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from emulator.dynamodb.capacity import AGENT_STATES, CONTACT_RECORDS

type Handler = Callable[[dict[str, Any], Any], Any]

AGENT_EVENTS: Final = "agent_events.handler"
CONTACT_CHAINS: Final = "contact_chains.handler"
CONTACT_QUERIES: Final = "contact_queries.handler"
BASELINE: Final = "measurements.cost.baseline.handler"

ENVIRONMENT: Final[Mapping[str, str]] = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "CONTACT_RECORDS_TABLE": CONTACT_RECORDS,
    "AGENT_STATES_TABLE": AGENT_STATES,
    "QUARANTINE_BUCKET": "quarantine",
    "RECORD_TTL_DAYS": "730",
    "METRICS_NAMESPACE": "ContactChains",
    "POWERTOOLS_METRICS_NAMESPACE": "Baseline",
    # In favour of the baseline, whose line for each transition is left out.
    "POWERTOOLS_LOG_LEVEL": "WARNING",
    "POWERTOOLS_SERVICE_NAME": "baseline",
    "POWERTOOLS_TRACE_DISABLED": "true",
}


class Context:
    """The context of an invocation that never comes near its end."""

    function_name = "bench"
    function_version = "1"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:bench"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


CONTEXT: Final = Context()

CPU_SECONDS_OF_CONNECTION: Final = 0.00035
"""Of socket and TLS for each call, which a stub of DynamoDB spares."""


def handler(module: str) -> Handler:
    """The handler of ``module``, which Lambda calls."""
    os.environ.update(ENVIRONMENT)
    return importlib.import_module(module).lambda_handler  # type: ignore[no-any-return]

"""Entry of the function that closes stale contacts; EventBridge calls it every hour."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.aws_calls import LambdaContext, until_answer
from adapters.clients import client
from adapters.connect_contacts import ConnectContacts
from adapters.contact_queries_table import ContactQueriesTable
from adapters.kinesis_stream import KinesisStream
from adapters.metrics import Metrics
from adapters.settings import StaleContactsSettings
from contacts.facts.stale_contacts import LONGEST_OPEN_HOURS
from contacts.timestamps import timestamp_text
from stale_contacts.closing import FAILED, close_stale_contacts

_settings = StaleContactsSettings.from_environment(os.environ)
_metrics = Metrics("stale_contacts", _settings.metrics_namespace)
_table = ContactQueriesTable(client("dynamodb"), _settings.contact_records_table)
_stream = KinesisStream(client("kinesis"), _settings.agent_event_stream_arn)
_instance_arn = _settings.connect_instance_arn
_connect = (
    ConnectContacts(client("connect"), _instance_arn.rpartition("/")[2]) if _instance_arn else None
)


def lambda_handler(_event: Mapping[str, Any], context: LambdaContext) -> None:
    """Check all open contacts once."""
    left = until_answer(context)
    outcomes = close_stale_contacts(
        _table,
        _stream,
        now=timestamp_text(datetime.now(UTC)),
        longest_open_hours={**LONGEST_OPEN_HOURS, **_settings.longest_open_hours},
        instance_arn=_instance_arn,
        describe=_connect.describe if _connect else None,
        has_time=lambda: (left() or 0) > 0,
    )
    _metrics.publish(
        {"StaleContacts": outcomes.total(), "StaleContactsFailed": outcomes[FAILED]},
        fields={"outcomes": outcomes},
        is_trouble=outcomes[FAILED] > 0,
    )

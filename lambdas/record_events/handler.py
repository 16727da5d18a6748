"""Entry of the function that publishes: a batch of the table's stream in, failures out."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from adapters.aws_calls import CONCURRENT_CALLS, LambdaContext, until_answer
from adapters.clients import client
from adapters.dynamodb.table_changes import TableChange, table_change
from adapters.event_bus import EventBus
from adapters.latency import milliseconds_since
from adapters.metrics import CountedBy, Metrics
from adapters.settings import RecordEventsSettings
from contacts.timestamps import timestamp_text
from record_events.publishing import Published, publish

_settings = RecordEventsSettings.from_environment(os.environ)
_metrics = Metrics("record_events", _settings.metrics_namespace)
_bus = EventBus(client("events"), _settings.record_event_bus)
_executor = ThreadPoolExecutor(CONCURRENT_CALLS)


def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish the events of the changes in ``event``.

    The lowest sequence number of which something was not taken is reported: Lambda delivers it
    again with everything after it.
    """
    records = event["Records"]
    changes = [table_change(record) for record in records]
    published = publish(changes, _bus, _executor, seconds_left=until_answer(context))
    _publish(published, changes)
    if not published.failures:
        return {"batchItemFailures": []}
    first = records[min(published.failures)]
    return {"batchItemFailures": [{"itemIdentifier": first["dynamodb"]["SequenceNumber"]}]}


def _publish(published: Published, changes: Sequence[TableChange]) -> None:
    stored = (timestamp_text(changes[position].at) for position in published.positions)
    _metrics.publish(
        {"EventsCutShort": published.cut, "FailedChanges": len(published.failures)},
        milliseconds={"RecordToEvent": milliseconds_since(stored)},
        counted_by=[CountedBy("EventsPublished", "DetailType", published.events)],
        fields={"records": len(changes), "failures": sorted(set(published.failures.values()))},
        is_trouble=bool(published.failures),
    )

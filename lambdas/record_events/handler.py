"""Entry of the function that publishes: a batch of the table's stream in, failures out."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from adapters.aws_calls import CONCURRENT_CALLS, LambdaContext, until_answer
from adapters.clients import client
from adapters.dynamodb.table_changes import TableChange, table_change
from adapters.event_bus import EventBus
from adapters.latency import add_latencies
from adapters.metrics import count_by
from adapters.settings import RecordEventsSettings
from contacts.timestamps import timestamp_text
from record_events.publishing import Published, publish

_settings = RecordEventsSettings.from_environment(os.environ)
_logger = Logger()
_metrics = Metrics()
_bus = EventBus(client("events"), _settings.record_event_bus)
_executor = ThreadPoolExecutor(CONCURRENT_CALLS)


@_metrics.log_metrics
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish what the changes of ``event`` give.

    The lowest sequence number of which something was not taken is reported: Lambda delivers it
    again with everything after it.
    """
    records = event["Records"]
    changes = [table_change(record) for record in records]
    published = publish(changes, _bus, _executor, seconds_left=until_answer(context))
    _count(published, changes)
    _log(published, len(records))
    if not published.failures:
        return {"batchItemFailures": []}
    first = records[min(published.failures)]
    return {"batchItemFailures": [{"itemIdentifier": first["dynamodb"]["SequenceNumber"]}]}


def _count(published: Published, changes: Sequence[TableChange]) -> None:
    # First: at the hundredth value Powertools writes out what it has, and it warns when nothing is
    # left at the end.
    stored = (timestamp_text(changes[position].at) for position in published.positions)
    add_latencies(_metrics, "RecordToEvent", stored)
    counts = {"EventsCutShort": published.cut, "FailedChanges": len(published.failures)}
    for name, count in counts.items():
        _metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    count_by("EventsPublished", "DetailType", published.events)


def _log(published: Published, size: int) -> None:
    log = _logger.warning if published.failures else _logger.info
    log(
        "batch",
        extra={
            "records": size,
            "published": published.events,
            "cut_short": published.cut,
            "failures": sorted(set(published.failures.values())),
        },
    )

"""How long it took until something was done: a metric with a value for each time."""

from collections.abc import Iterable
from datetime import UTC, datetime

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from contacts.timestamps import Timestamp, milliseconds_between, timestamp_text


def utc_now() -> Timestamp:
    """The clock of the machine."""
    return timestamp_text(datetime.now(UTC))


def add_latencies(metrics: Metrics, name: str, since: Iterable[Timestamp]) -> None:
    """Add the milliseconds that have passed since each time, 0 for one that is still to come.

    Clocks differ by a few milliseconds, and CloudWatch keeps no percentiles of a metric with
    negative values.
    """
    now = utc_now()
    for moment in since:
        passed = max(0, milliseconds_between(moment, now))
        metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=passed)

"""Entry of the canary's function; EventBridge calls it every hour."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from adapters.aws_calls import LambdaContext
from adapters.clients import client
from adapters.errors import UnavailableError
from adapters.kinesis_stream import KinesisStream
from adapters.made_up_items import MadeUpItems
from adapters.metrics import Metrics
from adapters.settings import CanarySettings
from canary.made_up_call import MadeUpCall
from canary.round_trip import RoundTrip

PATIENCE_SECONDS: Final = 120
"""For the record, and as long again for the link."""

_settings = CanarySettings.from_environment(os.environ)
_metrics = Metrics("canary", _settings.metrics_namespace)
_stream = KinesisStream(client("kinesis"), _settings.agent_event_stream_arn)
_items = MadeUpItems(
    client("dynamodb"), _settings.contact_records_table, _settings.agent_states_table
)


def lambda_handler(_event: Mapping[str, Any], _context: LambdaContext) -> None:
    """Send one call through and erase it. Raises UnavailableError when it does not come through."""
    call = MadeUpCall(ended=datetime.now(UTC))
    trip = RoundTrip(call, _stream, _items, patience_seconds=PATIENCE_SECONDS)
    try:
        record, link = _through(trip)
    finally:
        trip.erase()
    _metrics.publish(
        {"CanaryCameThrough": 1}, fields={"record_seconds": record, "link_seconds": link}
    )


def _through(trip: RoundTrip) -> tuple[float, float]:
    if not trip.put():
        raise UnavailableError("the stream refused events")
    record = trip.until_record()
    if record is None:
        raise UnavailableError(f"no record within {PATIENCE_SECONDS} s")
    link = trip.until_link()
    if link is None:
        raise UnavailableError(f"no link within {PATIENCE_SECONDS} s of the record")
    return record, link

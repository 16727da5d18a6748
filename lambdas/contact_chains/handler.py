"""Entry of Lambda 2: a batch of the table's stream in, ``batchItemFailures`` out."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from adapters.aws_calls import CONCURRENT_CALLS, LambdaContext, until_answer
from adapters.clients import client
from adapters.contact_records_table import ContactRecordsTable
from adapters.latency import add_latencies
from adapters.metrics import count_by
from adapters.settings import ContactChainsSettings
from contact_chains.linking import ChainLinker, Linked
from contacts.timestamps import Timestamp

_settings = ContactChainsSettings.from_environment(os.environ)
_logger = Logger()
_metrics = Metrics()
_contact_records = ContactRecordsTable(client("dynamodb"), _settings.contact_records_table)
_executor = ThreadPoolExecutor(CONCURRENT_CALLS)


@_metrics.log_metrics
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Link every chain that ``event`` touches, once each.

    Its own writes do not pass the filter: whoever has written looks at the chain once more.
    """
    records = event["Records"]
    first_positions: dict[str, int] = {}
    for position, record in enumerate(records):
        first_positions.setdefault(record["dynamodb"]["Keys"]["ChainId"]["S"], position)
    linker = ChainLinker(_contact_records, _executor, seconds_left=until_answer(context))
    linked = linker.link(first_positions)
    done = min((first_positions[chain_id] for chain_id in linked.failures), default=len(records))
    _count(linked, records[:done])
    _log(linked, len(records))
    if not linked.failures:
        return {"batchItemFailures": []}
    number = records[done]["dynamodb"]["SequenceNumber"]
    return {"batchItemFailures": [{"itemIdentifier": number}]}


def _times_of_new_facts(records: Sequence[Mapping[str, Any]]) -> Iterator[Timestamp]:
    """Of the legs in which Lambda 1 wrote something newer; its own writes come without."""
    for record in records:
        images = record["dynamodb"]
        old, new = (
            images.get(image, {}).get("LastUpdateTimestamp", {}).get("S")
            for image in ("OldImage", "NewImage")
        )
        if new and new != old:
            yield new


def _count(linked: Linked, done: Sequence[Mapping[str, Any]]) -> None:
    # First: at the hundredth value Powertools writes out what it has, and it warns when nothing is
    # left at the end.
    add_latencies(_metrics, "EventToLink", _times_of_new_facts(done))
    for legs in linked.legs:
        _metrics.add_metric(name="ChainSize", unit=MetricUnit.Count, value=legs)
    counts = {
        "Chains": len(linked.legs),
        "LinksWritten": linked.written,
        "Conflicts": linked.conflicts,
        "FullRecords": linked.full,
        "FailedChains": len(linked.failures),
    }
    for name, count in counts.items():
        _metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    count_by("LinksByEvidence", "Evidence", linked.evidence)
    count_by("LinkDisagreements", "Field", linked.disagreements)


def _log(linked: Linked, size: int) -> None:
    log = _logger.warning if linked.failures or linked.full else _logger.info
    log(
        "batch",
        extra={
            "records": size,
            "chains": len(linked.legs),
            "links_written": linked.written,
            "conflicts": linked.conflicts,
            "full": linked.full,
            "failures": sorted(set(linked.failures.values())),
        },
    )

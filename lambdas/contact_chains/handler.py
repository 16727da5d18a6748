"""Entry of Lambda 2: a batch of the table's stream in, ``batchItemFailures`` out."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from adapters.aws_calls import CONCURRENT_CALLS, LambdaContext, until_answer
from adapters.clients import client
from adapters.contact_records_table import ContactRecordsTable
from adapters.latency import milliseconds_since
from adapters.metrics import CountedBy, Metrics
from adapters.settings import ContactChainsSettings
from contact_chains.linking import ChainLinker, Linked
from contacts.timestamps import Timestamp

_settings = ContactChainsSettings.from_environment(os.environ)
_metrics = Metrics("contact_chains", _settings.metrics_namespace)
_contact_records = ContactRecordsTable(client("dynamodb"), _settings.contact_records_table)
_executor = ThreadPoolExecutor(CONCURRENT_CALLS)


def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Link every chain that ``event`` touches, once each.

    The filter drops the linker's own writes; after writing, it reads the chain again.
    """
    records = event["Records"]
    first_positions: dict[str, int] = {}
    for position, record in enumerate(records):
        first_positions.setdefault(record["dynamodb"]["Keys"]["ChainId"]["S"], position)
    linker = ChainLinker(_contact_records, _executor, seconds_left=until_answer(context))
    linked = linker.link(first_positions)
    done = min((first_positions[chain_id] for chain_id in linked.failures), default=len(records))
    _publish(linked, records, done)
    if not linked.failures:
        return {"batchItemFailures": []}
    number = records[done]["dynamodb"]["SequenceNumber"]
    return {"batchItemFailures": [{"itemIdentifier": number}]}


def _times_of_new_facts(records: Sequence[Mapping[str, Any]]) -> Iterator[Timestamp]:
    """The LastUpdateTimestamps that Lambda 1 changed; Lambda 2's own writes change none."""
    for record in records:
        images = record["dynamodb"]
        old, new = (
            images.get(image, {}).get("LastUpdateTimestamp", {}).get("S")
            for image in ("OldImage", "NewImage")
        )
        if new and new != old:
            yield new


def _publish(linked: Linked, records: Sequence[Mapping[str, Any]], done: int) -> None:
    _metrics.publish(
        {
            "Chains": len(linked.legs),
            "ChainSize": linked.legs,
            "LinksWritten": linked.written,
            "Conflicts": linked.conflicts,
            "FullRecords": linked.full,
            "FailedChains": len(linked.failures),
        },
        milliseconds={"EventToLink": milliseconds_since(_times_of_new_facts(records[:done]))},
        counted_by=[
            CountedBy("LinksByEvidence", "Evidence", linked.evidence),
            CountedBy("LinkDisagreements", "Field", linked.disagreements),
        ],
        fields={"records": len(records), "failures": sorted(set(linked.failures.values()))},
        is_trouble=bool(linked.failures or linked.full),
    )

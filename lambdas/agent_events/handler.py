"""Entry of Lambda 1: a Kinesis batch in, ``batchItemFailures`` out."""

import gc
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from adapters.agent_states_table import AgentStatesTable
from adapters.aws_calls import CONCURRENT_CALLS, LambdaContext, until_answer
from adapters.clients import client
from adapters.contact_records_table import ContactRecordsTable
from adapters.latency import add_latencies
from adapters.metrics import count_by
from adapters.quarantine import Quarantine
from adapters.settings import AgentEventsSettings
from agent_events.agent_screens import AgentScreens
from agent_events.batch import BatchReport, process_batch
from agent_events.saving import FactSaver
from agent_events.unusable_records import UnusableRecords
from contacts.facts.kept_fields import KeptFields
from contacts.incoming.stream_record import RecordKind

_settings = AgentEventsSettings.from_environment(os.environ)
_logger = Logger()
_metrics = Metrics()
_quarantine = Quarantine(lambda: client("s3"), _settings.quarantine_bucket)
_dynamodb = client("dynamodb")
_agent_states = AgentStatesTable(
    _dynamodb, _settings.agent_states_table, record_ttl_days=_settings.record_ttl_days
)
_contact_records = ContactRecordsTable(_dynamodb, _settings.contact_records_table)
_executor = ThreadPoolExecutor(CONCURRENT_CALLS)
_kept = KeptFields.parse(_settings.kept_contact_record_fields)

# What is imported by now lives as long as the process: the collector need not look at it again.
gc.freeze()


@_metrics.log_metrics
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Fold the agent events, contact events and contact records of ``event`` into the table.

    The lowest sequence number that must be delivered again is reported: Lambda starts again there
    and delivers everything after it, too
    (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html).
    """
    records = event["Records"]
    left = until_answer(context)
    contacts = FactSaver(
        _contact_records,
        _executor,
        record_ttl_days=_settings.record_ttl_days,
        seconds_left=left,
    )
    report = process_batch(
        records,
        kept=_kept,
        screens=AgentScreens(_agent_states, _executor, seconds_left=left),
        contacts=contacts,
        keep=UnusableRecords(_quarantine, _executor, seconds_left=left).keep,
    )
    _count(report)
    _log(report, len(records))
    if not report.failures:
        return {"batchItemFailures": []}
    first = records[min(report.failures)]
    return {"batchItemFailures": [{"itemIdentifier": first["kinesis"]["sequenceNumber"]}]}


def _count(report: BatchReport) -> None:
    # First: at the hundredth value Powertools writes out what it has, and it warns when nothing is
    # left at the end.
    add_latencies(_metrics, "EventToRecord", report.done)
    counts = {
        "AgentEvents": report.kinds[RecordKind.AGENT_EVENT],
        "ContactRecordsReceived": report.kinds[RecordKind.CONTACT_RECORD],
        "ContactEventsReceived": report.kinds[RecordKind.CONTACT_EVENT],
        "Facts": report.facts,
        "RecordsWritten": report.saved.written,
        "RecordsUnchanged": report.saved.unchanged,
        "RecordsMoved": report.saved.moved,
        "Conflicts": report.saved.conflicts,
        "LostEventsRepaired": report.saved.inferred,
        "AgentStatesWritten": report.states_written,
        "QuarantinedRecords": report.quarantined.total(),
        "FailedRecords": len(report.failures),
    }
    for name, count in counts.items():
        _metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    count_by("Disagreements", "Field", report.saved.disagreements)


def _log(report: BatchReport, size: int) -> None:
    log = _logger.warning if report.failures or report.quarantined else _logger.info
    log(
        "batch",
        extra={
            "records": size,
            "kinds": report.kinds,
            "facts": report.facts,
            "written": report.saved.written,
            "unchanged": report.saved.unchanged,
            "moved": report.saved.moved,
            "conflicts": report.saved.conflicts,
            "inferred": report.saved.inferred,
            "states_written": report.states_written,
            "quarantined": report.quarantined,
            "failures": sorted(set(report.failures.values())),
        },
    )

"""Entry of Lambda 1: a Kinesis batch in, ``batchItemFailures`` out."""

import gc
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from adapters.agent_states_table import AgentStatesTable
from adapters.aws_calls import CONCURRENT_CALLS, LambdaContext, until_answer
from adapters.clients import client
from adapters.contact_records_table import ContactRecordsTable
from adapters.latency import milliseconds_since
from adapters.metrics import CountedBy, Metrics
from adapters.quarantine import Quarantine
from adapters.settings import AgentEventsSettings
from agent_events.agent_states import AgentStates
from agent_events.batch import BatchReport, process_batch
from agent_events.saving import FactSaver
from agent_events.unusable_records import UnusableRecords
from contacts.facts.kept_fields import KeptFields
from contacts.incoming.stream_record import RecordKind

_settings = AgentEventsSettings.from_environment(os.environ)
_metrics = Metrics("agent_events", _settings.metrics_namespace)
_quarantine = Quarantine(lambda: client("s3"), _settings.quarantine_bucket)
_dynamodb = client("dynamodb")
_agent_states = AgentStatesTable(
    _dynamodb, _settings.agent_states_table, record_ttl_days=_settings.record_ttl_days
)
_contact_records = ContactRecordsTable(_dynamodb, _settings.contact_records_table)
_executor = ThreadPoolExecutor(CONCURRENT_CALLS)
_kept = KeptFields.parse(_settings.kept_contact_record_fields)

# All that is imported lives as long as the process: the garbage collector need not scan it again.
gc.freeze()


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
        agent_states=AgentStates(_agent_states, _executor, seconds_left=left),
        contacts=contacts,
        keep=UnusableRecords(_quarantine, _executor, seconds_left=left).keep,
    )
    _publish(report, len(records))
    if not report.failures:
        return {"batchItemFailures": []}
    first = records[min(report.failures)]
    return {"batchItemFailures": [{"itemIdentifier": first["kinesis"]["sequenceNumber"]}]}


def _publish(report: BatchReport, size: int) -> None:
    _metrics.publish(
        {
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
        },
        milliseconds={"EventToRecord": milliseconds_since(report.done)},
        counted_by=[CountedBy("Disagreements", "Field", report.saved.disagreements)],
        fields={
            "records": size,
            "quarantined": report.quarantined,
            "failures": sorted(set(report.failures.values())),
        },
        is_trouble=bool(report.failures or report.quarantined),
    )

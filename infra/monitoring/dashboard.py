"""The dashboard, from top to bottom: alarms, throughput, and used capacity."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions.granted_function import GrantedFunction
from infra.monitoring.alarms import RUNBOOK
from infra.monitoring.metrics import (
    MAXIMUM,
    SUM,
    OwnMetrics,
    of_function,
    of_mapping,
    of_stream,
    of_table,
)
from infra.settings.settings import Settings

_WIDTH: Final = 24

# The values of LinkEvidence (docs/table.md).
_LINK_EVIDENCE: Final = ("CONTACT_RECORD", "CONTACT_EVENT", "INFERRED")

# The function writes one line for each batch, with what it put into quarantine by reason.
_REASONS: Final = (
    r'filter @message like /"quarantined":\{"/',
    r'parse @message /"quarantined":\{(?<reasons>[^}]+)\}/',
    "stats count(*) as batches by reasons",
    "sort batches desc",
)


class Dashboard(Construct):
    """One dashboard. CloudWatch charges for it, as it has more than 50 metrics."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Mapping[str, GrantedFunction],
        mappings: Mapping[str, lambda_.IEventSourceMapping],
        streams: Mapping[str, kinesis.IStream],
        tables: Mapping[str, dynamodb.ITable],
        alarms: Sequence[cloudwatch.IAlarm],
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        own = OwnMetrics(settings.names.metrics_namespace)
        each_function = {name: each.function for name, each in functions.items()}
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            # Dashboard names are unique in an account, not in a region: without the region another
            # region's deployment would overwrite this one.
            dashboard_name=settings.names.in_region(cdk.Stack.of(self).region),
            default_interval=cdk.Duration.hours(3),
        )
        for row in (
            _state(alarms),
            _age(each_function, streams),
            _latency(own),
            _records(own),
            _trouble(own, functions["agent_events"], mappings),
            _links(own),
            _agreement(own),
            *([_events(own)] if settings.publishes_events else []),
            *([_stale(own)] if settings.closes_stale_contacts else []),
            *([_canary(own)] if settings.has_canary else []),
            _work(each_function),
            _tables(tables),
            _streams(streams),
        ):
            dashboard.add_widgets(*row)


def _state(alarms: Sequence[cloudwatch.IAlarm]) -> list[cloudwatch.IWidget]:
    return [
        cloudwatch.TextWidget(
            markdown=f"**Contact Chains.** An alarm says what to do first and where {RUNBOOK} "
            "goes on. Counts are those of five minutes; where a line has a gap there was nothing "
            "to count.",
            width=_WIDTH,
            height=1,
        ),
        cloudwatch.AlarmStatusWidget(alarms=list(alarms), width=_WIDTH, height=4),
    ]


def _age(
    functions: Mapping[str, lambda_.IFunction], streams: Mapping[str, kinesis.IStream]
) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "How old records are when a function gets them (ms)",
            *(
                of_function("IteratorAge", function, statistic=MAXIMUM, label=name)
                for name, function in functions.items()
            ),
            columns=2,
        ),
        _graph(
            "How old records are when they are read from a stream, by whomever (ms)",
            *(
                of_stream(
                    "GetRecords.IteratorAgeMilliseconds", stream, statistic=MAXIMUM, label=name
                )
                for name, stream in streams.items()
            ),
            columns=2,
        ),
    ]


def _latency(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            title,
            *(
                own.metric(name, service, statistic=statistic, label=statistic)
                for statistic in ("p50", "p99")
            ),
            columns=2,
        )
        for title, name, service in (
            ("From the event to its record (ms)", "EventToRecord", "agent_events"),
            ("From the newest fact to the linked chain (ms)", "EventToLink", "contact_chains"),
        )
    ]


def _records(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "What came",
            *own.each(
                "agent_events", "AgentEvents", "ContactEventsReceived", "ContactRecordsReceived"
            ),
            columns=3,
        ),
        _graph(
            "What became of it",
            *own.each(
                "agent_events", "Facts", "RecordsWritten", "RecordsUnchanged", "AgentStatesWritten"
            ),
            columns=3,
        ),
        _graph(
            "What it met with",
            *own.each("agent_events", "Conflicts", "RecordsMoved", "LostEventsRepaired"),
            columns=3,
        ),
    ]


def _trouble(
    own: OwnMetrics,
    agent_events: GrantedFunction,
    mappings: Mapping[str, lambda_.IEventSourceMapping],
) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "What could not be used, or not yet",
            *own.each("agent_events", "QuarantinedRecords", "FailedRecords"),
            *own.each("contact_chains", "FailedChains"),
            columns=3,
        ),
        _graph(
            "What Lambda gave up on",
            *(
                of_mapping(metric, mapping, label=f"{name}, {word}")
                for name, mapping in mappings.items()
                for metric, word in (
                    ("OnFailureDestinationDeliveredEventCount", "in the bucket"),
                    ("DroppedEventCount", "lost"),
                )
            ),
            columns=3,
        ),
        cloudwatch.LogQueryWidget(
            title="Batches with something for the quarantine, by reason",
            log_group_names=[agent_events.log_group.log_group_name],
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            query_lines=list(_REASONS),
            width=_WIDTH // 3,
            height=6,
        ),
    ]


def _links(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Chains",
            *own.each("contact_chains", "Chains", "LinksWritten", "Conflicts", "FullRecords"),
            columns=3,
        ),
        _graph(
            "Legs of a chain",
            *(
                own.metric("ChainSize", "contact_chains", statistic=statistic, label=statistic)
                for statistic in ("p50", "p99", MAXIMUM)
            ),
            columns=3,
        ),
        _graph(
            "Links written, by evidence",
            *(
                own.metric("LinksByEvidence", "contact_chains", label=evidence, Evidence=evidence)
                for evidence in _LINK_EVIDENCE
            ),
            columns=3,
        ),
    ]


def _agreement(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Where Amazon's contact records say otherwise, by field",
            own.by("Disagreements", "agent_events", "Field"),
            columns=2,
        ),
        _graph(
            "Where Amazon links otherwise than agent events would, by field",
            own.by("LinkDisagreements", "contact_chains", "Field"),
            columns=2,
        ),
    ]


def _events(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Events published, by detail type",
            own.by("EventsPublished", "record_events", "DetailType"),
            columns=3,
        ),
        _graph(
            "From the stored record to its event (ms)",
            *(
                own.metric("RecordToEvent", "record_events", statistic=statistic, label=statistic)
                for statistic in ("p50", "p99")
            ),
            columns=3,
        ),
        _graph(
            "Changes whose events were not taken yet, and events that had to be cut short",
            *own.each("record_events", "FailedChanges", "EventsCutShort"),
            columns=3,
        ),
    ]


def _stale(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Contacts that stay open, and those that could not be looked into",
            *own.each("stale_contacts", "StaleContacts", "StaleContactsFailed"),
            columns=1,
        )
    ]


def _canary(own: OwnMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Made-up calls that came through",
            *own.each("canary", "CanaryCameThrough"),
            columns=1,
        )
    ]


def _work(functions: Mapping[str, lambda_.IFunction]) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Errors and throttles",
            *(
                of_function(metric, function, statistic=SUM, label=f"{name} {metric}")
                for name, function in functions.items()
                for metric in ("Errors", "Throttles")
            ),
            columns=4,
        ),
        _graph(
            "Duration (ms)",
            *(
                of_function("Duration", function, statistic=statistic, label=f"{name} {statistic}")
                for name, function in functions.items()
                for statistic in ("p50", "p99")
            ),
            columns=4,
        ),
        _graph(
            "At once",
            *(
                of_function("ConcurrentExecutions", function, statistic=MAXIMUM, label=name)
                for name, function in functions.items()
            ),
            columns=4,
        ),
        _graph(
            "What Lambda charges for: invocations, and milliseconds on the right",
            *(
                of_function("Invocations", function, statistic=SUM, label=name)
                for name, function in functions.items()
            ),
            right=[
                of_function("Duration", function, statistic=SUM, label=f"{name} ms")
                for name, function in functions.items()
            ],
            columns=4,
        ),
    ]


def _tables(tables: Mapping[str, dynamodb.ITable]) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "What DynamoDB charges for: consumed capacity units, indexes apart",
            *(
                of_table(f"Consumed{kind}CapacityUnits", table, label=f"{name} {kind}")
                for name, table in tables.items()
                for kind in ("Read", "Write")
            ),
            columns=3,
        ),
        _graph(
            "Write units of the indexes",
            _by_index("ConsumedWriteCapacityUnits", tables["ContactRecords"]),
            columns=3,
        ),
        _graph(
            "Throttled",
            *(
                of_table(f"{kind}ThrottleEvents", table, label=f"{name} {kind}")
                for name, table in tables.items()
                for kind in ("Read", "Write")
            ),
            _by_index("WriteThrottleEvents", tables["ContactRecords"]),
            columns=3,
        ),
    ]


def _streams(streams: Mapping[str, kinesis.IStream]) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "What Kinesis charges for: bytes in",
            *_of_streams("IncomingBytes", streams),
            columns=4,
        ),
        _graph("Records in", *_of_streams("IncomingRecords", streams), columns=4),
        _graph("Bytes read, by all who read", *_of_streams("GetRecords.Bytes", streams), columns=4),
        _graph(
            "Refused",
            *_of_streams("WriteProvisionedThroughputExceeded", streams),
            *_of_streams("ReadProvisionedThroughputExceeded", streams),
            columns=4,
        ),
    ]


def _of_streams(name: str, streams: Mapping[str, kinesis.IStream]) -> list[cloudwatch.Metric]:
    return [
        of_stream(name, stream, statistic=SUM, label=f"{stream_name} {name}")
        for stream_name, stream in streams.items()
    ]


def _by_index(metric: str, table: dynamodb.ITable) -> cloudwatch.MathExpression:
    schema = "{AWS/DynamoDB,TableName,GlobalSecondaryIndexName}"
    search = f'{schema} MetricName="{metric}" TableName="{table.table_name}"'
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{search}', 'Sum')", using_metrics={}, label=""
    )


def _graph(
    title: str,
    *left: cloudwatch.IMetric,
    right: Sequence[cloudwatch.IMetric] = (),
    columns: int,
) -> cloudwatch.GraphWidget:
    """A graph that shares its row with as many others as there are columns."""
    return cloudwatch.GraphWidget(
        title=title,
        left=list(left),
        right=list(right),
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        width=_WIDTH // columns,
        height=6,
    )

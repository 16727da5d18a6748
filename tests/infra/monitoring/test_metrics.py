"""Every metric that an alarm or the dashboard looks at is one that somebody really writes.

The functions' own are those that the handlers publish: name and dimensions must be the same to the
letter, or an alarm looks at nothing for ever.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from adapters.metrics import CountedBy, Metrics, Values
from contacts.chain.links import INFERRED
from contacts.facts.statement import CONTACT_EVENT, CONTACT_RECORD
from emulator.streams.stream_records import table_record
from tests.by_hand.agent_events_by_hand import events_of_steps, moment
from tests.by_hand.stated_by_hand import amazon_contact_record
from tests.fakes.aws_in_memory import (
    CONTEXT,
    agent_events_handler,
    contact_chains_handler,
    in_memory_aws,
)
from tests.fakes.canary_in_memory import PipelineInMemory, canary_module
from tests.fakes.emf import METRICS_NAMESPACE
from tests.fakes.kinesis_batches import batch
from tests.fakes.stale_contacts_in_memory import aws_with_open_contacts, stale_contacts_handler
from tests.infra.synthesized import Synthesized, synthesize

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"

EVERYTHING = {
    "connectInstanceArn": "arn:aws:connect:eu-central-1:111122223333:instance/1",
    "contactRecords": "separate",
    "businessHoursUtc": "Mon-Fri 07-17",
    "readSide": "on",
    "canary": "on",
}


class MetricName(NamedTuple):
    """A metric, but for which function, stream or table it is of."""

    namespace: str
    name: str
    dimensions: frozenset[str]


def metric(namespace: str, name: str, *dimensions: str) -> MetricName:
    return MetricName(namespace, name, frozenset(dimensions))


# Lambda's guide, pages monitoring-metrics-types and (of mappings) monitoring-metrics#event-source-
# mapping-metrics; Kinesis' guide, page monitoring-with-cloudwatch; DynamoDB's guide, page
# metrics-dimensions; SQS' guide, page sqs-available-cloudwatch-metrics; Firehose's guide, page
# monitoring-with-cloudwatch-metrics; API Gateway's guide, page http-api-metrics.
DOCUMENTED = frozenset(
    [
        *(
            metric("AWS/Lambda", name, "FunctionName")
            for name in ("ConcurrentExecutions", "Duration", "Errors", "Invocations", "IteratorAge")
        ),
        metric("AWS/Lambda", "Throttles", "FunctionName"),
        *(
            metric("AWS/Lambda", name, "EventSourceMappingUUID")
            for name in (
                "DroppedEventCount",
                "OnFailureDestinationDeliveredEventCount",
                "PolledEventCount",
            )
        ),
        *(
            metric("AWS/Kinesis", name, "StreamName")
            for name in (
                "GetRecords.Bytes",
                "GetRecords.IteratorAgeMilliseconds",
                "IncomingBytes",
                "IncomingRecords",
                "ReadProvisionedThroughputExceeded",
                "WriteProvisionedThroughputExceeded",
            )
        ),
        *(
            metric("AWS/DynamoDB", name, "TableName")
            for name in (
                "ConsumedReadCapacityUnits",
                "ConsumedWriteCapacityUnits",
                "ReadThrottleEvents",
                "WriteThrottleEvents",
            )
        ),
        *(
            metric("AWS/DynamoDB", name, "TableName", "GlobalSecondaryIndexName")
            for name in ("ConsumedWriteCapacityUnits", "WriteThrottleEvents")
        ),
        *(
            metric("AWS/Firehose", name, "DeliveryStreamName")
            for name in ("DeliveryToS3.DataFreshness", "KinesisMillisBehindLatest")
        ),
        metric("AWS/ApiGateway", "5xx", "ApiId"),
        metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
    ]
)


def run_the_functions() -> None:
    """On a transferred call that Amazon's contact record tells otherwise."""
    call = events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"), (90, "ada", "ENDED"))
    second = events_of_steps(
        (62, "ben", "CONNECTING"),
        (65, "ben", "CONNECTED"),
        contact_id="contact-2",
        InitialContactId="contact-1",
        InitiationMethod="TRANSFER",
        QueueTimestamp=moment(61),
    )
    recorded = amazon_contact_record(
        ContactId="contact-2",
        InitialContactId="contact-1",
        NextContactId=None,
        PreviousContactId="another",
        AgentConnectionAttempts=7,
    )
    with in_memory_aws() as aws:
        agent_events_handler()(batch([*call, *second, recorded]), CONTEXT)
        records = [
            table_record(each, stream_arn=aws.table_stream_arn).event
            for each in aws.table_stream_records(after=0)
        ]
        contact_chains_handler()({"Records": records}, CONTEXT)
    with in_memory_aws() as aws, pytest.MonkeyPatch.context() as patch:
        canary = canary_module()
        patch.setattr(canary, "_stream", PipelineInMemory(aws))
        patch.setattr(canary, "PATIENCE_SECONDS", 0)
        canary.lambda_handler({}, CONTEXT)
    with aws_with_open_contacts():
        stale_contacts_handler()({}, CONTEXT)


@pytest.fixture(scope="module")
def emitted() -> dict[MetricName, set[str]]:
    """The functions' metrics, zero or not, each with the functions that write it."""
    found: dict[MetricName, set[str]] = {}

    def publish(
        metrics: Metrics,
        counts: Mapping[str, Values],
        *,
        milliseconds: Mapping[str, Values] = MappingProxyType({}),
        counted_by: Iterable[CountedBy] = (),
        **_: object,
    ) -> None:
        names = [
            *(metric(metrics.namespace, name, "service") for name in (*counts, *milliseconds)),
            *(
                metric(metrics.namespace, each.metric, each.dimension, "service")
                for each in counted_by
                if each.counts
            ),
        ]
        for name in names:
            found.setdefault(name, set()).add(metrics.service)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Metrics, "publish", publish)
        run_the_functions()
    return found


def looked_at(synthesized: Synthesized) -> Iterator[tuple[MetricName, dict[str, str]]]:
    """Every metric of every alarm and widget, with the values of its dimensions."""
    for alarm in synthesized.resources("AWS::CloudWatch::Alarm"):
        yield from _of_alarm(synthesized, alarm["Properties"])
    for widget in widgets(synthesized):
        for row in widget["properties"].get("metrics", []):
            match row:
                case [{"expression": expression}]:
                    yield _of_search(expression)
                case [str(namespace), str(name), *rest]:
                    texts = [each for each in rest if isinstance(each, str)]
                    values = dict(zip(texts[::2], texts[1::2], strict=True))
                    yield metric(namespace, name, *values), values


def _of_alarm(
    synthesized: Synthesized, alarm: dict[str, Any]
) -> Iterator[tuple[MetricName, dict[str, str]]]:
    statistics = [each["MetricStat"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
    for each in [statistic["Metric"] for statistic in statistics] or [alarm]:
        values = {
            dimension["Name"]: synthesized.readable(dimension["Value"])
            for dimension in each["Dimensions"]
        }
        yield metric(each["Namespace"], each["MetricName"], *values), values


def _of_search(expression: str) -> tuple[MetricName, dict[str, str]]:
    found = re.fullmatch(r"SEARCH\('\{([^}]+)\} MetricName=\"(\w+)\" (.+)', 'Sum'\)", expression)
    assert found, expression
    namespace, *dimensions = found[1].split(",")
    values = dict(re.findall(r'(\w+)="([^"]+)"', found[3]))
    return metric(namespace, found[2], *dimensions), values


def widgets(synthesized: Synthesized) -> list[dict[str, Any]]:
    body = synthesized.properties("AWS::CloudWatch::Dashboard")["DashboardBody"]
    found: list[dict[str, Any]] = json.loads(synthesized.readable(body))["widgets"]
    return found


def test_own_metrics_that_are_looked_at_are_written_by_that_function(
    emitted: dict[MetricName, set[str]],
) -> None:
    own = [
        (name, values["service"])
        for name, values in looked_at(synthesize(**EVERYTHING))
        if name.namespace == METRICS_NAMESPACE
    ]

    assert own
    assert [each for each in own if each[1] not in emitted.get(each[0], ())] == []


def test_every_own_metric_is_on_the_dashboard(emitted: dict[MetricName, set[str]]) -> None:
    shown = {
        (name, values["service"])
        for name, values in looked_at(synthesize(readSide="on", canary="on"))
        if name.namespace == METRICS_NAMESPACE
    }

    assert {(name, service) for name, each in emitted.items() for service in each} == shown


def test_every_own_metric_is_explained(emitted: dict[MetricName, set[str]]) -> None:
    text = OPERATIONS.read_text("utf-8")

    assert [each.name for each in emitted if f"`{each.name}`" not in text] == []


def test_other_metrics_that_are_looked_at_are_documented_by_aws() -> None:
    others = {
        name
        for name, _ in looked_at(synthesize(**EVERYTHING))
        if name.namespace != METRICS_NAMESPACE
    }

    assert others == DOCUMENTED


def test_links_are_shown_by_every_evidence_that_there_is() -> None:
    shown = [
        values["Evidence"]
        for name, values in looked_at(synthesize())
        if name.name == "LinksByEvidence"
    ]

    assert sorted(shown) == sorted([CONTACT_RECORD, CONTACT_EVENT, INFERRED])


def test_reasons_for_quarantine_are_found_in_the_line_that_the_function_logs() -> None:
    """The dashboard's query takes them from the text of the log."""
    (query,) = (
        each["properties"]["query"] for each in widgets(synthesize()) if each["type"] == "log"
    )
    kept, parsed = re.findall(r"/(.+)/$", query, re.MULTILINE)
    pattern = parsed.replace("(?<", "(?P<")

    good, bad = logged(events_of_steps((0, "ada", "CONNECTING"))), logged([b"not JSON"])

    assert not re.search(kept, good)
    assert re.search(kept, bad)
    found = re.search(pattern, bad)
    assert found
    assert found["reasons"].startswith('"not JSON in UTF-8: ')


def logged(contents: list[Any]) -> str:
    """The line that the function logs of a batch."""
    log = io.StringIO()
    with in_memory_aws(), redirect_stdout(log):
        agent_events_handler()(batch(contents), CONTEXT)
    return log.getvalue()

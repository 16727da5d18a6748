"""The metrics of alarms and dashboard: those of the functions themselves, and of AWS.

What a metric counts is said in docs/operations.md; AWS's own are those of its guides' pages
monitoring-metrics-types (Lambda), monitoring-with-cloudwatch (Kinesis), metrics-dimensions
(DynamoDB), sqs-available-cloudwatch-metrics (SQS), monitoring-with-cloudwatch-metrics (Firehose),
eb-monitoring (EventBridge) and http-api-metrics (API Gateway).
"""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream

SUM: Final = "Sum"
MAXIMUM: Final = "Maximum"
SAMPLE_COUNT: Final = "SampleCount"

# The dimension of every metric; its value is the name that the function gives itself.
_SERVICE: Final = "service"


@dataclass(frozen=True, slots=True)
class OwnMetrics:
    """The functions' own metrics of one deployment, in its namespace."""

    namespace: str

    def metric(
        self,
        name: str,
        service: str,
        *,
        statistic: str = SUM,
        label: str | None = None,
        **by: str,
    ) -> cloudwatch.Metric:
        """A function's own metric; ``by`` is its further dimension, if it has one."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map={_SERVICE: service, **by},
            statistic=statistic,
            label=label,
        )

    def each(self, service: str, *names: str) -> list[cloudwatch.Metric]:
        """Several metrics of a function, each under its own name."""
        return [self.metric(name, service, label=name) for name in names]

    def by(self, name: str, service: str, dimension: str) -> cloudwatch.MathExpression:
        """A function's own metric for each value of a dimension that occurs."""
        # CloudWatch wants quotes around everything but letters and digits (its page on search
        # expressions): the hyphen of a stage.
        namespace = self.namespace if self.namespace.isalnum() else f'"{self.namespace}"'
        schema = f"{{{namespace},{dimension},{_SERVICE}}}"
        return cloudwatch.MathExpression(
            expression=f"SEARCH('{schema} MetricName=\"{name}\" {_SERVICE}=\"{service}\"', 'Sum')",
            using_metrics={},
            label="",
        )


def of_function(
    name: str, function: lambda_.IFunction, *, statistic: str, label: str | None = None
) -> cloudwatch.Metric:
    """A metric that Lambda keeps of a function."""
    return _of_aws("Lambda", name, {"FunctionName": function.function_name}, statistic, label)


def of_mapping(
    name: str,
    mapping: lambda_.IEventSourceMapping,
    *,
    statistic: str = SUM,
    label: str | None = None,
) -> cloudwatch.Metric:
    """One of the metrics that a mapping has if its MetricsConfig asks for EventCount."""
    dimensions = {"EventSourceMappingUUID": mapping.event_source_mapping_id}
    return _of_aws("Lambda", name, dimensions, statistic, label)


def of_stream(
    name: str, stream: kinesis.IStream, *, statistic: str, label: str | None = None
) -> cloudwatch.Metric:
    """A metric that Kinesis keeps of a whole stream, without charge."""
    return _of_aws("Kinesis", name, {"StreamName": stream.stream_name}, statistic, label)


def of_table(
    name: str, table: dynamodb.ITable, *, label: str | None = None, **by: str
) -> cloudwatch.Metric:
    """A metric that DynamoDB keeps of a table, or ``by`` one of its indexes; always summed up."""
    return _of_aws("DynamoDB", name, {"TableName": table.table_name, **by}, SUM, label)


def of_queue(name: str, queue: sqs.IQueue) -> cloudwatch.Metric:
    """A metric that SQS keeps of a queue."""
    return _of_aws("SQS", name, {"QueueName": queue.queue_name}, MAXIMUM, None)


def of_delivery(
    name: str, delivery: CfnDeliveryStream, *, statistic: str = MAXIMUM
) -> cloudwatch.Metric:
    """A metric that Firehose keeps of one delivery: how old, how far behind."""
    return _of_aws("Firehose", name, {"DeliveryStreamName": delivery.ref}, statistic, None)


def of_rule(name: str, rule: events.CfnRule) -> cloudwatch.Metric:
    """A metric that EventBridge keeps of a rule on a bus that is not the account's default."""
    dimensions = {"EventBusName": str(rule.event_bus_name), "RuleName": rule.ref}
    return _of_aws("Events", name, dimensions, SUM, None)


def of_api(name: str, api: apigatewayv2.IHttpApi) -> cloudwatch.Metric:
    """A metric that API Gateway keeps of an HTTP API; always summed up."""
    return _of_aws("ApiGateway", name, {"ApiId": api.api_id}, SUM, None)


def _of_aws(
    service: str, name: str, dimensions: dict[str, str], statistic: str, label: str | None
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=f"AWS/{service}",
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=cdk.Duration.minutes(5),
        label=label,
    )

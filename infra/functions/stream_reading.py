"""Event source mappings: retries, and the filters on the table's stream."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from infra.functions.function_sizes import FunctionSizes
from infra.functions.granted_function import GrantedFunction
from infra.functions.on_failure import OnFailureToQuarantine
from infra.monitoring.stream_alarms import EventSource

# A full batch takes a second or two. The rest is for boto3's own retries while AWS throttles. A
# batch that takes longer should rather end and be retried.
FUNCTION_TIMEOUT = cdk.Duration.seconds(60)

# The code itself quarantines what can never succeed, so a batch that fails should succeed later:
# Lambda retries it many times. But not for ever, because one bad batch would block its shard until
# the stream's retention ends.
RETRY_ATTEMPTS: Final = 100

# A stream keeps its records for at least 24 hours: always so a DynamoDB stream, and so a Kinesis
# stream of which we know nothing else.
SHORTEST_RETENTION = cdk.Duration.days(1)

# Counts of records that Lambda polls, gives up on and loses; no other metric has them.
MAPPING_METRICS = lambda_.MetricsConfig(metrics=[lambda_.MetricType.EVENT_COUNT])


def read_table_stream(
    consumer: GrantedFunction,
    name: str,
    table: dynamodb.ITable,
    *,
    filters: Sequence[Mapping[str, Any]],
    sizes: FunctionSizes,
    quarantine: s3.IBucket,
) -> EventSource:
    """Feed the function with the changes of the table's items that pass one of the filters."""
    stream_arn = table.table_stream_arn
    if stream_arn is None:
        raise ValueError("the table of the contact records has no stream")
    consumer.allow(
        [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        [stream_arn],
    )
    tried_for = half(SHORTEST_RETENTION)
    mapping = lambda_.EventSourceMapping(
        consumer,
        "FromContactRecords",
        target=consumer.function,
        event_source_arn=stream_arn,
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        # Each record may mean one chain to link (a read and a few writes) or two events to publish.
        batch_size=sizes.batch_size,
        max_batching_window=cdk.Duration.seconds(sizes.window_seconds),
        # While one lane retries its batch, the others go on. Few lanes, because the legs of one
        # chain may be in several and race for its links: harmless, but it costs a second read.
        parallelization_factor=sizes.lanes,
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        retry_attempts=RETRY_ATTEMPTS,
        max_record_age=tried_for,
        on_failure=OnFailureToQuarantine(quarantine),
        metrics_config=MAPPING_METRICS,
        filters=list(filters),
    )
    return EventSource(name=name, mapping=mapping, tried_for=tried_for)


def if_new_image(**attribute_types: str) -> Mapping[str, Any]:
    """Lets a change pass after which the item has all attributes, each of its type."""
    image = {
        name: {attribute_type: lambda_.FilterRule.exists()}
        for name, attribute_type in attribute_types.items()
    }
    return lambda_.FilterCriteria.filter({"dynamodb": {"NewImage": image}})


def half(duration: cdk.Duration) -> cdk.Duration:
    """Half of a retention: records that Lambda gives up on stay on the stream as long again."""
    return cdk.Duration.hours(duration.to_hours() / 2)

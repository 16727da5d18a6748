"""The checks of a deployment, in the order in which an event passes its parts."""

from typing import Final

from operations.doctor.alarms import alarms_are_silent, alarms_have_subscribers
from operations.doctor.clock import clock_is_right
from operations.doctor.connect import connect_may_use_the_key, instance_publishes_here
from operations.doctor.findings import Check
from operations.doctor.mappings import mappings_are_enabled
from operations.doctor.metrics import concurrency_is_left, events_arrive, functions_keep_up
from operations.doctor.quarantine_and_queues import quarantine_is_empty, queues_are_empty
from operations.doctor.stacks import Installation, stacks_are_complete

_STACKS: Final = "cloudformation:DescribeStacks"
_RESOURCES: Final = ("cloudformation:GetTemplate", "cloudformation:ListStackResources")
_METRICS: Final = "cloudwatch:GetMetricData"
_STREAM: Final = "kinesis:DescribeStreamSummary"

CHECKS: Final[tuple[Check[Installation], ...]] = (
    Check("Stacks", stacks_are_complete, (_STACKS,)),
    Check("Clock", clock_is_right, (_STACKS,)),
    Check(
        "Associations",
        instance_publishes_here,
        ("connect:DescribeInstance", "connect:ListInstanceStorageConfigs"),
    ),
    Check(
        "Key",
        connect_may_use_the_key,
        (_STREAM, "connect:DescribeInstance", "kms:DescribeKey", "kms:ListGrants"),
    ),
    Check("Mappings", mappings_are_enabled, (*_RESOURCES, "lambda:GetEventSourceMapping")),
    Check("Functions", functions_keep_up, (_METRICS,)),
    Check("Events", events_arrive, (_METRICS,)),
    Check("Quarantine", quarantine_is_empty, ("s3:ListBucket",)),
    Check("Queues", queues_are_empty, (*_RESOURCES, "sqs:GetQueueAttributes")),
    Check("Alarms", alarms_are_silent, (*_RESOURCES, "cloudwatch:DescribeAlarms")),
    Check(
        "Subscribers",
        alarms_have_subscribers,
        (*_RESOURCES, "cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic"),
    ),
    Check("Concurrency", concurrency_is_left, (_METRICS, "lambda:GetAccountSettings", _STREAM)),
)

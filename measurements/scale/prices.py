"""List prices: the only table of prices there is.

US East (N. Virginia), November 2026, written down from memory of AWS's price lists and not looked
up for this purpose: **check them before relying on a sum**. Free tiers and discounts are left out.
"""

from enum import Enum
from typing import Final

AS_OF: Final = "November 2026, us-east-1, to be checked"
HOURS_PER_MONTH: Final = 730


class Price(Enum):
    """Dollars, unit, and whose price list."""

    KINESIS_STREAM_HOUR = (0.04, "stream and hour, on demand", "kinesis/data-streams/pricing")
    KINESIS_GB_IN = (0.08, "GB in, on demand", "kinesis/data-streams/pricing")
    KINESIS_GB_OUT = (0.04, "GB out, on demand", "kinesis/data-streams/pricing")
    KINESIS_GB_KEPT = (
        0.10,
        "GB and month kept beyond the first day",
        "kinesis/data-streams/pricing",
    )
    KINESIS_SHARD_HOUR = (0.015, "shard and hour, provisioned", "kinesis/data-streams/pricing")
    KINESIS_SHARD_HOUR_KEPT = (
        0.02,
        "shard and hour kept 2 to 7 days, provisioned",
        "kinesis/data-streams/pricing",
    )
    KINESIS_PUT_MILLION = (
        0.014,
        "million of 25 KB put, provisioned",
        "kinesis/data-streams/pricing",
    )
    LAMBDA_REQUEST_MILLION = (0.20, "million invocations", "lambda/pricing")
    LAMBDA_GB_SECOND = (0.0000133334, "GB-second, arm64", "lambda/pricing")
    DYNAMODB_WRU_MILLION = (0.625, "million write request units", "dynamodb/pricing/on-demand")
    DYNAMODB_RRU_MILLION = (0.125, "million read request units", "dynamodb/pricing/on-demand")
    DYNAMODB_WCU_HOUR = (0.00065, "write capacity unit and hour", "dynamodb/pricing/provisioned")
    DYNAMODB_RCU_HOUR = (0.00013, "read capacity unit and hour", "dynamodb/pricing/provisioned")
    DYNAMODB_GB_MONTH = (0.25, "GB and month stored", "dynamodb/pricing/on-demand")
    DYNAMODB_BACKUP_GB_MONTH = (
        0.20,
        "GB and month of point-in-time recovery",
        "dynamodb/pricing/on-demand",
    )
    FIREHOSE_GB = (0.029, "GB, each record rounded up to 5 KB", "kinesis/data-firehose/pricing")
    FIREHOSE_CONVERTED_GB = (
        0.018,
        "GB made Parquet, rounded alike",
        "kinesis/data-firehose/pricing",
    )
    EVENT_MILLION = (1.00, "million events published", "eventbridge/pricing")
    S3_GB_MONTH = (0.023, "GB and month, Standard", "s3/pricing")
    S3_COLD_GB_MONTH = (0.004, "GB and month, Glacier Instant Retrieval", "s3/pricing")
    S3_PUT_THOUSAND = (0.005, "thousand PUT requests", "s3/pricing")
    S3_MOVED_THOUSAND = (0.02, "thousand moves to Glacier Instant Retrieval", "s3/pricing")
    LOGS_GB = (0.50, "GB of logs taken in", "cloudwatch/pricing")
    METRIC_MONTH = (0.30, "custom metric and month", "cloudwatch/pricing")
    ALARM_MONTH = (0.10, "alarm and month", "cloudwatch/pricing")
    DASHBOARD_MONTH = (3.00, "dashboard and month", "cloudwatch/pricing")
    FLINK_KPU_HOUR = (0.11, "KPU and hour", "managed-service-apache-flink/pricing")
    FLINK_GB_MONTH = (0.10, "GB and month of state", "managed-service-apache-flink/pricing")
    FARGATE_VCPU_HOUR = (0.03238, "vCPU and hour, arm64", "fargate/pricing")
    FARGATE_GB_HOUR = (0.00356, "GB of memory and hour, arm64", "fargate/pricing")
    ATHENA_TB = (5.00, "TB scanned", "athena/pricing")

    @property
    def dollars(self) -> float:
        """Of one unit."""
        return self.value[0]

    @property
    def unit(self) -> str:
        """What one is paid for."""
        return self.value[1]

    @property
    def source(self) -> str:
        """Path below https://aws.amazon.com/."""
        return self.value[2]

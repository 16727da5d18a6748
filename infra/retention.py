"""Removal policies of resources, and the retention of logs."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs

from infra.settings.settings import Settings


def removal_of_data(settings: Settings) -> cdk.RemovalPolicy:
    """The policy of deletable resources: kept, except when their creation is rolled back.

    Without the exception, a first deployment that fails leaves a stream and buckets that cost
    money, hold nothing and belong to no stack.
    """
    if settings.keeps_data:
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    return cdk.RemovalPolicy.DESTROY


def removal_of_protected_data(settings: Settings) -> cdk.RemovalPolicy:
    """The policy of tables and user pool, which refuse to be deleted: always kept.

    To roll back their creation would fail (deletion protection), and leave a stack in
    ROLLBACK_FAILED beside them.
    """
    return cdk.RemovalPolicy.RETAIN if settings.keeps_data else cdk.RemovalPolicy.DESTROY


def log_retention(settings: Settings) -> logs.RetentionDays:
    """The retention of all log groups; ``settings`` has a number that CloudWatch Logs takes.

    Long enough by default to look into last month's incident. The logs hold no personal data and
    no contact record, so they go with their stack whatever removalPolicy says of the data.
    """
    return _RETENTION[settings.log_retention_days]


_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
    1096: logs.RetentionDays.THREE_YEARS,
    1827: logs.RetentionDays.FIVE_YEARS,
    2192: logs.RetentionDays.SIX_YEARS,
    2557: logs.RetentionDays.SEVEN_YEARS,
    2922: logs.RetentionDays.EIGHT_YEARS,
    3288: logs.RetentionDays.NINE_YEARS,
    3653: logs.RetentionDays.TEN_YEARS,
}

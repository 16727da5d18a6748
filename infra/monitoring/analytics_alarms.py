"""Alarms of history: Firehose is late or cannot convert a record, or EventBridge gave up."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream

from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import SUM, of_delivery, of_rule
from infra.settings.settings import Settings

_LATE: Final = "History-Late"
_UNCONVERTED: Final = "History-Unconverted"
_UNDELIVERED: Final = "History-Undelivered"

# Twice the time for which Firehose gathers records, as with the archive.
_LATE_AFTER = cdk.Duration.minutes(30)
_HEADING: Final = "history-lacks-records"
_AGAIN: Final = "contact-chains backfill --yes writes what is missing, once the cause is gone."


def watch_history(alarms: Alarms, delivery: CfnDeliveryStream, rule: events.CfnRule) -> None:
    """The alarms on the way from the event bus to the bucket."""
    alarms.add(
        _LATE,
        of_delivery("DeliveryToS3.DataFreshness", delivery),
        Advice(
            says=f"Firehose has had records for {_LATE_AFTER.to_minutes():g} minutes and could not "
            "write them to the bucket of history. It retries for a day.",
            do_first="read the newest line of the log group in the analytics stack.",
            heading=_HEADING,
        ),
        above=_LATE_AFTER.to_seconds(),
    )
    alarms.add(
        _UNCONVERTED,
        of_delivery("FailedConversion.Records", delivery, statistic=SUM),
        Advice(
            says="Firehose could not write records as Parquet; they are in the bucket of history "
            "below errors/.",
            do_first="read why in the log group of the analytics stack.",
            heading=_HEADING,
        ),
    )
    alarms.add(
        _UNDELIVERED,
        of_rule("FailedInvocations", rule),
        Advice(
            says="EventBridge could not deliver finished records to Firehose, and gave up on them.",
            do_first=_AGAIN,
            heading=_HEADING,
        ),
    )


def alarms_of_analytics(settings: Settings) -> list[str]:
    """The names of these alarms, for the dashboard of another stack."""
    return [_LATE, _UNCONVERTED, _UNDELIVERED] if settings.has_analytics else []

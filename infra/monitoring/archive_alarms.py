"""Alarms of the archive, by stream: Firehose delivers late, or reads late."""

from typing import Final

import aws_cdk as cdk
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream

from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import of_delivery
from infra.settings.settings import Settings

AGENT_EVENT_ARCHIVE: Final = "AgentEventArchive"
CONTACT_RECORD_ARCHIVE: Final = "ContactRecordArchive"

# Twice the time for which Firehose gathers records; its guide recommends once that time
# (firehose-cloudwatch-metrics-best-practices).
_LATE = cdk.Duration.minutes(30)

_BEHIND = cdk.Duration.hours(1)
_LASTING_PERIODS: Final = 3

_HEADING: Final = "the-archive-falls-behind"


def watch_archive(alarms: Alarms, name: str, delivery: CfnDeliveryStream) -> None:
    """Alarms on the age of undelivered records, and on how far reading is behind."""
    alarms.add(
        f"{name}-Late",
        of_delivery("DeliveryToS3.DataFreshness", delivery),
        Advice(
            says=f"Firehose has had records for {_LATE.to_minutes():g} minutes and could not "
            "write them to the archive. It keeps retrying; the stream still has them, too.",
            do_first="read the newest line of the log group in the archive's stack.",
            heading=_HEADING,
        ),
        above=_LATE.to_seconds(),
    )
    alarms.add(
        f"{name}-Behind",
        of_delivery("KinesisMillisBehindLatest", delivery),
        Advice(
            says=f"Firehose is {_BEHIND.to_hours():g} h behind the end of the stream that it "
            "archives. Nothing is lost while the stream keeps its records.",
            do_first="see how many consumers read the stream, and whether its key can be used.",
            heading=_HEADING,
        ),
        above=_BEHIND.to_milliseconds(),
        periods=_LASTING_PERIODS,
    )


def alarms_of_archive(settings: Settings) -> list[str]:
    """The names of these alarms, for the dashboard of another stack."""
    if not settings.archives_events:
        return []
    archives = [AGENT_EVENT_ARCHIVE]
    if settings.reads_separate_contact_records:
        archives.append(CONTACT_RECORD_ARCHIVE)
    return [f"{archive}-{trouble}" for archive in archives for trouble in ("Late", "Behind")]

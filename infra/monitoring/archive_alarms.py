"""The alarms of the archive: Firehose delivers late, or reads late. Each names the stream's."""

from typing import Final

import aws_cdk as cdk
from aws_cdk.aws_kinesisfirehose import CfnDeliveryStream

from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import of_delivery
from infra.settings.settings import Settings

AGENT_EVENT_ARCHIVE: Final = "AgentEventArchive"
CONTACT_RECORD_ARCHIVE: Final = "ContactRecordArchive"

# Twice the time for which Firehose gathers records; its guide has an alarm ring at once that
# (firehose-cloudwatch-metrics-best-practices).
_LATE = cdk.Duration.minutes(30)

_BEHIND = cdk.Duration.hours(1)
_LASTING_PERIODS: Final = 3

_HEADING: Final = "the-archive-falls-behind"


def watch_archive(alarms: Alarms, name: str, delivery: CfnDeliveryStream) -> None:
    """What it has and cannot put into the bucket, and what it has not read yet."""
    alarms.add(
        f"{name}-Late",
        of_delivery("DeliveryToS3.DataFreshness", delivery),
        Advice(
            says=f"Firehose has had records for {_LATE.to_minutes():g} minutes and could not put "
            "them into the archive. It goes on trying; the stream keeps them besides.",
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
            "archives. Nothing is lost as long as the stream keeps its records.",
            do_first="see how many others read the stream, and whether its key can be used.",
            heading=_HEADING,
        ),
        above=_BEHIND.to_milliseconds(),
        periods=_LASTING_PERIODS,
    )


def alarms_of_archive(settings: Settings) -> list[str]:
    """Their names, for the dashboard of another stack."""
    if not settings.archives_events:
        return []
    archives = [AGENT_EVENT_ARCHIVE]
    if settings.reads_separate_contact_records:
        archives.append(CONTACT_RECORD_ARCHIVE)
    return [f"{archive}-{trouble}" for archive in archives for trouble in ("Late", "Behind")]

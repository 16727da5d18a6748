"""The places that the command cannot erase: others must, or the data expire."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

BACKUP_DAYS: Final = 35
"""How far back point-in-time recovery goes."""

QUEUE_DAYS: Final = 14
LOG_DAYS: Final = 30


def not_erased(
    kinesis: "KinesisClient",
    stream_name: str,
    *,
    of_contacts: bool,
    with_history: bool,
    now: datetime,
) -> Iterator[str]:
    """One sentence for each place, with the time until which it may hold what was erased."""
    described = kinesis.describe_stream_summary(StreamName=stream_name)
    hours = described["StreamDescriptionSummary"]["RetentionPeriodHours"]
    yield (
        f"Stream {stream_name} keeps records for {hours} hours: until "
        f"{_day(now + timedelta(hours=hours))} whatever is delivered or read again may bring it "
        "back, to the tables and to the archive. Run this command once more then; the same holds "
        "for a separate stream of contact records."
    )
    yield (
        "Connect sends a contact record again whenever it changes: erase there first."
        if of_contacts
        else "Connect sends the name with every event of the agent: delete the user there first."
    )
    yield "The table's own stream keeps what was deleted for 24 hours."
    yield (
        f"Backups: point-in-time recovery goes back {BACKUP_DAYS} days, until "
        f"{_day(now + timedelta(days=BACKUP_DAYS))}. What is restored must be erased again."
    )
    yield (
        f"Queues keep for {QUEUE_DAYS} days contact events that could not be delivered (see "
        "undelivered list), and published events that their bus could not encrypt."
    )
    if of_contacts:
        yield f"Logs may give its id as a reason for {LOG_DAYS} days; never anything else of it."
    yield "An object of archive or history that was rewritten begins its time to live anew."
    if with_history:
        yield (
            "Firehose writes into history a quarter of an hour after a record was published, a day "
            "after it if it could not: run this command once more then."
        )
    else:
        yield (
            "No stack of history is there. If one was, and its bucket was kept: --history-bucket."
        )
    yield (
        "Exports of history (docs/history.md#erasure), copies that consumers keep, and Connect "
        "itself."
    )


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

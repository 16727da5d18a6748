"""The alarms of a function that reads a stream, and of its event source mapping."""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_

from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import MAXIMUM, SAMPLE_COUNT, SUM, of_function, of_mapping

_MINUTE = cdk.Duration.minutes(1)

# Records are promised within seconds. One late minute may be a single slow batch, five are not.
_LATE_SECONDS: Final = 60
_LATE_MINUTES: Final = 5

# Throttled calls are retried. Throttling in several periods means that a limit was reached.
LASTING_PERIODS: Final = 3

# Lambda reports every poll, also those that find nothing.
_UNREAD_MINUTES: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """The stream of a function, and how long Lambda retries a batch before it gives up."""

    name: str
    mapping: lambda_.IEventSourceMapping
    tried_for: cdk.Duration
    stream: kinesis.IStream | None = None
    """None is the table's stream, for which DynamoDB has no metric of age."""


def alarm_names(function: str, source: str) -> list[str]:
    """The alarms of a function that reads a table's stream, and of its mapping."""
    return [
        *(f"{function}-{trouble}" for trouble in ("Behind", "Errors", "Throttles")),
        *(f"{source}-{trouble}" for trouble in ("NotRead", "NearRetention", "GivenUp", "Dropped")),
    ]


def watch_function(alarms: Alarms, name: str, function: lambda_.IFunction) -> None:
    """Alarms: the function is late, fails, or is throttled."""
    alarms.add(
        f"{name}-Behind",
        of_function("IteratorAge", function, statistic=MAXIMUM).with_(period=_MINUTE),
        Advice(
            says=f"{name} processes records that are more than {_LATE_SECONDS} s old.",
            do_first="see on the dashboard whether it fails, is throttled or has more to do.",
            heading="records-are-read-late",
        ),
        above=_LATE_SECONDS * 1000,
        periods=_LATE_MINUTES,
    )
    alarms.add(
        f"{name}-Errors",
        of_function("Errors", function, statistic=SUM),
        Advice(
            says=f"{name} failed as a whole: an error in the code, a timeout or a lack of "
            "memory. Nothing is lost yet: Lambda retries the batch.",
            do_first="read the newest error in the function's log.",
            heading="a-function-fails",
        ),
    )
    alarms.add(
        f"{name}-Throttles",
        of_function("Throttles", function, statistic=SUM),
        Advice(
            says=f"Lambda throttles {name}: the concurrency limit is reached.",
            do_first="compare the account's concurrency with its quota.",
            heading="a-function-is-throttled",
        ),
        periods=LASTING_PERIODS,
    )


def watch_mapping(alarms: Alarms, source: EventSource) -> None:
    """Alarms: Lambda does not poll the stream, or gave up on some of its records."""
    alarms.add_for_nothing(
        f"{source.name}-NotRead",
        of_mapping("PolledEventCount", source.mapping, statistic=SAMPLE_COUNT).with_(
            period=_MINUTE
        ),
        Advice(
            says=f"Lambda has not polled {source.name} for {_UNREAD_MINUTES} minutes.",
            do_first="look at the event source mapping's state and last result.",
            heading="a-stream-is-not-read",
        ),
        periods=_UNREAD_MINUTES,
    )
    alarms.add(
        f"{source.name}-GivenUp",
        of_mapping("OnFailureDestinationDeliveredEventCount", source.mapping),
        Advice(
            says=f"Lambda gave up on records of {source.name} and put them into the quarantine "
            "bucket.",
            do_first="see what it is and why: make quarantine ARGS=list.",
            heading="lambda-gave-up-on-records",
        ),
    )
    alarms.add(
        f"{source.name}-Dropped",
        of_mapping("DroppedEventCount", source.mapping),
        Advice(
            says=f"Lambda gave up on records of {source.name} and could not quarantine them.",
            do_first="find the cause now, while the stream still has them.",
            heading="lambda-gave-up-on-records",
        ),
    )


def watch_age_of_table_stream(
    alarms: Alarms, source: EventSource, function: lambda_.IFunction
) -> None:
    """The age of the oldest record: by the function, as DynamoDB has no metric of it."""
    alarms.add(
        f"{source.name}-NearRetention",
        of_function("IteratorAge", function, statistic=MAXIMUM),
        near_retention(source.name, source.tried_for),
        above=source.tried_for.to_milliseconds() / 2,
    )


def near_retention(name: str, tried_for: cdk.Duration) -> Advice:
    """The alarm when the oldest record has waited for half of the time that Lambda retries."""
    hours = tried_for.to_hours()
    return Advice(
        says=f"The oldest record of {name} has waited for {hours / 2:g} of the {hours:g} hours "
        "after which Lambda gives up on it.",
        do_first="find out what blocks it; nothing is lost yet.",
        heading="records-are-about-to-be-given-up",
    )

"""The alarms of the pipeline and the dashboard: what may go wrong, and who is told what to do.

One heading of the runbook in docs/operations.md for each kind of trouble.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarms import UNDELIVERED_CONTACT_EVENTS, Advice, Alarms, alarm_of_other_stack
from infra.dashboard import Dashboard
from infra.granted_function import GrantedFunction
from infra.metrics import (
    MAXIMUM,
    SAMPLE_COUNT,
    SUM,
    of_function,
    of_mapping,
    of_stream,
    of_table,
    own_metric,
)
from infra.settings import Settings

_MINUTE = cdk.Duration.minutes(1)

# Seconds are promised. A minute may be one slow batch; five in a row are no accident.
_LATE_SECONDS: Final = 60
_LATE_MINUTES: Final = 5

# Throttled calls are repeated by themselves. What lasts is a limit that was reached.
_LASTING_PERIODS: Final = 3

# Lambda reports every poll, also those that find nothing.
_UNREAD_MINUTES: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What feeds a function, and how long Lambda tries a batch of it before it gives up."""

    name: str
    mapping: lambda_.IEventSourceMapping
    tried_for: cdk.Duration
    stream: kinesis.IStream | None = None
    """None is the table's own stream, of which DynamoDB keeps no age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The functions with what feeds them, and the tables."""

    agent_events: GrantedFunction
    contact_chains: GrantedFunction
    agent_event_sources: Sequence[Source]
    contact_chain_source: Source
    contact_records: dynamodb.ITable
    agent_states: dynamodb.ITable


class Observability(Construct):
    """Alarms, then a dashboard that begins with their state."""

    def __init__(
        self, scope: Construct, construct_id: str, *, watched: Watched, settings: Settings
    ) -> None:
        super().__init__(scope, construct_id)
        self._watched = watched
        self._settings = settings
        self._alarms = Alarms(self, "Alarms", topic_arn=settings.alarm_topic_arn)
        for name, function in (
            ("AgentEvents", watched.agent_events.function),
            ("ContactChains", watched.contact_chains.function),
        ):
            self._watch_function(name, function)
        for source in (*watched.agent_event_sources, watched.contact_chain_source):
            self._watch_mapping(source)
            if source.stream:
                self._watch_stream(source.name, source.stream, source.tried_for)
        self._watch_age_of_the_table_stream()
        self._watch_quarantine()
        self._watch_table("ContactRecords", watched.contact_records)
        self._watch_table("AgentStates", watched.agent_states)
        self._watch_silence()
        Dashboard(
            self,
            "Dashboard",
            functions={
                "agent_events": watched.agent_events,
                "contact_chains": watched.contact_chains,
            },
            mappings={
                source.name: source.mapping
                for source in (*watched.agent_event_sources, watched.contact_chain_source)
            },
            streams={
                source.name: source.stream
                for source in watched.agent_event_sources
                if source.stream
            },
            tables={
                "ContactRecords": watched.contact_records,
                "AgentStates": watched.agent_states,
            },
            alarms=[*self._alarms.all, *self._alarms_elsewhere()],
        )

    def _watch_function(self, name: str, function: lambda_.IFunction) -> None:
        self._alarms.add(
            f"{name}-Behind",
            of_function("IteratorAge", function, statistic=MAXIMUM).with_(period=_MINUTE),
            Advice(
                says=f"{name} works on records that are more than {_LATE_SECONDS} s old.",
                do_first="see on the dashboard whether it fails, is throttled or has more to do.",
                heading="records-are-read-late",
            ),
            above=_LATE_SECONDS * 1000,
            periods=_LATE_MINUTES,
        )
        self._alarms.add(
            f"{name}-Errors",
            of_function("Errors", function, statistic=SUM),
            Advice(
                says=f"{name} failed as a whole: an error in the code, a timeout or a lack of "
                "memory. Nothing is lost yet: Lambda tries the batch again.",
                do_first="read the newest error in the function's log.",
                heading="a-function-fails",
            ),
        )
        self._alarms.add(
            f"{name}-Throttles",
            of_function("Throttles", function, statistic=SUM),
            Advice(
                says=f"Lambda refuses to start {name} for want of concurrency.",
                do_first="compare the account's concurrency with its quota.",
                heading="a-function-is-throttled",
            ),
            periods=_LASTING_PERIODS,
        )

    def _watch_mapping(self, source: Source) -> None:
        self._alarms.add_for_nothing(
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
        self._alarms.add(
            f"{source.name}-GivenUp",
            of_mapping("OnFailureDestinationDeliveredEventCount", source.mapping),
            Advice(
                says=f"Lambda gave up on records of {source.name} and put them into the quarantine "
                "bucket.",
                do_first="see what it is and why: make quarantine ARGS=list.",
                heading="lambda-gave-up-on-records",
            ),
        )
        self._alarms.add(
            f"{source.name}-Dropped",
            of_mapping("DroppedEventCount", source.mapping),
            Advice(
                says=f"Lambda gave up on records of {source.name} and could not keep them.",
                do_first="find the cause now, while the stream still has them.",
                heading="lambda-gave-up-on-records",
            ),
        )

    def _watch_stream(self, name: str, stream: kinesis.IStream, tried_for: cdk.Duration) -> None:
        self._alarms.add(
            f"{name}-NearRetention",
            of_stream("GetRecords.IteratorAgeMilliseconds", stream, statistic=MAXIMUM),
            _near_retention(name, tried_for),
            above=tried_for.to_milliseconds() / 2,
        )
        self._alarms.add(
            f"{name}-Full",
            of_stream("WriteProvisionedThroughputExceeded", stream, statistic=SUM),
            Advice(
                says=f"{name} refuses records: more comes than it can take.",
                do_first="see how much comes in, and whether one shard gets it all.",
                heading="a-stream-refuses-records",
            ),
        )

    def _watch_age_of_the_table_stream(self) -> None:
        source = self._watched.contact_chain_source
        function = self._watched.contact_chains.function
        self._alarms.add(
            f"{source.name}-NearRetention",
            of_function("IteratorAge", function, statistic=MAXIMUM),
            _near_retention(source.name, source.tried_for),
            above=source.tried_for.to_milliseconds() / 2,
        )

    def _watch_quarantine(self) -> None:
        self._alarms.add(
            "Quarantined",
            own_metric("QuarantinedRecords", "agent_events"),
            Advice(
                says="Records came that can never be used; they are kept in the quarantine bucket.",
                do_first="see what it is and why: make quarantine ARGS=list.",
                heading="when-something-lands-in-the-quarantine",
            ),
        )

    def _watch_table(self, name: str, table: dynamodb.ITable) -> None:
        advice = Advice(
            says=f"DynamoDB throttles {name}.",
            do_first="look for the limit: account, table, index, or one key that all write to.",
            heading="a-table-is-throttled",
        )
        self._alarms.add(
            f"{name}-ReadThrottles",
            of_table("ReadThrottleEvents", table),
            advice,
            periods=_LASTING_PERIODS,
        )
        self._alarms.add(
            f"{name}-WriteThrottles",
            # Not WriteThrottleEvents: a write refused for an index counts there for the index only.
            of_table("ThrottledRequests", table, Operation="UpdateItem"),
            advice,
            periods=_LASTING_PERIODS,
        )

    def _watch_silence(self) -> None:
        if not self._settings.business_hours:
            return
        minutes = self._settings.silent_minutes
        (first, *_) = self._watched.agent_event_sources
        polls = of_mapping("PolledEventCount", first.mapping, statistic=SAMPLE_COUNT)
        within = " OR ".join(each.condition("polls") for each in self._settings.business_hours)
        self._alarms.add_for_nothing_while(
            "SilentSource",
            own_metric("AgentEvents", "agent_events").with_(period=_MINUTE),
            cloudwatch.MathExpression(
                # Lambda polls at any hour, so this has a value at any hour.
                expression=f"IF({within}, 1, 0)",
                using_metrics={"polls": polls.with_(period=_MINUTE)},
                period=_MINUTE,
                label="within business hours",
            ),
            Advice(
                says=f"No agent event for {minutes} minutes in business hours.",
                do_first="see whether agents are logged in; each sends a heartbeat every 2 "
                "minutes.",
                heading="no-agent-events-in-business-hours",
            ),
            periods=minutes,
        )

    def _alarms_elsewhere(self) -> list[cloudwatch.IAlarm]:
        if not (self._settings.connect_instance_arn and self._settings.takes_contact_events):
            return []
        return [alarm_of_other_stack(self, UNDELIVERED_CONTACT_EVENTS)]


def _near_retention(name: str, tried_for: cdk.Duration) -> Advice:
    hours = tried_for.to_hours()
    return Advice(
        says=f"The oldest record of {name} has waited for {hours / 2:g} of the {hours:g} hours "
        "after which Lambda gives it up.",
        do_first="find out what holds it up; nothing is lost yet.",
        heading="records-are-about-to-be-given-up",
    )

"""The alarms of the pipeline, and the dashboard.

One heading of the runbook in docs/operations.md for each kind of trouble.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from infra.canary import alarms_of_canary
from infra.events_stack import alarms_of_events
from infra.functions.granted_function import GrantedFunction
from infra.monitoring.alarms import UNDELIVERED_CONTACT_EVENTS, Advice, Alarms, alarm_of_other_stack
from infra.monitoring.analytics_alarms import alarms_of_analytics
from infra.monitoring.archive_alarms import alarms_of_archive
from infra.monitoring.dashboard import Dashboard
from infra.monitoring.metrics import (
    MAXIMUM,
    SAMPLE_COUNT,
    SUM,
    OwnMetrics,
    of_mapping,
    of_stream,
    of_table,
)
from infra.monitoring.query_alarms import alarms_of_queries
from infra.monitoring.stream_alarms import (
    LASTING_PERIODS,
    EventSource,
    near_retention,
    watch_age_of_table_stream,
    watch_function,
    watch_mapping,
)
from infra.settings.settings import Settings
from infra.stale_contacts import alarms_of_stale_contacts
from infra.table_indexes import READ_INDEXES

_MINUTE = cdk.Duration.minutes(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The functions with the streams that they read, and the tables."""

    agent_events: GrantedFunction
    contact_chains: GrantedFunction
    agent_event_sources: Sequence[EventSource]
    contact_chain_source: EventSource
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
        self._alarms = Alarms(self, "Alarms", settings=settings)
        self._own = OwnMetrics(settings.names.metrics_namespace)
        self._say_when_alarms_tell_nobody()
        for name, function in (
            ("AgentEvents", watched.agent_events.function),
            ("ContactChains", watched.contact_chains.function),
        ):
            watch_function(self._alarms, name, function)
        for source in (*watched.agent_event_sources, watched.contact_chain_source):
            watch_mapping(self._alarms, source)
            if source.stream:
                self._watch_stream(source.name, source.stream, source.tried_for)
        watch_age_of_table_stream(
            self._alarms, watched.contact_chain_source, watched.contact_chains.function
        )
        self._watch_quarantine()
        self._watch_table("ContactRecords", watched.contact_records)
        self._watch_indexes("ContactRecords", watched.contact_records)
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
            settings=settings,
        )

    def _say_when_alarms_tell_nobody(self) -> None:
        """Warn once for the alarms of all stacks, here because this stack always exists."""
        if self._settings.alarm_topic_arn is None:
            cdk.Annotations.of(self).add_warning_v2(
                "contact-chains:alarms-tell-nobody",
                "Alarms notify nobody: they change their state in CloudWatch only. Name the SNS "
                "topic to notify: -c alarmTopicArn=<topic ARN>.",
            )

    def _watch_stream(self, name: str, stream: kinesis.IStream, tried_for: cdk.Duration) -> None:
        self._alarms.add(
            f"{name}-NearRetention",
            of_stream("GetRecords.IteratorAgeMilliseconds", stream, statistic=MAXIMUM),
            near_retention(name, tried_for),
            above=tried_for.to_milliseconds() / 2,
        )
        self._alarms.add(
            f"{name}-Full",
            of_stream("WriteProvisionedThroughputExceeded", stream, statistic=SUM),
            Advice(
                says=f"{name} refuses records: it receives more than its shards can take.",
                do_first="see how much comes in, and whether one shard receives most of it.",
                heading="a-stream-refuses-records",
            ),
        )

    def _watch_quarantine(self) -> None:
        self._alarms.add(
            "Quarantined",
            self._own.metric("QuarantinedRecords", "agent_events"),
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
            periods=LASTING_PERIODS,
        )
        # Not ThrottledRequests: there a batch counts only if all of it was refused, and by the
        # operation, of which there are several.
        self._alarms.add(
            f"{name}-WriteThrottles",
            of_table("WriteThrottleEvents", table),
            advice,
            periods=LASTING_PERIODS,
        )

    def _watch_indexes(self, name: str, table: dynamodb.ITable) -> None:
        """A write that is refused for the sake of an index counts for the index only."""
        for index in islice(READ_INDEXES, self._settings.read_indexes):
            self._alarms.add(
                f"{name}-{index}-WriteThrottles",
                of_table("WriteThrottleEvents", table, GlobalSecondaryIndexName=index),
                Advice(
                    says=f"DynamoDB throttles {name} because of its index {index}.",
                    do_first="look for one agent, queue, day or instance that all write to.",
                    heading="a-table-is-throttled",
                ),
                periods=LASTING_PERIODS,
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
            self._own.metric("AgentEvents", "agent_events").with_(period=_MINUTE),
            cloudwatch.MathExpression(
                # Has a value at any hour, because Lambda polls at any hour.
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
        names = [
            *alarms_of_archive(self._settings),
            *alarms_of_analytics(self._settings),
            *alarms_of_canary(self._settings),
            *alarms_of_events(self._settings),
            *alarms_of_queries(self._settings),
            *alarms_of_stale_contacts(self._settings),
        ]
        if self._settings.connect_instance_arn and self._settings.takes_contact_events:
            names.append(UNDELIVERED_CONTACT_EVENTS)
        return [alarm_of_other_stack(self, name, self._settings.names) for name in names]

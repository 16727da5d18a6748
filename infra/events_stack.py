"""Publishes finished records and links on a bus, so that nobody attaches to the table's stream.

A stack of its own, beside the pipeline: switched on or off it changes nothing there but what the
dashboard shows. DynamoDB wants no more than two readers of a table's stream
(LimitExceededException of its API); this is the second one, and the last.
"""

from collections.abc import Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from contacts.item_parts import CHAIN_VERSION, MOVED_TO_CHAIN_ID
from infra.acknowledged import acknowledge
from infra.data_key import data_key
from infra.functions.function_sizes import CONTACT_CHAINS
from infra.functions.granted_function import GrantedFunction
from infra.functions.lambda_code import lambda_code
from infra.functions.stream_reading import FUNCTION_TIMEOUT, if_new_image, read_table_stream
from infra.monitoring.alarms import UNENCRYPTED_RECORD_EVENTS, Advice, Alarms
from infra.monitoring.metrics import of_queue
from infra.monitoring.stream_alarms import (
    alarm_names,
    watch_age_of_table_stream,
    watch_function,
    watch_mapping,
)
from infra.settings.settings import Settings

FUNCTION: Final = "RecordEvents"
SOURCE: Final = "RecordEventsStream"

# The most that SQS keeps a message.
UNENCRYPTED_KEPT = cdk.Duration.days(14)


class EventsStack(cdk.Stack):
    """The bus, and the function that reads the table's stream and publishes on it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        contact_records: dynamodb.ITable,
        quarantine: s3.IBucket,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: finished records and links as events",
        )
        self._settings = settings
        self._alarms = Alarms(self, "Alarms", settings=settings)
        self._bus = self._event_bus()
        publisher = self._publisher(contact_records)
        source = read_table_stream(
            publisher,
            SOURCE,
            contact_records,
            filters=_FILTERS,
            sizes=CONTACT_CHAINS,
            quarantine=quarantine,
        )
        watch_function(self._alarms, FUNCTION, publisher.function)
        watch_mapping(self._alarms, source)
        watch_age_of_table_stream(self._alarms, source, publisher.function)
        cdk.CfnOutput(self, "RecordEventBusName", value=self._bus.event_bus_name)
        cdk.CfnOutput(self, "RecordEventBusArn", value=self._bus.event_bus_arn)
        cdk.CfnOutput(self, "RecordEventsFunctionName", value=publisher.function.function_name)

    def _event_bus(self) -> events.EventBus:
        """The bus, without a policy: nobody outside the account may publish on it or add rules."""
        key = data_key(self, self._settings)
        unencrypted = self._queue_of_what_cannot_be_encrypted() if key else None
        bus = events.EventBus(
            self,
            "Bus",
            event_bus_name=self._settings.names.bus,
            description="Contact Chains: finished contact records and links",
            kms_key=key,
            dead_letter_queue=unencrypted,
        )
        if unencrypted:
            unencrypted.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    actions=["sqs:SendMessage"],
                    resources=[unencrypted.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": bus.event_bus_arn}},
                )
            )
        return bus

    def _queue_of_what_cannot_be_encrypted(self) -> sqs.Queue:
        """A bus that cannot use its key puts events here, and drops them if it has no such queue.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
        """
        queue = sqs.Queue(
            self,
            "Unencrypted",
            # Not with the customer's key: events come here because that key could not be used.
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=UNENCRYPTED_KEPT,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(
            queue,
            "SQS3",
            "It is itself the dead-letter queue, of an event bus, which the rule of cdk-nag does "
            "not look at.",
        )
        self._alarms.add(
            UNENCRYPTED_RECORD_EVENTS,
            of_queue("ApproximateNumberOfMessagesVisible", queue),
            Advice(
                says=f"The bus {self._settings.names.bus} cannot use its key, so events reach "
                f"nobody; a queue keeps them for {UNENCRYPTED_KEPT.to_days():g} days.",
                do_first="see whether the key is enabled and its policy lets EventBridge use it.",
                heading="events-that-could-not-be-published",
            ),
        )
        return queue

    def _publisher(self, contact_records: dynamodb.ITable) -> GrantedFunction:
        publisher = GrantedFunction(
            self,
            FUNCTION,
            description="Publishes finished contact records and links",
            code=lambda_code(self, architecture=self._settings.architecture),
            service="record_events",
            settings=self._settings,
            # As contact_chains: it reads images, writes JSON and sends it.
            memory_size=512,
            timeout=FUNCTION_TIMEOUT,
            environment={"RECORD_EVENT_BUS": self._bus.event_bus_name},
        )
        publisher.allow(["events:PutEvents"], [self._bus.event_bus_arn])
        publisher.allow_key(contact_records.encryption_key, "kms:Decrypt", through="dynamodb")
        return publisher


def alarms_of_events(settings: Settings) -> list[str]:
    """The names of this stack's alarms, for the dashboard of another one."""
    if not settings.publishes_events:
        return []
    unencrypted = [UNENCRYPTED_RECORD_EVENTS] if settings.data_kms_key_arn else []
    return [*alarm_names(FUNCTION, SOURCE), *unencrypted]


def _if_moved_when_finished() -> Mapping[str, Any]:
    finished = {"S": lambda_.FilterRule.not_equals("IN_PROGRESS")}
    exists = {"S": lambda_.FilterRule.exists()}
    return lambda_.FilterCriteria.filter(
        {"dynamodb": {"OldImage": {"Status": finished}, "NewImage": {MOVED_TO_CHAIN_ID: exists}}}
    )


def _if_finished() -> Mapping[str, Any]:
    finished = {"S": lambda_.FilterRule.not_equals("IN_PROGRESS")}
    return lambda_.FilterCriteria.filter({"dynamodb": {"NewImage": {"Status": finished}}})


# A finished record; one whose chain was linked; a location entry where a finished record was. Other
# changes give no event. Most are of contacts in progress, and the filter leaves them out for free.
_FILTERS: Final = (_if_finished(), if_new_image(**{CHAIN_VERSION: "N"}), _if_moved_when_finished())

"""The hourly search for contacts that have been open for longer than possible."""

import json
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from contacts.item.indexes import OPEN_INDEX
from infra.acknowledged import acknowledge
from infra.functions.granted_function import GrantedFunction
from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import SUM, OwnMetrics, of_function
from infra.settings.settings import Settings

SERVICE: Final = "stale_contacts"
HEADING: Final = "contacts-that-stay-open"
FAILS: Final = "StaleContacts-Errors"
NOT_CLOSED: Final = "StaleContacts-NotClosed"

EVERY = cdk.Duration.hours(1)

# The most that Lambda allows; at ten calls of DescribeContact a second that is 9,000 contacts.
TIMEOUT = cdk.Duration.minutes(15)

# After one failure the next run, an hour later, may succeed.
_LASTING_PERIODS: Final = 3


def alarms_of_stale_contacts(settings: Settings) -> list[str]:
    """The names of the alarms, if stale contacts are closed."""
    return [FAILS, NOT_CLOSED] if settings.closes_stale_contacts else []


class StaleContacts(Construct):
    """The function, its schedule, what it may do and its alarms."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        stream: kinesis.IStream,
        contact_records: dynamodb.ITable,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        instance, hours = settings.connect_instance_arn, settings.longest_open_hours
        function = GrantedFunction(
            self,
            "Looks",
            description="Closes contacts that have been open for longer than possible",
            code=code,
            service=SERVICE,
            settings=settings,
            memory_size=256,
            timeout=TIMEOUT,
            environment={
                "CONTACT_RECORDS_TABLE": contact_records.table_name,
                "AGENT_EVENT_STREAM_ARN": stream.stream_arn,
                **({"CONNECT_INSTANCE_ARN": instance} if instance else {}),
                **({"LONGEST_OPEN_HOURS": json.dumps(dict(hours))} if hours else {}),
            },
        )
        function.allow(["dynamodb:Scan"], [f"{contact_records.table_arn}/index/{OPEN_INDEX}"])
        function.allow(["dynamodb:BatchGetItem"], [contact_records.table_arn])
        function.allow_key(contact_records.encryption_key, "kms:Decrypt", through="dynamodb")
        function.allow(["kinesis:PutRecords"], [stream.stream_arn])
        if stream.encryption_key:
            function.allow(["kms:GenerateDataKey"], [stream.encryption_key.key_arn])
        if instance:
            function.allow(["connect:DescribeContact"], [f"{instance}/contact/*"])
            acknowledge(
                function.role,
                f"IAM5[Resource::{instance}/contact/*]",
                "Contacts come with every call: no policy can name them one by one.",
            )
        events.Rule(
            self,
            "Hourly",
            description="Contact Chains: look at contacts that stay open",
            schedule=events.Schedule.rate(EVERY),
            targets=[targets.LambdaFunction(function.function)],
        )
        self._watch(function, settings)

    def _watch(self, function: GrantedFunction, settings: Settings) -> None:
        alarms = Alarms(self, "Alarms", settings=settings)
        alarms.add(
            FAILS,
            of_function("Errors", function.function, statistic=SUM),
            Advice(
                says="The search for contacts that stay open failed as a whole.",
                do_first="read the newest error in the function's log.",
                heading=HEADING,
            ),
        )
        alarms.add(
            NOT_CLOSED,
            OwnMetrics(settings.names.metrics_namespace)
            .metric("StaleContactsFailed", SERVICE)
            .with_(period=EVERY),
            Advice(
                says="Amazon Connect or Kinesis answered no request about contacts that stay open, "
                f"for {_LASTING_PERIODS} hours.",
                do_first="see whether DescribeContact is throttled or refused (CloudTrail).",
                heading=HEADING,
            ),
            periods=_LASTING_PERIODS,
        )

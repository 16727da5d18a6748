"""The canary: a made-up call every hour, and the alarm when it does not reach the table.

It needs no business hours: whether agents are at work or not, the call takes the whole way.
"""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from contacts.canary import CANARY_IDS_BEGIN
from infra.functions.granted_function import GrantedFunction
from infra.monitoring.alarms import Advice, Alarms
from infra.monitoring.metrics import OwnMetrics
from infra.settings.settings import Settings

SERVICE: Final = "canary"
ALARM: Final = "Canary"

EVERY = cdk.Duration.hours(1)

# Twice the time for which the function waits, and some more for deleting.
_TIMEOUT = cdk.Duration.minutes(5)

_SILENT_HOURS: Final = 2


def alarms_of_canary(settings: Settings) -> list[str]:
    """The name of the alarm, if there is a canary."""
    return [ALARM] if settings.has_canary else []


class Canary(Construct):
    """The function, its schedule, what it may do and its alarm."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        stream: kinesis.IStream,
        contact_records: dynamodb.ITable,
        agent_states: dynamodb.ITable,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        function = GrantedFunction(
            self,
            "Sends",
            description="Sends a made-up call through the pipeline, and erases it",
            code=code,
            service=SERVICE,
            settings=settings,
            memory_size=256,
            timeout=_TIMEOUT,
            environment={
                "CONTACT_RECORDS_TABLE": contact_records.table_name,
                "AGENT_STATES_TABLE": agent_states.table_name,
                "AGENT_EVENT_STREAM_ARN": stream.stream_arn,
            },
        )
        function.allow(["kinesis:PutRecords"], [stream.stream_arn])
        if stream.encryption_key:
            function.allow(["kms:GenerateDataKey"], [stream.encryption_key.key_arn])
        function.allow(["dynamodb:BatchGetItem"], [contact_records.table_arn])
        # Only its own items, by a condition on their keys.
        for table in (contact_records, agent_states):
            function.role.add_to_policy(_delete_of(table))
        function.allow_key(contact_records.encryption_key, "kms:Decrypt", through="dynamodb")
        events.Rule(
            self,
            "Hourly",
            description="Contact Chains: send a made-up call through the pipeline",
            schedule=events.Schedule.rate(EVERY),
            targets=[targets.LambdaFunction(function.function)],
        )
        Alarms(self, "Alarms", settings=settings).add_for_nothing(
            ALARM,
            OwnMetrics(settings.names.metrics_namespace)
            .metric("CanaryCameThrough", SERVICE)
            .with_(period=EVERY),
            Advice(
                says=f"No made-up call has come through the pipeline for {_SILENT_HOURS} hours.",
                do_first="read the newest error in the log of the function canary.",
                heading="the-canary-does-not-come-through",
            ),
            periods=_SILENT_HOURS,
        )


def _delete_of(table: dynamodb.ITable) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["dynamodb:DeleteItem"],
        resources=[table.table_arn],
        conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{CANARY_IDS_BEGIN}*"]}},
    )

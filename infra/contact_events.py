"""Sends the contact events of one Amazon Connect instance from EventBridge to the stream.

EventBridge has all of them without anything being set up in Connect, best effort
(https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html).
"""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_events import CfnRule
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.data_key import data_key
from infra.functions.service_principal import for_this_account
from infra.monitoring.alarms import UNDELIVERED_CONTACT_EVENTS, Advice, Alarms
from infra.monitoring.metrics import of_queue
from infra.retention import removal_of_data
from infra.settings.settings import Settings

# The most that EventBridge accepts: a stream that takes nothing for a day will not recover alone.
RETRIED_FOR = cdk.Duration.hours(24)
RETRY_ATTEMPTS: Final = 185

# Amazon's page has samples of both: the second since the service is called Connect Customer.
DETAIL_TYPES: Final = ("Amazon Connect Contact Event", "Connect Customer Contact Event")

# The most that SQS keeps a message.
UNDELIVERED_KEPT = cdk.Duration.days(14)


class ContactEventRules(Construct):
    """The rules, their rights, and the queue of undelivered events."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connect_instance_arn: str,
        stream: kinesis.IStream,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stream = stream
        self._instance = connect_instance_arn.partition(":instance/")[2]
        self._role = self._role_for_the_stream()
        key = data_key(self, settings)
        self.undelivered = sqs.Queue(
            self,
            "Undelivered",
            encryption=sqs.QueueEncryption.KMS if key else sqs.QueueEncryption.SQS_MANAGED,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=UNDELIVERED_KEPT,
            removal_policy=removal_of_data(settings),
        )
        acknowledge(
            self.undelivered,
            "SQS3",
            "It is itself the dead-letter queue, of EventBridge's rules, which the rule of cdk-nag "
            "does not look at.",
        )
        # All events of a contact have one partition key, so two invocations never race for its
        # record.
        self._add_rule("Rule", has_contact_id=True, partition_key_path="$.detail.contactId")
        # It is not documented what EventBridge does if the path finds nothing, and one published
        # event spells it ContactId. Such events have their own id as partition key.
        self._add_rule("OtherSpellingRule", has_contact_id=False, partition_key_path="$.id")
        Alarms(self, "Alarms", settings=settings).add(
            UNDELIVERED_CONTACT_EVENTS,
            of_queue("ApproximateNumberOfMessagesVisible", self.undelivered),
            Advice(
                says="EventBridge could not put contact events on the stream; a queue keeps them "
                f"for {UNDELIVERED_KEPT.to_days():g} days.",
                do_first="read a message's ERROR_CODE and ERROR_MESSAGE.",
                heading="contact-events-that-could-not-be-delivered",
            ),
        )

    def _role_for_the_stream(self) -> iam.Role:
        # Not CDK's target for streams, which grants more, and no right to send to the queue.
        role = iam.Role(self, "Role", assumed_by=for_this_account(self, "events.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["kinesis:PutRecord", "kinesis:PutRecords"],
                resources=[self._stream.stream_arn],
            )
        )
        if self._stream.encryption_key:
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=["kms:GenerateDataKey"],
                    resources=[self._stream.encryption_key.key_arn],
                )
            )
        return role

    def _add_rule(
        self, construct_id: str, *, has_contact_id: bool, partition_key_path: str
    ) -> None:
        rule = CfnRule(
            self,
            construct_id,
            description="Contact Chains: contact events to the agent event stream",
            event_pattern=self._pattern(has_contact_id=has_contact_id),
            targets=[
                CfnRule.TargetProperty(
                    id="Stream",
                    arn=self._stream.stream_arn,
                    role_arn=self._role.role_arn,
                    kinesis_parameters=CfnRule.KinesisParametersProperty(
                        partition_key_path=partition_key_path
                    ),
                    retry_policy=CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=RETRIED_FOR.to_seconds(),
                        maximum_retry_attempts=RETRY_ATTEMPTS,
                    ),
                    dead_letter_config=CfnRule.DeadLetterConfigProperty(
                        arn=self.undelivered.queue_arn
                    ),
                )
            ],
        )
        # Without its rights EventBridge gives an event up at once: the role's policy comes first.
        rule.node.add_dependency(self._role)
        self.undelivered.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.undelivered.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
            )
        )

    def _pattern(self, *, has_contact_id: bool) -> dict[str, Any]:
        """Published events differ in the casing of keys and in how an ARN begins, never in its end.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
        """
        this_instance = [{"suffix": f":instance/{self._instance}"}]
        return {
            "source": ["aws.connect"],
            "detail-type": list(DETAIL_TYPES),
            "detail": {"contactId": [{"exists": has_contact_id}]},
            "$or": [
                {"detail": {"instanceArn": this_instance}},
                {"detail": {"InstanceArn": this_instance}},
                {"resources": this_instance},
            ],
        }

"""Makes an Amazon Connect instance publish what it knows on the streams.

A stack of its own: it exists only when an instance is named, and nothing else needs one.
"""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from infra.contact_events import ContactEventRules
from infra.settings.settings import Settings


class ConnectStack(cdk.Stack):
    """Associations of one instance with streams, at most one of a kind; and its contact events."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connect_instance_arn: str,
        agent_event_stream: kinesis.IStream,
        contact_record_stream: kinesis.IStream | None,
        settings: Settings,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Contact Chains: Amazon Connect publishes on the streams",
        )
        self._connect_instance_arn = connect_instance_arn
        cdk.CfnOutput(self, "ConnectInstanceArn", value=connect_instance_arn)
        if settings.associates_agent_events:
            self._associate("AgentEvents", "AGENT_EVENTS", agent_event_stream)
        if settings.associates_contact_records:
            self._associate(
                "ContactRecords",
                "CONTACT_TRACE_RECORDS",
                contact_record_stream or agent_event_stream,
            )
        if settings.takes_contact_events:
            contact_events = ContactEventRules(
                self,
                "ContactEvents",
                connect_instance_arn=connect_instance_arn,
                stream=agent_event_stream,
                settings=settings,
            )
            queue_url = contact_events.undelivered.queue_url
            cdk.CfnOutput(self, "UndeliveredContactEventsQueueUrl", value=queue_url)

    def _associate(self, construct_id: str, resource_type: str, stream: kinesis.IStream) -> None:
        connect.CfnInstanceStorageConfig(
            self,
            construct_id,
            instance_arn=self._connect_instance_arn,
            resource_type=resource_type,
            storage_type="KINESIS_STREAM",
            kinesis_stream_config=connect.CfnInstanceStorageConfig.KinesisStreamConfigProperty(
                stream_arn=stream.stream_arn
            ),
        )

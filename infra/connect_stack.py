"""Makes an Amazon Connect instance publish its agent events on the stream.

A stack of its own: it exists only when an instance is named, and nothing else needs one.
"""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct


class ConnectStack(cdk.Stack):
    """The association of one instance with the stream. An instance has at most one of this kind."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connect_instance_arn: str,
        agent_event_stream: kinesis.IStream,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Contact Chains: Amazon Connect publishes agent events on the stream",
        )
        connect.CfnInstanceStorageConfig(
            self,
            "AgentEvents",
            instance_arn=connect_instance_arn,
            resource_type="AGENT_EVENTS",
            storage_type="KINESIS_STREAM",
            kinesis_stream_config=connect.CfnInstanceStorageConfig.KinesisStreamConfigProperty(
                stream_arn=agent_event_stream.stream_arn
            ),
        )

"""An Amazon Connect instance: what it publishes where, and under which keys it stores."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

AGENT_EVENTS: Final = "AGENT_EVENTS"
CONTACT_RECORDS: Final = "CONTACT_TRACE_RECORDS"

_STORED_UNDER_A_KEY: Final = ("CALL_RECORDINGS", "SCHEDULED_REPORTS", "CHAT_TRANSCRIPTS")
"""Storage whose key Connect may then use for streams (agent-event-streams-enable)."""


@dataclass(frozen=True)
class Instance:
    """One instance; Connect is asked about it when an answer is first needed."""

    client: Any
    id: str

    @cached_property
    def described(self) -> Any:
        return self.client.describe_instance(InstanceId=self.id)

    @property
    def arn(self) -> str:
        return str(self.described["Instance"]["Arn"])

    @property
    def status(self) -> str:
        return str(self.described["Instance"]["InstanceStatus"])

    @property
    def alias(self) -> str:
        return str(self.described["Instance"].get("InstanceAlias", self.id))

    @property
    def service_roles(self) -> list[str]:
        role = self.described["Instance"].get("ServiceRole")
        return [role] if role else []

    @property
    def replica_regions(self) -> list[str]:
        """The regions of its replicas, with Global Resiliency."""
        replication = self.described.get("ReplicationConfiguration", {})
        return [each["Region"] for each in replication.get("ReplicationStatusSummaryList", [])]

    def published_on(self, resource_type: str) -> str | None:
        """The ARN of the Kinesis stream or Firehose stream that receives what is published."""
        for config in self._configs(resource_type):
            for kind, arn in (
                ("KinesisStreamConfig", "StreamArn"),
                ("KinesisFirehoseConfig", "FirehoseArn"),
            ):
                if kind in config:
                    return str(config[kind][arn])
        return None

    def keys(self) -> list[str]:
        """The distinct keys under which the instance stores."""
        found = (
            config["S3Config"].get("EncryptionConfig", {}).get("KeyId")
            for resource_type in _STORED_UNDER_A_KEY
            for config in self._configs(resource_type)
            if "S3Config" in config
        )
        return list(dict.fromkeys(key for key in found if key))

    def _configs(self, resource_type: str) -> Iterator[Any]:
        pages = self.client.get_paginator("list_instance_storage_configs").paginate(
            InstanceId=self.id, ResourceType=resource_type
        )
        for page in pages:
            yield from page["StorageConfigs"]


def instance_ids(client: Any) -> dict[str, str]:
    """All instances of account and region: aliases by id."""
    pages = client.get_paginator("list_instances").paginate()
    return {
        each["Id"]: each.get("InstanceAlias", "")
        for page in pages
        for each in page["InstanceSummaryList"]
    }


def is_firehose(arn: str) -> bool:
    return ":firehose:" in arn

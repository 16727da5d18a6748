"""The whole agent event as a pydantic model, field by field as Connect documents it.

https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal


class Model(BaseModel):
    """Connect's spelling on the wire."""

    model_config = ConfigDict(alias_generator=to_pascal, populate_by_name=True)


class Concurrency(Model):
    available_slots: int | None = None
    channel: str | None = None
    maximum_slots: int | None = None


class Queue(Model):
    arn: str = Field(alias="ARN")
    name: str | None = None
    channels: list[str] | None = None


class RoutingProfile(Model):
    arn: str = Field(alias="ARN")
    name: str | None = None
    concurrency: list[Concurrency] | None = None
    default_outbound_queue: Queue | None = None
    inbound_queues: list[Queue] | None = None


class HierarchyGroup(Model):
    arn: str = Field(alias="ARN")
    name: str | None = None


class HierarchyGroups(Model):
    level1: HierarchyGroup | None = None
    level2: HierarchyGroup | None = None
    level3: HierarchyGroup | None = None
    level4: HierarchyGroup | None = None
    level5: HierarchyGroup | None = None


class Configuration(Model):
    agent_hierarchy_groups: HierarchyGroups | None = None
    first_name: str | None = None
    last_name: str | None = None
    routing_profile: RoutingProfile | None = None
    username: str | None = None


class AgentStatus(Model):
    arn: str | None = Field(default=None, alias="ARN")
    name: str | None = None
    start_timestamp: datetime | None = None
    type: str | None = None


class NextAgentStatus(Model):
    arn: str | None = Field(default=None, alias="ARN")
    name: str | None = None
    enqueued_timestamp: datetime | None = None


class Contact(Model):
    contact_id: str
    initial_contact_id: str | None = None
    channel: str | None = None
    initiation_method: str | None = None
    state: str
    state_start_timestamp: datetime
    connected_to_agent_timestamp: datetime | None = None
    queue: Queue | None = None
    queue_timestamp: datetime | None = None


class AgentSnapshot(Model):
    agent_status: AgentStatus | None = None
    next_agent_status: NextAgentStatus | None = None
    configuration: Configuration | None = None
    contacts: list[Contact] | None = None


class AgentEvent(Model):
    agent_arn: str = Field(alias="AgentARN")
    aws_account_id: str | None = Field(default=None, alias="AWSAccountId")
    instance_arn: str | None = Field(default=None, alias="InstanceARN")
    current_agent_snapshot: AgentSnapshot | None = None
    previous_agent_snapshot: AgentSnapshot | None = None
    event_id: str | None = None
    event_timestamp: datetime
    event_type: str
    version: str | None = None

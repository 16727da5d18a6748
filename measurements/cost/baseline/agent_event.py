"""The whole agent event as a pydantic model, field by field as Connect documents it.

https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal


class BaselineModel(BaseModel):
    """Connect's spelling on the wire."""

    model_config = ConfigDict(alias_generator=to_pascal, populate_by_name=True)


class BaselineConcurrency(BaselineModel):
    available_slots: int | None = None
    channel: str | None = None
    maximum_slots: int | None = None


class BaselineQueue(BaselineModel):
    arn: str = Field(alias="ARN")
    name: str | None = None
    channels: list[str] | None = None


class BaselineRoutingProfile(BaselineModel):
    arn: str = Field(alias="ARN")
    name: str | None = None
    concurrency: list[BaselineConcurrency] | None = None
    default_outbound_queue: BaselineQueue | None = None
    inbound_queues: list[BaselineQueue] | None = None


class BaselineHierarchyGroup(BaselineModel):
    arn: str = Field(alias="ARN")
    name: str | None = None


class BaselineHierarchyGroups(BaselineModel):
    level1: BaselineHierarchyGroup | None = None
    level2: BaselineHierarchyGroup | None = None
    level3: BaselineHierarchyGroup | None = None
    level4: BaselineHierarchyGroup | None = None
    level5: BaselineHierarchyGroup | None = None


class BaselineConfiguration(BaselineModel):
    agent_hierarchy_groups: BaselineHierarchyGroups | None = None
    first_name: str | None = None
    last_name: str | None = None
    routing_profile: BaselineRoutingProfile | None = None
    username: str | None = None


class BaselineAgentStatus(BaselineModel):
    arn: str | None = Field(default=None, alias="ARN")
    name: str | None = None
    start_timestamp: datetime | None = None
    type: str | None = None


class BaselineNextAgentStatus(BaselineModel):
    arn: str | None = Field(default=None, alias="ARN")
    name: str | None = None
    enqueued_timestamp: datetime | None = None


class BaselineContact(BaselineModel):
    contact_id: str
    initial_contact_id: str | None = None
    channel: str | None = None
    initiation_method: str | None = None
    state: str
    state_start_timestamp: datetime
    connected_to_agent_timestamp: datetime | None = None
    queue: BaselineQueue | None = None
    queue_timestamp: datetime | None = None


class BaselineAgentSnapshot(BaselineModel):
    agent_status: BaselineAgentStatus | None = None
    next_agent_status: BaselineNextAgentStatus | None = None
    configuration: BaselineConfiguration | None = None
    contacts: list[BaselineContact] | None = None


class BaselineAgentEvent(BaselineModel):
    agent_arn: str = Field(alias="AgentARN")
    aws_account_id: str | None = Field(default=None, alias="AWSAccountId")
    instance_arn: str | None = Field(default=None, alias="InstanceARN")
    current_agent_snapshot: BaselineAgentSnapshot | None = None
    previous_agent_snapshot: BaselineAgentSnapshot | None = None
    event_id: str | None = None
    event_timestamp: datetime
    event_type: str
    version: str | None = None

"""The baseline: BatchProcessor, full models, Tracer, one put of the Table resource per transition.

It keeps no history, takes no care of order, and the last writer wins: in time and CPU it is a
generous comparison, for it does less.
"""

import os
from collections.abc import Iterator
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from measurements.cost.baseline.agent_event import (
    BaselineAgentEvent,
    BaselineAgentSnapshot,
    BaselineContact,
)

logger = Logger()
metrics = Metrics()
tracer = Tracer()
processor = BatchProcessor(event_type=EventType.KinesisDataStreams)
table = boto3.resource("dynamodb").Table(os.environ["CONTACT_RECORDS_TABLE"])


@tracer.capture_method
def record_handler(record: KinesisStreamRecord) -> None:
    event = BaselineAgentEvent.model_validate(record.kinesis.data_as_json())
    for contact, state, since in transitions(event):
        table.put_item(Item=contact_item(event, contact, state, since))
        metrics.add_metric(name="Transitions", unit=MetricUnit.Count, value=1)
        logger.info("transition", extra={"contact_id": contact.contact_id, "state": state})


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )


def transitions(event: BaselineAgentEvent) -> Iterator[tuple[BaselineContact, str, str]]:
    """What changed between the snapshots: contact, state, since when."""
    previous = contacts(event.previous_agent_snapshot)
    current = contacts(event.current_agent_snapshot)
    for contact_id, contact in current.items():
        before = previous.get(contact_id)
        if (
            before is None
            or before.state != contact.state
            or before.state_start_timestamp != contact.state_start_timestamp
        ):
            yield contact, contact.state, contact.state_start_timestamp.isoformat()
    for contact_id, contact in previous.items():
        if contact_id not in current and event.current_agent_snapshot:
            yield contact, "CLEARED", event.event_timestamp.isoformat()


def contacts(snapshot: BaselineAgentSnapshot | None) -> dict[str, BaselineContact]:
    if not snapshot or not snapshot.contacts:
        return {}
    return {contact.contact_id: contact for contact in snapshot.contacts}


def contact_item(
    event: BaselineAgentEvent, contact: BaselineContact, state: str, since: str
) -> dict[str, Any]:
    snapshot = event.current_agent_snapshot or event.previous_agent_snapshot
    configuration = snapshot.configuration if snapshot else None
    profile = configuration.routing_profile if configuration else None
    return {
        **contact.model_dump(by_alias=True, mode="json", exclude_none=True),
        "ChainId": contact.initial_contact_id or contact.contact_id,
        "State": state,
        "StateStartTimestamp": since,
        "AgentARN": event.agent_arn,
        "InstanceARN": event.instance_arn,
        "Username": configuration.username if configuration else None,
        "RoutingProfile": ({"ARN": profile.arn, "Name": profile.name} if profile else None),
        "EventId": event.event_id,
        "EventTimestamp": event.event_timestamp.isoformat(),
    }

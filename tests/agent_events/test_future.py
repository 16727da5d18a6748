"""An event that claims to be of the future."""

from collections.abc import Callable
from typing import Any

import pytest

from adapters.contact_records_table import Key
from tests.by_hand.agent_events_by_hand import agent_event, events_of_steps, snapshot
from tests.fakes.aws_in_memory import CONTEXT, InMemoryAws, agent_events_handler
from tests.fakes.kinesis_batches import batch

CALL = events_of_steps((0, "ada", "CONNECTING"), (5, "ada", "CONNECTED"))


@pytest.fixture
def handle(aws: InMemoryAws) -> Callable[..., dict[str, Any]]:  # noqa: ARG001
    handler = agent_events_handler()
    return lambda *contents: handler(batch(contents), CONTEXT)


def test_event_of_another_day_than_its_arrival_leaves_the_agents_snapshot_alone(
    handle: Callable[..., dict[str, Any]], aws: InMemoryAws
) -> None:
    future = agent_event(0, current=snapshot(), EventTimestamp="2126-03-09T09:00:00.000Z")

    assert handle(future, *CALL) == {"batchItemFailures": []}

    assert aws.items()[Key("contact-1", "contact-1")]["Status"] == "IN_PROGRESS"
    (kept,) = aws.quarantined().values()
    assert kept["Reason"].startswith("agent event: EventTimestamp: is more than a day after")

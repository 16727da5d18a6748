"""The association of an Amazon Connect instance with the stream."""

import pytest

from tests.infra.synthesized import synthesize

INSTANCE = "arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
EXISTING_STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events"


@pytest.mark.parametrize(
    ("context", "stream"),
    [({}, "AgentEventStream.Arn"), ({"agentEventStreamArn": EXISTING_STREAM}, EXISTING_STREAM)],
)
def test_named_instance_publishes_its_agent_events_on_the_stream(
    context: dict[str, str], stream: str
) -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, **context)

    association = synthesized.properties("AWS::Connect::InstanceStorageConfig")

    assert association["InstanceArn"] == INSTANCE
    assert association["ResourceType"] == "AGENT_EVENTS"
    assert association["StorageType"] == "KINESIS_STREAM"
    assert synthesized.readable(association["KinesisStreamConfig"]["StreamArn"]) == stream


def test_association_stands_in_a_stack_of_its_own() -> None:
    template = synthesize(connectInstanceArn=INSTANCE).templates["ContactChainsConnect"]

    assert {resource["Type"] for resource in template["Resources"].values()} == {
        "AWS::Connect::InstanceStorageConfig"
    }


def test_nothing_is_associated_unless_an_instance_is_named() -> None:
    assert "ContactChainsConnect" not in synthesize().templates

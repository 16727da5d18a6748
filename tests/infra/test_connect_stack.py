"""What an Amazon Connect instance is made to publish, and where to."""

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.usual_settings import EXISTING_RECORDS, EXISTING_STREAM, INSTANCE


def associations(synthesized: Synthesized) -> dict[str, str]:
    """The stream by the kind of what comes on it."""
    found = [
        association["Properties"]
        for association in synthesized.resources("AWS::Connect::InstanceStorageConfig")
    ]
    assert all(association["InstanceArn"] == INSTANCE for association in found)
    assert all(association["StorageType"] == "KINESIS_STREAM" for association in found)
    return {
        association["ResourceType"]: synthesized.readable(
            association["KinesisStreamConfig"]["StreamArn"]
        )
        for association in found
    }


@pytest.mark.parametrize(
    ("context", "stream"),
    [({}, "AgentEventStream.Arn"), ({"agentEventStreamArn": EXISTING_STREAM}, EXISTING_STREAM)],
)
def test_named_instance_publishes_its_agent_events_on_the_stream(
    context: dict[str, str], stream: str
) -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, **context)

    assert associations(synthesized) == {"AGENT_EVENTS": stream}


@pytest.mark.parametrize(
    ("context", "stream"),
    [
        ({"contactRecords": "shared"}, "AgentEventStream.Arn"),
        ({"contactRecords": "shared", "agentEventStreamArn": EXISTING_STREAM}, EXISTING_STREAM),
        ({"contactRecords": "separate"}, "ContactRecordStream.Arn"),
        (
            {"contactRecords": "separate", "contactRecordStreamArn": EXISTING_RECORDS},
            EXISTING_RECORDS,
        ),
    ],
)
def test_named_instance_publishes_its_contact_records_where_they_are_wanted(
    context: dict[str, str], stream: str
) -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, **context)

    assert associations(synthesized)["CONTACT_TRACE_RECORDS"] == stream


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        ("all", {"AGENT_EVENTS", "CONTACT_TRACE_RECORDS"}),
        ("agentEvents", {"AGENT_EVENTS"}),
        ("contactRecords", {"CONTACT_TRACE_RECORDS"}),
        ("none", set()),
    ],
)
def test_associations_that_exist_already_can_be_left_out(made: str, kinds: set[str]) -> None:
    synthesized = synthesize(
        connectInstanceArn=INSTANCE, contactRecords="shared", associations=made
    )

    assert associations(synthesized).keys() == kinds
    assert synthesized.resources("AWS::Events::Rule")


def test_resources_of_an_instance_are_in_a_stack_of_their_own() -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, contactRecords="shared")

    of_the_instance = {"AWS::Connect::InstanceStorageConfig", "AWS::Events::Rule"}

    for name, template in synthesized.templates.items():
        types = {resource["Type"] for resource in template["Resources"].values()}
        assert (types >= of_the_instance) is (name == "ContactChainsConnect")
        assert types.isdisjoint(of_the_instance) is (name != "ContactChainsConnect")


def test_instance_without_contact_events_gets_associations_only() -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, contactEvents="off")

    template = synthesized.templates["ContactChainsConnect"]

    assert {resource["Type"] for resource in template["Resources"].values()} == {
        "AWS::Connect::InstanceStorageConfig"
    }


@pytest.mark.parametrize("contact_records", ["off", "separate"])
def test_nothing_is_made_of_connect_unless_an_instance_is_named(contact_records: str) -> None:
    assert "ContactChainsConnect" not in synthesize(contactRecords=contact_records).templates


def test_synthesis_says_nothing_more_about_the_instance() -> None:
    assert synthesize(connectInstanceArn=INSTANCE).notices["ContactChainsConnect"] == []

"""Publishing events: who feeds the function, what it may do, and what it leaves alone."""

import json
from typing import Any

import pytest

from emulator.streams.event_pattern import event_pattern
from emulator.streams.event_source_mapping import passes
from infra.settings.settings import Settings
from tests.infra.synthesized import Resource, Synthesized, synthesize
from tests.infra.usual_settings import KEY
from tests.pipeline.test_record_events import FILTERS

EVENTS = "ContactChainsEvents"

RIGHTS = {
    ("logs:CreateLogStream", "RecordEventsLogs.Arn"),
    ("logs:PutLogEvents", "RecordEventsLogs.Arn"),
    ("events:PutEvents", "Bus.Arn"),
    ("dynamodb:DescribeStream", "ContactRecords.StreamArn"),
    ("dynamodb:GetRecords", "ContactRecords.StreamArn"),
    ("dynamodb:GetShardIterator", "ContactRecords.StreamArn"),
    ("dynamodb:ListStreams", "ContactRecords.StreamArn"),
    ("s3:PutObject", "Quarantine.Arn/aws/lambda/*"),
    ("s3:ListBucket", "Quarantine.Arn"),
}


def published(**context: str | int) -> Synthesized:
    return synthesize(recordEvents="on", **context)


def resources(synthesized: Synthesized, resource_type: str) -> list[Resource]:
    found = synthesized.templates[EVENTS]["Resources"].values()
    return [resource for resource in found if resource["Type"] == resource_type]


def mapping(synthesized: Synthesized) -> dict[str, Any]:
    (only,) = resources(synthesized, "AWS::Lambda::EventSourceMapping")
    return dict(only["Properties"])


def patterns(synthesized: Synthesized) -> list[dict[str, Any]]:
    filters = mapping(synthesized)["FilterCriteria"]["Filters"]
    return [json.loads(each["Pattern"]) for each in filters]


def test_nothing_is_published_unless_it_is_asked_for() -> None:
    """An upgrade costs nothing more, and makes nobody a second reader of the table's stream."""
    assert not Settings().publishes_events
    assert EVENTS not in synthesize().templates


@pytest.mark.parametrize("stack", ["ContactChainsStateful", "ContactChainsPipeline"])
def test_publishing_changes_nothing_in_the_other_stacks_but_the_dashboard(stack: str) -> None:
    without, whole = synthesize().templates[stack], published().templates[stack]

    differing = {
        resource["Type"]
        for name, resource in whole["Resources"].items()
        if resource != without["Resources"].get(name)
    }

    assert whole["Resources"].keys() == without["Resources"].keys()
    assert differing <= {"AWS::CloudWatch::Dashboard"}


def test_function_may_read_the_stream_and_put_events_on_its_bus_and_nothing_else() -> None:
    assert published().rights("record_events") == RIGHTS


def test_key_of_the_data_is_used_by_the_bus_and_through_the_table_and_the_bucket() -> None:
    synthesized = published(dataKmsKeyArn=KEY)

    assert synthesized.properties("AWS::Events::EventBus")["KmsKeyIdentifier"] == KEY
    assert synthesized.rights("record_events") == RIGHTS | {
        ("kms:Decrypt", KEY),
        ("kms:GenerateDataKey", KEY),
    }


def test_bus_has_a_name_to_rely_on_and_is_open_to_this_account_only() -> None:
    synthesized = published()

    bus = synthesized.properties("AWS::Events::EventBus")

    assert bus["Name"] == "contact-chains"
    assert "Policy" not in bus
    assert resources(synthesized, "AWS::Events::EventBusPolicy") == []
    assert "KmsKeyIdentifier" not in bus


def test_events_that_cannot_be_encrypted_are_kept_and_somebody_is_told() -> None:
    synthesized = published(dataKmsKeyArn=KEY)

    bus = synthesized.properties("AWS::Events::EventBus")
    policy = synthesized.properties("AWS::SQS::QueuePolicy", "UnencryptedPolicy")
    (allowed,) = (
        statement
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    )

    assert synthesized.readable(bus["DeadLetterConfig"]["Arn"]) == "Unencrypted.Arn"
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert synthesized.readable(allowed["Condition"]["ArnEquals"]["aws:SourceArn"]) == "Bus.Arn"
    assert any(
        alarm["Properties"]["AlarmName"] == "ContactChains-UnencryptedRecordEvents"
        for alarm in resources(synthesized, "AWS::CloudWatch::Alarm")
    )


def test_function_runs_the_asset_of_the_others_and_knows_its_bus() -> None:
    synthesized = published()

    function = synthesized.function("record_events")

    assert function["Code"] == synthesized.function("agent_events")["Code"]
    assert synthesized.readable(function["Environment"]["Variables"]["RECORD_EVENT_BUS"]) == "Bus"


def test_stream_is_read_as_the_linking_reads_it_but_for_the_filter() -> None:
    synthesized = published()
    own = {"FilterCriteria", "FunctionName"}

    linking = synthesized.mapping("contact_chains")

    assert {name: value for name, value in mapping(synthesized).items() if name not in own} == {
        name: value for name, value in linking.items() if name not in own
    }


def test_function_sees_what_may_give_an_event() -> None:
    assert patterns(published()) == list(FILTERS)


@pytest.mark.parametrize(
    ("old", "new", "is_seen"),
    [
        ({}, {"Status": "COMPLETED"}, True),
        ({}, {"Status": "UNANSWERED"}, True),
        ({}, {"Status": "IN_PROGRESS"}, False),
        ({"Status": "IN_PROGRESS"}, {"Status": "IN_PROGRESS"}, False),
        ({"Status": "COMPLETED"}, {"MovedToChainId": "another"}, True),
        ({"Status": "IN_PROGRESS"}, {"MovedToChainId": "another"}, False),
        ({}, {"MovedToChainId": "another"}, False),
        ({"Status": "COMPLETED"}, None, False),
    ],
)
def test_filter_lets_these_pass(
    old: dict[str, str], new: dict[str, str] | None, *, is_seen: bool
) -> None:
    filters = [event_pattern(json.dumps(each)) for each in patterns(published())]
    images = {"OldImage": old, **({} if new is None else {"NewImage": new})}

    record = {
        "dynamodb": {
            image: {name: {"S": value} for name, value in attributes.items()}
            for image, attributes in images.items()
        }
    }

    assert passes(record, filters) is is_seen


def test_linked_contact_in_progress_is_seen() -> None:
    filters = [event_pattern(json.dumps(each)) for each in patterns(published())]
    image = {"Status": {"S": "IN_PROGRESS"}, "ChainVersion": {"N": "3"}}

    assert passes({"dynamodb": {"NewImage": image}}, filters)


def test_stack_says_where_the_bus_is() -> None:
    synthesized = published()

    outputs = {
        name: synthesized.readable(output["Value"])
        for name, output in synthesized.templates[EVENTS]["Outputs"].items()
        if name.startswith("RecordEvent")
    }

    assert outputs == {
        "RecordEventBusName": "Bus",
        "RecordEventBusArn": "Bus.Arn",
        "RecordEventsFunctionName": "RecordEventsFunction",
    }


def test_synthesis_has_nothing_to_say_about_it() -> None:
    assert published(dataKmsKeyArn=KEY).notices[EVENTS] == []

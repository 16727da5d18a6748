"""The two functions: what feeds them, what happens to what fails, and exactly what they may do."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from emulator.streams.event_pattern import event_pattern
from emulator.streams.event_source_mapping import passes
from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.usual_settings import EXISTING_RECORDS, EXISTING_STREAM, INSTANCE, KEY, TOPIC

LAMBDAS = Path(__file__).parents[2] / "lambdas"
SERVICES = ("agent_events", "contact_chains")

ON_FAILURE_RIGHTS = {
    ("s3:PutObject", "Quarantine.Arn/aws/lambda/*"),
    ("s3:ListBucket", "Quarantine.Arn"),
}


def reading_rights(stream: str) -> set[tuple[str, str]]:
    return {
        ("kinesis:DescribeStream", stream),
        ("kinesis:DescribeStreamSummary", stream),
        ("kinesis:GetRecords", stream),
        ("kinesis:GetShardIterator", stream),
        ("kinesis:ListShards", stream),
        ("kinesis:ListStreams", "*"),
    }


AGENT_EVENTS_RIGHTS = (
    ON_FAILURE_RIGHTS
    | reading_rights("AgentEventStream.Arn")
    | {
        ("logs:CreateLogStream", "AgentEventsLogs.Arn"),
        ("logs:PutLogEvents", "AgentEventsLogs.Arn"),
        ("dynamodb:BatchGetItem", "ContactRecords.Arn"),
        ("dynamodb:PartiQLInsert", "ContactRecords.Arn"),
        ("dynamodb:PartiQLUpdate", "ContactRecords.Arn"),
        ("dynamodb:UpdateItem", "ContactRecords.Arn"),
        ("dynamodb:BatchGetItem", "AgentStates.Arn"),
        ("dynamodb:PartiQLInsert", "AgentStates.Arn"),
        ("dynamodb:PartiQLUpdate", "AgentStates.Arn"),
        ("dynamodb:UpdateItem", "AgentStates.Arn"),
        ("s3:PutObject", "Quarantine.Arn/agent_events/*"),
    }
)
CONTACT_CHAINS_RIGHTS = ON_FAILURE_RIGHTS | {
    ("logs:CreateLogStream", "ContactChainsLogs.Arn"),
    ("logs:PutLogEvents", "ContactChainsLogs.Arn"),
    ("dynamodb:DescribeStream", "ContactRecords.StreamArn"),
    ("dynamodb:GetRecords", "ContactRecords.StreamArn"),
    ("dynamodb:GetShardIterator", "ContactRecords.StreamArn"),
    ("dynamodb:ListStreams", "ContactRecords.StreamArn"),
    ("dynamodb:Query", "ContactRecords.Arn"),
    ("dynamodb:UpdateItem", "ContactRecords.Arn"),
}


def test_agent_events_may_do_what_it_does_and_nothing_else() -> None:
    assert synthesize().rights("agent_events") == AGENT_EVENTS_RIGHTS


def test_contact_chains_may_do_what_it_does_and_nothing_else() -> None:
    assert synthesize().rights("contact_chains") == CONTACT_CHAINS_RIGHTS


def test_key_of_the_stream_gives_one_right_to_the_function_that_reads_it() -> None:
    synthesized = synthesize(kmsKeyArn=KEY)

    assert synthesized.rights("agent_events") == AGENT_EVENTS_RIGHTS | {("kms:Decrypt", KEY)}
    assert synthesized.rights("contact_chains") == CONTACT_CHAINS_RIGHTS


def test_existing_stream_and_its_key_are_read_under_their_own_names() -> None:
    rights = synthesize(agentEventStreamArn=EXISTING_STREAM, kmsKeyArn=KEY).rights("agent_events")

    assert ("kinesis:GetRecords", EXISTING_STREAM) in rights
    assert ("kms:Decrypt", KEY) in rights
    assert not {resource for _, resource in rights if "AgentEventStream" in resource}


@pytest.mark.parametrize(
    ("context", "stream"),
    [
        ({}, "ContactRecordStream.Arn"),
        ({"contactRecordStreamArn": EXISTING_RECORDS}, EXISTING_RECORDS),
    ],
)
def test_separate_stream_of_contact_records_gives_the_rights_to_read_it_and_no_more(
    context: dict[str, str], stream: str
) -> None:
    synthesized = synthesize(contactRecords="separate", kmsKeyArn=KEY, **context)

    rights = AGENT_EVENTS_RIGHTS | reading_rights(stream) | {("kms:Decrypt", KEY)}

    assert synthesized.rights("agent_events") == rights
    assert synthesized.rights("contact_chains") == CONTACT_CHAINS_RIGHTS


def test_contact_records_and_contact_events_on_the_shared_stream_need_no_further_right() -> None:
    synthesized = synthesize(connectInstanceArn=INSTANCE, contactRecords="shared")

    assert synthesized.rights("agent_events") == AGENT_EVENTS_RIGHTS
    assert synthesized.rights("contact_chains") == CONTACT_CHAINS_RIGHTS


@pytest.mark.parametrize("name", ["AgentEventsRole", "ContactChainsRole"])
def test_roles_hold_no_ready_made_policies_and_are_for_lambda_only(name: str) -> None:
    role = synthesize().properties("AWS::IAM::Role", name)

    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert "ManagedPolicyArns" not in role
    assert "Policies" not in role
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_agent_events_are_read_from_the_oldest_on_and_none_is_filtered_out() -> None:
    synthesized = synthesize()

    mapping = synthesized.mapping("agent_events")

    assert synthesized.readable(mapping["EventSourceArn"]) == "AgentEventStream.Arn"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert "FilterCriteria" not in mapping


@pytest.mark.parametrize(
    ("context", "stream"),
    [
        ({}, "ContactRecordStream.Arn"),
        ({"contactRecordStreamArn": EXISTING_RECORDS}, EXISTING_RECORDS),
    ],
)
def test_separate_contact_records_are_read_as_agent_events_are(
    context: dict[str, str], stream: str
) -> None:
    mappings = synthesize(contactRecords="separate", **context).mappings("agent_events")

    settings = {
        source: {
            name: value
            for name, value in mapping.items()
            if name not in {"EventSourceArn", "MaximumRecordAgeInSeconds"}
        }
        for source, mapping in mappings.items()
    }

    assert settings.keys() == {"AgentEventStream.Arn", stream}
    assert settings[stream] == settings["AgentEventStream.Arn"]


@pytest.mark.parametrize(
    ("context", "agent_events", "contact_records"),
    [
        ({}, 84, 84),
        ({"retentionDays": 2}, 24, 24),
        ({"retentionDays": 2, "agentEventStreamArn": EXISTING_STREAM}, 12, 24),
        ({"retentionDays": 2, "contactRecordStreamArn": EXISTING_RECORDS}, 24, 12),
    ],
)
def test_retries_of_each_stream_end_at_half_of_its_own_retention(
    context: dict[str, int | str], agent_events: int, contact_records: int
) -> None:
    mappings = synthesize(contactRecords="separate", **context).mappings("agent_events")

    hours = {
        "records" if "ecord" in source else "events": mapping["MaximumRecordAgeInSeconds"] / 3600
        for source, mapping in mappings.items()
    }

    assert hours == {"events": agent_events, "records": contact_records}


@pytest.mark.parametrize(
    "context", [{}, {"contactRecords": "shared", "connectInstanceArn": INSTANCE}]
)
def test_one_stream_is_read_unless_contact_records_come_separately(
    context: dict[str, str],
) -> None:
    mappings = synthesize(**context).mappings("agent_events")

    assert mappings.keys() == {"AgentEventStream.Arn"}


def test_contact_chains_sees_legs_whose_chain_has_or_may_get_another() -> None:
    synthesized = synthesize()

    mapping = synthesized.mapping("contact_chains")
    patterns = [json.loads(entry["Pattern"]) for entry in mapping["FilterCriteria"]["Filters"]]

    assert synthesized.readable(mapping["EventSourceArn"]) == "ContactRecords.StreamArn"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert patterns == [
        {
            "dynamodb": {
                "NewImage": {
                    "LinksDue": {"N": [{"exists": True}]},
                    name: {kind: [{"exists": True}]},
                }
            }
        }
        for name, kind in (("InitialContactId", "S"), ("ChainVersion", "N"), ("LinksStatedBy", "S"))
    ]


@pytest.mark.parametrize(
    ("image", "is_seen"),
    [
        ({"LinksDue": {"N": "1"}, "InitialContactId": {"S": "first"}}, True),
        ({"LinksDue": {"N": "1"}, "ChainVersion": {"N": "3"}}, True),
        ({"LinksDue": {"N": "1"}, "LinksStatedBy": {"S": "CONTACT_RECORD"}}, True),
        ({"LinksDue": {"N": "1"}, "ContactId": {"S": "alone"}}, False),
        ({"InitialContactId": {"S": "first"}, "ChainVersion": {"N": "3"}}, False),
    ],
)
def test_filter_of_contact_chains_lets_these_pass(
    image: dict[str, dict[str, str]], *, is_seen: bool
) -> None:
    mapping = synthesize().mapping("contact_chains")
    filters = [event_pattern(entry["Pattern"]) for entry in mapping["FilterCriteria"]["Filters"]]

    assert passes({"dynamodb": {"NewImage": image}}, filters) is is_seen


@pytest.mark.parametrize("service", SERVICES)
def test_failed_records_are_tried_again_from_the_first_that_failed(service: str) -> None:
    mapping = synthesize().mapping(service)

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True


@pytest.mark.parametrize("service", SERVICES)
def test_records_given_up_on_go_whole_into_the_quarantine(service: str) -> None:
    synthesized = synthesize()

    destination = synthesized.mapping(service)["DestinationConfig"]["OnFailure"]["Destination"]

    assert synthesized.readable(destination) == "Quarantine.Arn"
    assert synthesized.rights(service) >= ON_FAILURE_RIGHTS


@pytest.mark.parametrize(
    ("service", "context", "source_keeps_hours"),
    [
        ("agent_events", {"retentionDays": 1}, 24),
        ("agent_events", {}, 168),
        ("agent_events", {"retentionDays": 365}, 365 * 24),
        ("agent_events", {"agentEventStreamArn": EXISTING_STREAM}, 24),
        ("contact_chains", {}, 24),
    ],
)
def test_retries_end_while_the_source_still_has_the_record(
    service: str, context: dict[str, int | str], source_keeps_hours: int
) -> None:
    synthesized = synthesize(**context)

    mapping = synthesized.mapping(service)
    longest_run = synthesized.function(service)["Timeout"] * (mapping["MaximumRetryAttempts"] + 1)

    assert 0 < mapping["MaximumRetryAttempts"] <= 10_000
    assert longest_run < mapping["MaximumRecordAgeInSeconds"] <= 7 * 24 * 3600
    assert mapping["MaximumRecordAgeInSeconds"] <= source_keeps_hours * 3600 / 2


@pytest.mark.parametrize("service", ["agent_events", "contact_chains"])
def test_batches_wait_for_nothing_and_are_shared_among_lanes(service: str) -> None:
    mapping = synthesize().mapping(service)

    assert mapping["MaximumBatchingWindowInSeconds"] == 0
    assert 1 < mapping["ParallelizationFactor"] <= 10


@pytest.mark.parametrize("service", SERVICES)
def test_handler_exists_in_the_asset(service: str) -> None:
    *package, function = synthesize().function(service)["Handler"].split(".")

    module = ast.parse(LAMBDAS.joinpath(*package).with_suffix(".py").read_text("utf-8"))

    assert function in {
        statement.name for statement in module.body if isinstance(statement, ast.FunctionDef)
    }


def test_both_functions_run_the_same_asset_on_the_python_it_was_built_for() -> None:
    synthesized = synthesize()

    functions = [synthesized.function(service) for service in SERVICES]

    assert functions[0]["Code"] == functions[1]["Code"]
    assert [function["Runtime"] for function in functions] == ["python3.13"] * 2
    assert [function["Architectures"] for function in functions] == [["arm64"]] * 2


def test_look_at_open_contacts_is_told_how_long_each_channel_may_be_open() -> None:
    synthesized = synthesize(readSide="on", longestOpenHours="CHAT=24")

    variables = synthesized.function("stale_contacts")["Environment"]["Variables"]
    assert variables["LONGEST_OPEN_HOURS"] == '{"CHAT": 24}'


def test_functions_are_told_what_to_work_on() -> None:
    synthesized = synthesize(
        recordTtlDays=90, keptContactRecordFields="Attributes.orderId, CustomerEndpoint"
    )

    def environment(service: str) -> dict[str, Any]:
        variables = synthesized.function(service)["Environment"]["Variables"]
        return {name: synthesized.readable(value) for name, value in variables.items()}

    assert environment("agent_events") == {
        "CONTACT_RECORDS_TABLE": "ContactRecords",
        "AGENT_STATES_TABLE": "AgentStates",
        "QUARANTINE_BUCKET": "Quarantine",
        "RECORD_TTL_DAYS": "90",
        "KEPT_CONTACT_RECORD_FIELDS": "Attributes.orderId,CustomerEndpoint",
        "METRICS_NAMESPACE": "ContactChains",
    }
    assert environment("contact_chains") == {
        "CONTACT_RECORDS_TABLE": "ContactRecords",
        "METRICS_NAMESPACE": "ContactChains",
    }


def test_no_field_with_the_customers_data_is_kept_by_default() -> None:
    variables = synthesize().function("agent_events")["Environment"]["Variables"]

    assert variables["KEPT_CONTACT_RECORD_FIELDS"] == ""


@pytest.mark.parametrize("service", SERVICES)
def test_logs_go_to_a_group_that_forgets(service: str) -> None:
    synthesized = synthesize()

    group = synthesized.function(service)["LoggingConfig"]["LogGroup"]["Ref"]
    log_group = synthesized.templates["ContactChainsPipeline"]["Resources"][group]

    assert log_group["Type"] == "AWS::Logs::LogGroup"
    assert log_group["Properties"]["RetentionInDays"] == 30
    assert ("logs:PutLogEvents", f"{group[:-8]}.Arn") in synthesized.rights(service)


def test_functions_are_not_traced_and_share_the_concurrency_of_the_account() -> None:
    for service in SERVICES:
        function = synthesize().function(service)

        assert "TracingConfig" not in function
        assert "ReservedConcurrentExecutions" not in function


def test_synthesis_says_nothing_more_about_the_functions() -> None:
    assert synthesize(alarmTopicArn=TOPIC).notices["ContactChainsPipeline"] == []


def test_local_template_differs_in_architecture_and_asset_only() -> None:
    production, local = synthesize(), synthesize(architecture="x86_64")

    assert [function["Architectures"] for function in _functions(local)] == [["x86_64"]] * 2
    assert _without_architecture(production) == _without_architecture(local)
    assert _asset(production) != _asset(local)


def _functions(synthesized: Synthesized) -> list[dict[str, Any]]:
    return [synthesized.function(service) for service in SERVICES]


def _asset(synthesized: Synthesized) -> str:
    return str(synthesized.function("agent_events")["Code"]["S3Key"])


def _without_architecture(synthesized: Synthesized) -> str:
    text = synthesized.as_text().replace(_asset(synthesized), "asset")
    return text.replace('"Architectures": ["arm64"]', "").replace('"Architectures": ["x86_64"]', "")

"""`doctor` before deploying: the settings that suit what the instance does already."""

from typing import Any

import pytest

from infra.settings.settings import Settings
from tests.operations.doctor import answers
from tests.operations.doctor.answers import INSTANCE, INSTANCE_ID, KEY, NOTHING_DEPLOYED, stream_arn
from tests.operations.doctor.conftest import Doctor

AGENT_EVENTS = stream_arn("theirs")
CONTACT_RECORDS = stream_arn("records")
FIREHOSE = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/records"
OTHER_KEY = KEY.replace("9", "0")

LAYOUTS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("it publishes nothing", {}, {"contactRecords": "shared", "kmsKeyArn": KEY}),
    (
        "it has no key",
        {"connect:ListInstanceStorageConfigs": answers.storage()},
        {"contactRecords": "shared"},
    ),
    (
        "its key is not granted",
        {"kms:ListGrants": answers.grants()},
        {"contactRecords": "shared"},
    ),
    (
        "agent events go to a stream",
        {
            "connect:ListInstanceStorageConfigs": answers.storage(
                agent_events=AGENT_EVENTS, key=KEY
            ),
            "kinesis:DescribeStreamSummary": answers.streams(theirs=OTHER_KEY),
        },
        {
            "agentEventStreamArn": AGENT_EVENTS,
            "contactRecords": "separate",
            "associations": "contactRecords",
            "kmsKeyArn": OTHER_KEY,
        },
    ),
    (
        "contact records go to a stream",
        {
            "connect:ListInstanceStorageConfigs": answers.storage(
                contact_records=CONTACT_RECORDS, key=KEY
            ),
            "kinesis:DescribeStreamSummary": answers.streams(records=None),
        },
        {
            "contactRecords": "separate",
            "contactRecordStreamArn": CONTACT_RECORDS,
            "associations": "agentEvents",
            "kmsKeyArn": KEY,
        },
    ),
    (
        "each goes to a stream",
        {
            "connect:ListInstanceStorageConfigs": answers.storage(
                agent_events=AGENT_EVENTS, contact_records=CONTACT_RECORDS
            ),
            "kinesis:DescribeStreamSummary": answers.streams(theirs=KEY, records=KEY),
        },
        {
            "agentEventStreamArn": AGENT_EVENTS,
            "contactRecords": "separate",
            "contactRecordStreamArn": CONTACT_RECORDS,
            "associations": "none",
            "kmsKeyArn": KEY,
        },
    ),
    (
        "both go to one stream",
        {
            "connect:ListInstanceStorageConfigs": answers.storage(
                agent_events=AGENT_EVENTS, contact_records=AGENT_EVENTS
            ),
            "kinesis:DescribeStreamSummary": answers.streams(theirs=None),
        },
        {"agentEventStreamArn": AGENT_EVENTS, "associations": "none"},
    ),
    (
        "contact records go to a Firehose",
        {"connect:ListInstanceStorageConfigs": answers.storage(contact_records=FIREHOSE, key=KEY)},
        {"associations": "agentEvents", "kmsKeyArn": KEY},
    ),
]


@pytest.mark.parametrize(
    ("answer", "settings"),
    [(answer, settings) for _, answer, settings in LAYOUTS],
    ids=[name for name, _, _ in LAYOUTS],
)
def test_settings_suit_what_the_instance_does(
    doctor: Doctor, answer: dict[str, Any], settings: dict[str, str]
) -> None:
    ran = doctor(NOTHING_DEPLOYED | answer, "--instance-id", INSTANCE_ID, "--json")

    assert ran.json["Settings"] == settings | {"connectInstanceArn": INSTANCE}
    assert Settings.from_context(ran.json["Settings"]).connect_instance_arn == INSTANCE


def test_last_line_is_the_command_to_deploy_with(doctor: Doctor) -> None:
    ran = doctor(NOTHING_DEPLOYED, "--stage", "test")

    assert ran.exit_code == 0
    assert ran.out.splitlines()[-1] == (
        f"make deploy CONTEXT='-c stage=test -c connectInstanceArn={INSTANCE} "
        f"-c contactRecords=shared -c kmsKeyArn={KEY}'"
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            {"connect:DescribeInstance": answers.instance(status="CREATION_FAILED")},
            "CREATION_FAILED",
        ),
        ({"kms:DescribeKey": answers.key(state="Disabled")}, f"{KEY} is Disabled"),
        (
            {
                "connect:ListInstanceStorageConfigs": answers.storage(agent_events=AGENT_EVENTS),
            },
            "theirs, which does not exist",
        ),
        (
            {
                "connect:ListInstanceStorageConfigs": answers.storage(
                    agent_events=AGENT_EVENTS, contact_records=CONTACT_RECORDS
                ),
                "kinesis:DescribeStreamSummary": answers.streams(theirs=KEY, records=OTHER_KEY),
            },
            "The streams use several keys",
        ),
    ],
)
def test_what_stands_in_the_way_is_a_failure(
    doctor: Doctor, answer: dict[str, Any], says: str
) -> None:
    ran = doctor(NOTHING_DEPLOYED | answer)

    assert ran.exit_code == 1
    assert [each for each in ran.out.splitlines() if each.startswith("failed") and says in each]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"cloudformation:DescribeStacks": answers.describing({})}, "make bootstrap"),
        ({"connect:DescribeInstance": answers.instance(replicas=["us-west-2"])}, "us-west-2"),
    ],
)
def test_what_is_to_be_done_is_a_warning(doctor: Doctor, answer: dict[str, Any], says: str) -> None:
    ran = doctor(NOTHING_DEPLOYED | answer)

    assert ran.exit_code == 0
    assert [each for each in ran.out.splitlines() if each.startswith("warning") and says in each]


def test_which_of_several_instances_is_asked_back(doctor: Doctor) -> None:
    two = [{"Id": INSTANCE_ID, "InstanceAlias": "one"}, {"Id": "another", "InstanceAlias": "two"}]

    ran = doctor(NOTHING_DEPLOYED | {"connect:ListInstances": {"InstanceSummaryList": two}})

    assert ran.exit_code == 2
    assert "another (two)" in ran.err


def test_account_without_an_instance_is_told(doctor: Doctor) -> None:
    ran = doctor(NOTHING_DEPLOYED | {"connect:ListInstances": {"InstanceSummaryList": []}})

    assert ran.exit_code == 1
    assert "There is no Amazon Connect instance" in ran.err

"""The canary where things go wrong; that it comes through is in tests/emulated/test_doctor.py."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cli.__main__ import main
from contacts.canary import CANARY_INSTANCE_ID
from operations.deployed import Deployed, WholeDeployment
from operations.doctor.canary import RIGHTS, CanaryRun, Patience
from operations.doctor.findings import CheckOutcome, Finding, Heading
from operations.doctor.stacks import Installation
from tests.fakes.answering_aws import answering_aws
from tests.operations.doctor import answers
from tests.operations.doctor.answers import NOTHING_DEPLOYED, REGION, VERSION, WELL
from tests.operations.doctor.conftest import Doctor
from tests.operations.doctor.test_deployed import COMMANDS

AT_ONCE = Patience(stations=0, alarm=0, archive=0)


class Recorded:
    """Answers, and what was asked that changes something."""

    def __init__(self, **answer: Any) -> None:
        there = answers.stacks()
        there["ContactChainsStateful"] = answers.stack(
            "ContactChainsStateful",
            AgentEventStreamName="agent-events",
            QuarantineBucketName="bucket",
            ContactRecordsTableName="ContactRecords",
            AgentStatesTableName="AgentStates",
        )
        self.deleted: list[Mapping[str, Any]] = []
        self.put: list[bytes] = []
        self.answers: dict[str, Any] = WELL | {
            "cloudformation:DescribeStacks": answers.describing(there),
            "dynamodb:BatchGetItem": {"Responses": {}},
            "dynamodb:DeleteItem": self._delete,
            "kinesis:PutRecords": self._put,
            "s3:ListObjectVersions": {},
            **answer,
        }

    def _delete(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.deleted.append(parameters["Key"])
        return {}

    def _put(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.put += [each["Data"] for each in parameters["Records"]]
        taken = {"SequenceNumber": "7", "ShardId": "shardId-000000000000"}
        return {"FailedRecordCount": 0, "Records": [taken] * len(parameters["Records"])}

    def run(self, *, patience: Patience = AT_ONCE) -> Iterator[Finding]:
        deployed = Deployed(WholeDeployment(region=REGION))
        canary = CanaryRun(
            Installation(deployed, None, VERSION), patience=patience, pause=lambda _: None
        )
        with answering_aws(self.answers):
            yield from canary.findings()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")


def test_call_that_does_not_come_through_is_a_failure_and_is_erased() -> None:
    aws = Recorded()

    found = list(aws.run())

    assert [each.says for each in found if each.outcome is CheckOutcome.FAILED] == [
        "The record of a call that was taken did not come.",
        "A record that is no JSON, in the quarantine, did not come.",
    ]
    assert {each.heading for each in found} == {Heading.CANARY, None}
    assert len([key for key in aws.deleted if "ChainId" in key]) == 3
    assert {key["InstanceId"]["S"] for key in aws.deleted if "AgentId" in key} == {
        CANARY_INSTANCE_ID
    }


def test_run_that_is_stopped_is_erased() -> None:
    aws = Recorded()
    run = aws.run()
    next(run)

    run.close()  # type: ignore[attr-defined]  # a generator

    assert len(aws.deleted) == 5


@pytest.mark.parametrize(
    ("states", "outcome", "says"),
    [
        (["OK", "OK", "ALARM"], CheckOutcome.OK, "rang after"),
        (["ALARM"], CheckOutcome.WARNING, "rang before it was tried"),
    ],
)
def test_alarm_on_the_quarantine_is_waited_for(
    states: list[str], outcome: CheckOutcome, says: str
) -> None:
    coming = iter(states)
    aws = Recorded(
        **{
            "s3:ListObjectsV2": {"Contents": [{"Key": "it"}]},
            "cloudwatch:DescribeAlarms": lambda _: answers.alarms(next(coming)),
        }
    )

    (alarm,) = (
        each
        for each in aws.run(patience=Patience(stations=0, alarm=60, archive=0))
        if "The alarm" in each.says
    )

    assert alarm.outcome is outcome
    assert says in alarm.says


def test_alarm_that_does_not_ring_is_a_failure() -> None:
    aws = Recorded(**{"s3:ListObjectsV2": {"Contents": [{"Key": "it"}]}})

    assert "The alarm ContactChains-Quarantined did not ring." in {
        each.says for each in aws.run() if each.outcome is CheckOutcome.FAILED
    }


def test_events_that_the_stream_refuses_are_a_failure() -> None:
    refused = {"ErrorCode": "ProvisionedThroughputExceededException"}
    aws = Recorded(
        **{
            "kinesis:PutRecords": lambda parameters: (
                {"FailedRecordCount": 7, "Records": [refused] * 7}
                if len(parameters["Records"]) > 1
                else {"Records": [{"SequenceNumber": "7", "ShardId": "shardId-000000000000"}]}
            )
        }
    )

    assert "The stream refused events of the canary." in {each.says for each in aws.run()}


def test_canary_says_what_it_would_do_and_does_nothing_without_yes(doctor: Doctor) -> None:
    ran = doctor(
        {"cloudformation:DescribeStacks": WELL["cloudformation:DescribeStacks"]}, "--canary"
    )

    assert (ran.exit_code, ran.out) == (0, "")
    assert ran.err.startswith("Dry run.")


def test_canary_needs_a_pipeline(doctor: Doctor) -> None:
    ran = doctor(NOTHING_DEPLOYED, "--canary", "--yes")

    assert ran.exit_code == 1
    assert "Nothing is deployed yet" in ran.err


def test_yes_without_the_canary_is_asked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--yes", "--region", REGION]) == 2
    assert "--yes goes with it" in capsys.readouterr().err


def test_rights_of_the_canary_are_documented() -> None:
    documented = COMMANDS.read_text("utf-8").partition("- `doctor --canary --yes`:")[2]

    assert [right for right in RIGHTS if f"`{right}`" not in documented.partition("\n\n")[0]] == []

"""`doctor` after deploying: each thing that can be wrong is said, with its heading."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.functions.function_sizes import AGENT_EVENTS
from infra.settings.names import StageNames
from infra.version import VERSION_OUTPUT
from operations.deployed import stack_name
from operations.doctor import before_deployment, deployed_checks, metrics, stacks
from operations.doctor.clock import difference
from operations.doctor.findings import CheckOutcome, Heading
from tests.operations.doctor import answers
from tests.operations.doctor.answers import KEY, QUEUE, TOPIC, WELL
from tests.operations.doctor.conftest import Doctor
from tests.test_docs import PROJECT, headings

RUNBOOK = PROJECT / "docs" / "operations.md"
COMMANDS = PROJECT / "docs" / "commands.md"


def test_installation_without_trouble_is_all_ok(doctor: Doctor) -> None:
    ran = doctor(WELL)

    assert ran.exit_code == 0, ran.out
    assert {line.split()[0] for line in ran.out.splitlines()} == {"ok"}
    assert {line.split()[1] for line in ran.out.splitlines()} == {
        f"{check.name}:" for check in deployed_checks.CHECKS
    }


def test_stage_has_stacks_and_metrics_of_its_own(doctor: Doctor) -> None:
    namespaces: set[str] = set()

    def get_metrics(parameters: Mapping[str, Any]) -> Any:
        namespaces.update(
            each["MetricStat"]["Metric"]["Namespace"] for each in parameters["MetricDataQueries"]
        )
        return {"MetricDataResults": []}

    ran = doctor(
        WELL
        | {
            "cloudformation:DescribeStacks": answers.describing(answers.stacks("-test-")),
            "cloudwatch:GetMetricData": get_metrics,
        },
        "--stage",
        "test",
        "--json",
    )

    assert ran.exit_code == 0, ran.out
    assert "ContactChains-test" in namespaces
    assert "ContactChains" not in namespaces


TROUBLE: list[tuple[str, dict[str, Any], CheckOutcome, str, Heading]] = [
    (
        "Stacks",
        {
            "cloudformation:DescribeStacks": answers.describing(
                answers.stacks()
                | {
                    "ContactChainsRead": answers.stack(
                        "ContactChainsRead", "UPDATE_ROLLBACK_COMPLETE"
                    )
                }
            )
        },
        CheckOutcome.FAILED,
        "ContactChainsRead is UPDATE_ROLLBACK_COMPLETE",
        Heading.STACK,
    ),
    (
        "Stacks",
        {
            "cloudformation:DescribeStacks": answers.describing(
                answers.stacks()
                | {"ContactChainsRead": answers.stack("ContactChainsRead", **{VERSION_OUTPUT: "9"})}
            )
        },
        CheckOutcome.WARNING,
        "ContactChainsRead 9",
        Heading.STACK,
    ),
    (
        "Associations",
        {"connect:DescribeInstance": answers.instance(status="CREATION_FAILED")},
        CheckOutcome.FAILED,
        "centre is CREATION_FAILED",
        Heading.ASSOCIATION,
    ),
    (
        "Associations",
        {"connect:ListInstanceStorageConfigs": answers.storage()},
        CheckOutcome.FAILED,
        "publishes no agent events",
        Heading.ASSOCIATION,
    ),
    (
        "Associations",
        {
            "connect:ListInstanceStorageConfigs": answers.storage(
                agent_events=answers.stream_arn("another")
            )
        },
        CheckOutcome.FAILED,
        "stream/another, but the functions read agent-events",
        Heading.ASSOCIATION,
    ),
    (
        "Key",
        {"kinesis:DescribeStreamSummary": answers.streams(**{"agent-events": None})},
        CheckOutcome.WARNING,
        "agent-events is not encrypted",
        Heading.KEY,
    ),
    (
        "Key",
        {"kinesis:DescribeStreamSummary": answers.streams(**{"agent-events": "alias/aws/kinesis"})},
        CheckOutcome.FAILED,
        "Connect publishes nothing on it",
        Heading.KEY,
    ),
    (
        "Key",
        {"kms:DescribeKey": answers.key(state="PendingDeletion")},
        CheckOutcome.FAILED,
        f"{KEY} is PendingDeletion",
        Heading.KEY,
    ),
    (
        "Key",
        {"kms:DescribeKey": "NotFoundException"},
        CheckOutcome.FAILED,
        f"{KEY} does not exist",
        Heading.KEY,
    ),
    (
        "Key",
        {"kms:ListGrants": answers.grants("arn:aws:iam::111122223333:role/another")},
        CheckOutcome.FAILED,
        "has no grant for Connect's service role",
        Heading.KEY,
    ),
    (
        "Mappings",
        {"lambda:GetEventSourceMapping": answers.mapping(State="Disabled")},
        CheckOutcome.FAILED,
        "AgentEvents is Disabled",
        Heading.NOT_READ,
    ),
    (
        "Mappings",
        {
            "lambda:GetEventSourceMapping": answers.mapping(
                LastProcessingResult="PROBLEM: Function call failed"
            )
        },
        CheckOutcome.FAILED,
        "PROBLEM: Function call failed",
        Heading.NOT_READ,
    ),
    (
        "Mappings",
        {
            "lambda:GetEventSourceMapping": answers.mapping(
                ParallelizationFactor=1, FilterCriteria={"Filters": [{"Pattern": "{}"}]}
            )
        },
        CheckOutcome.FAILED,
        "differs from its template in FilterCriteria, ParallelizationFactor",
        Heading.STACK,
    ),
    (
        "Functions",
        {"cloudwatch:GetMetricData": answers.metrics(IteratorAge=120_000)},
        CheckOutcome.FAILED,
        "120 s behind",
        Heading.LATE,
    ),
    (
        "Functions",
        {"cloudwatch:GetMetricData": answers.metrics(Errors=3)},
        CheckOutcome.WARNING,
        "failed 3 times",
        Heading.FAILS,
    ),
    (
        "Functions",
        {"cloudwatch:GetMetricData": answers.metrics(Throttles=2)},
        CheckOutcome.WARNING,
        "throttled 2 times",
        Heading.THROTTLED,
    ),
    (
        "Events",
        {"cloudwatch:GetMetricData": answers.metrics()},
        CheckOutcome.WARNING,
        "No agent event for a day",
        Heading.SILENCE,
    ),
    (
        "Events",
        {"cloudwatch:GetMetricData": answers.metrics(IncomingRecords=5)},
        CheckOutcome.FAILED,
        "no agent event was counted",
        Heading.NOT_READ,
    ),
    (
        "Quarantine",
        {
            "s3:ListObjectsV2": lambda parameters: (
                {"Contents": [{"Key": "agent_events/one"}]}
                if parameters["Prefix"] == "agent_events/"
                else {}
            )
        },
        CheckOutcome.WARNING,
        "1 object in the quarantine",
        Heading.QUARANTINE,
    ),
    (
        "Queues",
        {"sqs:GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "2"}}},
        CheckOutcome.FAILED,
        "2 messages in the queue undelivered",
        Heading.UNDELIVERED,
    ),
    (
        "Alarms",
        {"cloudwatch:DescribeAlarms": answers.alarms("ALARM")},
        CheckOutcome.FAILED,
        "ContactChains-Quarantined is in state ALARM",
        Heading.QUARANTINE,
    ),
    (
        "Alarms",
        {"cloudwatch:DescribeAlarms": answers.alarms(ActionsEnabled=False)},
        CheckOutcome.WARNING,
        "actions are disabled: ContactChains-Quarantined",
        Heading.ALARMS,
    ),
    (
        "Subscribers",
        {"cloudwatch:DescribeAlarms": answers.alarms(AlarmActions=[])},
        CheckOutcome.WARNING,
        "alarmTopicArn",
        Heading.ALARMS,
    ),
    (
        "Subscribers",
        {"sns:ListSubscriptionsByTopic": answers.subscriptions("PendingConfirmation")},
        CheckOutcome.FAILED,
        "no confirmed subscriber",
        Heading.ALARMS,
    ),
    (
        "Subscribers",
        {"sns:ListSubscriptionsByTopic": "NotFound"},
        CheckOutcome.FAILED,
        f"{TOPIC} does not exist",
        Heading.ALARMS,
    ),
    (
        "Concurrency",
        {"lambda:GetAccountSettings": {"AccountLimit": {"UnreservedConcurrentExecutions": 10}}},
        CheckOutcome.WARNING,
        "runs at most 10 functions at once",
        Heading.QUOTAS,
    ),
]


@pytest.mark.parametrize(
    ("check", "answer", "outcome", "says", "heading"),
    TROUBLE,
    ids=[f"{check}: {says}" for check, _, _, says, _ in TROUBLE],
)
def test_trouble_is_said_with_the_heading_that_tells_the_cure(
    doctor: Doctor,
    check: str,
    answer: dict[str, Any],
    outcome: CheckOutcome,
    says: str,
    heading: Heading,
) -> None:
    ran = doctor(WELL | answer)

    line, *_ = (
        each
        for each in ran.out.splitlines()
        if not each.startswith("ok ") and f" {check}: " in each
    )
    assert line.startswith(f"{outcome} ")
    assert says in line
    assert line.endswith(f"See docs/operations.md#{heading}")
    assert ran.exit_code == (outcome is CheckOutcome.FAILED)


@pytest.mark.parametrize(
    ("operation", "code", "right"),
    [
        ("kms:ListGrants", "AccessDeniedException", "kms:ListGrants"),
        ("s3:ListObjectsV2", "AccessDenied", "s3:ListBucket"),
        ("sns:ListSubscriptionsByTopic", "AuthorizationError", "sns:ListSubscriptionsByTopic"),
        ("cloudwatch:DescribeAlarms", "AccessDenied", "cloudwatch:DescribeAlarms"),
    ],
)
def test_right_that_is_missing_is_named_and_the_other_checks_go_on(
    doctor: Doctor, operation: str, code: str, right: str
) -> None:
    ran = doctor(WELL | {operation: code}, "--json")

    refused = [each for each in ran.json["Checks"] if each["Outcome"] == "not asked"]
    assert ran.exit_code == 1
    assert {each["MissingRight"] for each in refused} == {right}
    assert {each["Check"] for each in ran.json["Checks"]} == {
        check.name for check in deployed_checks.CHECKS
    }


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [
        (0, CheckOutcome.OK),
        (-2, CheckOutcome.WARNING),
        (2, CheckOutcome.WARNING),
        (6, CheckOutcome.FAILED),
    ],
)
def test_clock_may_be_off_by_seconds(minutes: int, outcome: CheckOutcome) -> None:
    assert difference(timedelta(minutes=minutes)).outcome is outcome


def test_queue_that_is_not_of_contact_events_has_another_heading(doctor: Doctor) -> None:
    there = answers.stacks()
    there["ContactChainsConnect"] = answers.stack("ContactChainsConnect")

    ran = doctor(
        WELL
        | {
            "cloudformation:DescribeStacks": answers.describing(there),
            "sqs:GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "1"}},
        }
    )

    assert Heading.UNPUBLISHED in ran.out
    assert QUEUE.rpartition("/")[2] in ran.out
    assert "give --instance-id" in ran.out


@pytest.mark.parametrize("heading", Heading)
def test_every_heading_that_the_doctor_names_is_in_the_runbook(heading: Heading) -> None:
    assert heading in headings(RUNBOOK)


@pytest.mark.parametrize(
    ("row", "checks"),
    [("before deploying", before_deployment.CHECKS), ("afterwards", deployed_checks.CHECKS)],
)
def test_rights_that_checks_need_are_documented(row: str, checks: Any) -> None:
    rows = re.findall(r"^- `doctor`, [^-|]+", COMMANDS.read_text("utf-8"), re.MULTILINE)
    text = rows[0] if row == "before deploying" else "".join(rows)
    documented = {action.rpartition(":")[2] for action in re.findall(r"`([\w:]+)`", text)}

    needed = {right.rpartition(":")[2] for check in checks for right in check.rights}

    # That one is needed by every command.
    assert needed - {"DescribeStacks"} <= documented


@pytest.mark.parametrize("stage", [None, "test"])
def test_doctor_knows_how_the_app_names_things(stage: str | None) -> None:
    names = StageNames(stage)

    assert [stack_name(part, stage) for part in stacks.PARTS] == [*map(names.stack, stacks.PARTS)]
    assert stacks.VERSION_OUTPUT == VERSION_OUTPUT
    assert AGENT_EVENTS.lanes == metrics._LANES
    app = Path(PROJECT / "app.py").read_text("utf-8")
    assert set(re.findall(r'name\("(\w+)"\)', app)) == set(stacks.PARTS)

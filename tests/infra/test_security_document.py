"""docs/security.md tells only what is true: its tests exist, its key policy is the one needed."""

import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.variants import DATA_KEY, VARIANTS

TESTS_FOLDER = Path(__file__).parents[1]
TEXT = (TESTS_FOLDER.parent / "docs" / "security.md").read_text("utf-8")
TESTS = list(TESTS_FOLDER.rglob("test_*.py"))
SOURCE = "\n".join(path.read_text("utf-8") for path in TESTS)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\btest_\w+(?:\.py)?", TEXT))))
def test_every_test_that_is_named_exists(name: str) -> None:
    if name.endswith(".py"):
        assert name in {path.name for path in TESTS}
    else:
        assert f"def {name}(" in SOURCE


def statements() -> dict[str, list[dict[str, Any]]]:
    """Of the key policy, by whom they allow to use the key."""
    (policy,) = re.findall(r"```json\n(.+?)```", TEXT, re.DOTALL)
    found: dict[str, list[dict[str, Any]]] = {}
    for statement in json.loads(policy)["Statement"]:
        found.setdefault("".join(statement["Principal"].values()), []).append(statement)
    return found


def under_the_key(synthesized: Synthesized) -> set[str]:
    """Every type of resource that names the key."""
    return {
        resource["Type"]
        for template in synthesized.templates.values()
        for resource in template["Resources"].values()
        if DATA_KEY in json.dumps(resource)
    }


def test_key_policy_lets_in_every_service_that_uses_the_key_for_itself() -> None:
    """Tables and buckets ask on behalf of a role: the first statement leaves those to IAM."""
    used_by = {
        "AWS::Athena::WorkGroup": "arn:aws:iam::111122223333:root",
        "AWS::DynamoDB::Table": "arn:aws:iam::111122223333:root",
        "AWS::IAM::Policy": "arn:aws:iam::111122223333:root",
        "AWS::S3::Bucket": "arn:aws:iam::111122223333:root",
        "AWS::Logs::LogGroup": "logs.eu-central-1.amazonaws.com",
        "AWS::Events::EventBus": "events.amazonaws.com",
        "AWS::SQS::Queue": "events.amazonaws.com",
    }

    kinds = under_the_key(synthesize(**VARIANTS["everything"]))

    assert kinds == used_by.keys()
    assert statements().keys() == set(used_by.values())


def test_key_policy_lets_eventbridge_describe_the_key_and_use_it_for_the_account() -> None:
    """The first without a condition, as in the example of eb-encryption-event-bus-cmkey."""
    conditions = {
        action: statement.get("Condition")
        for statement in statements()["events.amazonaws.com"]
        for action in statement["Action"]
    }

    account = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    assert conditions == {
        "kms:DescribeKey": None,
        "kms:GenerateDataKey": account,
        "kms:Decrypt": account,
    }


def test_every_service_that_is_deployed_to_is_among_the_rights_of_a_narrower_role() -> None:
    named = set(re.findall(r"^- `((?:AWS|Custom)::\w+)` \(", TEXT, re.MULTILINE))

    deployed = {
        resource["Type"] if resource["Type"].startswith("Custom") else service_of(resource["Type"])
        for variant in VARIANTS.values()
        for template in synthesize(**variant).templates.values()
        for resource in template["Resources"].values()
    }

    assert named == deployed


def service_of(resource_type: str) -> str:
    return resource_type.rpartition("::")[0]


def test_key_policy_is_for_the_log_groups_of_all_stacks() -> None:
    synthesized = synthesize(**VARIANTS["everything"])
    (statement,) = statements()["logs.eu-central-1.amazonaws.com"]
    arn = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    pattern = arn.split(":log-group:")[1]

    # CloudFormation begins their names with that of the stack.
    assert [name for name in synthesized.templates if not fnmatch.fnmatch(name, pattern)] == []
    assert not [
        group
        for group in synthesized.resources("AWS::Logs::LogGroup")
        if "LogGroupName" in group["Properties"]
    ]

"""cdk-nag's rules AwsSolutions find nothing that is not acknowledged, and no less than that."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

from app import add_stacks, feature_flags
from tests.infra.variants import VARIANTS


class Finding(NamedTuple):
    """A rule, and the path of the construct that breaks it."""

    rule: str
    path: str


def app_with_rules(variant: str) -> cdk.App:
    context = {**feature_flags(), "aws:cdk:bundling-stacks": [], **VARIANTS[variant]}
    app = cdk.App(context=context)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def findings(app: cdk.App) -> set[Finding]:
    """Warnings and errors; of errors CDK also makes a failed synthesis."""
    report = Path(app.outdir, "validation-report.json")
    try:
        app.synth()
    except RuntimeError:
        assert report.exists()
    return {
        Finding(violation["ruleName"], construct["constructPath"])
        for pack in json.loads(report.read_text("utf-8"))["pluginReports"]
        for violation in pack["violations"]
        for construct in violation["violatingConstructs"]
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_finding_is_acknowledged(variant: str) -> None:
    app = app_with_rules(variant)

    add_stacks(app)

    assert findings(app) == set()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_acknowledged_finding_is_found(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    acknowledged: dict[Finding, str] = {}

    class Recorder:
        """Takes down what is acknowledged, and lets cdk-nag find it all the same."""

        def __init__(self, construct: IConstruct) -> None:
            self._path = construct.node.path

        def acknowledge(self, *rules: Any) -> None:
            for rule in rules:
                acknowledged[Finding(rule.id, self._path)] = rule.reason

    app = app_with_rules(variant)
    monkeypatch.setattr(cdk.Validations, "of", Recorder)
    add_stacks(app)

    found = findings(app)

    assert acknowledged
    assert {each for each in acknowledged if not _covers_any(each, found)} == set()
    assert all(reason.endswith(".") for reason in acknowledged.values())


def _covers_any(acknowledged: Finding, found: set[Finding]) -> bool:
    return any(
        each.rule == acknowledged.rule and f"{each.path}/".startswith(f"{acknowledged.path}/")
        for each in found
    )

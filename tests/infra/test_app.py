"""The app as the CDK CLI starts it."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]

AGAINST_RECOMMENDATION = {
    # An export that another stack still imports can't be removed by mistake, and emulators know it.
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
    # The report holds warnings only: the CLI would no longer show what the app merely mentions.
    "@aws-cdk/core:annotationsInValidationReport": False,
    # Nobody is told how this app is built.
    "@aws-cdk/core:enableAdditionalMetadataCollection": False,
}


@pytest.fixture(scope="module")
def feature_flags(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the app, run without the CLI, reports of every feature flag of its CDK library."""
    output = tmp_path_factory.mktemp("cdk") / "cdk.out"
    result = run_app(output, {"aws:cdk:bundling-stacks": []})
    assert result.returncode == 0, result.stderr
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    report = manifest["artifacts"]["aws-cdk-lib/feature-flag-report"]
    return dict(report["properties"]["flags"])


def run_app(output: Path, context: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env=os.environ | {"CDK_OUTDIR": str(output), "CDK_CONTEXT_JSON": json.dumps(context)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_settings_that_cannot_be_used_end_in_one_clear_message(tmp_path: Path) -> None:
    context = {"retentionDays": "forever", "recordTTLDays": "30"}

    result = run_app(tmp_path / "cdk.out", context)

    assert result.returncode == 1
    assert "Contact Chains cannot be synthesized." in result.stderr
    assert "retentionDays: 'forever' is not usable." in result.stderr
    assert "Did you mean recordTtlDays?" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.rglob("*.template.json")) == []


def test_app_needs_nothing_but_its_requirements() -> None:
    """As CDK's guide has it: ``pip install -r requirements.txt``, then ``cdk deploy``."""
    found = subprocess.run(
        # Without what `make setup` writes beside the requirements.
        [sys.executable, "-S", "-c", "import app"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, found.stderr) == (0, "")


def test_feature_flags_of_cdk_json_hold_without_the_command_line_too(
    feature_flags: dict[str, dict[str, Any]],
) -> None:
    context = json.loads((PROJECT / "cdk.json").read_text("utf-8"))["context"]

    in_file = {key: value for key, value in context.items() if key.startswith("@aws-cdk")}

    assert in_file == {
        key: flag["userValue"] for key, flag in feature_flags.items() if "userValue" in flag
    }


def test_every_feature_flag_is_decided_and_those_against_recommendation_have_a_reason(
    feature_flags: dict[str, dict[str, Any]],
) -> None:
    chosen = {
        key: flag.get("userValue", flag.get("unconfiguredBehavesLike", {}).get("v2", False))
        for key, flag in feature_flags.items()
    }

    assert {
        key: value
        for key, value in chosen.items()
        if value != feature_flags[key]["recommendedValue"]
    } == AGAINST_RECOMMENDATION


def test_command_line_of_cdk_starts_the_app_and_is_pinned_exactly() -> None:
    cdk = json.loads((PROJECT / "cdk.json").read_text("utf-8"))
    package = json.loads((PROJECT / "package.json").read_text("utf-8"))
    locked = json.loads((PROJECT / "package-lock.json").read_text("utf-8"))

    version = package["devDependencies"]["aws-cdk"]

    assert cdk["app"] == "python3 app.py"
    assert version.replace(".", "").isdigit()
    assert locked["packages"]["node_modules/aws-cdk"]["version"] == version

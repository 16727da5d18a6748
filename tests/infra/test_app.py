"""The app as the CDK CLI starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_settings_that_cannot_be_used_end_in_one_clear_message(tmp_path: Path) -> None:
    context = {"retentionDays": "forever", "recordTTLDays": "30"}

    result = subprocess.run(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env=os.environ
        | {"CDK_OUTDIR": str(tmp_path / "cdk.out"), "CDK_CONTEXT_JSON": json.dumps(context)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "Contact Chains cannot be synthesized." in result.stderr
    assert "retentionDays: 'forever' is not usable." in result.stderr
    assert "Did you mean recordTtlDays?" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.rglob("*.template.json")) == []


def test_command_line_of_cdk_starts_the_app_and_is_pinned_exactly() -> None:
    cdk = json.loads((PROJECT / "cdk.json").read_text())
    package = json.loads((PROJECT / "package.json").read_text())
    locked = json.loads((PROJECT / "package-lock.json").read_text())

    version = package["devDependencies"]["aws-cdk"]

    assert cdk["app"] == "python3 app.py"
    assert version.replace(".", "").isdigit()
    assert locked["packages"]["node_modules/aws-cdk"]["version"] == version

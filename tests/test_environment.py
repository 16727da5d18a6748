"""The tests see nothing of the settings of whoever runs them."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SOMEBODY = {
    "AWS_PROFILE": "of-somebody",
    "AWS_REGION": "ap-south-2",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_MAX_ATTEMPTS": "1",
    "CDK_DEFAULT_REGION": "ap-south-2",
    "POWERTOOLS_DEV": "true",
    "COLUMNS": "40",
    "FORCE_COLOR": "1",
}
ASKED = ["tests/cli/ask/test_widths.py", "tests/operations/test_deployed.py"]
"""What the width and colours of a terminal, and an account of one's own, would change."""


def test_tests_pass_whatever_the_settings_of_who_runs_them() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ASKED],
        cwd=PROJECT,
        env=os.environ | SOMEBODY,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.returncode == 0, ran.stdout

"""Where the command line would deploy to: never into an account of whoever runs the tests."""

from pathlib import Path

import pytest

from tests.acceptance.cdk_cli import CdkCli

ENDPOINT = "http://127.0.0.1:4566"
PRINTS_WHAT_LEADS_TO_AWS = "#!/bin/sh\nenv | grep -E '^(AWS|CDK)_' | sort\n"


def test_nothing_of_the_users_own_account_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "cdk"
    program.write_text(PRINTS_WHAT_LEADS_TO_AWS)
    program.chmod(0o755)
    monkeypatch.setattr("tests.acceptance.cdk_cli.CDK", program)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    home = tmp_path / "home"
    cdk = CdkCli(app=tmp_path, context={}, assembly=tmp_path, endpoint=ENDPOINT, home=home)

    passed = dict(line.split("=", 1) for line in cdk.diff().splitlines())

    assert not passed.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN"}
    assert passed["AWS_ACCESS_KEY_ID"] == "test"
    assert passed["AWS_ENDPOINT_URL"] == ENDPOINT
    assert passed["AWS_CONFIG_FILE"] == passed["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert passed["CDK_HOME"] == str(home)

"""How the CDK command line is called; that it deploys is shown in tests/acceptance."""

from pathlib import Path

import pytest

from local.cdk_cli import CdkCli, CdkCliError

ENDPOINT = "http://127.0.0.1:4566"
PRINTS_ITS_ARGUMENTS = 'printf "%s " "$@"'
PRINTS_WHAT_LEADS_TO_AWS = "env | grep -E '^(AWS|CDK)_' | sort"


@pytest.fixture
def cdk(tmp_path: Path) -> CdkCli:
    return CdkCli(
        app=tmp_path,
        context={"readSide": "api", "retentionDays": "7"},
        assembly=Path("/assembly"),
        endpoint=ENDPOINT,
        home=tmp_path / "home",
    )


def _instead(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """A script in the place of the command line."""
    program = folder / "cdk"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr("local.cdk_cli.CDK", program)


def test_app_is_run_with_its_settings_and_only_once(
    cdk: CdkCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instead(monkeypatch, tmp_path, PRINTS_ITS_ARGUMENTS)

    assert "synth --quiet -c readSide=api -c retentionDays=7 --output /assembly" in cdk.synth()
    assert "deploy --all --require-approval never --app /assembly" in cdk.deploy()
    assert "destroy --all --force --app /assembly" in cdk.destroy()


def test_nothing_of_the_users_own_account_is_passed_on(
    cdk: CdkCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instead(monkeypatch, tmp_path, PRINTS_WHAT_LEADS_TO_AWS)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")

    passed = dict(line.split("=", 1) for line in cdk.bootstrap().splitlines())

    assert not passed.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN"}
    assert passed["AWS_ACCESS_KEY_ID"] == "test"
    assert passed["AWS_ENDPOINT_URL"] == ENDPOINT
    assert passed["AWS_CONFIG_FILE"] == passed["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert passed["CDK_HOME"] == str(tmp_path / "home")


def test_failed_command_shows_the_end_of_what_it_printed(
    cdk: CdkCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instead(monkeypatch, tmp_path, "echo no such stack >&2; exit 1")

    with pytest.raises(CdkCliError, match=r"cdk diff failed\.[\s\S]*no such stack"):
        cdk.diff()


def test_missing_command_line_is_named_with_what_installs_it(
    cdk: CdkCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.cdk_cli.CDK", Path("/nowhere/node_modules/.bin/cdk"))

    with pytest.raises(CdkCliError, match=r"cdk is not there\. Run: make node_modules/\.bin/cdk"):
        cdk.deploy()

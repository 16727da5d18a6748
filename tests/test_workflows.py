"""The workflows: what they run is pinned, and they may do no more than they need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parent.parent
WORKFLOWS = [*(PROJECT / ".github" / "workflows").glob("*.yml"), *PROJECT.glob("examples/*oidc*")]


def workflow(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text("utf-8"))

    assert used
    assert [
        each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", each)
    ] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_may_be_written_but_findings_of_codeql_and_tokens_for_aws(path: Path) -> None:
    found = workflow(path)
    given = [found["permissions"], *(job.get("permissions", {}) for job in found["jobs"].values())]

    written = {name for each in given for name, right in each.items() if right == "write"}

    assert written <= {"security-events", "id-token"}
    assert found["permissions"] in ({}, {"contents": "read"})


def test_dependabot_looks_at_every_lock() -> None:
    updates = workflow(PROJECT / ".github" / "dependabot.yml")["updates"]
    folders = {
        each["package-ecosystem"]: each.get("directories", [each.get("directory")])
        for each in updates
    }

    locks = {
        "/" if path.parent == PROJECT else f"/{path.parent.name}"
        for path in (PROJECT / "requirements.txt", *PROJECT.glob("*/requirements.txt"))
    }
    assert set(folders["pip"]) == locks
    assert folders["npm"] == folders["github-actions"] == ["/"]

"""The workflows: what they run is pinned, and they may do no more than they need."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
WORKFLOWS = [*(PROJECT / ".github" / "workflows").glob("*.yml"), *PROJECT.glob("examples/*oidc*")]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text("utf-8"))

    assert used
    assert [
        each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", each)
    ] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_may_be_written_but_findings_of_codeql_and_tokens_for_aws(path: Path) -> None:
    text = path.read_text("utf-8")

    assert re.search(r"^permissions:(?: \{\}|\n  contents: read)\n\n", text, re.MULTILINE)
    assert set(re.findall(r"([\w-]+): write\b", text)) <= {"security-events", "id-token"}


def test_dependabot_looks_at_every_lock() -> None:
    text = (PROJECT / ".github" / "dependabot.yml").read_text("utf-8")
    locks = {
        "/" if path.parent == PROJECT else f"/{path.parent.name}"
        for path in (PROJECT / "requirements.txt", *PROJECT.glob("*/requirements.txt"))
    }

    [folders] = re.findall(r"pip\n    directories: \[(.+)\]", text)

    assert set(folders.split(", ")) == locks

"""The documents tell only what is true: every test, file and setting that they name exists."""

import re
from pathlib import Path

import pytest

from infra.settings import KEYS

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
TESTS = "\n".join(path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))


def promised_tests() -> list[str]:
    promises = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    return sorted(set(re.findall(r"::(test_\w+)", promises)))


@pytest.mark.parametrize("name", promised_tests())
def test_test_that_shows_a_promise_exists(name: str) -> None:
    assert f"def {name}(" in TESTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    linked = [document.parent / name for name in re.findall(r"\]\(((?!http)[^)#]+)\)", text)]
    named = [
        PROJECT / name
        for name in re.findall(r"`((?:tests|lambdas|infra|local|operations|docs)/[\w./-]+)", text)
    ]

    assert [str(path) for path in linked + named if not path.exists()] == []


def test_every_setting_is_in_the_readme() -> None:
    described = re.findall(
        r"^\| `(\w+)` \|", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE
    )

    assert sorted(described) == sorted(KEYS)


@pytest.mark.parametrize("target", ["demo", "test", "check", "synth", "diff", "deploy"])
def test_every_target_is_in_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:.*## \S", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)

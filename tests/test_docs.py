"""The documents tell only what is true: every test, file, heading, target and setting exists."""

import re
from pathlib import Path

import pytest

from infra.settings.settings import KEYS

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
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
        for name in re.findall(
            r"`((?:tests|lambdas|infra|local|operations|docs|web|examples|bench)/[\w./-]+)", text
        )
    ]

    assert [str(path) for path in linked + named if not path.exists()] == []


def headings(document: Path) -> set[str]:
    """The addresses of a document's headings, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_headings_that_a_document_leads_to_exist(document: Path) -> None:
    links = re.findall(r"\]\(((?!http)[^)#]*)#([^)]+)\)", document.read_text("utf-8"))

    assert [
        (name, heading)
        for name, heading in links
        if heading not in headings(document.parent / name if name else document)
    ] == []


def test_every_setting_is_in_the_readme() -> None:
    described = re.findall(
        r"^\| `(\w+)` \|", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE
    )

    assert sorted(described) == sorted(KEYS)


SERVICES = {
    "AWS::ApplicationAutoScaling": "DynamoDB",
    # How Security Hub calls the services that templates name otherwise.
    "AWS::ApiGatewayV2": "APIGateway",
    "AWS::KinesisFirehose": "DataFirehose",
    "AWS::Events": "EventBridge",
    "AWS::Logs": "CloudWatch",
}


def test_auditor_reads_of_every_service_that_is_deployed_to() -> None:
    security, auditor = (
        (PROJECT / "docs" / name).read_text("utf-8") for name in ("security.md", "auditor.md")
    )
    deployed_to = re.findall(r"^\| `(AWS::\w+)` \|", security, re.MULTILINE)

    controls = {SERVICES.get(each, each.removeprefix("AWS::")) for each in deployed_to}

    named = set(re.findall(r"^\| (\w+)\.\d", auditor, re.MULTILINE))
    assert controls <= named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_targets_that_a_document_names_are_in_the_makefile(document: Path) -> None:
    named = re.findall(r"(?:`|^|\$ )make ([a-z]+)", document.read_text("utf-8"), re.MULTILINE)
    targets = re.findall(
        r"^([a-z]+):.*## \S", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE
    )

    assert set(named) <= set(targets)

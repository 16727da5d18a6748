"""The documents tell only what is true, and can be read: what they name exists, lines are short."""

import re
from pathlib import Path

import pytest
from cyclopts import App

from cli.__main__ import command_line
from reference.__main__ import PAGES

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
            r"`((?:tests|lambdas|infra|cli|operations|docs|web|examples|demo|emulator|measurements"
            r"|reference|contact_centre)/[\w./-]+)",
            text,
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


def test_front_page_says_what_the_bill_came_to() -> None:
    front, bill = ((PROJECT / name).read_text("utf-8") for name in ("README.md", "docs/scale.md"))
    months = re.search(r"^\| \*\*a month\*\* (.*)$", bill, re.MULTILINE)
    shown = re.search(r"^\| \$ a month, default settings (.*)$", front, re.MULTILINE)

    assert months
    assert shown
    assert re.findall(r"[\d,]+", months[1])[:3] == re.findall(r"[\d,]+", shown[1])


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
    deployed_to = re.findall(r"^- `(AWS::\w+)` \(", security, re.MULTILINE)

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


MOST_CHARACTERS = 120
MOST_CHARACTERS_OF_A_CELL = 100
MOST_WORDS = 25_000
"""What one person reads in a day; it was 53,400."""


def prose(document: Path) -> str:
    """Without code and what commands write."""
    text = re.sub(
        r"^<!-- (\w+): .*?^<!-- end of \1 -->",
        "",
        document.read_text("utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_lines_are_short_enough_for_a_terminal(document: Path) -> None:
    lines = re.sub(r"\(?https?://\S+|`[^`\n]{80,}`", "", prose(document)).splitlines()

    assert [line for line in lines if len(line) > MOST_CHARACTERS] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_table_cells_hold_a_phrase(document: Path) -> None:
    rows = re.findall(r"^\|.+\|$", prose(document), re.MULTILINE)
    cells = [cell.strip() for row in rows for cell in re.split(r"(?<!\\)\|", row)]

    shown = [re.sub(r"\]\([^)]*\)", "]", cell) for cell in cells]
    assert [cell for cell in shown if len(cell) > MOST_CHARACTERS_OF_A_CELL] == []


def test_documents_can_be_read_in_a_day() -> None:
    by_hand = [*(PROJECT / "docs").glob("*.md"), PROJECT / "README.md"]
    texts = {path: prose(path) for path in by_hand if path.name not in PAGES}

    words = {path: len(text.split()) for path, text in texts.items()}

    assert sum(words.values()) <= MOST_WORDS, words


def test_readme_fits_on_three_screens() -> None:
    assert len((PROJECT / "README.md").read_text("utf-8").splitlines()) <= 120


def test_site_has_every_page() -> None:
    site = (PROJECT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    of_the_project = {"index.md", "pages.md", "CONTRIBUTING.md", "CHANGELOG.md"}

    pages = {path.name for path in (PROJECT / "docs").glob("*.md")} - {"README.md"}

    assert sorted(re.findall(r"[\w-]+\.md", site)) == sorted(pages | of_the_project)


def test_map_leads_to_every_page() -> None:
    linked = re.findall(r"\]\(([\w-]+\.md)\)", (PROJECT / "docs" / "README.md").read_text("utf-8"))

    assert {path.name for path in (PROJECT / "docs").glob("*.md")} - {"README.md"} == set(linked)


def commands_of(document: Path, program: App) -> list[str]:
    """What a document tells to run of ours, by the command or by make; without comments."""
    text = document.read_text("utf-8").replace("\\\n", " ")
    typed = r"(?:^|[`$] ?|/)contact-chains ((?!COMMAND|--)[^\n`#|]+)"
    of_make = r"make (\w+) ARGS=(?:'([^']+)'|(\S[^\s`]*))"
    return [
        *re.findall(typed, text, re.MULTILINE),
        *(
            f"{'' if target == 'contacts' else target} {quoted or word}"
            for target, quoted, word in re.findall(of_make, text)
            if target == "contacts" or target in program
        ),
    ]


def options_of(app: App) -> set[str]:
    if app.default_command is None:
        return set()
    return {name for each in app.assemble_argument_collection() for name in each.names}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_of_a_document_exist_with_their_options(document: Path) -> None:
    program = command_line()
    unknown = []
    for command in commands_of(document, program):
        names, apps, rest = program.parse_commands(re.findall(r"[^\s\[\]]+", command))
        given = {each for each in rest if each.startswith("--")} - {"--help", "--yes"}
        if not names or not given <= options_of(apps[-1]):
            unknown.append(command)

    assert unknown == []

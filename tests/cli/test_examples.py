"""Every example of the help and of the documents is a command that can be given so."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.__main__ import command_line
from cli.examples import EXAMPLES

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
EXAMPLE = re.compile(r"^ *(?:\$ )?(?:.*\| )?(?:\.venv/bin/)?contact-chains (.+)$", re.MULTILINE)
NOT_TO_BE_PARSED = re.compile(r"\.\.\.|…|^[A-Z]+ |^--|[\[<]")
"""What stands for something else, and options of the program itself."""


def in_help() -> Iterator[str]:
    for text in EXAMPLES.values():
        yield from EXAMPLE.findall(text)


def in_documents() -> Iterator[str]:
    """The lines of blocks of code that are commands."""
    for page in PAGES:
        for block in re.findall(r"```\w*\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            yield from EXAMPLE.findall(block)


@pytest.mark.parametrize("example", sorted({*in_help(), *in_documents()}))
def test_example_is_accepted(example: str) -> None:
    words = shlex.split(example.partition(" | ")[0], comments=True)
    if NOT_TO_BE_PARSED.search(example):
        words = words[:1]

    command_line().parse_args(
        words if len(words) > 1 else [*words, "--help"], exit_on_error=False, print_error=False
    )


def test_examples_are_found_in_help_and_documents() -> None:
    assert len(set(in_help())) > 40
    assert len(set(in_documents())) > 20

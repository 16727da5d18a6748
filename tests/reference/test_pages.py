"""The generated pages of docs/ are what the code says today."""

import re

import pytest

from reference.__main__ import DOCS, PAGES
from reference.settings_page import undescribed


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "make docs writes it anew"


def test_command_line_page_names_no_option_that_only_a_generator_would_add() -> None:
    # cyclopts adds --no-x beside each --x unless it is told not to, also for groups of commands.
    assert not re.findall(r"`--\S+, --no-\S+`", PAGES["command-line.md"]())


def test_every_setting_is_described() -> None:
    assert undescribed() == set()

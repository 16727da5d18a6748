"""The generated pages of docs/ are what the code says today."""

import pytest

from reference.__main__ import DOCS, PAGES
from reference.settings_page import undescribed


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "make docs writes it anew"


def test_every_setting_is_described() -> None:
    assert undescribed() == set()

"""Which version's app the rehearsals of an upgrade and of a rollback begin with."""

from pathlib import Path

import pytest

from tests.acceptance.release import APP, app_before, newest_before


@pytest.mark.parametrize(
    ("releases", "before"),
    [
        ([], None),
        (["1.10.0"], None),
        (["1.9.0", "1.2.0", "1.10.0", "2.0.0"], "1.9.0"),
    ],
)
def test_release_before_is_the_newest_of_those_that_are_older(
    releases: list[str], before: str | None
) -> None:
    assert newest_before("1.10.0", releases) == before


def test_before_the_first_release_the_app_of_this_version_stands_in_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.acceptance.release.RELEASES", tmp_path / "none")

    app, _ = app_before(tmp_path / "release")

    assert {each.name for each in app.iterdir()} == {*APP, "build"}
    assert (app / "lambdas" / "contacts" / "item" / "contact_item.py").is_file()

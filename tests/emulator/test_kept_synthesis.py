"""What was synthesized is made once for the same code and settings, whoever else makes it."""

from pathlib import Path

import pytest

from emulator import kept_synthesis
from emulator.kept_synthesis import kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept_synthesis, "KEPT", tmp_path / "synthesized")
    monkeypatch.setattr(kept_synthesis, "code_hash", lambda: "one")
    return tmp_path / "synthesized"


@pytest.mark.usefixtures("folder")
def test_same_settings_are_synthesized_once() -> None:
    made = []

    def make(place: Path) -> None:
        made.append(place)
        (place / "template").write_text("x")

    first, second = (kept({"size": 1}, make, kind="a") for _ in range(2))
    other = kept({"size": 2}, make, kind="a")

    assert len(made) == 2
    assert first == second != other
    assert (first / "template").read_text() == "x"


@pytest.mark.usefixtures("folder")
def test_result_of_a_faster_process_stands() -> None:
    def make(place: Path) -> None:
        (place / "template").write_text("slower")
        faster = kept_synthesis.KEPT / "one" / target.name
        faster.mkdir()
        (faster / "template").write_text("faster")

    def probe(place: Path) -> None:
        (place / "template").write_text("probe")

    target = kept({}, probe, kind="a")
    (target / "template").unlink()
    target.rmdir()

    assert (kept({}, make, kind="a") / "template").read_text() == "faster"


def test_synthesis_that_fails_leaves_nothing(folder: Path) -> None:
    def fail(_place: Path) -> None:
        raise ValueError("no template")

    with pytest.raises(ValueError, match="no template"):
        kept({}, fail, kind="a")

    assert list((folder / "one").iterdir()) == []


def test_older_versions_of_the_code_are_forgotten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("one", "two", "three"):
        monkeypatch.setattr(kept_synthesis, "code_hash", lambda version=version: version)
        kept({}, lambda _place: None, kind="a")

    assert len(list(folder.iterdir())) == kept_synthesis.VERSIONS
    assert (folder / "three").is_dir()

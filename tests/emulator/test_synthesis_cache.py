"""What was synthesized is made once for the same code and settings, whoever else makes it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from emulator import synthesis_cache
from emulator.synthesis_cache import kept
from tests.emulated.waiting import PATIENCE_SECONDS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(synthesis_cache, "KEPT", tmp_path / "synthesized")
    monkeypatch.setattr(synthesis_cache, "code_hash", lambda: "one")
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
def test_who_comes_while_it_is_made_waits_and_takes_it() -> None:
    is_begun, may_end = Event(), Event()
    made = []

    def make(place: Path) -> None:
        made.append(place)
        is_begun.set()
        assert may_end.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept, {}, make, kind="a")
        assert is_begun.wait(PATIENCE_SECONDS)
        second = pool.submit(kept, {}, make, kind="a")
        may_end.set()

        assert first.result() == second.result()
    assert len(made) == 1


def test_synthesis_that_fails_leaves_nothing(folder: Path) -> None:
    def fail(_place: Path) -> None:
        raise ValueError("no template")

    with pytest.raises(ValueError, match="no template"):
        kept({}, fail, kind="a")

    assert [path for path in (folder / "one").iterdir() if path.is_dir()] == []


def test_older_versions_of_the_code_are_forgotten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("one", "two", "three"):
        monkeypatch.setattr(synthesis_cache, "code_hash", lambda version=version: version)
        kept({}, lambda _place: None, kind="a")

    assert len(list(folder.iterdir())) == synthesis_cache.VERSIONS
    assert (folder / "three").is_dir()

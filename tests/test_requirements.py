"""What is installed is pinned to versions and hashes, and is what the requirements.in ask for.

`make lock` writes the requirements.txt anew after a requirements.in was changed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = ("", "docs", "lambdas", "measurements")


class Locked(NamedTuple):
    """A version, and the hashes of the files in which it is published, whatever the platform."""

    version: str
    hashes: frozenset[str]


def locked(folder: str) -> dict[str, Locked]:
    text = (PROJECT / folder / "requirements.txt").read_text("utf-8")
    found: dict[str, Locked] = {}
    for line in text.replace("\\\n", "").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement, *hashes = re.split(r"\s+--hash=", line)
            name, version = _pinned(Requirement(requirement))
            found[name] = Locked(version, frozenset(hashes))
    return found


def asked_for(folder: str) -> Iterator[tuple[str, str]]:
    for line in (PROJECT / folder / "requirements.in").read_text("utf-8").splitlines():
        if line.startswith("-r "):
            yield from asked_for(str(Path(folder, line.removeprefix("-r ")).parent))
        elif line.strip() and not line.startswith("#"):
            yield _pinned(Requirement(line))


def _pinned(requirement: Requirement) -> tuple[str, str]:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    assert "*" not in specifier.version
    return canonicalize_name(requirement.name), specifier.version


@pytest.mark.parametrize("folder", FOLDERS)
def test_everything_is_pinned_to_a_version_and_its_hashes(folder: str) -> None:
    requirements = locked(folder)

    assert requirements
    for name, each in requirements.items():
        assert each.hashes, name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in each.hashes), name


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_asked_for_is_what_is_locked(folder: str) -> None:
    versions = {name: each.version for name, each in locked(folder).items()}

    assert [each for each in asked_for(folder) if each not in versions.items()] == []


def test_functions_run_the_versions_that_the_tests_run() -> None:
    assert locked("lambdas").items() <= locked("").items()

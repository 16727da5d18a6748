"""A class name means one thing: who searches for it finds one class."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def modules() -> Iterator[Path]:
    """All that ships, and all that runs on this machine; nothing of the tests."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    for package in settings["tool"]["importlinter"]["root_packages"]:
        if package != "tests":
            for folder in (PROJECT / package, PROJECT / "lambdas" / package):
                yield from folder.rglob("*.py")


def test_every_class_has_a_name_of_its_own() -> None:
    places: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                place = f"{path.relative_to(PROJECT)}:{node.lineno}"
                places.setdefault(node.name, []).append(place)

    assert len(places) > 300
    assert {name: found for name, found in places.items() if len(found) > 1} == {}

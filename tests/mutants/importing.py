"""Imports modules of the mutated packages as somebody else compiled them."""

from collections.abc import Callable, Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any

from tests.mutants.changes import LAMBDAS, MUTATED


class Importer(MetaPathFinder):
    """Compiles modules of the mutated packages in its own way."""

    def __init__(self, compiled: Callable[[Path], CodeType | None]) -> None:
        self._compiled = compiled
        """Of a file; None if it is to be imported as it is."""

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in MUTATED:
            return None
        file = LAMBDAS.joinpath(*fullname.split("."))
        file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
        if code := self._compiled(file):
            return spec_from_file_location(fullname, loader=_Loader(fullname, file, code))
        return None


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, file: Path, code: CodeType) -> None:
        super().__init__(fullname, str(file))
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return self._code


def inner_code(code: CodeType) -> list[CodeType]:
    """The code of the functions and classes in a module, a class or a function."""
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in inner_code(code):
        yield from with_inner(inner)

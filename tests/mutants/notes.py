"""Which tests pass which line, and for how long they run."""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Final

import pytest

from tests.mutants.changes import LAMBDAS, Mutant
from tests.mutants.importing import Importer, with_inner
from tests.mutants.sessions import Session, in_pytest, pairs

SITE_PACKAGES: Final = Path(pytest.__file__).parent.parent


@dataclass(frozen=True)
class Notes:
    at_import: Mapping[str, set[int]]
    """The lines that run before any test does, by module."""
    tests: Mapping[tuple[str, int], Sequence[str]]
    """The tests that pass a line, fastest first; of line 0, those that pass the module."""
    seconds: Mapping[str, float]
    """How much CPU each test takes, fastest first."""
    failed: Sequence[str]
    """Tests that fail without any mutant: they would notice nothing, and are left out."""
    libraries: Sequence[str]
    """Modules of others that tests import."""

    def is_at_import(self, mutant: Mutant) -> bool:
        is_known = (mutant.path, mutant.line) in self.tests
        return not is_known or mutant.line in self.at_import.get(mutant.path, ())

    def tests_of(self, mutant: Mutant) -> Sequence[str]:
        """Of what runs at import only, all tests: those that pass its module first."""
        if tests := self.tests.get((mutant.path, mutant.line)):
            return tests
        return list(dict.fromkeys([*self.tests.get((mutant.path, 0), ()), *self.seconds]))


def read_notes(file: Path) -> Notes:
    notes = json.loads(file.read_text())
    failed = [name for name, test in notes["tests"].items() if test["failed"]]
    passing = notes["tests"].keys() - set(failed)
    seconds = {name: notes["tests"][name]["seconds"] for name in passing}
    seconds = dict(sorted(seconds.items(), key=lambda each: (each[1], each[0])))
    tests = defaultdict[tuple[str, int], list[str]](list)
    for name in seconds:
        for path, lines in notes["tests"][name]["lines"].items():
            for line in (0, *lines):
                tests[path, line].append(name)
    at_import = {path: set(lines) for path, lines in notes["import"].items()}
    return Notes(at_import, tests, seconds, failed, notes["libraries"])


def take_notes(file: Path, tests: Sequence[str]) -> None:
    """Run tests, and write down which lines each passes, and for how long; keep what was there."""
    lines = _Lines()
    notes = json.loads(file.read_text()) if file.exists() else {"import": {}, "tests": {}}

    def loop(session: Session, items: Mapping[str, pytest.Item]) -> None:
        for path, passed in lines.taken().items():
            notes["import"][path] = sorted({*notes["import"].get(path, ()), *passed})
        for item, following in pairs(items.values()):
            began = time.process_time()
            has_failed = session.fails(item, following)
            notes["tests"][item.nodeid] = {
                "failed": has_failed,
                "seconds": time.process_time() - began,
                "lines": lines.taken(),
            }
        notes["libraries"] = sorted(_libraries())
        file.write_text(json.dumps(notes))
        is_written.append(True)

    is_written: list[bool] = []
    in_pytest(tests, loop)
    if not is_written:
        message = "tests cannot be collected: see above"
        raise RuntimeError(message)


def _libraries() -> Iterator[str]:
    for name, module in sys.modules.items():
        file = getattr(module, "__file__", None)
        if file and SITE_PACKAGES in Path(file).parents:
            yield name


class _Lines:
    """The lines of the mutated packages that are passed."""

    _TOOL: Final = sys.monitoring.COVERAGE_ID

    def __init__(self) -> None:
        self._passed: dict[str, set[int]] = defaultdict(set)
        sys.monitoring.use_tool_id(self._TOOL, "mutants")
        sys.monitoring.register_callback(self._TOOL, sys.monitoring.events.LINE, self._pass)
        sys.meta_path.insert(0, Importer(self._watched))

    def _watched(self, file: Path) -> CodeType:
        module = compile(file.read_text(), str(file), "exec")
        for code in with_inner(module):
            sys.monitoring.set_local_events(self._TOOL, code, sys.monitoring.events.LINE)
        return module

    def _pass(self, code: CodeType, line: int) -> object:
        self._passed[str(Path(code.co_filename).relative_to(LAMBDAS))].add(line)
        return sys.monitoring.DISABLE

    def taken(self) -> dict[str, list[int]]:
        """What was passed since the last time."""
        passed = {path: sorted(lines) for path, lines in self._passed.items()}
        self._passed.clear()
        sys.monitoring.restart_events()
        return passed

"""Each mutant in a process of its own, where its tests run until one fails."""

import gc
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final

import pytest

from tests.mutants.changes import Mutant, text_of
from tests.mutants.importing import Importer, inner_code
from tests.mutants.notes import Notes
from tests.mutants.sessions import Session, in_fork, in_pytest, pairs

LONGEST_SECONDS: Final = 60
"""A mutant that so much CPU of its tests does not notice counts as a survivor."""
_ONLY_BY_IMPORT: Final = "cannot be changed once it is imported"

_LONGEST_SECONDS_AT_FIRST: Final = 10
"""The same where everything is imported anew after that."""


class Trial:
    """Tries mutants out. ``file`` keeps what noticed each: a test, or how its process ended."""

    def __init__(self, notes: Notes, file: Path) -> None:
        self._notes = notes
        self._file = file

    def noticed(self) -> Mapping[tuple[str, str], str]:
        """What noticed a mutant, by the mutant's key."""
        return {key: by for key, (by, is_sure) in self._verdicts().items() if by and is_sure}

    def try_out(self, mutants: Sequence[Mutant]) -> None:
        """Collect all tests once; then run those of each mutant in a fork, functions changed.

        What tests compute when they are imported was computed without the mutant by then. Where its
        line has part in that, everything is imported anew, and then one test has to fail again.
        """
        known = self._verdicts()

        def loop(session: Session, items: Mapping[str, pytest.Item]) -> None:
            session.be_silent()
            tried = [each for each in mutants if not known.get(each.key, ("", False))[0]]
            self._spread(partial(self._changed, session, items), tried, is_import=False)

        def collect() -> None:
            code = in_pytest(["-s", *_files(self._notes.seconds)], loop)
            if code == pytest.ExitCode.INTERNAL_ERROR:
                message = "not all mutants were tried: see above"
                raise RuntimeError(message)

        in_fork(collect, is_silent=False)
        verdicts = self._verdicts()
        unsure = [each for each in mutants if not verdicts[each.key][1]]
        print(f"\n{len(unsure)} of them have part in what is computed at import:")
        for library in self._notes.libraries:
            importlib.import_module(library)
        self._spread(self._imported, unsure, is_import=True)

    def _changed(
        self, session: Session, items: Mapping[str, pytest.Item], mutant: Mutant
    ) -> str | None:
        if not change_module(mutant):
            return _ONLY_BY_IMPORT
        tests = [items[test] for test in self._notes.tests_of(mutant) if test in items]
        is_first = self._notes.is_at_import(mutant)
        longest = _LONGEST_SECONDS_AT_FIRST if is_first else LONGEST_SECONDS
        return first_to_fail(session, tests, self._notes.seconds, longest=longest)

    def _imported(self, mutant: Mutant) -> str | None:
        """First the test that failed before, then those of the package, then all of them."""
        change_module(mutant)
        suspect, _ = self._verdicts().get(mutant.key, (None, False))
        every = self._notes.tests_of(mutant)
        package = f"tests/{Path(mutant.path).parts[0]}/"
        near = [test for test in every if test.startswith(package)]
        before = [suspect] if suspect and suspect in self._notes.seconds else []
        for tests in (before, near):
            if tests and (failed := in_fork(partial(self._first_to_fail, tests))):
                return failed
        return self._first_to_fail(every)

    def _first_to_fail(self, tests: Sequence[str]) -> str | None:
        failed = None

        def loop(session: Session, items: Mapping[str, pytest.Item]) -> None:
            nonlocal failed
            chosen = [items[test] for test in tests if test in items]
            failed = first_to_fail(session, chosen, self._notes.seconds)

        _stop_after(120)
        code = in_pytest(["-s", *_files(tests)], loop)
        return failed or (f"pytest's exit code {code}" if code else None)

    def _spread(
        self,
        tried: Callable[[Mutant], str | None],
        mutants: Sequence[Mutant],
        *,
        is_import: bool,
    ) -> None:
        """Call ``tried``, which returns what noticed the mutant, in a fork for each."""
        workers = os.process_cpu_count() or 1
        children = []
        for worker in range(workers):
            child = os.fork()
            if child:
                children.append(child)
                continue
            try:
                for mutant in mutants[worker::workers]:
                    self._keep(mutant, in_fork(partial(tried, mutant)), is_import=is_import)
            except RuntimeError as error:
                print(error, file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        statuses = [os.waitpid(child, 0)[1] for child in children]
        if any(statuses):
            message = "not all mutants were tried: see above"
            raise RuntimeError(message)

    def _keep(self, mutant: Mutant, by: str | None, *, is_import: bool) -> None:
        is_sure = is_import or not self._notes.is_at_import(mutant)
        if not is_import and by not in self._notes.seconds:
            # Either it went round in circles, or survives, or is to be tried otherwise.
            is_sure = by != _ONLY_BY_IMPORT and (is_sure or by is not None)
        with self._file.open("a") as file:
            file.write(json.dumps([mutant.place, mutant.change, by, is_sure]) + "\n")
        print("?" if not is_sure else "." if by else "S", end="", flush=True)

    def _verdicts(self) -> dict[tuple[str, str], tuple[str | None, bool]]:
        """What noticed each mutant, if anything, and whether that is sure: the last word of it."""
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        verdicts = map(json.loads, lines)
        return {(place, change): (by, is_sure) for place, change, by, is_sure in verdicts}


def change_module(mutant: Mutant) -> bool:
    """Change what will be imported, and functions that are already; False if that is not enough."""
    changed = compile(mutant.source(), str(mutant.file), "exec")
    sys.meta_path.insert(0, Importer({mutant.file: changed}.get))
    before = compile(text_of(mutant.file), str(mutant.file), "exec")
    codes = {(old.co_filename, old): new for old, new in _pairs(before, changed) if old != new}
    gc.unfreeze()  # what is frozen would not be found
    functions = [
        (function, codes[key])
        for function in gc.get_objects()
        if isinstance(function, FunctionType)
        and (key := (function.__code__.co_filename, function.__code__)) in codes
    ]
    if any(_kind(code) != _kind(function.__code__) for function, code in functions):
        return False
    for function, code in functions:
        function.__code__ = code
    return bool(functions) or mutant.module not in sys.modules


def _kind(code: CodeType) -> tuple[int, tuple[str, ...]]:
    """What must be the same of code that takes the place of another."""
    return code.co_flags, code.co_freevars


def _pairs(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of each function before and after; of what a change has removed, none."""
    yield before, after
    inner = [inner_code(code) for code in (before, after)]
    if len(inner[0]) == len(inner[1]):
        for each in zip(*inner, strict=True):
            yield from _pairs(*each)


def first_to_fail(
    session: Session,
    items: Sequence[pytest.Item],
    seconds: Mapping[str, float],
    *,
    longest: float = LONGEST_SECONDS,
) -> str | None:
    """The first test that fails, of those that start within ``longest`` seconds of CPU."""
    end = time.process_time() + longest
    for item, following in pairs(items):
        _stop_after(20 + 10 * seconds[item.nodeid])
        if session.fails(item, following):
            return item.nodeid
        if time.process_time() > end:
            break
    return None


def _stop_after(seconds: float) -> None:
    """The kernel ends this process once it has used so much more CPU: it goes round in circles."""
    used = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, resource.RLIM_INFINITY))


def _files(tests: Iterable[str]) -> Sequence[str]:
    return sorted({test.partition("::")[0] for test in tests})

"""Changes the functions' code in one place at a time, and sees whether a test notices.

    make mutants [MUTANTS=300 SEED=7]

Places are drawn at random, by seed, from ``lambdas/contacts``, ``agent_events`` and
``contact_chains``. First the tests of ``make quick`` run once and tell which of them pass which
line; then each mutant meets those of its line, fastest first, until one fails. No file is changed:
the mutant exists only in the process that imports it. Survivors are listed, each as a diff: either
a test is missing, or the change makes no difference to anybody.

mutmut takes modules by their path (``lambdas.contacts``), which is not how they are imported here.
"""

import argparse
import ast
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any, Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parent.parent
LAMBDAS: Final = REPOSITORY / "lambdas"
BUILD: Final = REPOSITORY / "build" / "mutants"
MUTATED: Final = ("contacts", "agent_events", "contact_chains")
LONGEST_SECONDS: Final = 300
"""A mutant that takes longer goes round in circles, and counts as noticed."""

QUICKLY: Final = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider")

_COMPARISONS: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """``before``, which stands at some place of a module, becomes ``after``."""

    path: str
    line: int
    start: int
    end: int
    before: str
    after: str

    @property
    def module(self) -> str:
        return ".".join(Path(self.path).with_suffix("").parts).removesuffix(".__init__")

    def source(self) -> str:
        """The module as it is changed."""
        text = (LAMBDAS / self.path).read_bytes()
        changed = text[: self.start] + self.after.encode() + text[self.end :]
        return changed.decode()

    def __str__(self) -> str:
        return f"lambdas/{self.path}:{self.line}: {self.before}  ->  {self.after}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every change of a module."""
    text = path.read_bytes()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, after in _changes(ast.parse(text)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        yield Mutant(
            str(path.relative_to(LAMBDAS)),
            node.lineno,
            start,
            end,
            text[start:end].decode(),
            after,
        )


def _changes(tree: ast.AST) -> Iterator[tuple[Any, str]]:
    for node in _code(tree):
        if isinstance(node, ast.If | ast.While | ast.IfExp):
            yield node.test, f"(not ({ast.unparse(node.test)}))"
        if isinstance(node, ast.comprehension):
            for condition in node.ifs:
                yield condition, f"(not ({ast.unparse(condition)}))"
        if isinstance(node, ast.Return) and node.value and ast.unparse(node.value) != "None":
            yield node.value, "None"
        if isinstance(node, ast.Continue | ast.Break):
            yield node, "pass"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield node, "pass"
        if isinstance(node, ast.expr) and (changed := _changed(node)):
            yield node, f"({changed})"


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but annotations, and what is there for type checkers only."""
    yield tree
    for name, value in ast.iter_fields(tree):
        is_code = name not in ("annotation", "returns", "type_params")
        if isinstance(tree, ast.TypeAlias) or _is_for_type_checkers(tree):
            is_code = False
        for child in value if isinstance(value, list) else [value]:
            if is_code and isinstance(child, ast.AST):
                yield from _code(child)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _changed(node: ast.expr) -> str | None:
    match node:
        case ast.Compare(left, [sign], [right]) if type(sign) in _COMPARISONS:
            return ast.unparse(ast.Compare(left, [_COMPARISONS[type(sign)]()], [right]))
        case ast.BoolOp(ast.And(), values):
            return ast.unparse(ast.BoolOp(ast.Or(), values))
        case ast.BoolOp(ast.Or(), values):
            return ast.unparse(ast.BoolOp(ast.And(), values))
        case ast.UnaryOp(ast.Not(), operand):
            return ast.unparse(operand)
        case ast.BinOp(left, sign, right) if type(sign) in _ARITHMETIC:
            return ast.unparse(ast.BinOp(left, _ARITHMETIC[type(sign)](), right))
        case ast.Constant(bool(value)):
            return str(not value)
        case ast.Constant(int(value)):
            return str(value + 1)
        case ast.Call(ast.Name(name), arguments, keywords) if name in _CALLS:
            return ast.unparse(ast.Call(ast.Name(_CALLS[name]), arguments, keywords))
    return None


def sample(*, seed: int, size: int) -> list[Mutant]:
    """``size`` mutants of all there are, the same for the same code and seed."""
    every = [
        mutant
        for package in MUTATED
        for path in sorted((LAMBDAS / package).rglob("*.py"))
        for mutant in mutants_of(path)
    ]
    return random.Random(seed).sample(every, min(size, len(every)))


# Which tests pass which line


class _Durations:
    """Notes how long tests take, and which ones fail."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("@")[0]
        self.seconds[name] += report.duration
        if report.failed:
            self.failed.add(name)


def note_tests(tests: Sequence[str]) -> None:
    """Run the tests once; leaves which of them pass which line in ``BUILD``.

    Those that fail without any mutant notice nothing, and are left out.
    """
    durations = _Durations()
    sources = [f"--cov=lambdas/{package}" for package in MUTATED]
    options = ["--cov-context=test", "--cov-report=", *sources]
    pytest.main([*QUICKLY, *options, *tests], plugins=[durations])
    seconds = {
        name: durations.seconds[name] for name in durations.seconds.keys() - durations.failed
    }
    (BUILD / "durations.json").write_text(json.dumps(seconds))
    print(f"{len(seconds)} tests noted; fail without any mutant: {sorted(durations.failed)}")


def tests_by_line() -> tuple[dict[str, dict[int, set[str]]], dict[str, float]]:
    from coverage import CoverageData

    data = CoverageData(str(BUILD / "coverage"))
    data.read()
    lines: dict[str, dict[int, set[str]]] = {}
    for file in data.measured_files():
        path = str(Path(file).relative_to(LAMBDAS))
        lines[path] = {
            line: {context.partition("|")[0].partition("@")[0] for context in contexts if context}
            for line, contexts in data.contexts_by_lineno(file).items()
        }
    return lines, json.loads((BUILD / "durations.json").read_text())


# One mutant, in a process of its own


class _Finder(MetaPathFinder):
    """Finds the changed module where Python would find its file."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        loader = _Loader(self._mutant)
        return spec_from_file_location(fullname, loader.path, loader=loader)


class _Loader(SourceFileLoader):
    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(LAMBDAS / mutant.path))
        self._mutant = mutant

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002
        return compile(self._mutant.source(), self.path, "exec")


class _Chosen:
    """Leaves only some tests, in a given order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._places = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        def name(item: pytest.Item) -> str:
            return item.nodeid.partition("@")[0]

        chosen = [item for item in items if name(item) in self._places]
        items[:] = sorted(chosen, key=lambda item: self._places[name(item)])


def try_out(mutant: Mutant, tests: Sequence[str]) -> int:
    """Run the tests on the mutant, in this process; pytest's exit code."""
    sys.meta_path.insert(0, _Finder(mutant))
    files = sorted({test.partition("::")[0] for test in tests})
    return int(pytest.main([*QUICKLY, "-x", *files], plugins=[_Chosen(tests)]))


def is_noticed(mutant: Mutant, tests: Sequence[str], number: int) -> bool:
    """Run the tests on the mutant, in another process."""
    task = BUILD / f"mutant-{number}.json"
    task.write_text(json.dumps({"mutant": vars(mutant), "tests": tests}))
    with task.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutants", "--task", str(task)],
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
            env=_environment(f"mutant-{number}"),
            start_new_session=True,
        )
        try:
            return process.wait(LONGEST_SECONDS) != pytest.ExitCode.OK
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True


def _environment(name: str) -> dict[str, str]:
    return os.environ | {
        "TESTS": "quick",
        "PYTHONPATH": os.pathsep.join((str(LAMBDAS), str(REPOSITORY))),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Examples that failed on one mutant say nothing of another.
        "HYPOTHESIS_STORAGE_DIRECTORY": str(BUILD / "hypothesis" / name),
        "COVERAGE_FILE": str(BUILD / "coverage"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Do tests notice changes of the code?")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--noted", action="store_true", help="tests were noted before; take those")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="default: all of make quick")
    parser.add_argument("--note", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--task", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.note:
        note_tests(options.tests)
        return 0
    if options.task:
        task = json.loads(options.task.read_text())
        return try_out(Mutant(**task["mutant"]), task["tests"])
    BUILD.mkdir(parents=True, exist_ok=True)
    if not options.noted:
        noting = [sys.executable, "-m", "tests.mutants", "--note", "--tests", *options.tests]
        subprocess.run(noting, cwd=REPOSITORY, env=_environment("none"), check=True)
    return report(sample(seed=options.seed, size=options.mutants))


def report(mutants: Sequence[Mutant]) -> int:
    began = time.monotonic()
    lines, seconds = tests_by_line()

    def tests_of(mutant: Mutant) -> list[str]:
        """Of what runs only at import, all tests that pass any line of the module."""
        known = lines.get(mutant.path, {})
        tests = known.get(mutant.line) or set[str]().union(*known.values())
        return sorted(tests & seconds.keys(), key=lambda test: seconds[test])

    def tried(number: int) -> bool:
        tests = tests_of(mutants[number])
        noticed = bool(tests) and is_noticed(mutants[number], tests, number)
        print("." if noticed else "S", end="", flush=True)
        return noticed

    with ThreadPoolExecutor(os.cpu_count()) as executor:
        noticed = list(executor.map(tried, range(len(mutants))))
    survivors = [mutant for mutant, is_known in zip(mutants, noticed, strict=True) if not is_known]
    print(
        f"\n{len(mutants) - len(survivors)} of {len(mutants)} mutants were noticed"
        f" ({1 - len(survivors) / len(mutants):.1%}) in {time.monotonic() - began:.0f} s."
    )
    for survivor in sorted(survivors, key=lambda each: (each.path, each.line)):
        print(survivor)
    return 0


if __name__ == "__main__":
    sys.exit(main())

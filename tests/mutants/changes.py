"""Changes of the functions' code, each in one place: which there are, and which are drawn."""

import ast
import hashlib
import itertools
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

LAMBDAS: Final = Path(__file__).resolve().parents[2] / "lambdas"
MUTATED: Final = ("contacts", "agent_events", "contact_chains")
"""The packages that are changed."""

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
_NO_BEHAVIOUR: Final = ("frozen", "gc", "kw_only", "slots")
"""Arguments of classes for the sake of programmers and memory."""

_CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """``before``, which stands at some place of a module, becomes ``after``."""

    path: str
    function: str
    """The functions and classes around the place, outermost first: empty in the module itself."""
    line: int
    start: int
    end: int
    before: str
    after: str
    number: int
    """Counts equal changes of one function."""

    @property
    def module(self) -> str:
        return ".".join(Path(self.path).with_suffix("").parts).removesuffix(".__init__")

    @property
    def file(self) -> Path:
        return LAMBDAS / self.path

    @property
    def place(self) -> str:
        return f"{self.path} {self.function}".rstrip()

    @property
    def change(self) -> str:
        number = f" ({self.number})" if self.number > 1 else ""
        return f"{self.before} -> {self.after}{number}"

    @property
    def key(self) -> tuple[str, str]:
        """Names it for good: lines move."""
        return self.place, self.change

    def source(self) -> str:
        """The module as it is changed."""
        text = text_of(self.file)
        return (text[: self.start] + self.after.encode() + text[self.end :]).decode()

    def drawn_at(self, seed: int) -> str:
        """Random, but the same for the same change of the same function."""
        return hashlib.sha256(f"{seed} {self.place} {self.change}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"lambdas/{self.path}:{self.line} {self.function}\n    {self.change}"


def sample(*, seed: int, size: int) -> list[Mutant]:
    return sorted(all_mutants(), key=lambda mutant: mutant.drawn_at(seed))[:size]


def without_effect() -> Mapping[tuple[str, str], str]:
    """The mutants that nobody could notice, each with the reason."""
    known = tomllib.loads(Path(__file__).with_name("without_effect.toml").read_text())
    return {(each["place"], each["change"]): each["reason"] for each in known["mutant"]}


@cache
def text_of(file: Path) -> bytes:
    """A module as it is when mutants are drawn: it may be edited while they are tried."""
    return file.read_bytes()


def all_mutants() -> list[Mutant]:
    return [
        mutant
        for package in MUTATED
        for path in sorted((LAMBDAS / package).rglob("*.py"))
        for mutant in mutants_of(path)
    ]


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every change of a module."""
    text = text_of(path)
    starts = list(itertools.accumulate(map(len, text.splitlines(keepends=True)), initial=0))
    equal = Counter[tuple[str, str, str]]()
    for function, node, after in _changes(ast.parse(text)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        before = text[start:end].decode()
        equal[function, before, after] += 1
        yield Mutant(
            str(path.relative_to(LAMBDAS)),
            function,
            node.lineno,
            start,
            end,
            before,
            after,
            equal[function, before, after],
        )


def _changes(tree: ast.AST) -> Iterator[tuple[str, Any, str]]:
    for function, node in _code(tree, ()):
        for changed, after in _changes_of(node):
            yield ".".join(function), changed, after


def _changes_of(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    conditions = []
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        conditions = [node.test]
    if isinstance(node, ast.comprehension):
        conditions = node.ifs
    for condition in conditions:
        if not _is_negated_below(condition):
            yield condition, f"(not ({ast.unparse(condition)}))"
    match node:
        case ast.Return(None | ast.Constant(None | True | False)):
            pass
        case ast.Return(value) if value:
            yield value, "None"
    if isinstance(node, ast.Continue | ast.Break):
        yield node, "pass"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield node, "pass"
    if isinstance(node, ast.expr) and (after := _changed(node)):
        yield node, f"({after})"


def _code(tree: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.AST]]:
    """All nodes but annotations, and what is there for type checkers only."""
    yield inside, tree
    if isinstance(tree, ast.TypeAlias) or _is_for_type_checkers(tree):
        return
    if isinstance(tree, ast.keyword) and tree.arg in _NO_BEHAVIOUR:
        return
    if isinstance(tree, ast.FunctionDef | ast.ClassDef):
        inside = (*inside, tree.name)
    for name, value in ast.iter_fields(tree):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in ("annotation", "returns", "type_params"):
                yield from _code(child, inside)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _is_negated_below(condition: ast.expr) -> bool:
    """Whether :func:`_changed` gives its opposite, once the walk comes to it."""
    match condition:
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn()]):
            return True
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]) | ast.UnaryOp(ast.Not()):
            return True
    return False


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
